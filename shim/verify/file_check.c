/*
 * file_check.c - the ESE verifier, with second chances from the device and lines in the log.
 *
 * Must not know buffers and callers: that is file_reader.c.
 */
#include "file_check.h"

#include "ese/ese_fields.h"
#include "ese/ese_names.h"
#include "file_source.h"
#include "side_check.h"
#include "common/log_file.h"
#include "host/result.h"

#include <ntdsbmsg.h>
#include <wchar.h>

/* How often a bad page is read again; ours, without pauses. The engine's own backup tried 16 times,
 * with growing pauses, against arrays that mended themselves meanwhile. */
#define READS_AGAIN      3u
#define MENDED_LINES_MAX 20u /* then only the summary tells */

static const wchar_t *unit_name(const struct file_checker *checker, const struct ese_fault *fault)
{
    if (fault->is_header)
        return L"header";
    return ese_stream_kind(&checker->stream) == ESE_FILE_LOG ? L"segment" : L"page";
}

static bool read_unit_again(void *context, uint64_t offset, void *unit, uint32_t bytes,
                            uint32_t attempt)
{
    struct file_checker *checker = context;
    uint32_t got;

    return attempt < READS_AGAIN &&
           checker->source->read_uncached(checker->source, offset, unit, bytes, &got) &&
           got == bytes;
}

static void log_mended(void *context, const struct ese_fault *found, uint32_t attempts)
{
    struct file_checker *checker = context;
    unsigned long long at = found->offset;

    if (checker->mended_logged++ >= MENDED_LINES_MAX)
        return;
    if (attempts > 0)
        log_line(LOG_WARNING,
                 L"%ls: %ls %u at byte %llu failed its checksum and was good when read again (%u)",
                 checker->name, unit_name(checker, found), found->unit, at, attempts);
    if (found->report.verdict == ESE_CORRECTED)
        log_line(LOG_WARNING,
                 L"%ls: %ls %u at byte %llu: %u flipped bit(s) corrected in the data handed out, "
                 L"the first at byte %u of the %ls",
                 checker->name, unit_name(checker, found), found->unit, at, found->report.bits,
                 found->report.bit[0] / 8, unit_name(checker, found));
}

/* In a log folder anything may be called *.log; only what is called as the engine calls its logs
 * must be one. */
static enum ese_file_kind expected_kind(enum file_check check, const wchar_t *name)
{
    const wchar_t *last = wcsrchr(name, L'\\');
    struct ese_name parsed = ese_name_classify_wide(last ? last + 1 : name, ESE_NTDS_BASE_NAME);

    if (check == FILE_CHECK_DATABASE)
        return ESE_FILE_DATABASE;
    return ese_name_is_backed_up_log(&parsed) ? ESE_FILE_LOG : ESE_FILE_UNKNOWN;
}

static void start_stream(struct file_checker *checker)
{
    const struct ese_stream_events events = {.read_again = read_unit_again,
                                             .mended = log_mended,
                                             .context = checker,
                                             .keep_correctable = checker->for_recovery};

    ese_stream_init(&checker->stream, expected_kind(checker->check, checker->name));
    ese_stream_set_events(&checker->stream, &events);
    ese_stream_set_total(&checker->stream, checker->bytes);
    if (checker->for_recovery)
        ese_stream_set_recovery(&checker->stream);
}

void file_check_init(struct file_checker *checker, struct file_source *source, uint64_t bytes,
                     enum file_check check, const wchar_t *name)
{
    checker->source = source;
    checker->name = name;
    checker->bytes = bytes;
    checker->check = check;
    if (check != FILE_CHECK_NONE)
        start_stream(checker);
}

void file_check_for_recovery(struct file_checker *checker)
{
    checker->for_recovery = true;
    if (checker->check != FILE_CHECK_NONE)
        start_stream(checker);
}

const struct ese_fault *file_check_fault(const struct file_checker *checker)
{
    return checker->check == FILE_CHECK_NONE ? NULL : ese_stream_fault(&checker->stream);
}

static legacy_result failure_code(const struct file_checker *checker)
{
    return checker->check == FILE_CHECK_DATABASE ? hrReadVerifyFailure : hrLogReadVerifyFailure;
}

