/*
 * backup_session.c - the state machine of a backup context.
 *
 * Decides what counts as a complete backup: every byte of every listed database and log handed
 * out and, unless the machine's setting says otherwise, found good.
 */
#include "backup_session.h"

#include "backup_check.h"
#include "backup_files.h"
#include "backup_token.h"
#include "common/format.h"
#include "context.h"
#include "host/allocation.h"
#include "host/clock.h"
#include "host/hash.h"
#include "lists.h"
#include "record/call_log.h"
#include "record/backup_record.h"
#include "record/event_log.h"
#include "shadow_loss.h"
#include "token/token.h"
#include "verify/file_reader.h"
#include "common/log_file.h"
#include "host/result.h"

#include <ntdsbcli.h>
#include <stdlib.h>

#define LEFT_OUT_EVENTS_MAX 20u

struct backup_session
{
    struct context context;
    bool logs_listed;
    struct call_log begun;      /* the whole backup */
    uint64_t since;             /* when it began, as a FILETIME value */
    legacy_result read_failure; /* the first one of a read; S_OK for none */
    uint64_t total_bytes;       /* read so far */
    uint64_t file_bytes;        /* of them from the file that is open, */
    uint32_t read_count;        /* in so many reads */
    struct backup_files files;
    struct backup_check check;
    struct token_database *databases; /* as DsBackupPrepare saw them: what the token says */
    struct backup_record record;      /* its files are those of `files`, in the same order */
    struct file_reader *reader;
    size_t open_index;   /* of the file being read */
    uint64_t open_bytes; /* its size */
    bool is_noted;       /* it is in the record */
};

static void fini(struct context *context)
{
    struct backup_session *session = CONTAINING_RECORD(context, struct backup_session, context);

    file_reader_destroy(session->reader);
    backup_record_fini(&session->record);
    free(session->databases);
    backup_check_fini(&session->check);
    backup_files_fini(&session->files);
}

struct handle_object *backup_session_object(struct backup_session *session)
{
    return &session->context.object;
}

struct backup_session *backup_session_from_object(struct handle_object *object)
{
    return CONTAINING_RECORD(context_of(object), struct backup_session, context);
}

/* Each file has its line in the log; the Event Log is spared a flood. */
static void report_left_out(const struct broker_client *broker)
{
    const struct ntdsvss_left_out *files;
    size_t count, i;

    broker_client_left_out(broker, &files, &count);
    for (i = 0; i < count && i < LEFT_OUT_EVENTS_MAX; i++)
        event_log_file_left_out(files[i].path, files[i].reason);
}

/* The whole VSS side, then what was found there. */
static legacy_result connect(struct backup_session *session, struct ntdsvss_documents *documents)
{
    struct context *context = &session->context;
    const struct ntdsvss_file *databases, *logs;
    size_t database_count, log_count;
    legacy_result hr = broker_client_start(&context->settings, &context->broker);

    if (hr == S_OK)
        hr = broker_client_backup_start(context->broker, NULL, &databases, &database_count,
                                        documents);
    if (hr == S_OK)
        hr = broker_client_backup_logs(context->broker, &logs, &log_count);
    if (hr == S_OK) {
        report_left_out(context->broker);
        hr = backup_files_init(&session->files, databases, database_count, logs, log_count,
                               context->settings.verify != SETTINGS_VERIFY_OFF);
    }
    if (hr == S_OK)
        hr = backup_check_init(&session->check, session->files.count);
    if (hr == S_OK) {
        session->databases = calloc(database_count, sizeof(*session->databases));
        hr = session->databases ? S_OK : ERROR_NOT_ENOUGH_MEMORY;
    }
    return hr;
}

static void name_program(wchar_t name[BACKUP_RECORD_NAME_CHARS])
{
    wchar_t path[2 * MAX_PATH] = L"";
    const wchar_t *last;

    GetModuleFileNameW(NULL, path, ARRAYSIZE(path) - 1);
    last = wcsrchr(path, L'\\');
    format_text(name, BACKUP_RECORD_NAME_CHARS, L"%ls", last ? last + 1 : path);
}

