/* Prints what was found in one file. */
#include "verify_report.h"

#include "bar.h"

#include <inttypes.h>
#include <stdio.h>

#define TIME_BYTES 48

static const char *outcome_name(enum check_outcome outcome)
{
    switch (outcome) {
    case CHECK_GOOD:
        return "good";
    case CHECK_SKIPPED:
        return "not checked: such a file is in no backup";
    case CHECK_CORRECTABLE:
        return "damaged, but the engine and a backup correct it";
    case CHECK_UNKNOWN:
    case CHECK_UNOPENED:
        return "unknown";
    case CHECK_DAMAGED:
        return "DAMAGED";
    }
    return "unknown";
}

static const char *time_text(struct ese_logtime time, char text[TIME_BYTES])
{
    if (!time.present)
        return "never";
    snprintf(text, TIME_BYTES, "%04u-%02u-%02u %02u:%02u:%02u%s", time.year, time.month, time.day,
             time.hour, time.minute, time.second, time.utc ? " UTC" : "");
    return text;
}

/* The first four bytes are a random number, which is enough to tell two apart. */
static uint32_t signature_number(const struct ese_signature *signature)
{
    return ese_get32(signature->bytes);
}

static const char *state_name(uint32_t state)
{
    static const char *const names[] = {
        "unknown state",   "just created",   "dirty shutdown", "clean shutdown",
        "being converted", "force detached", "being reseeded", "dirty shutdown, patched",
        "being reverted"};

    return state < sizeof(names) / sizeof(names[0]) ? names[state] : names[0];
}

static void print_database(const struct ese_database_header *header, uint64_t bytes)
{
    char time[TIME_BYTES];

    system_print(SYSTEM_OUTPUT,
                 "  pages of %" PRIu32 " bytes (%" PRIu64 "), format 0x%" PRIx32
                 " update 0x%" PRIx32 ", header: %s\n",
                 header->page_bytes,
                 bytes / header->page_bytes < ESE_DATABASE_HEADERS
                     ? 0
                     : bytes / header->page_bytes - ESE_DATABASE_HEADERS,
                 header->version, header->format_update, ese_header_copies_name(header->copies));
    system_print(SYSTEM_OUTPUT,
                 "  state: %s, dbtime 0x%" PRIx64 ", signature %08" PRIx32
                 ", log signature %08" PRIx32 "\n",
                 state_name(header->state), header->dbtime, signature_number(&header->signature),
                 signature_number(&header->log_signature));
    if (header->required_low != 0)
        system_print(SYSTEM_OUTPUT,
                     "  logs: needs 0x%" PRIx32 " to 0x%" PRIx32 ", last 0x%" PRIx32 "\n",
                     header->required_low, header->required_high, header->committed_high);
    system_print(SYSTEM_OUTPUT, "  last full backup: %s\n",
                 time_text(header->backup_full.mark_time, time));
    if (header->os_major != 0)
        system_print(SYSTEM_OUTPUT,
                     "  last indexed by Windows %" PRIu32 ".%" PRIu32 ".%" PRIu32 "\n",
                     header->os_major, header->os_minor, header->os_build);
}

static void print_log(const struct ese_log_header *header)
{
    char created[TIME_BYTES];

    system_print(SYSTEM_OUTPUT,
                 "  generation 0x%" PRIx32 ", created %s, version %" PRIu32 ".%" PRIu32 ".%" PRIu32
                 ".%" PRIu32 ", signature %08" PRIx32 "\n",
                 header->generation, time_text(header->created, created), header->major,
                 header->minor, header->update, header->update_minor,
                 signature_number(&header->signature));
}

static void print_checkpoint(const struct ese_checkpoint *checkpoint)
{
    system_print(SYSTEM_OUTPUT,
                 "  recovery begins in log 0x%" PRIx32 ", log signature %08" PRIx32
                 ", header: %s\n",
                 checkpoint->position.generation, signature_number(&checkpoint->log_signature),
                 ese_header_copies_name(checkpoint->copies));
}

static void print_headers(const struct verified_file *check)
{
    const struct ese_stream *stream = &check->pass.stream;

    if (ese_stream_database(stream) != NULL)
        print_database(ese_stream_database(stream), check->bytes);
    if (ese_stream_log(stream) != NULL)
        print_log(ese_stream_log(stream));
    if (ese_stream_checkpoint(stream) != NULL)
        print_checkpoint(ese_stream_checkpoint(stream));
}

