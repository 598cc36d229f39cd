/* Runs one file through the verifier of shim/ese. */
#include "verify_file.h"

#include "bar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The context of the stream's events. */
struct reading
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
    const struct reading *reading = context;
    struct ese_fault found = {.offset = offset};
    size_t got = 0;

    if (attempt == 0 &&
        system_read(reading->file, offset, unit, bytes, &got, reading->check->problem) &&
        got == bytes)
        return true;
    if (ese_stream_kind(&reading->check->pass.stream) == ESE_FILE_DATABASE) {
        found.unit = (uint32_t)(offset / bytes) - 1;
        ese_page_verify(unit, bytes, found.unit, &found.report);
    } else {
        found.unit = (uint32_t)(offset / bytes);
        ese_segment_verify(unit, found.unit, &found.report);
    }
    add_finding(reading->check, &found);
    return false;
}

static void note_mended(void *context, const struct ese_fault *found, uint32_t attempts)
{
    const struct reading *reading = context;

    (void)attempts;
    if (found->report.verdict == ESE_CORRECTED)
        add_finding(reading->check, found);
}

static void start(struct reading *reading, struct ese_name name)
{
    const struct ese_stream_events events = {
        .read_again = read_again, .mended = note_mended, .context = reading};
    struct file_pass *pass = &reading->check->pass;

    file_pass_begin(pass, name, ESE_FILE_UNKNOWN, reading->check->bytes);
    ese_stream_set_recovery(&pass->stream);
    ese_stream_set_events(&pass->stream, &events);
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
        file_pass_piece(&check->pass, buffer, got);
        offset += got;
        bar_update(&bar, offset);
    } while (got == CHECK_BUFFER_BYTES);
    if (check->pass.no_memory) {
        snprintf(check->problem, SYSTEM_TEXT_BYTES,
                 "out of memory: a log of version 7 is checked as a whole");
        return false;
    }
    file_pass_end(&check->pass);
    return true;
}

/* What is no bad unit: headers, an end in the middle of one, a good one in the wrong place. */
static void add_other_findings(struct verified_file *check)
{
    const struct ese_fault *fault = ese_stream_fault(&check->pass.stream);

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
    const struct ese_stream *stream = &check->pass.stream;

    if (ese_stream_kind(stream) == ESE_FILE_NOT_ESE && is_called_as_ese(name)) {
        snprintf(check->problem, SYSTEM_TEXT_BYTES,
                 "it has the name of an ESE file, but not the content of one");
        return CHECK_DAMAGED;
    }
    if (ese_stream_kind(stream) == ESE_FILE_NOT_ESE) {
        snprintf(check->problem, SYSTEM_TEXT_BYTES, "it is not an ESE file");
        return CHECK_UNKNOWN;
    }
    if (ese_stream_fault(stream) != NULL || check->pass.log7_verdict != ESE_GOOD)
        return CHECK_DAMAGED;
    if (ese_stream_counts(stream)->corrected != 0 || lost_a_header_copy(stream))
        return CHECK_CORRECTABLE;
    return CHECK_GOOD;
}

void verify_file(struct verified_file *check, const char *path, uint8_t *buffer)
{
    const char *name = system_name_in(path);
    struct reading reading = {.check = check};

    check->problem[0] = '\0';
    check->finding_count = 0;
    reading.file = system_open(path, &check->bytes, check->problem);
    if (!reading.file) {
        check->outcome = CHECK_UNOPENED;
        return;
    }
    start(&reading, ese_name_classify(name, ESE_NTDS_BASE_NAME));
    check->outcome = CHECK_DAMAGED;
    if (file_pass_is_unjudged(&check->pass.name)) {
        check->outcome = CHECK_SKIPPED;
    } else if (feed_all(check, reading.file, name, buffer)) {
        add_other_findings(check);
        check->outcome = judge(check, name);
    }
    file_pass_fini(&check->pass);
    system_close(reading.file);
}