/* What is known before anything was read. */
static legacy_result begin_record(struct backup_session *session, const void *token,
                                  DWORD token_bytes)
{
    const struct context *context = &session->context;
    struct backup_record *record = &session->record;
    struct backup_record_file *file;
    struct token_fields fields;
    legacy_result hr = token_parse(token, token_bytes, &fields);
    size_t i;

    if (hr != S_OK)
        return hr;
    hash_format(fields.backup_id, TOKEN_ID_BYTES, record->id);
    format_text(record->computer, BACKUP_RECORD_NAME_CHARS, L"%ls", context->host);
    name_program(record->program);
    record->prepared = fields.created;
    record->expires = fields.expires;
    record->verified = context->settings.verify != SETTINGS_VERIFY_OFF;
    for (i = 0; hr == S_OK && i < session->files.count; i++)
        hr = backup_record_add(record, session->files.kinds[i], session->files.names[i].local,
                               &file);
    return hr;
}

static legacy_result prepare(struct backup_session *session, void **token, DWORD *token_bytes)
{
    struct context *context = &session->context;
    struct ntdsvss_documents documents;
    legacy_result hr = context_open(context);

    event_log_backup_started();
    if (context->settings.verify == SETTINGS_VERIFY_OFF)
        log_line(LOG_WARNING,
                 L"DsBackupPrepare: the setting Verify is off: DsBackupRead does not check what it "
                 L"hands out");
    if (hr == S_OK)
        hr = connect(session, &documents);
    if (hr == S_OK)
        hr = backup_token_build(context->broker, &session->files, &documents, context->host,
                                context->settings.expiry_days, session->databases, token,
                                token_bytes);
    if (hr == S_OK)
        hr = begin_record(session, *token, *token_bytes);
    return hr;
}

legacy_result backup_session_open(const struct call_log *call, struct backup_session **session,
                                  void **token, DWORD *token_bytes)
{
    struct backup_session *opened = calloc(1, sizeof(*opened));
    legacy_result hr;

    if (!opened)
        return ERROR_NOT_ENOUGH_MEMORY;
    context_init(&opened->context, HANDLE_BACKUP, fini);
    opened->begun = *call;
    opened->since = clock_now();
    hr = prepare(opened, token, token_bytes);
    if (hr == S_OK) {
        call_log_end(call, hr, L"%u database(s), %u log(s)",
                     (unsigned int)opened->files.database_count,
                     (unsigned int)(opened->files.count - opened->files.database_count));
        *session = opened;
        return S_OK;
    }
    allocation_free(*token);
    *token = NULL;
    *token_bytes = 0;
    call_log_end(call, hr, L"");
    event_log_backup_failed(call->function, hr);
    handle_object_release(&opened->context.object);
    return hr;
}

static legacy_result list_logs(struct backup_session *session, bool ansi, void **list,
                               DWORD *list_bytes)
{
    const struct backup_files *files = &session->files;
    legacy_result hr;

    if (session->reader)
        return hrInvalidBackupSequence;
    hr = lists_build(files->names + files->database_count, files->count - files->database_count,
                     session->context.host, ansi, list, list_bytes);
    if (hr == S_OK)
        session->logs_listed = true;
    return hr;
}

legacy_result backup_session_get_list(struct backup_session *session,
                                      enum backup_session_list which, bool ansi, void **list,
                                      DWORD *list_bytes)
{
    static const wchar_t *const functions[] = {
        [BACKUP_SESSION_DATABASES] = L"DsBackupGetDatabaseNames",
        [BACKUP_SESSION_LOGS] = L"DsBackupGetBackupLogs",
        [BACKUP_SESSION_LOCATIONS] = L"DsRestoreGetDatabaseLocations",
    };
    struct call_log call;
    legacy_result hr;

    if (!context_enter(&session->context))
        return ERROR_INVALID_PARAMETER;
    call_log_begin(&call, functions[which]);
    if (which == BACKUP_SESSION_DATABASES)
        hr = lists_build(session->files.names, session->files.database_count, session->context.host,
                         ansi, list, list_bytes);
    else if (which == BACKUP_SESSION_LOGS)
        hr = list_logs(session, ansi, list, list_bytes);
    else
        hr = lists_locations(session->context.host, ansi, list, list_bytes);
    call_log_end(&call, hr, L"%lu bytes", *list_bytes);
    context_leave(&session->context);
    return hr;
}

/* A restore holds the database against the token, and would refuse another one. */
static legacy_result check_database(const struct backup_session *session)
{
    const struct ese_database_header *header = file_reader_database(session->reader);
    const struct token_database *seen = &session->databases[session->open_index];

    if (!header ||
        (header->checksum == seen->header.checksum &&
         header->page_bytes == seen->header.page_bytes && header->copies == seen->header.copies))
        return S_OK;
    log_line(LOG_ERROR,
             L"%ls: the header is not the one that DsBackupPrepare saw: checksum %08x, %hs; it was "
             L"%08x, %hs. Repeat the backup; if it fails again, check the disk",
             seen->path, header->checksum, ese_header_copies_name(header->copies),
             seen->header.checksum, ese_header_copies_name(seen->header.copies));
    return hrReadVerifyFailure;
}