static legacy_result report_fault(const struct file_checker *checker)
{
    const struct ese_fault *fault = ese_stream_fault(&checker->stream);
    const struct ese_page_report *report = &fault->report;

    log_line(LOG_ERROR,
             L"%ls: %hs at byte %llu (%ls %u), checksum stored %08x:%08x, computed %08x:%08x%ls",
             checker->name, ese_verdict_name(report->verdict), (unsigned long long)fault->offset,
             unit_name(checker, fault), fault->unit, report->stored.exclusive_or,
             report->stored.ecc, report->computed.exclusive_or, report->computed.ecc,
             fault->is_header ? L"" : L"; the same when read again");
    if (report->verdict == ESE_WRONG_PAGE_NUMBER)
        log_line(LOG_ERROR, L"%ls: the content is that of %ls %u", checker->name,
                 unit_name(checker, fault), report->real_page);
    return failure_code(checker);
}

/* True when another look at the headers may find them better. */
static bool header_is_doubtful(const struct ese_stream *stream)
{
    const struct ese_database_header *database = ese_stream_database(stream);

    if (ese_stream_fault(stream) != NULL && ese_stream_fault(stream)->is_header)
        return true;
    return database != NULL && (database->copies == ESE_COPIES_PRIMARY_ONLY ||
                                database->copies == ESE_COPIES_SHADOW_ONLY);
}

static void log_header_copies(const struct file_checker *checker)
{
    const struct ese_database_header *database = ese_stream_database(&checker->stream);

    if (database != NULL && database->copies != ESE_COPIES_BOTH)
        log_line(LOG_WARNING, L"%ls: database header: %hs", checker->name,
                 ese_header_copies_name(database->copies));
}

static legacy_result check_head(struct file_checker *checker, uint8_t *piece, uint32_t bytes)
{
    uint32_t attempt, got;
    bool good = ese_stream_feed_writable(&checker->stream, piece, bytes);

    for (attempt = 0; attempt < READS_AGAIN && header_is_doubtful(&checker->stream); attempt++) {
        /* In place: what such a read leaves of the piece is not what was judged. */
        if (!checker->source->read_uncached(checker->source, 0, piece, bytes, &got) ||
            got != bytes) {
            log_line(LOG_ERROR,
                     L"%ls: the header is damaged and cannot be read again: Win32 error "
                     L"%lu",
                     checker->name, GetLastError());
            return good ? hrDiskIO : report_fault(checker);
        }
        start_stream(checker);
        good = ese_stream_feed_writable(&checker->stream, piece, bytes);
    }
    if (attempt > 0 && !header_is_doubtful(&checker->stream))
        log_line(LOG_WARNING,
                 L"%ls: the header failed its checksum and was good when read again (%u)",
                 checker->name, attempt);
    log_header_copies(checker);
    return good ? S_OK : report_fault(checker);
}

legacy_result file_check_want_digest(struct file_checker *checker)
{
    return checker->hash ? S_OK : hash_create(&checker->hash);
}

static void feed_hash(void *context, const void *bytes, size_t byte_count)
{
    hash_feed(context, bytes, byte_count); /* a failure shows in hash_finish */
}

/* A piece that was found good. A log of version 7 is taken as a whole. */
static void digest_piece(struct file_checker *checker, uint64_t offset, const uint8_t *piece,
                         uint32_t bytes)
{
    if (!checker->hash || file_check_wants_whole(checker))
        return;
    if (offset == 0)
        ese_sums_init(&checker->sums,
                      checker->check == FILE_CHECK_NONE ? ESE_SUMS_ALL_BYTES
                                                        : ese_sums_unit_bytes(&checker->stream),
                      feed_hash, checker->hash);
    ese_sums_take(&checker->sums, piece, bytes);
}

legacy_result file_check_digest(struct file_checker *checker, uint8_t result[HASH_BYTES])
{
    if (!checker->has_digest) {
        if (checker->bytes && !file_check_wants_whole(checker))
            ese_sums_finish(&checker->sums);
        if (!hash_finish(checker->hash, checker->digest))
            return ERROR_GEN_FAILURE;
        checker->has_digest = true;
    }
    memcpy(result, checker->digest, HASH_BYTES);
    return S_OK;
}

void file_check_fini(struct file_checker *checker)
{
    hash_destroy(checker->hash);
}

