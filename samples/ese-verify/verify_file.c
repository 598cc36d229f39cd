/* Runs one file through the verifier of shim/ese. */
#include "verify_file.h"

#include "bar.h"
#include "ese/ese_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The context of the stream's events. */
struct pass
{
    struct verified_file *check;
    struct system_file *file;
};

static void add_finding(struct verified_file *check, const struct ese_fault *finding)
{
    if (check->finding_count < CHECK_FINDINGS_MAX)
        check->findings[check->finding_count] = *finding;
    check->finding_count++;
}

/* The stream itself keeps only its first fault; it calls this for each. */
static bool read_again(void *context, uint64_t offset, void *unit, uint32_t bytes, uint32_t attempt)
{
    const struct pass *pass = context;
    struct ese_fault found = {.offset = offset};
    size_t got = 0;

    if (attempt == 0 && system_read(pass->file, offset, unit, bytes, &got, pass->check->problem) &&
        got == bytes)
        return true;
    if (ese_stream_kind(&pass->check->stream) == ESE_FILE_DATABASE) {
        found.unit = (uint32_t)(offset / bytes) - 1;
        ese_page_verify(unit, bytes, found.unit, &found.report);
    } else {
        found.unit = (uint32_t)(offset / bytes);
        ese_segment_verify(unit, found.unit, &found.report);
    }
    add_finding(pass->check, &found);
    return false;
}

static void note_mended(void *context, const struct ese_fault *found, uint32_t attempts)
{
    const struct pass *pass = context;

    (void)attempts;
    if (found->report.verdict == ESE_CORRECTED)
        add_finding(pass->check, found);
}

static void start(struct verified_file *check, struct pass *pass)
{
    const struct ese_stream_events events = {
        .read_again = read_again, .mended = note_mended, .context = pass};

    ese_stream_init(&check->stream, ESE_FILE_UNKNOWN);
    ese_stream_set_recovery(&check->stream);
    ese_stream_set_events(&check->stream, &events);
    ese_stream_set_total(&check->stream, check->bytes);
}

static bool feed_all(struct verified_file *check, struct system_file *file, const char *name,
                     uint8_t *buffer)
{
    uint64_t offset = 0;
    struct bar bar;
    size_t got;

    bar_start(&bar, name, check->bytes);
    do {
        if (!system_read(file, offset, buffer, CHECK_BUFFER_BYTES, &got, check->problem))
            return false;
        ese_stream_feed_writable(&check->stream, buffer, got);
        offset += got;
        bar_update(&bar, offset);
    } while (got == CHECK_BUFFER_BYTES);
    ese_stream_finish(&check->stream);
    return true;
}

static bool check_log7(struct verified_file *check, struct system_file *file)
{
    uint8_t *whole;
    size_t got = 0;
    bool read;

    check->is_log7 = true;
    check->log7_verdict = ESE_BAD_GEOMETRY;
    if (check->bytes > ESE_LOG7_BYTES_MAX)
        return true;
    whole = malloc((size_t)check->bytes);
    if (!whole) {
        snprintf(check->problem, SYSTEM_TEXT_BYTES,
                 "out of memory: a log of version 7 is checked as a whole");
        return false;
    }
    read = system_read(file, 0, whole, (size_t)check->bytes, &got, check->problem);
    if (read)
        check->log7_verdict = ese_log7_verify(whole, got, &check->log7_ranges, &check->log7_fault);
    free(whole);
    return read;
}

/* What is no bad unit: headers, an end in the middle of one, a good one in the wrong place. */
static void add_other_findings(struct verified_file *check)
{
    const struct ese_fault *fault = ese_stream_fault(&check->stream);

    if (fault != NULL && (fault->is_header || fault->report.verdict == ESE_TRUNCATED ||
                          fault->report.verdict == ESE_OUT_OF_ORDER))
        add_finding(check, fault);
}

static bool has_suffix(const char *name, const char *suffix)
{
    size_t length = strlen(name), suffix_length = strlen(suffix);
    size_t i;

    if (length < suffix_length)
        return false;
    name += length - suffix_length;
    for (i = 0; i < suffix_length; i++) {
        if ((name[i] | 0x20) != suffix[i])
            return false;
    }
    return true;
}

static bool is_called_as_ese(const char *name)
{
    struct ese_name parsed = ese_name_classify(name, ESE_NTDS_BASE_NAME);

    return ese_name_is_backed_up_log(&parsed) || parsed.kind == ESE_NAME_CHECKPOINT ||
           has_suffix(name, ".dit") || has_suffix(name, ".edb");
}

/* These are half-written, empty, or for one run of the engine: nothing in them is damage. */
static bool is_never_backed_up(const char *name)
{
    switch (ese_name_classify(name, ESE_NTDS_BASE_NAME).kind) {
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

static bool lost_a_header_copy(const struct ese_stream *stream)
{
    const struct ese_database_header *database = ese_stream_database(stream);
    const struct ese_checkpoint *checkpoint = ese_stream_checkpoint(stream);
    enum ese_header_copies copies = ESE_COPIES_BOTH;

    if (database != NULL)
        copies = database->copies;
    if (checkpoint != NULL)
        copies = checkpoint->copies;
    return copies == ESE_COPIES_PRIMARY_ONLY || copies == ESE_COPIES_SHADOW_ONLY;
}

static enum check_outcome judge(struct verified_file *check, const char *name)
{
    const struct ese_stream *stream = &check->stream;

    if (ese_stream_kind(stream) == ESE_FILE_NOT_ESE && is_called_as_ese(name)) {
        snprintf(check->problem, SYSTEM_TEXT_BYTES,
                 "it has the name of an ESE file, but not the content of one");
        return CHECK_DAMAGED;
    }
    if (ese_stream_kind(stream) == ESE_FILE_NOT_ESE) {
        snprintf(check->problem, SYSTEM_TEXT_BYTES, "it is not an ESE file");
        return CHECK_UNKNOWN;
    }
    if (ese_stream_fault(stream) != NULL || (check->is_log7 && check->log7_verdict != ESE_GOOD))
        return CHECK_DAMAGED;
    if (ese_stream_counts(stream)->corrected != 0 || lost_a_header_copy(stream))
        return CHECK_CORRECTABLE;
    return CHECK_GOOD;
}

void verify_file(struct verified_file *check, const char *path, uint8_t *buffer)
{
    const char *name = system_name_in(path);
    struct pass pass = {.check = check};
    const struct ese_log_header *log;

    check->problem[0] = '\0';
    check->finding_count = 0;
    check->is_log7 = false;
    check->log7_ranges = 0;
    pass.file = system_open(path, &check->bytes, check->problem);
    if (!pass.file) {
        check->outcome = CHECK_UNKNOWN;
        return;
    }
    start(check, &pass);
    check->outcome = CHECK_DAMAGED;
    if (is_never_backed_up(name)) {
        check->outcome = CHECK_SKIPPED;
        goto out;
    }
    if (!feed_all(check, pass.file, name, buffer))
        goto out;
    add_other_findings(check);
    log = ese_stream_log(&check->stream);
    if (log != NULL && log->major < ESE_LOG_VERSION_SEGMENTED && !check_log7(check, pass.file))
        goto out;
    check->outcome = judge(check, name);
out:
    system_close(pass.file);
}
