/*
 * The streaming verifier: cuts runs of bytes into units, judges them, keeps count.
 *
 * Knows no files. What a header looks like is ese_stream_head.c.
 */
#include "ese_page.h"
#include "ese_stream_internal.h"

#include <string.h>

const char *ese_file_kind_name(enum ese_file_kind kind)
{
    switch (kind) {
    case ESE_FILE_UNKNOWN:
        return "unknown";
    case ESE_FILE_DATABASE:
        return "database";
    case ESE_FILE_LOG:
        return "log";
    case ESE_FILE_CHECKPOINT:
        return "checkpoint";
    case ESE_FILE_NOT_ESE:
        return "not an ESE file";
    }
    return "unknown";
}

void ese_stream_init(struct ese_stream *stream, enum ese_file_kind expected)
{
    /* The carry buffer needs no clearing: only what was put there is read. */
    memset(stream, 0, offsetof(struct ese_stream, carry));
    stream->expected = expected;
    stream->total_bytes = UINT64_MAX;
}

void ese_stream_set_events(struct ese_stream *stream, const struct ese_stream_events *events)
{
    stream->events = *events;
}

void ese_stream_set_total(struct ese_stream *stream, uint64_t bytes)
{
    stream->total_bytes = bytes;
}

void ese_stream_set_recovery(struct ese_stream *stream)
{
    stream->for_recovery = true;
}

void ese_stream_add_fault(struct ese_stream *stream, const struct ese_fault *fault)
{
    if (stream->has_fault)
        return;
    stream->fault = *fault;
    stream->has_fault = true;
}

void ese_stream_add_header_fault(struct ese_stream *stream, uint64_t offset,
                                 enum ese_verdict verdict)
{
    struct ese_fault fault = {.offset = offset, .is_header = true};

    fault.report.verdict = verdict;
    ese_stream_add_fault(stream, &fault);
}

static void count_unit(struct ese_stream *stream, const struct ese_fault *found,
                       uint32_t generation)
{
    struct ese_stream_counts *counts = &stream->counts;
    const struct ese_page_report *report = &found->report;

    switch (report->verdict) {
    case ESE_GOOD:
        counts->good++;
        if (stream->kind == ESE_FILE_DATABASE && !report->new_format)
            counts->old_format++;
        if (stream->kind == ESE_FILE_LOG && stream->has_header &&
            generation != stream->header.log.generation)
            counts->stale++;
        break;
    case ESE_BLANK:
        counts->blank++;
        break;
    case ESE_SHADOW:
        counts->shadow++;
        break;
    case ESE_CORRECTED:
        counts->corrected++;
        break;
    case ESE_TRAILER:
        counts->trailer++;
        break;
    default:
        counts->bad++;
        if (report->verdict == ESE_CORRECTABLE)
            counts->correctable++;
        ese_stream_add_fault(stream, found);
        break;
    }
}

/* A trailer is one only at the very end: with a page behind it, it was a bad page after all. */
static void retract_trailer(struct ese_stream *stream)
{
    if (stream->counts.trailer == 0)
        return;
    stream->counts.trailer = 0;
    stream->counts.bad++;
    ese_stream_add_fault(stream, &stream->trailer_fault);
}

static bool is_trailer(const struct ese_stream *stream, const uint8_t *unit)
{
    uint64_t end = stream->offset + stream->unit_bytes;

    return (stream->total_bytes == UINT64_MAX || stream->total_bytes == end) &&
           ese_page_is_trailer(unit, stream->unit_bytes);
}

static void judge_page(struct ese_stream *stream, const uint8_t *unit, uint8_t *writable,
                       struct ese_fault *found)
{
    uint32_t size = stream->unit_bytes;

    found->unit = (uint32_t)(stream->offset / size) - 1u;
    if (writable != NULL && !stream->events.keep_correctable)
        ese_page_correct(writable, size, found->unit, &found->report);
    else
        ese_page_verify(unit, size, found->unit, &found->report);
    if (!ese_verdict_is_sound(found->report.verdict) && is_trailer(stream, unit)) {
        stream->trailer_fault = *found;
        found->report.verdict = ESE_TRAILER;
    }
}

static void judge_segment(const struct ese_stream *stream, const uint8_t *unit, uint8_t *writable,
                          struct ese_fault *found)
{
    found->unit = (uint32_t)(stream->offset / ESE_LOG_SEGMENT_BYTES);
    if (writable != NULL && !stream->events.keep_correctable)
        ese_segment_correct(writable, found->unit, &found->report);
    else
        ese_segment_verify(unit, found->unit, &found->report);
}

/* Each segment is sound by itself; the order is that of all so far. */
static void check_order(struct ese_stream *stream, const uint8_t *unit, struct ese_fault *found)
{
    bool fits;

    if (stream->kind != ESE_FILE_LOG || !stream->has_header)
        return;
    fits = ese_log_order_take(&stream->order, unit, found->unit, found->report.verdict);
    if (!fits && stream->for_recovery)
        found->report.verdict = ESE_OUT_OF_ORDER;
}