static void print_counts(const struct ese_stream *stream)
{
    const struct ese_stream_counts *counts = ese_stream_counts(stream);
    bool is_log = ese_stream_kind(stream) == ESE_FILE_LOG;

    system_print(
        SYSTEM_OUTPUT,
        "  %s: %" PRIu64 " good, %" PRIu64 " blank, %" PRIu64 " correctable, %" PRIu64 " bad\n",
        is_log ? "segments" : "pages", counts->good, counts->blank, counts->corrected, counts->bad);
    if (counts->old_format != 0)
        system_print(SYSTEM_OUTPUT, "  %" PRIu64 " of the good have the old checksum\n",
                     counts->old_format);
    if (counts->shadow != 0)
        system_print(SYSTEM_OUTPUT, "  and %" PRIu64 " copy of the last segment\n", counts->shadow);
    if (counts->stale != 0)
        system_print(SYSTEM_OUTPUT, "  %" PRIu64 " of the good are left over from an older log\n",
                     counts->stale);
    if (counts->recovered != 0)
        system_print(SYSTEM_OUTPUT, "  %" PRIu64 " were bad, and good when read again\n",
                     counts->recovered);
    if (counts->trailer != 0)
        system_print(SYSTEM_OUTPUT, "  and the extra last page of a streaming backup\n");
}

static void print_log7(const struct verified_file *check)
{
    system_print(SYSTEM_OUTPUT, "  ranges: %" PRIu32 " good\n", check->pass.log7_ranges);
    if (check->pass.log7_verdict != ESE_GOOD)
        system_print(SYSTEM_OUTPUT,
                     "  checksum record at byte %" PRIu64 ": %s, stored %08" PRIx32
                     ", computed %08" PRIx32 "\n",
                     check->pass.log7_fault.offset, ese_verdict_name(check->pass.log7_verdict),
                     check->pass.log7_fault.stored, check->pass.log7_fault.computed);
}

static void print_sums(const struct ese_page_report *report)
{
    system_print(SYSTEM_OUTPUT,
                 ", stored %08" PRIx32 ":%08" PRIx32 ", computed %08" PRIx32 ":%08" PRIx32,
                 report->stored.exclusive_or, report->stored.ecc, report->computed.exclusive_or,
                 report->computed.ecc);
}

static void print_finding(const struct ese_fault *finding, const char *unit)
{
    const struct ese_page_report *report = &finding->report;

    if (finding->is_header)
        system_print(SYSTEM_OUTPUT, "  header at byte %" PRIu64 ": %s", finding->offset,
                     ese_verdict_name(report->verdict));
    else
        system_print(SYSTEM_OUTPUT, "  %s %" PRIu32 " at byte %" PRIu64 ": %s", unit, finding->unit,
                     finding->offset, ese_verdict_name(report->verdict));
    if (report->verdict == ESE_CORRECTED)
        system_print(SYSTEM_OUTPUT, " when read: bit %" PRIu32 " of byte %" PRIu32 " is wrong",
                     report->bit[0] % 8, report->bit[0] / 8);
    else if (report->verdict == ESE_WRONG_PAGE_NUMBER)
        system_print(SYSTEM_OUTPUT, ", its own number is %" PRIu32, report->real_page);
    if (report->stored.exclusive_or != report->computed.exclusive_or ||
        report->stored.ecc != report->computed.ecc)
        print_sums(report);
    system_print(SYSTEM_OUTPUT, "\n");
}

static void print_findings(const struct verified_file *check)
{
    const char *unit = ese_stream_kind(&check->pass.stream) == ESE_FILE_LOG ? "segment" : "page";
    uint64_t i;

    for (i = 0; i < check->finding_count && i < CHECK_FINDINGS_MAX; i++)
        print_finding(&check->findings[i], unit);
    if (check->finding_count > CHECK_FINDINGS_MAX)
        system_print(SYSTEM_OUTPUT, "  ... and %" PRIu64 " more\n",
                     check->finding_count - CHECK_FINDINGS_MAX);
}

void verify_report_file(const struct verified_file *check, const char *path)
{
    enum ese_file_kind kind = ese_stream_kind(&check->pass.stream);
    char size[BAR_TEXT_BYTES];

    if (check->outcome == CHECK_UNKNOWN || check->outcome == CHECK_UNOPENED) {
        system_print(SYSTEM_ERROR, "%s: cannot be checked: %s\n", path, check->problem);
        return;
    }
    bar_size_text(check->bytes, size);
    if (check->outcome == CHECK_SKIPPED) {
        system_print(SYSTEM_OUTPUT, "%s: %s\n", path, outcome_name(check->outcome));
        return;
    }
    system_print(SYSTEM_OUTPUT, "%s: %s, %s\n", path, ese_file_kind_name(kind), size);
    print_headers(check);
    if (kind == ESE_FILE_DATABASE || (kind == ESE_FILE_LOG && !check->pass.is_log7))
        print_counts(&check->pass.stream);
    if (check->pass.is_log7)
        print_log7(check);
    print_findings(check);
    if (check->problem[0] != '\0')
        system_print(SYSTEM_OUTPUT, "  %s\n", check->problem);
    system_print(SYSTEM_OUTPUT, "  result: %s\n", outcome_name(check->outcome));
}