static legacy_result judge_piece(struct file_checker *checker, uint64_t offset, uint8_t *piece,
                                 uint32_t bytes)
{
    legacy_result hr = S_OK;

    if (checker->check == FILE_CHECK_NONE)
        return S_OK;
    if (offset == 0)
        hr = check_head(checker, piece, bytes);
    else if (!ese_stream_feed_writable(&checker->stream, piece, bytes))
        hr = report_fault(checker);
    if (hr == S_OK && offset + bytes == checker->bytes && !ese_stream_finish(&checker->stream))
        hr = report_fault(checker);
    return hr;
}

legacy_result file_check_piece(struct file_checker *checker, uint64_t offset, uint8_t *piece,
                               uint32_t bytes)
{
    legacy_result hr = judge_piece(checker, offset, piece, bytes);

    if (hr == S_OK)
        digest_piece(checker, offset, piece, bytes);
    return hr;
}

bool file_check_stretch(struct file_checker *checker, const struct side_stretch *stretch)
{
    if (!ese_stream_join(&checker->stream, &stretch->stream, SIDE_CHECK_STRETCH_BYTES))
        return false;
    if (checker->hash) {
        ese_sums_finish(&checker->sums);
        hash_feed(checker->hash, stretch->sums, stretch->sums_bytes);
    }
    return true;
}

uint32_t file_check_unit_bytes(const struct file_checker *checker)
{
    uint32_t unit = checker->check == FILE_CHECK_NONE ? 0 : ese_stream_unit_bytes(&checker->stream);

    return unit ? unit : 1;
}

uint64_t file_check_sound_bytes(const struct file_checker *checker)
{
    const struct ese_fault *fault = ese_stream_fault(&checker->stream);

    return fault ? fault->offset : 0;
}

bool file_check_wants_whole(const struct file_checker *checker)
{
    const struct ese_log_header *log =
        checker->check == FILE_CHECK_NONE ? NULL : ese_stream_log(&checker->stream);

    /* With another size than it says it is bad anyway; with its own it is at most 32 MiB. */
    return log != NULL && log->major < ESE_LOG_VERSION_SEGMENTED &&
           log->file_bytes == checker->bytes;
}

/* The header too: the stream has judged what another read brought. */
static enum ese_verdict judge_log7(const uint8_t *file, uint32_t bytes,
                                   struct ese_log7_fault *fault)
{
    *fault = (struct ese_log7_fault){.stored = ese_get32(file),
                                     .computed = ese_header_sum(file, ESE_LOG_HEADER_BYTES)};
    if (fault->stored != fault->computed)
        return ESE_BAD_CHECKSUM;
    return ese_log7_verify(file, bytes, NULL, fault);
}

legacy_result file_check_whole_log(struct file_checker *checker, uint8_t *file, uint32_t bytes)
{
    struct ese_log7_fault fault;
    enum ese_verdict verdict = judge_log7(file, bytes, &fault);
    uint32_t attempt, got;

    for (attempt = 0; attempt < READS_AGAIN && verdict != ESE_GOOD; attempt++) {
        if (!checker->source->read_uncached(checker->source, 0, file, bytes, &got) || got != bytes)
            break;
        verdict = judge_log7(file, bytes, &fault);
    }
    if (verdict == ESE_GOOD) {
        if (checker->hash)
            hash_feed(checker->hash, file, bytes);
        return S_OK;
    }
    log_line(LOG_ERROR,
             L"%ls: %hs at byte %llu (%ls), checksum stored %08x, computed %08x; the "
             L"same when read again",
             checker->name, ese_verdict_name(verdict), (unsigned long long)fault.offset,
             fault.offset ? L"checksum record" : L"header", fault.stored, fault.computed);
    return failure_code(checker);
}

void file_check_log_summary(const struct file_checker *checker)
{
    const struct ese_stream_counts *counts = &checker->stream.counts;

    if (checker->check == FILE_CHECK_NONE || counts->bytes == 0)
        return;
    log_line(counts->corrected || counts->recovered ? LOG_WARNING : LOG_INFO,
             L"%ls: %hs, %llu bytes: %llu good, %llu blank, %llu corrected, %llu good when read "
             L"again, %llu bad",
             checker->name, ese_file_kind_name(ese_stream_kind(&checker->stream)),
             (unsigned long long)counts->bytes, (unsigned long long)counts->good,
             (unsigned long long)counts->blank, (unsigned long long)counts->corrected,
             (unsigned long long)counts->recovered, (unsigned long long)counts->bad);
}