/* The open file was handed out to its last byte: what identifies it goes into the record. */
static legacy_result note_delivery(struct backup_session *session)
{
    struct backup_record_file *file = &session->record.files[session->open_index];
    legacy_result hr = S_OK;

    if (session->is_noted)
        return S_OK;
    if (session->open_index < session->files.database_count)
        hr = check_database(session);
    if (hr != S_OK)
        return hr;
    session->is_noted = true;
    session->files.delivered[session->open_index] = true;
    backup_check_take(&session->check, &session->files, session->open_index, session->reader);
    file->bytes = session->open_bytes;
    hr = file_reader_digest(session->reader, file->digest);
    if (hr != S_OK) {
        log_line(LOG_WARNING,
                 L"%ls: what identifies its content cannot be computed (0x%08lx): a restore will "
                 L"compare its size only",
                 session->files.names[session->open_index].local, (unsigned long)hr);
        return S_OK;
    }
    file->digest_of = file_reader_digest_is_of_sums(session->reader) ? BACKUP_RECORD_OF_SUMS
                                                                     : BACKUP_RECORD_OF_BYTES;
    return S_OK;
}

/* A file can be cut or emptied in the shadow copy after DsBackupPrepare. */
static legacy_result check_size(const struct backup_session *session, size_t index, uint64_t bytes)
{
    if (index < session->files.database_count && bytes != session->databases[index].bytes) {
        log_line(LOG_ERROR,
                 L"%ls: the file has %llu bytes in the shadow copy; DsBackupPrepare saw "
                 L"%llu",
                 session->databases[index].path, (unsigned long long)bytes,
                 (unsigned long long)session->databases[index].bytes);
        return hrDiskIO;
    }
    if (!bytes && backup_files_needs_content(&session->files, index)) {
        log_line(LOG_ERROR, L"%ls: the file is empty", session->files.names[index].local);
        return hrLogReadVerifyFailure;
    }
    return S_OK;
}

static legacy_result open_file(struct backup_session *session, const wchar_t *name,
                               LONGLONG *file_bytes)
{
    size_t index;
    uint64_t bytes;
    HANDLE file;
    legacy_result hr;

    hr = backup_files_find(&session->files, name, session->context.host, &index);
    if (hr != S_OK)
        return hr;
    if (index >= session->files.database_count && !session->logs_listed)
        return ERROR_INVALID_PARAMETER;
    if (session->reader)
        return hrAlreadyOpen;
    if (index < session->files.database_count && session->logs_listed)
        return hrInvalidBackupSequence;
    hr = broker_client_backup_open(session->context.broker, (uint32_t)index, &file, &bytes);
    if (hr == S_OK) {
        hr = check_size(session, index, bytes);
        if (hr != S_OK)
            CloseHandle(file);
    }
    if (hr != S_OK) {
        shadow_loss_report(session->since);
        return hr;
    }
    session->reader = file_reader_create(file, bytes, session->files.checks[index],
                                         session->files.names[index].local);
    if (!session->reader)
        return ERROR_NOT_ENOUGH_MEMORY;
    hr = file_reader_want_digest(session->reader);
    if (hr != S_OK) {
        file_reader_destroy(session->reader);
        session->reader = NULL;
        return hr;
    }
    session->open_index = index;
    session->is_noted = false;
    session->open_bytes = bytes;
    session->file_bytes = 0;
    session->read_count = 0;
    *file_bytes = (LONGLONG)bytes;
    return bytes ? S_OK : note_delivery(session);
}

legacy_result backup_session_open_file(struct backup_session *session, const wchar_t *name,
                                       LONGLONG *file_bytes)
{
    struct call_log call;
    legacy_result hr;

    if (!context_enter(&session->context))
        return ERROR_INVALID_PARAMETER;
    call_log_begin(&call, L"DsBackupOpenFile");
    hr = open_file(session, name, file_bytes);
    call_log_end(&call, hr, L"%ls, %lld bytes", name, *file_bytes);
    context_leave(&session->context);
    return hr;
}

/* A program that reads a file once more wants it instead of what it got before. */
static void note_failure(struct backup_session *session, legacy_result hr)
{
    session->files.delivered[session->open_index] = false;
    if (session->read_failure != S_OK)
        return;
    session->read_failure = hr;
    if (hr == hrDiskIO)
        shadow_loss_report(session->since);
}

