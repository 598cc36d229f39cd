/*
 * restore_logs.c - are the logs beside a restored database the backup's, sound, and all there?
 *
 * Each log is held to the token and read to its end; then all of them together to the engine's own
 * rule (shim/ese).
 */
#include "restore_check.h"

#include "ese/ese_names.h"
#include "restore_file.h"

#include <ntdsbmsg.h>
#include <stdlib.h>

struct log_set
{
    const struct restore_check *check;
    struct ese_recovery_facts facts;
    uint32_t low, high, current; /* generations of the backup; 0 for none, or no token */
};

static legacy_result fault(const struct log_set *set, legacy_result hr, const wchar_t *path,
                           const struct ese_log_header *header, const wchar_t *what)
{
    restore_record_line(set->check->record, LOG_ERROR, L"%ls (generation 0x%x): %ls", path,
                        header->generation, what);
    return hr;
}

/* A log's header against the database and the token. */
static legacy_result judge_header(const struct log_set *set, const wchar_t *path,
                                  const struct ese_recovery_log *log)
{
    const struct ese_signature *signature = &set->facts.database->log_signature;
    const struct ese_log_header *header = &log->header;
    bool is_current = log->name.kind == ESE_NAME_CURRENT_LOG;

    /* A database that was never logged has no log signature; the logs agree with each other then.
     */
    if (!ese_signature_is_zero(signature) && !ese_signature_equal(signature, &header->signature))
        return fault(set, hrBadLogSignature, path, header,
                     L"the log signature differs: the log belongs to another series");
    if (!is_current && log->name.generation != header->generation)
        return fault(set, hrInvalidLogSequence, path, header,
                     L"the name is that of another generation");
    if (header->generation < set->low || (is_current && header->generation < set->current))
        return fault(set, hrRestoreLogTooLow, path, header, L"older than the backup");
    if (set->check->token && !set->high)
        return fault(set, hrRestoreLogTooHigh, path, header,
                     L"the backup has no logs, so this one is none of it. Move the logs (edb*.log) "
                     L"out of this folder, then restore again");
    if (set->check->token && header->generation > set->high)
        return fault(set, hrRestoreLogTooHigh, path, header, L"newer than the backup");
    if (log->file_bytes != header->file_bytes)
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

static legacy_result report_unread(const struct log_set *set, const wchar_t *path,
                                   const struct ese_recovery_log *log, legacy_result hr,
                                   const struct ese_fault *found)
{
    if (found)
        return corrupt(set, path, found->is_header ? L"header" : L"segment", found->unit,
                       found->report.verdict);
    if (hr == hrLogReadVerifyFailure) /* of version 7, which has no segments */
        return fault(set, hrLogFileCorrupt, path, &log->header, L"a checksum record is wrong");
    return fault(set, hr, path, &log->header, L"cannot be read to its end");
}

/* The current log's bytes tell the backups of one database apart; NULL: of this log the token knows
 * none. */
static const uint8_t *expected_hash(const struct log_set *set, const struct ese_recovery_log *log)
{
    static const uint8_t none[TOKEN_HASH_BYTES];
    const struct token_fields *token = set->check->token;

    if (!token || log->name.kind != ESE_NAME_CURRENT_LOG ||
        memcmp(token->current_log_hash, none, sizeof(none)) == 0)
        return NULL;
    return token->current_log_hash;
}

/* Reads the log to its end. *is_own: it has the expected hash, if any. */
static legacy_result read_log(const struct log_set *set, const struct ese_recovery_log *log,
                              struct file_reader *reader, bool *is_own)
{
    const uint8_t *expected = expected_hash(set, log);
    uint8_t hash[HASH_BYTES];
    legacy_result hr;

    *is_own = true;
    if (!expected)
        return file_reader_verify(reader);
    if (!set->check->token->current_log_of_sums)
        hr = file_reader_hash(reader, hash);
    else
        hr = file_reader_identify(reader, hash);
    *is_own = hr == S_OK && memcmp(expected, hash, HASH_BYTES) == 0;
    return hr;
}

/* Takes ownership of file. */
static legacy_result judge_body(const struct log_set *set, struct ese_recovery_log *log,
                                HANDLE file)
{
    const wchar_t *path = set->check->files[log->tag].path;
    uint32_t index = (uint32_t)log->tag;
    struct file_reader *reader;
    bool is_own;
    legacy_result hr =
        restore_file_reader(set->check, index, file, log->file_bytes, FILE_CHECK_LOG, &reader);

    if (hr != S_OK)
        return hr;
    hr = read_log(set, log, reader, &is_own);
    if (hr != S_OK)
        hr = report_unread(set, path, log, hr, file_reader_fault(reader));
    else if (!is_own)
        hr = fault(set, hrBadDbSignature, path, &log->header,
                   L"undamaged, but from another backup than the token");
    if (hr == S_OK)
        hr = restore_file_compare(set->check, index, log->file_bytes, reader, hrLogFileCorrupt);
    log->has_sum = hr == S_OK && file_reader_log_sum(reader, &log->sum);
    file_reader_destroy(reader);
    return hr;
}

/* One log: its header, then all of it. */
static legacy_result judge_log(struct log_set *set, uint32_t index, struct ese_name name)
{
    static const LARGE_INTEGER beginning;
    const wchar_t *path = set->check->files[index].path;
    struct ese_recovery_log *log = &set->facts.logs[set->facts.log_count];
    uint8_t head[ESE_LOG_HEADER_BYTES];
    enum ese_verdict verdict;
    DWORD got = 0;
    HANDLE file;
    legacy_result hr = restore_file_open(set->check, index, &file, &log->file_bytes);

    if (hr != S_OK)
        return hr;
    log->name = name;
    log->tag = index;
    if (!ReadFile(file, head, sizeof(head), &got, NULL) ||
        !SetFilePointerEx(file, beginning, NULL, FILE_BEGIN)) {
        CloseHandle(file);
        restore_record_line(set->check->record, LOG_ERROR, L"%ls: cannot be read", path);
        return hrDiskIO;
    }
    verdict = ese_log_parse(head, got, &log->header);
    log->has_header = verdict == ESE_GOOD;
    hr = log->has_header ? judge_header(set, path, log) : corrupt(set, path, L"header", 0, verdict);
    if (hr != S_OK || set->check->headers_only)
        CloseHandle(file);
    else
        hr = judge_body(set, log, file);
    set->facts.log_count += hr == S_OK;
    return hr;
}

/* Its content never matters, but the engine has to be able to open it. */
static legacy_result judge_temporary(struct log_set *set, uint32_t index)
{
    uint64_t bytes;
    HANDLE file;
    legacy_result hr = restore_file_open(set->check, index, &file, &bytes);

    if (hr != S_OK)
        return hr;
    CloseHandle(file);
    set->facts.has_temporary_log = true;
    return S_OK;
}

static legacy_result judge_files(struct log_set *set)
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
        else if (kind.kind == ESE_NAME_TEMPORARY_LOG)
            hr = judge_temporary(set, i);
    }
    return hr;
}

