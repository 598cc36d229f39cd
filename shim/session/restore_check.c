/*
 * restore_check.c - compares the database and the checkpoint with the token, and reads the database
 * to its end.
 *
 * Memory is bounded, whatever the size of the files.
 */
#include "restore_check.h"

#include "restore_file.h"
#include "ese/ese_database.h"
#include "verify/file_reader.h"
#include "host/result.h"

#include <ntdsbmsg.h>
#include <stdlib.h>

static const wchar_t *state_name(const struct ese_database_header *header)
{
    return ese_database_is_dirty(header) ? L"dirty" : L"clean";
}

static bool signature_is(const struct ese_signature *found, const uint8_t *expected)
{
    return memcmp(found->bytes, expected, ESE_SIGNATURE_BYTES) == 0;
}

/* What the header says against what the token says of the backup's. */
static legacy_result compare_header(const struct restore_check *check, const wchar_t *path,
                                    const struct ese_database_header *header,
                                    const struct token_database_fields *expected)
{
    if (!expected->page_bytes || !signature_is(&header->signature, expected->signature)) {
        restore_record_line(
            check->record, LOG_ERROR,
            L"%ls: the database signature differs from the backup's: this is another database",
            path);
        return hrBadDbSignature;
    }
    if (!signature_is(&header->log_signature, expected->log_signature)) {
        restore_record_line(check->record, LOG_ERROR,
                            L"%ls: the log signature differs from the backup's: the logs were "
                            L"replaced after the backup",
                            path);
        return hrBadLogSignature;
    }
    if (header->checksum != expected->header_checksum ||
        header->page_bytes != expected->page_bytes || header->dbtime != expected->dbtime) {
        restore_record_line(check->record, LOG_ERROR,
                            L"%ls: the database is from another backup than the token: header "
                            L"checksum %08x, dbtime %llu; expected %08x, %llu",
                            path, header->checksum, (unsigned long long)header->dbtime,
                            expected->header_checksum, (unsigned long long)expected->dbtime);
        return hrBadDbSignature;
    }
    return S_OK;
}

/* Damage that the header's fields do not show. */
static legacy_result check_shape(const struct restore_check *check, const wchar_t *path,
                                 uint64_t bytes, const struct ese_database_header *header,
                                 const struct token_database_fields *expected)
{
    if ((uint32_t)header->copies != expected->header_copies) {
        restore_record_line(check->record, LOG_ERROR,
                            L"%ls: the database header or its copy is damaged: good copies: %hs",
                            path, ese_header_copies_name(header->copies));
        return hrReadVerifyFailure;
    }
    if (bytes != expected->bytes) {
        restore_record_line(
            check->record, LOG_ERROR,
            L"%ls: the size is %llu bytes, the backup's is %llu; the last page is %llu", path,
            (unsigned long long)bytes, (unsigned long long)expected->bytes,
            (unsigned long long)(bytes / header->page_bytes) - 2);
        return hrReadVerifyFailure;
    }
    return S_OK;
}

/* The first bytes, and back to the beginning; *got fewer where the file is shorter. */
static legacy_result read_head(HANDLE file, uint8_t *head, DWORD head_bytes, DWORD *got)
{
    static const LARGE_INTEGER beginning;

    if (!ReadFile(file, head, head_bytes, got, NULL) ||
        !SetFilePointerEx(file, beginning, NULL, FILE_BEGIN))
        return hrDiskIO;
    return S_OK;
}

static legacy_result compare_token(const struct restore_check *check, const wchar_t *path,
                                   uint64_t bytes, const struct ese_database_header *header)
{
    struct token_database_fields expected;
    legacy_result hr;

    token_layout_database(check->token, 0, &expected);
    hr = compare_header(check, path, header, &expected);
    return hr == S_OK ? check_shape(check, path, bytes, header, &expected) : hr;
}

