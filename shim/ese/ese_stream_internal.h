/*
 * What the two halves of the stream know of each other.
 *
 * Private to shim/ese.
 */
#ifndef NTDSBCLI_ESE_STREAM_INTERNAL_H
#define NTDSBCLI_ESE_STREAM_INTERNAL_H

#include "ese_stream.h"

/* Bytes from stream->offset on that the present stage wants to see at once. */
size_t ese_stream_head_wanted(const struct ese_stream *stream);

/*
 * Takes the present stage (any before ESE_STAGE_UNITS) one step further.
 * run, bytes: the file from stream->offset on; at least ese_stream_head_wanted() of them, or what
 * there is if the file has ended.
 * Returns how many bytes are done with; 0 means that the stage has changed only. Never 0 with the
 * stage unchanged.
 */
size_t ese_stream_head_step(struct ese_stream *stream, const uint8_t *run, size_t bytes);

/* Records a fault; only the first one is kept. */
void ese_stream_add_fault(struct ese_stream *stream, const struct ese_fault *fault);

/* A fault of the file as a whole or of its header, without sums. */
void ese_stream_add_header_fault(struct ese_stream *stream, uint64_t offset,
                                 enum ese_verdict verdict);

/* A log must have the size its header says. */
void ese_stream_check_log_size(struct ese_stream *stream, uint64_t bytes);

#endif
