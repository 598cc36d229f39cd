/*
 * Takes the sums out of the runs of a file.
 */
#include "ese_sums.h"

#include <string.h>

#define SUM_BYTES 8u

uint32_t ese_sums_unit_bytes(const struct ese_stream *stream)
{
    const struct ese_database_header *database = ese_stream_database(stream);
    const struct ese_log_header *log = ese_stream_log(stream);

    if (database)
        return database->page_bytes;
    return log && log->major >= ESE_LOG_VERSION_SEGMENTED ? ESE_LOG_SEGMENT_BYTES
                                                          : ESE_SUMS_ALL_BYTES;
}

void ese_sums_init(struct ese_sums *sums, uint32_t unit_bytes,
                   void (*sink)(void *context, const void *bytes, size_t byte_count), void *context)
{
    sums->unit_bytes = unit_bytes;
    sums->within = 0;
    sums->sink = sink;
    sums->context = context;
    sums->pending_bytes = 0;
}

static void put(struct ese_sums *sums, const uint8_t *bytes, size_t count)
{
    if (sums->pending_bytes + count > sizeof(sums->pending))
        ese_sums_finish(sums);
    memcpy(sums->pending + sums->pending_bytes, bytes, count);
    sums->pending_bytes += count;
}

void ese_sums_take(struct ese_sums *sums, const void *run, size_t bytes)
{
    const uint8_t *next = run;
    size_t step;

    if (sums->unit_bytes == ESE_SUMS_ALL_BYTES) {
        sums->sink(sums->context, run, bytes);
        return;
    }
    while (bytes > 0) {
        bool is_sum = sums->within < SUM_BYTES;

        step = (is_sum ? SUM_BYTES : sums->unit_bytes) - sums->within;
        if (step > bytes)
            step = bytes;
        if (is_sum)
            put(sums, next, step);
        sums->within += (uint32_t)step;
        if (sums->within == sums->unit_bytes)
            sums->within = 0;
        next += step;
        bytes -= step;
    }
}

void ese_sums_finish(struct ese_sums *sums)
{
    if (sums->pending_bytes)
        sums->sink(sums->context, sums->pending, sums->pending_bytes);
    sums->pending_bytes = 0;
}
