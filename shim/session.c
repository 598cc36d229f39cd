/*
 * session.c - the state machine of a backup context.
 *
 * Decides what counts as a complete backup: every byte of every listed database and log handed out
 * and found good. Must not know VSS, nor how the caller spells its parameters.
 */
#include "session.h"

#include "allocation.h"
#include "file_reader.h"
#include "host_log.h"
#include "lists.h"
#include "log/log_file.h"
#include "result.h"
#include "server_name.h"
#include "session_broker.h"
#include "session_files.h"
#include "session_token.h"
#include "settings.h"

#include <ntdsbcli.h>
#include <stdlib.h>

struct session
{
    struct handle_object object;
    CRITICAL_SECTION lock; /* guards all below, for the length of a call */
    bool ended;
    bool logs_listed;
    wchar_t host[SERVER_NAME_CHARS];
    struct broker_client *broker;
    struct session_files files;
    struct file_reader *reader;
    size_t open_index; /* of the file being read */
};

static void destroy(struct handle_object *object)
{
    struct session *session = session_from_object(object);

    file_reader_destroy(session->reader);
    session_broker_stop(session->broker);
    session_files_fini(&session->files);
    DeleteCriticalSection(&session->lock);
    free(session);
}

static struct session *create(void)
{
    struct session *session = calloc(1, sizeof(*session));

    if (!session)
        return NULL;
    session->object.references = 1;
    session->object.kind = HANDLE_BACKUP;
    session->object.destroy = destroy;
    InitializeCriticalSection(&session->lock);
    return session;
}

struct handle_object *session_object(struct session *session)
{
    return &session->object;
}

struct session *session_from_object(struct handle_object *object)
{
    return CONTAINING_RECORD(object, struct session, object);
}

/* The whole VSS side, then what was found there. */
static HRESULT connect(struct session *session, const struct settings *settings,
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
        hr = session_files_init(&session->files, &databases, &logs);
    broker_files_fini(&databases);
    broker_files_fini(&logs);
    return hr;
}

HRESULT session_open(struct session **session, void **token, DWORD *token_bytes)
{
    struct broker_documents documents = {0};
    wchar_t log_path[HOST_LOG_CHARS];
    struct settings settings;
    struct session *opened;
    HRESULT hr;

    settings_read(&settings);
    host_log_open(&settings, log_path);
    settings_read(&settings); /* once more, as what is wrong with them can be logged only now */

    opened = create();
    if (!opened)
        return ERROR_NOT_ENOUGH_MEMORY;
    if (server_name_own(opened->host))
        hr = connect(opened, &settings, log_path, &documents);
    else
        hr = result_last_error();
    if (hr == S_OK)
        hr = session_token_build(opened->broker, &opened->files, &documents, opened->host,
                                 settings.expiry_days, token, token_bytes);
    broker_documents_fini(&documents);
    hr = result_to_legacy(hr);
    log_line(hr == S_OK ? LOG_INFO : LOG_ERROR,
             L"DsBackupPrepare: 0x%08lx, %u database(s), %u log(s)", (unsigned long)hr,
             (unsigned int)opened->files.database_count,
             (unsigned int)(opened->files.count - opened->files.database_count));
    if (hr == S_OK)
        *session = opened;
    else
        handle_object_release(&opened->object);
    return hr;
}

/* Enters the lock; false (and not entered) where the session has ended meanwhile. */
static bool enter(struct session *session)
{
    EnterCriticalSection(&session->lock);
    if (!session->ended)
        return true;
    LeaveCriticalSection(&session->lock);
    return false;
}

static void leave(struct session *session)
{
    LeaveCriticalSection(&session->lock);
}

static HRESULT list_logs(struct session *session, bool ansi, void **list, DWORD *list_bytes)
{
    const struct session_files *files = &session->files;
    HRESULT hr;

    if (session->reader)
        return hrInvalidBackupSequence;
    hr = lists_build(files->names + files->database_count, files->count - files->database_count,
                     session->host, ansi, list, list_bytes);
    if (hr == S_OK)
        session->logs_listed = true;
    return hr;
}

