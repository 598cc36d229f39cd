/*
 * backup_session.c - the state machine of a backup context.
 *
 * Decides what counts as a complete backup: every byte of every listed database and log handed out
 * and, unless the machine's setting says otherwise, found good. Must not know VSS, nor how the
 * caller spells its parameters.
 */
#include "backup_session.h"

#include "host/allocation.h"
#include "record/call_log.h"
#include "record/event_log.h"
#include "verify/file_reader.h"
#include "record/host_log.h"
#include "lists.h"
#include "common/log_file.h"
#include "host/result.h"
#include "host/server_name.h"
#include "remote/session_broker.h"
#include "backup_files.h"
#include "backup_token.h"
#include "host/settings.h"

#include <ntdsbcli.h>
#include <stdlib.h>

struct backup_session
{
    struct handle_object object;
    CRITICAL_SECTION lock; /* guards all below, for the length of a call */
    bool ended;
    bool logs_listed;
    struct call_log begun; /* the whole backup */
    HRESULT read_failure;  /* the first one of a read; S_OK for none */
    uint64_t total_bytes;  /* read so far */
    uint64_t file_bytes;   /* of them from the file that is open, */
    uint32_t read_count;   /* in so many reads */
    wchar_t host[SERVER_NAME_CHARS];
    struct broker_client *broker;
    struct backup_files files;
    struct file_reader *reader;
    size_t open_index; /* of the file being read */
};

static void destroy(struct handle_object *object)
{
    struct backup_session *session = backup_session_from_object(object);

    file_reader_destroy(session->reader);
    session_broker_stop(session->broker);
    backup_files_fini(&session->files);
    DeleteCriticalSection(&session->lock);
    free(session);
}

static void hang_up(struct handle_object *object)
{
    struct backup_session *session = backup_session_from_object(object);

    session_broker_hang_up(session->broker);
    session->broker = NULL;
}

static struct backup_session *create(void)
{
    struct backup_session *session = calloc(1, sizeof(*session));

    if (!session)
        return NULL;
    session->object.references = 1;
    session->object.kind = HANDLE_BACKUP;
    session->object.destroy = destroy;
    session->object.hang_up = hang_up;
    InitializeCriticalSection(&session->lock);
    return session;
}

struct handle_object *backup_session_object(struct backup_session *session)
{
    return &session->object;
}

struct backup_session *backup_session_from_object(struct handle_object *object)
{
    return CONTAINING_RECORD(object, struct backup_session, object);
}

/* The whole VSS side, then what was found there. */
static HRESULT connect(struct backup_session *session, const struct settings *settings,
                       const wchar_t *log_path, struct broker_documents *documents)
{
    struct broker_files databases = {0};
    struct broker_files logs = {0};
    HRESULT hr;

    hr = session_broker_start(settings, log_path, &session->broker);
    if (hr != S_OK)
        return hr;
    hr = broker_client_backup_start(session->broker, &databases, documents);
    if (hr == S_OK)
        hr = broker_client_backup_logs(session->broker, &logs);
    if (hr == S_OK)
        hr = backup_files_init(&session->files, &databases, &logs,
                               settings->verify != SETTINGS_VERIFY_OFF);
    broker_files_fini(&databases);
    broker_files_fini(&logs);
    return hr;
}

HRESULT backup_session_open(const struct call_log *call, struct backup_session **session,
                            void **token, DWORD *token_bytes)
{
    struct broker_documents documents = {0};
    wchar_t log_path[HOST_LOG_CHARS];
    struct settings settings;
    struct backup_session *opened;
    HRESULT hr;

    settings_read(&settings);
    host_log_open(&settings, log_path);
    event_log_backup_started();
    if (settings.verify == SETTINGS_VERIFY_OFF)
        log_line(LOG_WARNING,
                 L"DsBackupPrepare: the setting Verify is off: what DsBackupRead hands "
                 L"out will not be checked");

    opened = create();
    if (!opened)
        return ERROR_NOT_ENOUGH_MEMORY;
    opened->begun = *call;
    if (server_name_own(opened->host))
        hr = connect(opened, &settings, log_path, &documents);
    else
        hr = result_last_error();
    if (hr == S_OK)
        hr = backup_token_build(opened->broker, &opened->files, &documents, opened->host,
                                settings.expiry_days, token, token_bytes);
    broker_documents_fini(&documents);
    hr = result_to_legacy(hr);
    if (hr == S_OK) {
        call_log_end(call, hr, L"%u database(s), %u log(s)",
                     (unsigned int)opened->files.database_count,
                     (unsigned int)(opened->files.count - opened->files.database_count));
        *session = opened;
        return S_OK;
    }
    call_log_end(call, hr, L"");
    event_log_backup_failed(call->function, hr);
    handle_object_release(&opened->object);
    return hr;
}

/* Enters the lock; false (and not entered) where the session has ended meanwhile. */
static bool enter(struct backup_session *session)
{
    EnterCriticalSection(&session->lock);
    if (!session->ended)
        return true;
    LeaveCriticalSection(&session->lock);
    return false;
}

static void leave(struct backup_session *session)
{
    LeaveCriticalSection(&session->lock);
}

static HRESULT list_logs(struct backup_session *session, bool ansi, void **list, DWORD *list_bytes)
{
    const struct backup_files *files = &session->files;
    HRESULT hr;

    if (session->reader)
        return hrInvalidBackupSequence;
    hr = lists_build(files->names + files->database_count, files->count - files->database_count,
                     session->host, ansi, list, list_bytes);
    if (hr == S_OK)
        session->logs_listed = true;
    return hr;
}

