/* One file of the engine, piece by piece, past the verifier of shim/ese. */
#include "file_pass.h"

#include <stdlib.h>
#include <string.h>

bool file_pass_is_unjudged(const struct ese_name *name)
{
    switch (name->kind) {
    case ESE_NAME_TEMPORARY_LOG:
    case ESE_NAME_RESERVE_LOG:
    case ESE_NAME_FLUSH_MAP:
    case ESE_NAME_PATCH:
    case ESE_NAME_TEMPORARY_DATABASE:
        return true;
    default:
        return false;
    }
}

enum ese_file_kind file_pass_expected(const struct ese_name *name, bool is_database)
{
    if (is_database)
        return ESE_FILE_DATABASE;
    return ese_name_is_backed_up_log(name) ? ESE_FILE_LOG : ESE_FILE_UNKNOWN;
}

void file_pass_begin(struct file_pass *pass, struct ese_name name, enum ese_file_kind expected,
                     uint64_t bytes)
{
    ese_stream_init(&pass->stream, expected);
    ese_stream_set_total(&pass->stream, bytes);
    pass->sink = NULL;
    pass->name = name;
    pass->bytes = bytes;
    pass->done_bytes = 0;
    pass->has_sums = pass->no_memory = pass->is_log7 = false;
    pass->whole = NULL;
    pass->log7_ranges = 0;
    pass->log7_verdict = ESE_GOOD;
    pass->log7_fault = (struct ese_log7_fault){0};
}

void file_pass_set_sink(struct file_pass *pass, bool all_bytes,
                        void (*sink)(void *context, const void *bytes, size_t byte_count),
                        void *context)
{
    pass->has_sums = !all_bytes;
    pass->sink = sink;
    pass->context = context;
}

/* The first piece has been judged, so its headers are known. */
static void start_sums(struct file_pass *pass)
{
    uint32_t unit_bytes = ESE_SUMS_ALL_BYTES;

    if (pass->has_sums && !file_pass_is_unjudged(&pass->name))
        unit_bytes = ese_sums_unit_bytes(&pass->stream);
    pass->has_sums = unit_bytes != ESE_SUMS_ALL_BYTES;
    ese_sums_init(&pass->sums, unit_bytes, pass->sink, pass->context);
}

static void start_log7(struct file_pass *pass)
{
    const struct ese_log_header *log = ese_stream_log(&pass->stream);

    pass->is_log7 = log && log->major < ESE_LOG_VERSION_SEGMENTED;
    if (!pass->is_log7)
        return;
    pass->log7_verdict = ESE_BAD_GEOMETRY;
    if (pass->bytes > ESE_LOG7_BYTES_MAX)
        return;
    pass->whole = malloc((size_t)pass->bytes);
    pass->no_memory = !pass->whole;
}

bool file_pass_piece(struct file_pass *pass, void *data, size_t bytes)
{
    bool good = true;

    if (!file_pass_is_unjudged(&pass->name))
        good = ese_stream_feed_writable(&pass->stream, data, bytes);
    if (pass->done_bytes == 0) {
        start_log7(pass);
        start_sums(pass);
    }
    if (pass->sink)
        ese_sums_take(&pass->sums, data, bytes);
    /* A file that grew meanwhile has not the size that its header says. */
    if (pass->whole && pass->done_bytes + bytes <= pass->bytes)
        memcpy(pass->whole + pass->done_bytes, data, bytes);
    pass->done_bytes += bytes;
    return good;
}

bool file_pass_end(struct file_pass *pass)
{
    bool good = file_pass_is_unjudged(&pass->name) || ese_stream_finish(&pass->stream);

    if (pass->done_bytes == 0)
        start_sums(pass);
    if (pass->sink)
        ese_sums_finish(&pass->sums);
    if (pass->whole && pass->done_bytes == pass->bytes)
        pass->log7_verdict = ese_log7_verify(pass->whole, (size_t)pass->bytes, &pass->log7_ranges,
                                             &pass->log7_fault);
    return good && pass->log7_verdict == ESE_GOOD;
}

bool file_pass_fault(const struct file_pass *pass, enum ese_verdict *verdict, uint64_t *offset)
{
    const struct ese_fault *fault = ese_stream_fault(&pass->stream);

    if (fault) {
        *verdict = fault->report.verdict;
        *offset = fault->offset;
    } else {
        *verdict = pass->log7_verdict;
        *offset = pass->log7_fault.offset;
    }
    return *verdict != ESE_GOOD;
}

void file_pass_fini(struct file_pass *pass)
{
    free(pass->whole);
    pass->whole = NULL;
}