static legacy_result code_of(enum ese_recovery_verdict verdict)
{
    switch (verdict) {
    case ESE_RECOVERY_OTHER_SERIES:
        return hrBadLogSignature;
    case ESE_RECOVERY_UNREADABLE:
    case ESE_RECOVERY_WRONG_SIZE:
    case ESE_RECOVERY_OTHER_SUM:
        return hrLogFileCorrupt;
    case ESE_RECOVERY_WRONG_NAME:
    case ESE_RECOVERY_OTHER_DIGITS:
    case ESE_RECOVERY_ABOVE_CURRENT:
    case ESE_RECOVERY_OTHER_TIME:
        return hrInvalidLogSequence;
    default:
        return hrMissingRestoreLogFiles;
    }
}

static void report_finding(const struct log_set *set, enum log_level level,
                           const struct ese_recovery_finding *finding)
{
    const char *text = ese_recovery_verdict_name(finding->verdict);

    if (finding->log)
        restore_record_line(set->check->record, level, L"%ls (generation 0x%x): %hs",
                            set->check->files[finding->log->tag].path, finding->first, text);
    else if (finding->first)
        restore_record_line(set->check->record, level, L"%hs: generations 0x%x to 0x%x", text,
                            finding->first, finding->last);
    else
        restore_record_line(set->check->record, level, L"%hs", text);
}

/* The backup's last changes are in it. The rule alone would take edbtmp.log in its place. */
static bool lacks_current(const struct log_set *set)
{
    size_t i;

    for (i = 0; i < set->facts.log_count; i++) {
        if (set->facts.logs[i].name.kind == ESE_NAME_CURRENT_LOG)
            return false;
    }
    return set->current && set->facts.log_count;
}

/* The engine's verdict on all of them. */
static legacy_result judge_set(struct log_set *set)
{
    struct ese_recovery_result result;

    if (lacks_current(set)) {
        restore_record_line(set->check->record, LOG_ERROR,
                            L"The current log of the backup, edb.log (generation 0x%x), is missing",
                            set->current);
        return hrMissingRestoreLogFiles;
    }
    if (!ese_recovery_judge(&set->facts, &result)) {
        report_finding(set, LOG_ERROR, &result.fault);
        return code_of(result.fault.verdict);
    }
    if (result.warning.verdict != ESE_RECOVERY_OK)
        report_finding(set, LOG_WARNING, &result.warning);
    if (!set->facts.log_count && set->high)
        restore_record_line(set->check->record, LOG_WARNING,
                            L"All logs of the backup are missing (generations 0x%x to 0x%x); the "
                            L"database was shut down cleanly and starts without them",
                            set->low, set->high);
    else
        restore_record_line(set->check->record, LOG_INFO,
                            L"Found %u log(s), %ls; recovery runs from generation 0x%x to 0x%x",
                            (unsigned int)set->facts.log_count,
                            set->check->headers_only ? L"only their headers were read"
                                                     : L"all good",
                            result.start, result.top);
    return S_OK;
}

legacy_result restore_check_logs(const struct restore_check *check,
                                 const struct ese_database_header *database,
                                 const struct ese_checkpoint *checkpoint)
{
    const struct token_fields *token = check->token;
    struct log_set set = {.check = check,
                          .facts = {.database = database, .checkpoint = checkpoint}};
    legacy_result hr;

    if (token) {
        set.current = token->generation_current;
        set.low = token->generation_low ? token->generation_low : set.current;
        set.high = set.current > token->generation_high ? set.current : token->generation_high;
    }
    set.facts.logs = calloc(check->file_count + 1, sizeof(*set.facts.logs));
    if (!set.facts.logs)
        return ERROR_NOT_ENOUGH_MEMORY;
    hr = judge_files(&set);
    if (hr == S_OK)
        hr = judge_set(&set);
    free(set.facts.logs);
    return hr;
}