static legacy_result judge_head(const struct restore_check *check, const wchar_t *path, HANDLE file,
                                uint64_t bytes, struct ese_database_header *header)
{
    uint8_t *head = malloc(ESE_DATABASE_HEAD_BYTES);
    enum ese_verdict verdict;
    DWORD got = 0;
    legacy_result hr;

    if (!head)
        return ERROR_NOT_ENOUGH_MEMORY;
    hr = read_head(file, head, ESE_DATABASE_HEAD_BYTES, &got);
    if (hr != S_OK) {
        restore_record_line(check->record, LOG_ERROR, L"%ls: the header cannot be read", path);
        goto out;
    }
    verdict = ese_database_parse(head, got, header);
    if (verdict != ESE_GOOD) {
        restore_record_line(check->record, LOG_ERROR, L"%ls: header page: %hs", path,
                            ese_verdict_name(verdict));
        hr = hrReadVerifyFailure;
        goto out;
    }
    if (check->token)
        hr = compare_token(check, path, bytes, header);
out:
    free(head);
    return hr;
}

/* Takes ownership of file. */
static legacy_result read_pages(const struct restore_check *check, const wchar_t *path, HANDLE file,
                                uint64_t bytes)
{
    struct file_reader *reader;
    legacy_result hr = restore_file_reader(check, 0, file, bytes, FILE_CHECK_DATABASE, &reader);

    if (hr != S_OK)
        return hr;
    hr = file_reader_verify(reader);
    if (hr != S_OK && file_reader_fault(reader)) {
        const struct ese_fault *fault = file_reader_fault(reader);

        restore_record_line(check->record, LOG_ERROR, L"%ls: page %u: %hs", path, fault->unit,
                            ese_verdict_name(fault->report.verdict));
    } else if (hr == hrDiskIO) {
        restore_record_line(check->record, LOG_ERROR, L"%ls: cannot be read to its end", path);
    } else if (hr == S_OK) {
        hr = restore_file_compare(check, 0, bytes, reader, hrReadVerifyFailure);
    }
    file_reader_destroy(reader);
    return hr;
}

static legacy_result check_database(const struct restore_check *check,
                                    struct ese_database_header *header)
{
    const struct ntdsvss_file *database = check->files;
    uint64_t bytes;
    HANDLE file;
    legacy_result hr;

    if (!check->file_count || database->kind != NTDSVSS_FILE_DATABASE)
        return hrDatabaseNotFound;
    hr = restore_file_open(check, 0, &file, &bytes);
    if (hr == ERROR_FILE_NOT_FOUND || hr == ERROR_PATH_NOT_FOUND)
        return hrDatabaseNotFound;
    if (hr != S_OK)
        return hr;
    hr = judge_head(check, database->path, file, bytes, header);
    if (hr == S_OK && !check->headers_only)
        hr = read_pages(check, database->path, file, bytes);
    else
        CloseHandle(file);
    if (hr == S_OK)
        restore_record_line(check->record, LOG_INFO, L"%ls: %llu bytes, %ls, %ls", database->path,
                            (unsigned long long)bytes, state_name(header),
                            check->headers_only ? L"only its header was read" : L"every page good");
    return hr;
}

/* *is_own: it is the backup's, byte by byte, and one that the engine can use. */
static legacy_result read_checkpoint(const struct restore_check *check,
                                     const struct ese_database_header *database, HANDLE file,
                                     struct ese_checkpoint *checkpoint, bool *is_own)
{
    uint8_t content[ESE_CHECKPOINT_BYTES + 1];
    uint8_t hash[HASH_BYTES];
    DWORD got = 0;
    legacy_result hr;