/* Only what can be changed can be read again into its place. */
static bool read_again(const struct ese_stream *stream, uint8_t *writable, uint32_t attempt)
{
    const struct ese_stream_events *events = &stream->events;

    return writable != NULL && events->read_again != NULL &&
           events->read_again(events->context, stream->offset, writable, stream->unit_bytes,
                              attempt);
}

static void judge_unit(struct ese_stream *stream, const uint8_t *unit, uint8_t *writable)
{
    struct ese_fault found = {.offset = stream->offset};
    uint32_t attempts = 0;
    uint32_t generation = 0;

    retract_trailer(stream);
    for (;; attempts++) {
        if (stream->kind == ESE_FILE_DATABASE)
            judge_page(stream, unit, writable, &found);
        else
            judge_segment(stream, unit, writable, &found);
        if (ese_verdict_is_sound(found.report.verdict) || !read_again(stream, writable, attempts))
            break;
    }
    if (ese_verdict_is_sound(found.report.verdict) &&
        (attempts > 0 || found.report.verdict == ESE_CORRECTED)) {
        stream->counts.recovered += attempts > 0;
        if (stream->events.mended != NULL)
            stream->events.mended(stream->events.context, &found, attempts);
    }
    if (ese_verdict_is_sound(found.report.verdict))
        check_order(stream, unit, &found);
    if (stream->kind == ESE_FILE_LOG)
        generation = ese_segment_generation(unit);
    count_unit(stream, &found, generation);
}

static bool take_if_plainly_good(struct ese_stream *stream, const uint8_t *unit, uint32_t number)
{
    return ese_page_is_plainly_good(unit, stream->unit_bytes, number) &&
           (stream->kind == ESE_FILE_DATABASE ||
            ese_log_order_take_next(&stream->order, unit, number));
}

/*
 * The units that are right at first sight, up to the first one that is not: most of any file. What
 * the others need costs them nothing. Returns their bytes.
 */
static size_t take_plainly_good(struct ese_stream *stream, const uint8_t *run, size_t bytes)
{
    uint32_t size = stream->unit_bytes;
    uint32_t number = (uint32_t)(stream->offset / size);
    size_t done = 0;

    if (stream->kind == ESE_FILE_DATABASE)
        number--;
    while (bytes - done >= size && take_if_plainly_good(stream, run + done, number)) {
        number++;
        done += size;
    }
    if (done > 0)
        retract_trailer(stream);
    stream->counts.good += done / size;
    return done;
}

/* Bytes that are only counted. */
static void pass(struct ese_stream *stream, size_t bytes)
{
    if (stream->kind != ESE_FILE_NOT_ESE)
        stream->counts.unverified += bytes;
}

/* What must be seen at once for the next step; 0 when anything will do. */
static size_t wanted(const struct ese_stream *stream)
{
    if (stream->stage == ESE_STAGE_REST)
        return 0;
    if (stream->stage == ESE_STAGE_UNITS)
        return stream->unit_bytes;
    return ese_stream_head_wanted(stream);
}

/*
 * Takes all complete steps at the start of a run that begins at stream->offset; returns the bytes
 * done with. writable: the same bytes as run if they may be changed, else NULL.
 */
static size_t consume(struct ese_stream *stream, const uint8_t *run, size_t bytes,
                      uint8_t *writable)
{
    size_t done = 0;

    while (done < bytes && bytes - done >= wanted(stream)) {
        const uint8_t *unit = run + done;
        size_t used;

        if (stream->stage == ESE_STAGE_REST) {
            used = bytes - done;
            pass(stream, used);
        } else if (stream->stage == ESE_STAGE_UNITS) {
            used = take_plainly_good(stream, unit, bytes - done);
            if (used == 0) {
                used = stream->unit_bytes;
                judge_unit(stream, unit, writable == NULL ? NULL : writable + done);
            }
        } else {
            used = ese_stream_head_step(stream, unit, bytes - done);
        }
        stream->offset += used;
        done += used;
    }
    return done;
}

static void drop_carried(struct ese_stream *stream, size_t bytes)
{
    stream->carried -= bytes;
    if (bytes != 0 && stream->carried != 0)
        memmove(stream->carry, stream->carry + bytes, stream->carried);
}

/* Completes the unit in carry with bytes of the run; returns how many were taken. */
static size_t fill_carry(struct ese_stream *stream, const uint8_t *run, size_t bytes)
{
    size_t taken = wanted(stream) - stream->carried;

    if (taken > bytes)
        taken = bytes;
    memcpy(stream->carry + stream->carried, run, taken);
    stream->carried += taken;
    /* One step can end in the middle of what is carried (a header found by searching). */
    drop_carried(stream, consume(stream, stream->carry, stream->carried, NULL));
    return taken;
}