legacy_result backup_session_read(struct backup_session *session, void *buffer, DWORD buffer_bytes,
                                  DWORD *read_bytes)
{
    uint32_t got = 0;
    legacy_result hr = hrInvalidHandle;

    if (!context_enter(&session->context))
        return ERROR_INVALID_PARAMETER;
    if (session->reader) {
        hr = file_reader_read(session->reader, buffer, buffer_bytes, &got);
        if (file_reader_is_delivered(session->reader)) {
            legacy_result noted = note_delivery(session);

            if (noted != S_OK) {
                hr = noted;
                got = 0;
            }
        }
        session->read_count++;
        session->file_bytes += got;
        session->total_bytes += got;
        if (hr != S_OK && hr != ERROR_HANDLE_EOF)
            note_failure(session, hr);
    }
    *read_bytes = got;
    context_leave(&session->context);
    return hr;
}

legacy_result backup_session_close_file(struct backup_session *session)
{
    struct call_log call;
    legacy_result hr = hrInvalidHandle;

    if (!context_enter(&session->context))
        return ERROR_INVALID_PARAMETER;
    if (session->reader) {
        call_log_begin(&call, L"DsBackupClose");
        call_log_end(&call, S_OK, L"%ls, %ls, %llu bytes in %u reads",
                     session->files.names[session->open_index].local,
                     session->files.delivered[session->open_index] ? L"delivered"
                                                                   : L"not read to its end",
                     (unsigned long long)session->file_bytes, session->read_count);
        file_reader_destroy(session->reader);
        session->reader = NULL;
        hr = S_OK;
    }
    context_leave(&session->context);
    return hr;
}

legacy_result backup_session_truncate_logs(struct backup_session *session)
{
    struct call_log call;
    legacy_result hr = S_OK;

    if (!context_enter(&session->context))
        return ERROR_INVALID_PARAMETER;
    call_log_begin(&call, L"DsBackupTruncateLogs");
    if (!session->logs_listed || session->reader)
        hr = hrInvalidBackupSequence;
    else if (!backup_files_are_delivered(&session->files, session->files.database_count,
                                         session->files.count))
        hr = hrLogFileNotCopied;
    call_log_end(&call, hr, L"nothing is deleted");
    context_leave(&session->context);
    return hr;
}

static size_t delivered_count(const struct backup_files *files)
{
    size_t count = 0;
    size_t i;

    for (i = 0; i < files->count; i++)
        count += files->delivered[i];
    return count;
}

static void report_end(const struct backup_session *session, bool complete, legacy_result hr)
{
    const struct backup_files *files = &session->files;

    if (complete && hr == S_OK)
        event_log_backup_complete(files->database_count, files->count - files->database_count,
                                  session->total_bytes, call_log_elapsed_ms(&session->begun));
    else if (complete)
        event_log_backup_failed(L"DsBackupEnd", hr);
    else if (session->read_failure != S_OK)
        event_log_backup_failed(L"DsBackupRead", session->read_failure);
    else
        event_log_backup_aborted(delivered_count(files), files->count);
}

legacy_result backup_session_end(struct backup_session *session)
{
    struct call_log call;
    legacy_result checked = S_OK;
    bool complete;
    legacy_result hr;

    if (!context_enter(&session->context))
        return ERROR_INVALID_PARAMETER;
    call_log_begin(&call, L"DsBackupEnd");
    file_reader_destroy(session->reader);
    session->reader = NULL;
    complete = session->logs_listed &&
               backup_files_are_delivered(&session->files, 0, session->files.count);
    if (complete)
        checked = backup_check_judge(&session->check, &session->files, session->databases);
    hr = complete && checked == S_OK ? broker_client_backup_complete(session->context.broker)
                                     : broker_client_backup_abort(session->context.broker);
    hr = checked != S_OK ? checked : hr;
    context_end(&session->context);
    call_log_end(&call, hr, L"backup %ls, %llu bytes read in all",
                 !complete    ? L"aborted: not every file was read to its end"
                 : hr == S_OK ? L"complete"
                              : L"NOT complete",
                 (unsigned long long)session->total_bytes);
    if (complete && hr == S_OK) {
        session->record.completed = clock_now();
        backup_record_save(&session->record, session->context.settings.log_folder);
    }
    report_end(session, complete, hr);
    context_leave(&session->context);
    return hr;
}
