/*
 * read_ahead.h - reads a file in order, in a thread of its own, a few pieces ahead of who looks at
 * them.
 *
 * The thread ends at the latest in read_ahead_destroy. It needs no token: the file is open.
 */
#ifndef NTDSBCLI_READ_AHEAD_H
#define NTDSBCLI_READ_AHEAD_H

#include <windows.h>
#include <stdbool.h>
#include <stdint.h>

struct file_source;
struct read_ahead;

struct read_ahead_piece
{
    uint8_t *bytes; /* may be changed */
    uint32_t wanted;
    uint32_t got; /* fewer than wanted only at the end of the file */
    bool has_failed;
    DWORD error; /* Win32, if it has failed */
};

#define READ_AHEAD_PIECE_BYTES (512u * 1024)

/*
 * From the file's beginning up to bytes; the source is not owned, and outlives this. Until
 * read_ahead_destroy nobody but the thread calls its read. NULL: no memory, or no thread.
 */
struct read_ahead *read_ahead_create(struct file_source *source, uint64_t bytes);

/*
 * The next piece, READ_AHEAD_PIECE_BYTES but for the last one; it is there until the next call.
 * Waits for it. Not after the last byte, nor after a piece that has failed or is short.
 */
const struct read_ahead_piece *read_ahead_take(struct read_ahead *ahead);

/* NULL is ignored. */
void read_ahead_destroy(struct read_ahead *ahead);

#endif
