/*
 * backup_token.c - reads what binds the token to the files in the shadow.
 */
#include "backup_token.h"

#include "ese/ese_database.h"
#include "ese/ese_log.h"
#include "ese/ese_names.h"
#include "host/clock.h"
#include "token/expiry.h"
#include "verify/file_reader.h"
#include "host/hash.h"
#include "common/log_file.h"
#include "token/token.h"

#include <ntdsbmsg.h>
#include <stdlib.h>
#include <wchar.h>

/* The first bytes of a file; *got fewer where it is shorter. */
static legacy_result read_head(struct broker_client *broker, size_t index, uint8_t *head,
                               DWORD head_bytes, DWORD *got, uint64_t *file_bytes)
{
    HANDLE file;
    legacy_result hr = broker_client_backup_open(broker, (uint32_t)index, &file, file_bytes);

    if (hr != S_OK)
        return hr;
    if (!ReadFile(file, head, head_bytes, got, NULL))
        hr = result_last_error();
    CloseHandle(file);
    return hr;
}

static legacy_result read_database(struct broker_client *broker, const struct backup_files *files,
                                   size_t index, uint8_t *head, struct token_database *database)
{
    enum ese_verdict verdict;
    DWORD got = 0;
    legacy_result hr;

    database->path = files->names[index].local;
    hr = read_head(broker, index, head, ESE_DATABASE_HEAD_BYTES, &got, &database->bytes);
    if (hr != S_OK)
        return hr;
    verdict = ese_database_parse(head, got, &database->header);
    if (verdict == ESE_GOOD)
        return S_OK;
    log_line(LOG_ERROR, L"%ls: the database header is damaged (%hs)", database->path,
             ese_verdict_name(verdict));
    return hrReadVerifyFailure;
}

/* What identifies a file as a caller gets it: with flipped bits corrected. */
static legacy_result identify_file(struct broker_client *broker, const struct backup_files *files,
                                   size_t index, uint8_t result[HASH_BYTES], bool *of_sums)
{
    struct file_reader *reader;
    uint64_t file_bytes;
    HANDLE file;
    legacy_result hr = broker_client_backup_open(broker, (uint32_t)index, &file, &file_bytes);

    if (hr != S_OK)
        return hr;
    reader = file_reader_create(file, file_bytes, files->checks[index], files->names[index].local);
    if (!reader)
        return ERROR_NOT_ENOUGH_MEMORY;
    hr = file_reader_identify(reader, result);
    *of_sums = file_reader_digest_is_of_sums(reader);
    file_reader_destroy(reader);
    return hr;
}

static legacy_result read_current_log(struct broker_client *broker,
                                      const struct backup_files *files, size_t index, uint8_t *head,
                                      struct token_content *content)
{
    struct ese_log_header header;
    uint64_t file_bytes;
    DWORD got = 0;
    legacy_result hr = read_head(broker, index, head, ESE_LOG_HEADER_BYTES, &got, &file_bytes);

    if (hr != S_OK)
        return hr;
    if (ese_log_parse(head, got, &header) == ESE_GOOD)
        content->generation_current = header.generation;
    else
        log_line(LOG_WARNING, L"%ls: the header is damaged or of an unknown format",
                 files->names[index].local);
    return identify_file(broker, files, index, content->current_log_hash,
                         &content->current_log_of_sums);
}

/*
 * The generation that edb.log holds comes from its header; archived logs have theirs in the name.
 */
static legacy_result read_logs(struct broker_client *broker, const struct backup_files *files,
                               uint8_t *head, struct token_content *content)
{
    struct ese_name name;
    legacy_result hr = S_OK;
    bool of_sums;
    size_t i;

    for (i = files->database_count; hr == S_OK && i < files->count; i++) {
        name =
            ese_name_classify_wide(wcsrchr(files->names[i].local, L'\\') + 1, ESE_NTDS_BASE_NAME);
        if (name.kind == ESE_NAME_CURRENT_LOG) {
            hr = read_current_log(broker, files, i, head, content);
        } else if (name.kind == ESE_NAME_CHECKPOINT) {
            hr = identify_file(broker, files, i, content->checkpoint_hash, &of_sums);
        } else if (name.kind == ESE_NAME_ARCHIVED_LOG) {
            if (!content->generation_low || name.generation < content->generation_low)
                content->generation_low = name.generation;
            if (name.generation > content->generation_high)
                content->generation_high = name.generation;
        }
    }
    return hr;
}

legacy_result backup_token_build(struct broker_client *broker, const struct backup_files *files,
                                 const struct ntdsvss_documents *documents, const wchar_t *host,
                                 uint32_t expiry_days, struct token_database *databases,
                                 void **token, DWORD *token_bytes)
{
    struct token_content content = {
        .computer = host,
        .created = clock_now(),
        .database_count = files->database_count,
        .components_document = documents->components,
        .writer_document = documents->writer,
        .backup_metadata = documents->backup_metadata,
    };
    struct installation installation;
    uint8_t *head = malloc(ESE_DATABASE_HEAD_BYTES);
    legacy_result hr = head ? S_OK : ERROR_NOT_ENOUGH_MEMORY;
    uint32_t byte_count;
    size_t i;

    installation_read(&installation);
    for (i = 0; hr == S_OK && i < files->database_count; i++)
        hr = read_database(broker, files, i, head, &databases[i]);
    if (hr == S_OK)
        hr = read_logs(broker, files, head, &content);
    content.databases = databases;
    content.installation = &installation;
    if (hr == S_OK) {
        content.expires = expiry_of_backup(content.created, expiry_days, documents->backup_metadata,
                                           &content.expiry);
        hr = token_build(&content, token, &byte_count);
    }
    if (hr == S_OK)
        *token_bytes = byte_count;
    installation_fini(&installation);
    free(head);
    return hr;
}
