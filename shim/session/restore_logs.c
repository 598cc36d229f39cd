/*
 * restore_logs.c - are the logs beside a restored database the backup's, sound, and all there?
 *
 * Every log in the folder is read: without a checkpoint the engine begins with the oldest one it
 * finds.
 */
#include "restore_check.h"

#include "ese/ese_log.h"
#include "ese/ese_names.h"
#include "verify/file_reader.h"
#include "host/result.h"

#include <ntdsbmsg.h>
#include <stdlib.h>

struct found_log
{
    struct ese_log_header header;
    const wchar_t *path;
};

struct log_set
{
    const struct restore_check *check;
    const struct ese_database_header *database;
    uint32_t low, high; /* generations of the backup; 0 for none */
    bool has_current;
    struct found_log *logs;
    size_t count;
};

static legacy_result fault(const struct log_set *set, legacy_result hr, const wchar_t *path,
                           const struct ese_log_header *header, const wchar_t *what)
{
    restore_record_line(set->check->record, LOG_ERROR, L"%ls (generation 0x%x): %ls", path,
                        header->generation, what);
    return hr;
}

/* A log's header against its name, the database and the token. */
static legacy_result judge_header(const struct log_set *set, const wchar_t *path,
                                  struct ese_name name, const struct ese_log_header *header,
                                  uint64_t bytes)
{
    bool is_current = name.kind == ESE_NAME_CURRENT_LOG;
    const struct ese_signature *signature = &set->database->log_signature;

    /* A database that was never logged has no log signature; the logs agree with each other then.
     */
    if (!ese_signature_is_zero(signature) && !ese_signature_equal(signature, &header->signature))
        return fault(set, hrBadLogSignature, path, header,
                     L"the log signature differs: the log belongs to another series");
    if (!is_current && name.generation != header->generation)
        return fault(set, hrInvalidLogSequence, path, header,
                     L"the name is that of another generation");
    if (header->generation < set->low ||
        (is_current && header->generation < set->check->token->generation_current))
        return fault(set, hrRestoreLogTooLow, path, header, L"older than the backup");
    if (header->generation > set->high)
        return fault(set, hrRestoreLogTooHigh, path, header, L"newer than the backup");
    if (bytes != header->file_bytes)
        return fault(set, hrLogFileCorrupt, path, header, L"the size is not what the header says");
    return S_OK;
}

static legacy_result corrupt(const struct log_set *set, const wchar_t *path, const wchar_t *unit,
                             uint32_t number, enum ese_verdict verdict)
{
    restore_record_line(set->check->record, LOG_ERROR, L"%ls: %ls %u: %hs", path, unit, number,
                        ese_verdict_name(verdict));
    return hrLogFileCorrupt;
}

/* Takes ownership of file. Version 8, which is judged as it passes. hash: NULL, or wanted. */
static legacy_result read_body(const struct log_set *set, const struct found_log *log, HANDLE file,
                               uint8_t *hash)
{
    struct file_reader *reader =
        file_reader_create(file, log->header.file_bytes, FILE_CHECK_LOG, log->path);
    legacy_result hr;

    if (!reader)
        return ERROR_NOT_ENOUGH_MEMORY;
    file_reader_refuse_correctable(reader);
    hr = hash ? file_reader_hash(reader, hash) : file_reader_verify(reader);
    if (hr != S_OK && file_reader_fault(reader)) {
        const struct ese_fault *found = file_reader_fault(reader);

        hr = corrupt(set, log->path, found->is_header ? L"header" : L"segment", found->unit,
                     found->report.verdict);
    } else if (hr != S_OK) {
        fault(set, hr, log->path, &log->header, L"cannot be read to its end");
    }
    file_reader_destroy(reader);
    return hr;
}

/*
 * Version 7's ranges need the whole file: 32 MiB at most with its sectors of 512 bytes. Leaves the
 * file at its beginning.
 */
