/* One file of the engine, piece by piece, past the verifier of shim/ese: headers, pages, segments,
 * a log of version 7 as a whole, and the sums that identify the file. Portable, memory only. */
#ifndef SAMPLES_FILE_PASS_H
#define SAMPLES_FILE_PASS_H

#include "ese/ese_names.h"
#include "ese/ese_sums.h"

/* Pieces of a multiple of this, but for the last, cut no page and no segment. */
#define FILE_PASS_UNIT_BYTES 65536u

/* Large: not for the stack. */
struct file_pass
{
    struct ese_stream stream;
    struct ese_sums sums;
    void (*sink)(void *context, const void *bytes, size_t byte_count);
    void *context;
    struct ese_name name;
    uint64_t bytes; /* of the file when it was opened */
    uint64_t done_bytes;
    bool has_sums;  /* what the sink gets are sums; else it gets every byte */
    bool no_memory; /* a log of version 7 could not be kept: nothing is known of it */
    /* A log of version 7 has no segments and is checked as a whole. */
    bool is_log7;
    uint8_t *whole;
    uint32_t log7_ranges;
    enum ese_verdict log7_verdict;
    struct ese_log7_fault log7_fault;
};

/* True if files of this name are half-written, empty, or for one run of the engine: nothing in them
 * is damage, and they are not judged. */
bool file_pass_is_unjudged(const struct ese_name *name);

/* What a file of this name must be. In a log folder any file may be called *.log: only the names of
 * the engine promise a log. */
enum ese_file_kind file_pass_expected(const struct ese_name *name, bool is_database);

/*
 * Starts a file of BYTES. EXPECTED as in ese_stream_init. Events and recovery are set in the stream
 * after this call. End with file_pass_fini in every case.
 */
void file_pass_begin(struct file_pass *pass, struct ese_name name, enum ese_file_kind expected,
                     uint64_t bytes);

/* Before the first piece: SINK gets what identifies the file (ese_sums.h). Of a file that is not
 * judged, or if ALL_BYTES, it gets every byte. */
void file_pass_set_sink(struct file_pass *pass, bool all_bytes,
                        void (*sink)(void *context, const void *bytes, size_t byte_count),
                        void *context);

/* The next piece; a single flipped bit in it is corrected. Returns true while there is no fault. */
bool file_pass_piece(struct file_pass *pass, void *data, size_t bytes);

/* The file has ended. Returns true if there is no fault. */
bool file_pass_end(struct file_pass *pass);

/* The first fault: its verdict and offset. False if there is none. */
bool file_pass_fault(const struct file_pass *pass, enum ese_verdict *verdict, uint64_t *offset);

void file_pass_fini(struct file_pass *pass);

#endif