HRESULT backup_session_get_list(struct backup_session *session, enum backup_session_list which,
                                bool ansi, void **list, DWORD *list_bytes)
{
    static const wchar_t *const functions[] = {
        [BACKUP_SESSION_DATABASES] = L"DsBackupGetDatabaseNames",
        [BACKUP_SESSION_LOGS] = L"DsBackupGetBackupLogs",
        [BACKUP_SESSION_LOCATIONS] = L"DsRestoreGetDatabaseLocations",
    };
    struct call_log call;
    HRESULT hr;

    if (!enter(session))
        return ERROR_INVALID_PARAMETER;
    call_log_begin(&call, functions[which]);
    if (which == BACKUP_SESSION_DATABASES)
        hr = lists_build(session->files.names, session->files.database_count, session->host, ansi,
                         list, list_bytes);
    else if (which == BACKUP_SESSION_LOGS)
        hr = list_logs(session, ansi, list, list_bytes);
    else
        hr = lists_locations(session->host, ansi, list, list_bytes);
    call_log_end(&call, hr, L"%lu bytes", *list_bytes);
    leave(session);
    return hr;
}

static HRESULT open_file(struct backup_session *session, const wchar_t *name, LONGLONG *file_bytes)
{
    size_t index;
    uint64_t bytes;
    HANDLE file;
    HRESULT hr;

    hr = backup_files_find(&session->files, name, session->host, &index);
    if (hr != S_OK)
        return hr;
    if (index >= session->files.database_count && !session->logs_listed)
        return ERROR_INVALID_PARAMETER;
    if (session->reader)
        return hrAlreadyOpen;
    if (index < session->files.database_count && session->logs_listed)
        return hrInvalidBackupSequence;
    hr = broker_client_backup_open(session->broker, (uint32_t)index, &file, &bytes);
    if (hr != S_OK)
        return result_to_legacy(hr);
    session->reader = file_reader_create(file, bytes, session->files.checks[index],
                                         session->files.names[index].local);
    if (!session->reader)
        return ERROR_NOT_ENOUGH_MEMORY;
    session->open_index = index;
    session->file_bytes = 0;
    session->read_count = 0;
    if (!bytes)
        session->files.delivered[index] = true;
    *file_bytes = (LONGLONG)bytes;
    return S_OK;
}

HRESULT backup_session_open_file(struct backup_session *session, const wchar_t *name,
                                 LONGLONG *file_bytes)
{
    struct call_log call;
    HRESULT hr;

    if (!enter(session))
        return ERROR_INVALID_PARAMETER;
    call_log_begin(&call, L"DsBackupOpenFile");
    hr = open_file(session, name, file_bytes);
    call_log_end(&call, hr, L"%ls, %lld bytes", name, *file_bytes);
    leave(session);
    return hr;
}

HRESULT backup_session_read(struct backup_session *session, void *buffer, DWORD buffer_bytes,
                            DWORD *read_bytes)
{
    uint32_t got = 0;
    HRESULT hr = hrInvalidHandle;

    if (!enter(session))
        return ERROR_INVALID_PARAMETER;
    if (session->reader) {
        hr = file_reader_read(session->reader, buffer, buffer_bytes, &got);
        if (file_reader_is_delivered(session->reader))
            session->files.delivered[session->open_index] = true;
        session->read_count++;
        session->file_bytes += got;
        session->total_bytes += got;
        if (hr != S_OK && hr != ERROR_HANDLE_EOF && session->read_failure == S_OK)
            session->read_failure = hr;
    }
    *read_bytes = got;
    leave(session);
    return hr;
}

HRESULT backup_session_close_file(struct backup_session *session)
{
    struct call_log call;
    HRESULT hr = hrInvalidHandle;

    if (!enter(session))
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
    leave(session);
    return hr;
}

HRESULT backup_session_truncate_logs(struct backup_session *session)
{
    struct call_log call;
    HRESULT hr = S_OK;

    if (!enter(session))
        return ERROR_INVALID_PARAMETER;
    call_log_begin(&call, L"DsBackupTruncateLogs");
    if (!session->logs_listed || session->reader)
        hr = hrInvalidBackupSequence;
    else if (!backup_files_are_delivered(&session->files, session->files.database_count,
                                         session->files.count))
        hr = hrLogFileNotCopied;
    call_log_end(&call, hr, L"nothing is deleted");
    leave(session);
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

static void report_end(const struct backup_session *session, bool complete, HRESULT hr)
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

HRESULT backup_session_end(struct backup_session *session)
{
    struct call_log call;
    bool complete;
    HRESULT hr;

    if (!enter(session))
        return ERROR_INVALID_PARAMETER;
    call_log_begin(&call, L"DsBackupEnd");
    session->ended = true;
    file_reader_destroy(session->reader);
    session->reader = NULL;
    complete = session->logs_listed &&
               backup_files_are_delivered(&session->files, 0, session->files.count);
    hr = complete ? broker_client_backup_complete(session->broker)
                  : broker_client_backup_abort(session->broker);
    session_broker_stop(session->broker);
    session->broker = NULL;
    hr = result_to_legacy(hr);
    call_log_end(&call, hr, L"backup %ls, %llu bytes read in all",
                 !complete    ? L"aborted, as not everything was delivered"
                 : hr == S_OK ? L"complete"
                              : L"NOT complete",
                 (unsigned long long)session->total_bytes);
    report_end(session, complete, hr);
    leave(session);
    return hr;
}