static legacy_result read_body7(const struct log_set *set, const wchar_t *path, HANDLE file,
                                const struct ese_log_header *header)
{
    static const LARGE_INTEGER beginning;
    uint8_t *whole = malloc((size_t)header->file_bytes);
    struct ese_log7_fault found;
    enum ese_verdict verdict;
    DWORD got = 0;
    legacy_result hr = S_OK;

    if (!whole)
        return ERROR_NOT_ENOUGH_MEMORY;
    if (!ReadFile(file, whole, (DWORD)header->file_bytes, &got, NULL) ||
        got != header->file_bytes) {
        hr = fault(set, hrDiskIO, path, header, L"cannot be read to its end");
    } else {
        verdict = ese_log7_verify(whole, got, NULL, &found);
        if (verdict != ESE_GOOD)
            hr = corrupt(set, path, L"checksum record at byte", (uint32_t)found.offset, verdict);
    }
    free(whole);
    if (hr == S_OK && !SetFilePointerEx(file, beginning, NULL, FILE_BEGIN))
        hr = hrDiskIO;
    return hr;
}

/* The current log grows with every change, so its content tells backups of one database apart. */
static legacy_result compare_current(const struct log_set *set, const struct found_log *log,
                                     const uint8_t hash[HASH_BYTES])
{
    static const uint8_t none[TOKEN_HASH_BYTES];
    const uint8_t *expected = set->check->token->current_log_hash;

    if (memcmp(expected, none, sizeof(none)) == 0 || memcmp(expected, hash, HASH_BYTES) == 0)
        return S_OK;
    return fault(set, hrBadDbSignature, log->path, &log->header,
                 L"undamaged, but from another backup than the token");
}

/* Takes ownership of file. */
static legacy_result judge_body(const struct log_set *set, const struct found_log *log, HANDLE file,
                                bool is_current)
{
    uint8_t hash[HASH_BYTES];
    legacy_result hr = S_OK;

    if (log->header.major < 8 && !set->check->headers_only)
        hr = read_body7(set, log->path, file, &log->header);
    if (hr != S_OK || set->check->headers_only) {
        CloseHandle(file);
        return hr;
    }
    hr = read_body(set, log, file, is_current ? hash : NULL);
    if (hr == S_OK && is_current)
        hr = compare_current(set, log, hash);
    return hr;
}

/* One log: its header, then all of it. */
static legacy_result judge_log(struct log_set *set, uint32_t index, struct ese_name name)
{
    static const LARGE_INTEGER beginning;
    const struct restore_check *check = set->check;
    struct found_log *log = &set->logs[set->count];
    uint8_t head[ESE_LOG_HEADER_BYTES];
    enum ese_verdict verdict;
    uint64_t bytes;
    DWORD got = 0;
    HANDLE file;
    legacy_result hr = check->source->open(check->source->context, index, &file, &bytes);

    log->path = check->files[index].path;
    if (hr != S_OK) {
        restore_record_line(check->record, LOG_ERROR, L"%ls: cannot be opened: 0x%08lx", log->path,
                            (unsigned long)hr);
        return hr;
    }
    if (!ReadFile(file, head, sizeof(head), &got, NULL) ||
        !SetFilePointerEx(file, beginning, NULL, FILE_BEGIN)) {
        CloseHandle(file);
        restore_record_line(check->record, LOG_ERROR, L"%ls: cannot be read", log->path);
        return hrDiskIO;
    }
    verdict = ese_log_parse(head, got, &log->header);
    hr = verdict == ESE_GOOD ? judge_header(set, log->path, name, &log->header, bytes)
                             : corrupt(set, log->path, L"header", 0, verdict);
    if (hr != S_OK) {
        CloseHandle(file);
        return hr;
    }
    set->count++;
    set->has_current |= name.kind == ESE_NAME_CURRENT_LOG;
    return judge_body(set, log, file, name.kind == ESE_NAME_CURRENT_LOG);
}

static int compare_generations(const void *left, const void *right)
{
    const struct found_log *a = left;
    const struct found_log *b = right;

    return a->header.generation < b->header.generation   ? -1
           : a->header.generation > b->header.generation ? 1
                                                         : 0;
}

/* Each log must continue the one before it, where that is there. */
static legacy_result check_chain(const struct log_set *set)
{
    size_t i;

    for (i = 1; i < set->count; i++) {
        const struct found_log *before = &set->logs[i - 1];
        const struct found_log *log = &set->logs[i];

        if (log->header.generation > before->header.generation + 1)
            continue;
        if (!ese_log_follows(&before->header, &log->header))
            return fault(set, hrInvalidLogSequence, log->path, &log->header,
                         L"does not continue the previous log");
    }
    return S_OK;
}

