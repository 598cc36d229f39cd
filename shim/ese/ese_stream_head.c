/*
 * The beginning of a streamed file: which kind it is, and its headers.
 *
 * Knows nothing of runs and buffers: it is shown as many bytes as it asked for.
 */
#include "ese_stream_internal.h"

#include <string.h>

#define CLASSIFY_BYTES 4096u
#define SEARCH_BYTES   ESE_PAGE_BYTES_MAX

size_t ese_stream_head_wanted(const struct ese_stream *stream)
{
    switch (stream->stage) {
    case ESE_STAGE_CLASSIFY:
        return CLASSIFY_BYTES;
    case ESE_STAGE_PRIMARY:
    case ESE_STAGE_SHADOW:
        return stream->unit_bytes;
    case ESE_STAGE_CHECKPOINT:
        return ESE_CHECKPOINT_BYTES;
    case ESE_STAGE_SEARCH:
    case ESE_STAGE_LAST_SHADOW:
        return SEARCH_BYTES;
    default:
        return 0;
    }
}

/* Tells whether two header copies are equal without keeping the first (FNV-1a). */
static uint64_t fingerprint(const uint8_t *data, size_t bytes)
{
    uint64_t hash = 0xCBF29CE484222325u;
    size_t i;

    for (i = 0; i < bytes; i++)
        hash = (hash ^ data[i]) * 0x100000001B3u;
    return hash;
}

static void set_kind(struct ese_stream *stream, enum ese_file_kind kind)
{
    stream->kind = kind;
    if (stream->expected != ESE_FILE_UNKNOWN && stream->expected != kind)
        ese_stream_add_header_fault(stream, 0, ESE_NOT_RECOGNISED);
}

static size_t take_log_header(struct ese_stream *stream, const uint8_t *run,
                              enum ese_verdict verdict)
{
    struct ese_fault fault = {.is_header = true};

    set_kind(stream, ESE_FILE_LOG);
    stream->stage = ESE_STAGE_UNITS;
    stream->unit_bytes = ESE_LOG_SEGMENT_BYTES;
    if (verdict == ESE_GOOD) {
        stream->has_header = true;
        if (stream->total_bytes != UINT64_MAX)
            ese_stream_check_log_size(stream, stream->total_bytes);
        if (stream->header.log.major < ESE_LOG_VERSION_SEGMENTED)
            stream->stage = ESE_STAGE_REST;
        ese_log_order_init(&stream->order, &stream->header.log);
        return ESE_LOG_HEADER_BYTES;
    }
    fault.report.verdict = verdict;
    fault.report.stored.exclusive_or = ese_get32(run);
    fault.report.computed.exclusive_or = ese_header_sum(run, ESE_LOG_HEADER_BYTES);
    ese_stream_add_fault(stream, &fault);
    /* A version 7 body has no segments; a bad header's word for the version will have to do. */
    if (ese_get32(run + ESE_LOG_MAJOR) < 8)
        stream->stage = ESE_STAGE_REST;
    return ESE_LOG_HEADER_BYTES;
}

static size_t step_classify(struct ese_stream *stream, const uint8_t *run, size_t bytes)
{
    struct ese_log_header *log = &stream->header.log;
    enum ese_verdict verdict;
    uint32_t claimed;

    stream->looks_like_database =
        bytes >= ESE_DB_VERSION && ese_get32(run + ESE_DB_MAGIC) == ESE_DATABASE_MAGIC;
    stream->stage = ESE_STAGE_SEARCH;
    if (bytes < CLASSIFY_BYTES)
        return 0;
    claimed = ese_database_claimed_page_bytes(run);
    if (stream->looks_like_database) {
        if (ese_page_size_is_legal(claimed)) {
            stream->unit_bytes = claimed;
            stream->stage = ESE_STAGE_PRIMARY;
        }
        return 0;
    }
    verdict = ese_log_parse(run, bytes, log);
    if (verdict != ESE_NOT_RECOGNISED)
        return take_log_header(stream, run, verdict);
    if (stream->expected == ESE_FILE_CHECKPOINT ||
        run[ESE_CHK_FILE_TYPE] == ESE_CHECKPOINT_FILE_TYPE ||
        ese_header_is_good(run, ESE_CHECKPOINT_COPY_BYTES))
        stream->stage = ESE_STAGE_CHECKPOINT;
    return 0;
}

/* page: a header copy that is right. */
static void take_database_header(struct ese_stream *stream, const uint8_t *page)
{
    set_kind(stream, ESE_FILE_DATABASE);
    ese_database_fields(page, &stream->header.database);
    stream->has_header = true;
    if (!ese_database_type_is_right(page))
        ese_stream_add_header_fault(stream, stream->offset, ESE_NOT_RECOGNISED);
}