static bool feed(struct ese_stream *stream, const uint8_t *run, size_t bytes, uint8_t *writable)
{
    stream->counts.bytes += bytes;
    while (bytes > 0) {
        size_t used;

        if (stream->carried == 0) {
            used = consume(stream, run, bytes, writable);
            if (used == 0)
                used = fill_carry(stream, run, bytes);
        } else {
            used = fill_carry(stream, run, bytes);
        }
        run += used;
        bytes -= used;
        if (writable != NULL)
            writable += used;
    }
    return !stream->has_fault;
}

bool ese_stream_feed(struct ese_stream *stream, const void *data, size_t bytes)
{
    return feed(stream, data, bytes, NULL);
}

bool ese_stream_feed_writable(struct ese_stream *stream, void *data, size_t bytes)
{
    return feed(stream, data, bytes, data);
}

void ese_stream_branch(struct ese_stream *branch, const struct ese_stream *stream, uint64_t offset)
{
    memcpy(branch, stream, offsetof(struct ese_stream, carry));
    memset(&branch->counts, 0, sizeof(branch->counts));
    memset(&branch->events, 0, sizeof(branch->events));
    branch->has_fault = false;
    branch->offset = offset;
}

bool ese_stream_join(struct ese_stream *stream, const struct ese_stream *branch, uint64_t bytes)
{
    const struct ese_stream_counts *found = &branch->counts;

    if (branch->offset != stream->offset + bytes ||
        (found->good + found->blank) * branch->unit_bytes != bytes)
        return false;
    retract_trailer(stream);
    stream->offset += bytes;
    stream->counts.bytes += bytes;
    stream->counts.good += found->good;
    stream->counts.blank += found->blank;
    stream->counts.old_format += found->old_format;
    return true;
}

void ese_stream_check_log_size(struct ese_stream *stream, uint64_t bytes)
{
    const struct ese_log_header *log = &stream->header.log;

    if (!stream->has_header || bytes == log->file_bytes)
        return;
    ese_stream_add_header_fault(stream, 0,
                                bytes < log->file_bytes ? ESE_TRUNCATED : ESE_BAD_GEOMETRY);
}

bool ese_stream_finish(struct ese_stream *stream)
{
    size_t done;

    if (stream->finished)
        return !stream->has_fault;
    stream->finished = true;
    /* The stages before the units now get what there is, however little. */
    while (stream->stage < ESE_STAGE_UNITS) {
        done = ese_stream_head_step(stream, stream->carry, stream->carried);
        stream->offset += done;
        drop_carried(stream, done);
    }
    drop_carried(stream, consume(stream, stream->carry, stream->carried, NULL));
    if (stream->stage == ESE_STAGE_UNITS && stream->carried != 0) {
        struct ese_fault cut = {.offset = stream->offset};

        cut.unit = (uint32_t)(stream->offset / stream->unit_bytes);
        if (stream->kind == ESE_FILE_DATABASE) {
            retract_trailer(stream);
            cut.unit--;
        }
        cut.report.verdict = ESE_TRUNCATED;
        cut.report.real_page = cut.unit;
        stream->counts.bad++;
        ese_stream_add_fault(stream, &cut);
    }
    if (stream->kind == ESE_FILE_LOG)
        ese_stream_check_log_size(stream, stream->counts.bytes);
    return !stream->has_fault;
}

uint32_t ese_stream_unit_bytes(const struct ese_stream *stream)
{
    return stream->stage == ESE_STAGE_UNITS ? stream->unit_bytes : 0;
}

enum ese_file_kind ese_stream_kind(const struct ese_stream *stream)
{
    return stream->kind;
}

const struct ese_fault *ese_stream_fault(const struct ese_stream *stream)
{
    return stream->has_fault ? &stream->fault : NULL;
}

const struct ese_stream_counts *ese_stream_counts(const struct ese_stream *stream)
{
    return &stream->counts;
}

const struct ese_database_header *ese_stream_database(const struct ese_stream *stream)
{
    bool known = stream->kind == ESE_FILE_DATABASE && stream->has_header;

    return known ? &stream->header.database : NULL;
}

const struct ese_log_header *ese_stream_log(const struct ese_stream *stream)
{
    return stream->kind == ESE_FILE_LOG && stream->has_header ? &stream->header.log : NULL;
}

const struct ese_checkpoint *ese_stream_checkpoint(const struct ese_stream *stream)
{
    bool known = stream->kind == ESE_FILE_CHECKPOINT && stream->has_header;

    return known ? &stream->header.checkpoint : NULL;
}

bool ese_stream_log_sum(const struct ese_stream *stream, uint64_t *sum)
{
    const struct ese_log_header *log = ese_stream_log(stream);

    if (log == NULL || log->major < ESE_LOG_VERSION_SEGMENTED || !stream->finished ||
        stream->has_fault)
        return false;
    *sum = stream->order.sum;
    return true;
}

bool ese_stream_is_in_order(const struct ese_stream *stream)
{
    return !stream->order.broken;
}