/* How many generations of a range are missing; *first: the first of them. */
static uint32_t count_missing(const struct log_set *set, uint32_t low, uint32_t high,
                              uint32_t *first)
{
    uint32_t missing = high - low + 1, next = low;
    size_t i;

    *first = 0;
    for (i = 0; i < set->count; i++) {
        uint32_t generation = set->logs[i].header.generation;

        if (generation < low || generation > high)
            continue;
        if (generation != next && !*first)
            *first = next;
        next = generation + 1;
        missing--;
    }
    if (missing && !*first)
        *first = next;
    return missing;
}

static void warn_missing(const struct log_set *set, uint32_t low, uint32_t high,
                         const wchar_t *why_not)
{
    uint32_t first;
    uint32_t missing = low && low <= high ? count_missing(set, low, high, &first) : 0;

    if (missing)
        restore_record_line(
            set->check->record, LOG_WARNING,
            L"%u log(s) of the backup are missing, the first is generation 0x%x; %ls", missing,
            first, why_not);
}

/* A dirty database is brought up by its required logs, and recovery starts with edb.log there. */
static legacy_result check_dirty(const struct log_set *set)
{
    const struct ese_database_header *database = set->database;
    uint32_t first;
    uint32_t missing = database->required_low ? count_missing(set, database->required_low,
                                                              database->required_high, &first)
                                              : 0;

    if (missing) {
        restore_record_line(set->check->record, LOG_ERROR,
                            L"%u log(s) are missing that the database needs (generations 0x%x to "
                            L"0x%x), the first is 0x%x",
                            missing, database->required_low, database->required_high, first);
        return hrMissingRestoreLogFiles;
    }
    if (!set->has_current && set->check->token->generation_current) {
        restore_record_line(set->check->record, LOG_ERROR,
                            L"The current log, edb.log (generation 0x%x), is missing: the engine "
                            L"does not begin recovery without it",
                            set->check->token->generation_current);
        return hrMissingRestoreLogFiles;
    }
    if (database->required_high < database->committed_high)
        warn_missing(set, database->required_high + 1, database->committed_high,
                     L"the last changes before the backup are lost with them");
    if (database->required_low)
        warn_missing(set, set->low, database->required_low - 1, L"recovery does not need them");
    return S_OK;
}

static legacy_result judge_all(struct log_set *set)
{
    legacy_result hr = S_OK;
    uint32_t i;

    for (i = 0; hr == S_OK && i < set->check->file_count; i++) {
        const struct ntdsvss_file *file = &set->check->files[i];
        const wchar_t *name = wcsrchr(file->path, L'\\');
        struct ese_name kind =
            ese_name_classify_wide(name ? name + 1 : file->path, ESE_NTDS_BASE_NAME);

        if (file->kind == NTDSVSS_FILE_LOG && ese_name_is_backed_up_log(&kind))
            hr = judge_log(set, i, kind);
    }
    if (hr != S_OK)
        return hr;
    qsort(set->logs, set->count, sizeof(*set->logs), compare_generations);
    return check_chain(set);
}

legacy_result restore_check_logs(const struct restore_check *check,
                                 const struct ese_database_header *database)
{
    const struct token_fields *token = check->token;
    struct log_set set = {.check = check, .database = database};
    legacy_result hr;

    set.low = token->generation_low ? token->generation_low : token->generation_current;
    set.high = token->generation_current > token->generation_high ? token->generation_current
                                                                  : token->generation_high;
    set.logs = malloc((check->file_count + 1) * sizeof(*set.logs));
    if (!set.logs)
        return ERROR_NOT_ENOUGH_MEMORY;
    hr = judge_all(&set);
    if (hr == S_OK && ese_database_is_dirty(database))
        hr = check_dirty(&set);
    else if (hr == S_OK)
        warn_missing(&set, set.low, set.high, L"a clean database needs none");
    if (hr == S_OK)
        restore_record_line(check->record, LOG_INFO,
                            L"Found %u log(s) of generations 0x%x to 0x%x, %ls",
                            (unsigned int)set.count, set.low, set.high,
                            check->headers_only ? L"only their headers were read" : L"all good");
    free(set.logs);
    return hr;
}