HRESULT session_get_list(struct session *session, enum session_list which, bool ansi, void **list,
                         DWORD *list_bytes)
{
    HRESULT hr;

    if (!enter(session))
        return ERROR_INVALID_PARAMETER;
    if (which == SESSION_DATABASES)
        hr = lists_build(session->files.names, session->files.database_count, session->host, ansi,
                         list, list_bytes);
    else if (which == SESSION_LOGS)
        hr = list_logs(session, ansi, list, list_bytes);
    else
        hr = lists_locations(session->host, ansi, list, list_bytes);
    leave(session);
    return hr;
}

static HRESULT open_file(struct session *session, const wchar_t *name, LONGLONG *file_bytes)
{
    size_t index;
    uint64_t bytes;
    HANDLE file;
    HRESULT hr;

    hr = session_files_find(&session->files, name, session->host, &index);
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
    if (!bytes)
        session->files.delivered[index] = true;
    *file_bytes = (LONGLONG)bytes;
    log_line(LOG_INFO, L"DsBackupOpenFile %ls: %llu bytes", session->files.names[index].local,
             (unsigned long long)bytes);
    return S_OK;
}

HRESULT session_open_file(struct session *session, const wchar_t *name, LONGLONG *file_bytes)
{
    HRESULT hr;

    if (!enter(session))
        return ERROR_INVALID_PARAMETER;
    hr = open_file(session, name, file_bytes);
    if (hr != S_OK)
        log_line(LOG_WARNING, L"DsBackupOpenFile %ls: 0x%08lx", name, (unsigned long)hr);
    leave(session);
    return hr;
}

HRESULT session_read(struct session *session, void *buffer, DWORD buffer_bytes, DWORD *read_bytes)
{
    uint32_t got = 0;
    HRESULT hr = hrInvalidHandle;

    if (!enter(session))
        return ERROR_INVALID_PARAMETER;
    if (session->reader) {
        hr = file_reader_read(session->reader, buffer, buffer_bytes, &got);
        if (file_reader_is_delivered(session->reader))
            session->files.delivered[session->open_index] = true;
    }
    *read_bytes = got;
    leave(session);
    return hr;
}

HRESULT session_close_file(struct session *session)
{
    HRESULT hr = hrInvalidHandle;

    if (!enter(session))
        return ERROR_INVALID_PARAMETER;
    if (session->reader) {
        log_line(
            LOG_INFO, L"DsBackupClose %ls: %ls", session->files.names[session->open_index].local,
            session->files.delivered[session->open_index] ? L"delivered" : L"not read to its end");
        file_reader_destroy(session->reader);
        session->reader = NULL;
        hr = S_OK;
    }
    leave(session);
    return hr;
}

HRESULT session_truncate_logs(struct session *session)
{
    HRESULT hr = S_OK;

    if (!enter(session))
        return ERROR_INVALID_PARAMETER;
    if (!session->logs_listed || session->reader)
        hr = hrInvalidBackupSequence;
    else if (!session_files_are_delivered(&session->files, session->files.database_count,
                                          session->files.count))
        hr = hrLogFileNotCopied;
    log_line(LOG_INFO, L"DsBackupTruncateLogs: 0x%08lx; nothing is deleted", (unsigned long)hr);
    leave(session);
    return hr;
}

HRESULT session_end(struct session *session)
{
    bool complete;
    HRESULT hr;

    if (!enter(session))
        return ERROR_INVALID_PARAMETER;
    session->ended = true;
    file_reader_destroy(session->reader);
    session->reader = NULL;
    complete = session->logs_listed &&
               session_files_are_delivered(&session->files, 0, session->files.count);
    hr = complete ? broker_client_backup_complete(session->broker)
                  : broker_client_backup_abort(session->broker);
    session_broker_stop(session->broker);
    session->broker = NULL;
    hr = result_to_legacy(hr);
    log_line(hr == S_OK ? LOG_INFO : LOG_ERROR, L"DsBackupEnd: 0x%08lx, backup %ls",
             (unsigned long)hr,
             !complete    ? L"aborted, as not everything was delivered"
             : hr == S_OK ? L"complete"
                          : L"NOT complete");
    leave(session);
    return hr;
}