static size_t step_primary(struct ese_stream *stream, const uint8_t *run, size_t bytes)
{
    uint32_t unit_bytes = stream->unit_bytes;

    if (bytes < unit_bytes || !ese_database_copy_is_good(run, unit_bytes)) {
        stream->unit_bytes = 0;
        stream->stage = ESE_STAGE_SEARCH;
        return 0;
    }
    take_database_header(stream, run);
    stream->primary_fingerprint = fingerprint(run, unit_bytes);
    stream->stage = ESE_STAGE_SHADOW;
    return unit_bytes;
}

static size_t step_shadow(struct ese_stream *stream, const uint8_t *run, size_t bytes)
{
    struct ese_database_header *header = &stream->header.database;

    stream->stage = ESE_STAGE_UNITS;
    if (bytes < stream->unit_bytes) {
        header->copies = ESE_COPIES_PRIMARY_ONLY;
        ese_stream_add_header_fault(stream, stream->offset, ESE_TRUNCATED);
        return bytes;
    }
    /* A damaged copy is no fault of the file: the engine goes on with the other. */
    if (!ese_database_copy_is_good(run, stream->unit_bytes))
        header->copies = ESE_COPIES_PRIMARY_ONLY;
    else if (fingerprint(run, stream->unit_bytes) != stream->primary_fingerprint)
        header->copies = ESE_COPIES_DIFFER;
    return stream->unit_bytes;
}

static size_t take_found_shadow(struct ese_stream *stream, const uint8_t *shadow, uint32_t size)
{
    take_database_header(stream, shadow);
    stream->header.database.copies = ESE_COPIES_SHADOW_ONLY;
    stream->unit_bytes = size;
    stream->stage = ESE_STAGE_UNITS;
    return size;
}

/* No header: say what that means for a file that should have one, and only count from here on. */
static size_t give_up(struct ese_stream *stream, size_t bytes)
{
    enum ese_verdict verdict =
        stream->offset + bytes < (uint64_t)ESE_DATABASE_HEADERS * ESE_PAGE_BYTES_MIN
            ? ESE_TRUNCATED
            : ESE_BAD_CHECKSUM;

    stream->stage = ESE_STAGE_REST;
    if (stream->looks_like_database) {
        set_kind(stream, ESE_FILE_DATABASE);
        ese_stream_add_header_fault(stream, 0, verdict);
    } else {
        set_kind(stream, ESE_FILE_NOT_ESE);
    }
    return bytes;
}

static size_t step_search(struct ese_stream *stream, const uint8_t *run, size_t bytes)
{
    uint32_t size;

    for (size = ESE_PAGE_BYTES_MIN; size < ESE_PAGE_BYTES_MAX; size *= 2) {
        if (bytes >= 2u * size && ese_database_copy_is_good(run + size, size))
            return size + take_found_shadow(stream, run + size, size);
    }
    if (bytes < SEARCH_BYTES)
        return give_up(stream, bytes);
    stream->stage = ESE_STAGE_LAST_SHADOW;
    return SEARCH_BYTES;
}

static size_t step_last_shadow(struct ese_stream *stream, const uint8_t *run, size_t bytes)
{
    if (bytes >= ESE_PAGE_BYTES_MAX && ese_database_copy_is_good(run, ESE_PAGE_BYTES_MAX))
        return take_found_shadow(stream, run, ESE_PAGE_BYTES_MAX);
    return give_up(stream, bytes < SEARCH_BYTES ? bytes : SEARCH_BYTES);
}

static size_t step_checkpoint(struct ese_stream *stream, const uint8_t *run, size_t bytes)
{
    enum ese_verdict verdict = ese_checkpoint_parse(run, bytes, &stream->header.checkpoint);

    if (verdict == ESE_NOT_RECOGNISED ||
        (verdict == ESE_TRUNCATED && stream->expected != ESE_FILE_CHECKPOINT)) {
        stream->stage = ESE_STAGE_SEARCH;
        return 0;
    }
    stream->stage = ESE_STAGE_REST;
    set_kind(stream, ESE_FILE_CHECKPOINT);
    if (verdict == ESE_GOOD)
        stream->has_header = true;
    else
        ese_stream_add_header_fault(stream, 0, verdict);
    return bytes < ESE_CHECKPOINT_BYTES ? bytes : ESE_CHECKPOINT_BYTES;
}

size_t ese_stream_head_step(struct ese_stream *stream, const uint8_t *run, size_t bytes)
{
    switch (stream->stage) {
    case ESE_STAGE_CLASSIFY:
        return step_classify(stream, run, bytes);
    case ESE_STAGE_PRIMARY:
        return step_primary(stream, run, bytes);
    case ESE_STAGE_SHADOW:
        return step_shadow(stream, run, bytes);
    case ESE_STAGE_SEARCH:
        return step_search(stream, run, bytes);
    case ESE_STAGE_LAST_SHADOW:
        return step_last_shadow(stream, run, bytes);
    case ESE_STAGE_CHECKPOINT:
        return step_checkpoint(stream, run, bytes);
    default:
        return bytes;
    }
}
