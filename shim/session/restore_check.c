/*
 * restore_check.c - compares the database and the checkpoint with the token, and reads the database
 * to its end.
 *
 * Memory is bounded, whatever the size of the files.
 */
#include "restore_check.h"

#include "ese/ese_database.h"
#include "verify/file_reader.h"
#include "host/result.h"

#include <ntdsbmsg.h>
#include <stdlib.h>

#define CHECKPOINT_BYTES_MAX (64u * 1024)

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
                                    const struct ese_database_header *header, uint32_t checksum,
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
    if (checksum != expected->header_checksum || header->page_bytes != expected->page_bytes ||
        header->dbtime != expected->dbtime) {
        restore_record_line(check->record, LOG_ERROR,
                            L"%ls: the database is from another backup than the token: header "
                            L"checksum %08x, dbtime %llu; expected %08x, %llu",
                            path, checksum, (unsigned long long)header->dbtime,
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

static legacy_result judge_head(const struct restore_check *check, const wchar_t *path, HANDLE file,
                                uint64_t bytes, struct ese_database_header *header)
{
    uint8_t *head = malloc(ESE_DATABASE_HEAD_BYTES);
    struct token_database_fields expected;
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
    token_layout_database(check->token, 0, &expected);
    hr = compare_header(
        check, path, header,
        ese_get32(head + (header->copies == ESE_COPIES_SHADOW_ONLY ? header->page_bytes : 0) +
                  ESE_DB_CHECKSUM),
        &expected);
    if (hr == S_OK)
        hr = check_shape(check, path, bytes, header, &expected);
out:
    free(head);
    return hr;
}

/* Takes ownership of file. */
static legacy_result read_pages(const struct restore_check *check, const wchar_t *path, HANDLE file,
                                uint64_t bytes)
{
    struct file_reader *reader = file_reader_create(file, bytes, FILE_CHECK_DATABASE, path);
    legacy_result hr;

    if (!reader)
        return ERROR_NOT_ENOUGH_MEMORY;
    file_reader_refuse_correctable(reader);
    hr = file_reader_verify(reader);
    if (hr != S_OK && file_reader_fault(reader)) {
        const struct ese_fault *fault = file_reader_fault(reader);

        restore_record_line(check->record, LOG_ERROR, L"%ls: page %u: %hs", path, fault->unit,
                            ese_verdict_name(fault->report.verdict));
    } else if (hr == hrDiskIO) {
        restore_record_line(check->record, LOG_ERROR, L"%ls: cannot be read to its end", path);
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
    hr = check->source->open(check->source->context, 0, &file, &bytes);
    if (hr != S_OK) {
        restore_record_line(check->record, LOG_ERROR, L"%ls: cannot be opened: 0x%08lx",
                            database->path, (unsigned long)hr);
        return hr == ERROR_FILE_NOT_FOUND || hr == ERROR_PATH_NOT_FOUND ? hrDatabaseNotFound : hr;
    }
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

static legacy_result checkpoint_is_own(const struct restore_check *check, uint32_t index,
                                       bool *is_own)
{
    static const uint8_t none[TOKEN_HASH_BYTES];
    const wchar_t *path = check->files[index].path;
    uint8_t found[HASH_BYTES];
    struct file_reader *reader;
    uint64_t bytes;
    HANDLE file;
    legacy_result hr = check->source->open(check->source->context, index, &file, &bytes);

    *is_own = false;
    if (hr != S_OK)
        return hr;
    if (bytes > CHECKPOINT_BYTES_MAX ||
        memcmp(check->token->checkpoint_hash, none, sizeof(none)) == 0) {
        CloseHandle(file);
        return S_OK;
    }
    reader = file_reader_create(file, bytes, FILE_CHECK_NONE, path);
    if (!reader)
        return ERROR_NOT_ENOUGH_MEMORY;
    hr = file_reader_hash(reader, found);
    file_reader_destroy(reader);
    /* One that cannot be read is not the backup's either. */
    *is_own = hr == S_OK && memcmp(found, check->token->checkpoint_hash, sizeof(found)) == 0;
    return hr == ERROR_NOT_ENOUGH_MEMORY ? hr : S_OK;
}

/* The engine makes a new checkpoint where there is none; a wrong one sends recovery astray. */
static legacy_result check_checkpoints(const struct restore_check *check)
{
    legacy_result hr = S_OK;
    uint32_t i;

    for (i = 0; hr == S_OK && i < check->file_count; i++) {
        const struct ntdsvss_file *file = &check->files[i];
        bool is_own;

        if (file->kind != NTDSVSS_FILE_CHECKPOINT)
            continue;
        hr = checkpoint_is_own(check, i, &is_own);
        if (hr == S_OK && !is_own)
            hr = check->source->set_aside(check->source->context, i);
        if (hr != S_OK)
            restore_record_line(
                check->record, LOG_ERROR,
                L"%ls: this checkpoint is not the backup's and cannot be set aside: 0x%08lx",
                file->path, (unsigned long)hr);
        else
            restore_record_line(
                check->record, is_own ? LOG_INFO : LOG_WARNING, L"%ls: %ls", file->path,
                is_own ? L"the backup's own"
                       : L"not the backup's checkpoint: set aside; the engine makes a new one");
    }
    return hr;
}

legacy_result restore_check(const struct restore_check *check)
{
    struct ese_database_header header;
    legacy_result hr = check_database(check, &header);

    if (hr == S_OK)
        hr = restore_check_logs(check, &header);
    if (hr == S_OK)
        hr = check_checkpoints(check);
    return hr;
}
