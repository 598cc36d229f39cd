/*
 * side_check.h - a thread that reads and judges every other stretch of a database, beside whoever
 * reads the rest and has the last word.
 *
 * All it can say of a stretch is that every page in it is sound. Whatever else it meets, a failed
 * read among it, is for the other side to read again and to judge.
 *
 * The thread has ended when side_check_destroy returns, so it needs no reference to the module, and
 * no token: the file is open.
 */
#ifndef NTDSBCLI_SIDE_CHECK_H
#define NTDSBCLI_SIDE_CHECK_H

#include "ese/ese_stream.h"

#include <windows.h>
#include <stdbool.h>
#include <stdint.h>

/* Long enough that to wake each other costs nothing, and for a disk that has to go back and forth.
 */
#define SIDE_CHECK_STRETCH_BYTES (4u * 1024 * 1024)

struct file_source;
struct side_check;

/* One stretch, looked at. */
struct side_stretch
{
    struct ese_stream stream; /* a branch, see ese_stream_join */
    size_t sums_bytes;
    uint8_t sums[SIDE_CHECK_STRETCH_BYTES / ESE_PAGE_BYTES_MIN * 8]; /* of its pages, ese_sums.h */
};

/*
 * Starts at `from`, a whole number of stretches, and takes every other one that ends before `end`.
 * source: a second one over the file, for the thread alone; it is closed at the end, and at once
 * if NULL (no memory, or no thread) is returned. stream: has come to the pages of the database.
 */
struct side_check *side_check_create(struct file_source *source, const struct ese_stream *stream,
                                     uint64_t from, uint64_t end);

/* Where the stretch begins that side_check_take gives next; UINT64_MAX: there is none any more. */
uint64_t side_check_next(const struct side_check *side);

/* The next stretch, there until the next call. Waits for it. */
const struct side_stretch *side_check_take(struct side_check *side);

/* Waits for the thread's present stretch. NULL is ignored. */
void side_check_destroy(struct side_check *side);

#endif