    *is_own = false;
    /* One that cannot be read is not the backup's either. */
    if (!ReadFile(file, content, sizeof(content), &got, NULL) || got != ESE_CHECKPOINT_BYTES ||
        ese_checkpoint_parse(content, got, checkpoint) != ESE_GOOD)
        return S_OK;
    if (!check->token) {
        *is_own = ese_signature_is_zero(&database->log_signature) ||
                  ese_signature_equal(&database->log_signature, &checkpoint->log_signature);
        return S_OK;
    }
    hr = hash_bytes(content, got, hash);
    if (hr == S_OK)
        *is_own = memcmp(hash, check->token->checkpoint_hash, sizeof(hash)) == 0;
    return hr;
}

/* Which of the files is the backup's own checkpoint; the count of files if none is. */
static legacy_result find_own_checkpoint(const struct restore_check *check,
                                         const struct ese_database_header *database,
                                         struct ese_checkpoint *checkpoint, size_t *own)
{
    legacy_result hr = S_OK;
    bool is_own = false;
    uint64_t bytes;
    HANDLE file;
    uint32_t i;

    *own = check->file_count;
    for (i = 0; hr == S_OK && !is_own && i < check->file_count; i++) {
        if (check->files[i].kind != NTDSVSS_FILE_CHECKPOINT)
            continue;
        hr = restore_file_open(check, i, &file, &bytes);
        if (hr != S_OK)
            return hr;
        hr = read_checkpoint(check, database, file, checkpoint, &is_own);
        CloseHandle(file);
        if (is_own)
            *own = i;
    }
    return hr;
}

/* The engine makes a new checkpoint if there is none; a wrong one sends recovery astray. */
static legacy_result set_others_aside(const struct restore_check *check, size_t own)
{
    legacy_result hr = S_OK;
    uint32_t i;

    for (i = 0; hr == S_OK && i < check->file_count; i++) {
        const wchar_t *path = check->files[i].path;

        if (check->files[i].kind != NTDSVSS_FILE_CHECKPOINT)
            continue;
        if (i != own)
            hr = check->source->set_aside(check->source->context, i);
        if (hr != S_OK)
            restore_record_line(check->record, LOG_ERROR,
                                L"%ls: this checkpoint is not the backup's and cannot be set "
                                L"aside: 0x%08lx",
                                path, (unsigned long)hr);
        else if (i == own)
            restore_record_line(check->record, LOG_INFO, L"%ls: the backup's own", path);
        else if (!check->is_kept)
            restore_record_line(check->record, LOG_WARNING,
                                L"%ls: not the backup's checkpoint: set aside; the engine makes a "
                                L"new one",
                                path);
    }
    return hr;
}

/* What nothing but a record of the backup can show. */
static void report_record(const struct restore_check *check)
{
    if (check->backup && check->backup->verified && !check->headers_only)
        restore_record_line(check->record, LOG_INFO,
                            L"The files are compared with the record of this backup");
    else if (check->backup && !check->headers_only)
        restore_record_line(check->record, LOG_WARNING,
                            L"This backup was made with Verify=off: only the sizes of its files "
                            L"are compared with its record, and pages that were blanked cannot be "
                            L"detected");
    else if (!check->backup)
        restore_record_line(check->record, LOG_WARNING,
                            L"There is no record of this backup on this computer: pages that were "
                            L"blanked after the backup cannot be detected");
    if (check->headers_only)
        restore_record_line(check->record, LOG_WARNING,
                            L"The setting Verify is not 'full': only headers are checked, and no "
                            L"content is compared with the record of this backup");
}

legacy_result restore_check(const struct restore_check *check)
{
    struct ese_database_header header;
    struct ese_checkpoint checkpoint;
    size_t own;
    legacy_result hr;

    if (!check->is_kept)
        report_record(check);
    hr = check_database(check, &header);
    if (hr == S_OK)
        hr = find_own_checkpoint(check, &header, &checkpoint, &own);
    if (hr == S_OK)
        hr = restore_check_logs(check, &header, own < check->file_count ? &checkpoint : NULL);
    if (hr == S_OK)
        hr = set_others_aside(check, own);
    return hr;
}
