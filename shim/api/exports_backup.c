/*
 * exports_backup.c - the backup half of the exported functions: check parameters, translate,
 * delegate.
 *
 * Outputs are cleared first, since old callers do not always look at the result.
 */
#include "ansi.h"
#include "preconditions.h"
#include "common/log_file.h"
#include "host/allocation.h"
#include "host/directory.h"
#include "host/identity.h"
#include "host/server_name.h"
#include "record/call_log.h"
#include "record/event_log.h"
#include "remote/auth_identity.h"
#include "session/backup_session.h"

#include <ntdsbcli.h>
#include <stdlib.h>
#include <wchar.h>

HRESULT NTDSBCLI_API DsIsNTDSOnlineW(LPCWSTR szServerName, BOOL *pfNTDSOnline)
{
    enum ntdsvss_state state;
    HANDLE token;
    HRESULT hr;

    if (!pfNTDSOnline)
        return ERROR_INVALID_PARAMETER;
    *pfNTDSOnline = FALSE;
    hr = identity_enter(&token);
    if (hr != S_OK)
        return hr;
    hr = server_name_check(szServerName, true);
    if (hr == S_OK) {
        hr = directory_query_state(&state);
        *pfNTDSOnline = state == NTDSVSS_STATE_ONLINE;
        if (state == NTDSVSS_STATE_ABSENT)
            hr = hrCouldNotConnect;
    }
    identity_leave(token);
    return hr;
}

HRESULT NTDSBCLI_API DsIsNTDSOnlineA(LPCSTR szServerName, BOOL *pfNTDSOnline)
{
    wchar_t *server;
    HRESULT hr;

    if (!pfNTDSOnline)
        return ERROR_INVALID_PARAMETER;
    *pfNTDSOnline = FALSE;
    hr = preconditions_server_from_ansi(szServerName, &server);
    if (hr == S_OK)
        hr = DsIsNTDSOnlineW(server, pfNTDSOnline);
    free(server);
    return hr;
}

static HRESULT check_prepare(LPCWSTR server, ULONG type)
{
    HRESULT hr;

    if (type != BACKUP_TYPE_FULL) {
        log_line(LOG_ERROR, L"Backup type %lu: only a full backup (1) can be made", type);
        return ERROR_INVALID_PARAMETER;
    }
    hr = server_name_check(server, false);
    if (hr != S_OK) {
        log_line(LOG_ERROR,
                 L"Server '%ls' is not this computer: name this computer, or leave the name out "
                 L"where the program allows it",
                 server);
        return hr;
    }
    hr = preconditions_identity(L"SeBackupPrivilege", false);
    if (hr != S_OK)
        return hr;
    return preconditions_directory(NTDSVSS_STATE_ONLINE);
}

static HRESULT prepare(const struct call_log *call, PVOID *token, LPDWORD token_bytes, HBC *context)
{
    struct backup_session *session;
    HRESULT hr = backup_session_open(call, &session, token, token_bytes);

    if (hr != S_OK)
        return hr;
    *context = handle_table_add(backup_session_object(session));
    if (*context)
        return S_OK;
    backup_session_end(session);
    handle_object_release(backup_session_object(session));
    allocation_free(*token);
    *token = NULL;
    *token_bytes = 0;
    return ERROR_NOT_ENOUGH_MEMORY;
}

/* What both spellings check before they look at the name. */
static HRESULT clear_prepare_outputs(const void *server, PVOID *token, LPDWORD token_bytes,
                                     HBC *context)
{
    if (token)
        *token = NULL;
    if (token_bytes)
        *token_bytes = 0;
    if (context)
        *context = NULL;
    if (!server)
        return ERROR_INVALID_PARAMETER;
    if (!token || !token_bytes)
        return hrInvalidParam;
    return context ? S_OK : ERROR_INVALID_PARAMETER;
}

HRESULT NTDSBCLI_API DsBackupPrepareW(LPCWSTR szBackupServer, ULONG grbit, ULONG btFlag,
                                      PVOID *ppvExpiryToken, LPDWORD pcbExpiryTokenSize, HBC *phbc)
{
    struct call_log call;
    HANDLE token;
    HRESULT hr;

    (void)grbit;
    hr = clear_prepare_outputs(szBackupServer, ppvExpiryToken, pcbExpiryTokenSize, phbc);
    if (hr != S_OK)
        return hr;
    hr = identity_enter(&token);
    if (hr != S_OK)
        return hr;
    call_log_begin(&call, L"DsBackupPrepare");
    hr = check_prepare(szBackupServer, btFlag);
    if (hr == S_OK) {
        hr = prepare(&call, ppvExpiryToken, pcbExpiryTokenSize, phbc);
    } else {
        call_log_end(&call, hr, L"refused");
        event_log_backup_failed(call.function, hr);
    }
    identity_leave(token);
    return hr;
}

HRESULT NTDSBCLI_API DsBackupPrepareA(LPCSTR szBackupServer, ULONG grbit, ULONG btFlag,
                                      PVOID *ppvExpiryToken, LPDWORD pcbExpiryTokenSize, HBC *phbc)
{
    wchar_t *server;
    HRESULT hr;

    hr = clear_prepare_outputs(szBackupServer, ppvExpiryToken, pcbExpiryTokenSize, phbc);
    if (hr != S_OK)
        return hr;
    if (btFlag != BACKUP_TYPE_FULL)
        return ERROR_INVALID_PARAMETER;
    hr = preconditions_server_from_ansi(szBackupServer, &server);
    if (hr == S_OK)
        hr = DsBackupPrepareW(server, grbit, btFlag, ppvExpiryToken, pcbExpiryTokenSize, phbc);
    free(server);
    return hr;
}

/*
 * The session of a context, with a reference, under the process's identity.
 * ERROR_INVALID_PARAMETER: a bad handle. Give both back to session_leave.
 */
static HRESULT session_enter(HBC hbc, struct backup_session **session, HANDLE *token)
{
    struct handle_object *object = handle_table_acquire(hbc, HANDLE_BACKUP);
    HRESULT hr;

    if (!object)
        return ERROR_INVALID_PARAMETER;
    hr = identity_enter(token);
    if (hr == S_OK)
        *session = backup_session_from_object(object);
    else
        handle_object_release(object);
    return hr;
}

static void session_leave(struct backup_session *session, HANDLE token)
{
    handle_object_release(backup_session_object(session));
    identity_leave(token);
}

static HRESULT get_list(HBC hbc, enum backup_session_list which, bool ansi, void **list,
                        LPDWORD list_bytes)
{
    struct backup_session *session;
    HANDLE token;
    HRESULT hr = preconditions_clear_list(list, list_bytes);

    if (hr != S_OK)
        return hr;
    hr = session_enter(hbc, &session, &token);
    if (hr != S_OK)
        return hr;
    hr = backup_session_get_list(session, which, ansi, list, list_bytes);
    session_leave(session, token);
    return hr;
}

HRESULT NTDSBCLI_API DsBackupGetDatabaseNamesW(HBC hbc, LPWSTR *pszAttachmentInfo, LPDWORD pcbSize)
{
    return get_list(hbc, BACKUP_SESSION_DATABASES, false, (void **)pszAttachmentInfo, pcbSize);
}

HRESULT NTDSBCLI_API DsBackupGetDatabaseNamesA(HBC hbc, LPSTR *pszAttachmentInfo, LPDWORD pcbSize)
{
    return get_list(hbc, BACKUP_SESSION_DATABASES, true, (void **)pszAttachmentInfo, pcbSize);
}

HRESULT NTDSBCLI_API DsBackupGetBackupLogsW(HBC hbc, LPWSTR *pszBackupLogFiles, LPDWORD pcbSize)
{
    return get_list(hbc, BACKUP_SESSION_LOGS, false, (void **)pszBackupLogFiles, pcbSize);
}

HRESULT NTDSBCLI_API DsBackupGetBackupLogsA(HBC hbc, LPSTR *pszBackupLogFiles, LPDWORD pcbSize)
{
    return get_list(hbc, BACKUP_SESSION_LOGS, true, (void **)pszBackupLogFiles, pcbSize);
}

HRESULT NTDSBCLI_API DsBackupOpenFileW(HBC hbc, LPCWSTR szAttachmentName, DWORD cbReadHintSize,
                                       LARGE_INTEGER *pliFileSize)
{
    struct backup_session *session;
    HANDLE token;
    HRESULT hr;

    (void)cbReadHintSize;
    if (pliFileSize)
        pliFileSize->QuadPart = 0;
    if (!szAttachmentName || !pliFileSize)
        return ERROR_INVALID_PARAMETER;
    hr = session_enter(hbc, &session, &token);
    if (hr != S_OK)
        return hr;
    hr = backup_session_open_file(session, szAttachmentName, &pliFileSize->QuadPart);
    session_leave(session, token);
    return hr;
}

HRESULT NTDSBCLI_API DsBackupOpenFileA(HBC hbc, LPCSTR szAttachmentName, DWORD cbReadHintSize,
                                       LARGE_INTEGER *pliFileSize)
{
    wchar_t *name;
    HRESULT hr;

    if (pliFileSize)
        pliFileSize->QuadPart = 0;
    if (!szAttachmentName || !pliFileSize)
        return ERROR_INVALID_PARAMETER;
    hr = ansi_name_to_wide(szAttachmentName, &name);
    if (hr == S_OK)
        hr = DsBackupOpenFileW(hbc, name, cbReadHintSize, pliFileSize);
    else if (hr == ERROR_NO_UNICODE_TRANSLATION)
        hr = ERROR_INVALID_PARAMETER; /* no file of the backup can be called that */
    free(name);
    return hr;
}

/* The file is open already, so whose identity it is does not matter here; asking costs more than a
 * read. */
HRESULT NTDSBCLI_API DsBackupRead(HBC hbc, PVOID pvBuffer, DWORD cbBuffer, PDWORD pcbRead)
{
    struct handle_object *object;
    HRESULT hr;

    if (pcbRead)
        *pcbRead = 0;
    if (!pvBuffer || !cbBuffer || !pcbRead)
        return ERROR_INVALID_PARAMETER;
    object = handle_table_acquire(hbc, HANDLE_BACKUP);
    if (!object)
        return ERROR_INVALID_PARAMETER;
    hr = backup_session_read(backup_session_from_object(object), pvBuffer, cbBuffer, pcbRead);
    handle_object_release(object);
    return hr;
}

HRESULT NTDSBCLI_API DsBackupClose(HBC hbc)
{
    struct backup_session *session;
    HANDLE token;
    HRESULT hr = session_enter(hbc, &session, &token);

    if (hr != S_OK)
        return hr;
    hr = backup_session_close_file(session);
    session_leave(session, token);
    return hr;
}

HRESULT NTDSBCLI_API DsBackupTruncateLogs(HBC hbc)
{
    struct backup_session *session;
    HANDLE token;
    HRESULT hr = session_enter(hbc, &session, &token);

    if (hr != S_OK)
        return hr;
    hr = backup_session_truncate_logs(session);
    session_leave(session, token);
    return hr;
}

HRESULT NTDSBCLI_API DsBackupEnd(HBC hbc)
{
    struct handle_object *object = handle_table_remove(hbc, HANDLE_BACKUP);
    HANDLE token;
    HRESULT hr;

    if (!object)
        return ERROR_INVALID_PARAMETER;
    hr = identity_enter(&token);
    if (hr != S_OK) {
        handle_object_release(object); /* aborts the backup */
        return hr;
    }
    hr = backup_session_end(backup_session_from_object(object));
    session_leave(backup_session_from_object(object), token);
    return hr;
}

VOID NTDSBCLI_API DsBackupFree(PVOID pvBuffer)
{
    allocation_free(pvBuffer);
}

HRESULT NTDSBCLI_API DsSetCurrentBackupLogW(LPCWSTR szServerName, DWORD dwCurrentLog)
{
    enum ntdsvss_state state;
    HANDLE token;
    HRESULT hr = identity_enter(&token);

    if (hr != S_OK)
        return hr;
    hr = server_name_check(szServerName, true);
    if (hr == S_OK)
        hr = directory_query_state(&state);
    if (hr == S_OK && state == NTDSVSS_STATE_ABSENT)
        hr = hrCouldNotConnect;
    log_line(LOG_INFO, L"DsSetCurrentBackupLog %lu: 0x%08lx; the directory logs circularly",
             dwCurrentLog, (unsigned long)hr);
    identity_leave(token);
    return hr;
}

HRESULT NTDSBCLI_API DsSetCurrentBackupLogA(LPCSTR szServerName, DWORD dwCurrentLog)
{
    wchar_t *server;
    HRESULT hr = preconditions_server_from_ansi(szServerName, &server);

    if (hr == S_OK)
        hr = DsSetCurrentBackupLogW(server, dwCurrentLog);
    free(server);
    return hr;
}

HRESULT NTDSBCLI_API DsSetAuthIdentityW(LPCWSTR szUserName, LPCWSTR szDomainName,
                                        LPCWSTR szPassword)
{
    struct call_log call;
    HANDLE token;
    HRESULT hr = identity_enter(&token);

    if (hr != S_OK) {
        auth_identity_fail(hr);
        return hr;
    }
    /* Often a program's first call: opens the log, which is told the account. */
    call_log_begin(&call, L"DsSetAuthIdentity");
    hr = auth_identity_set(szUserName, szDomainName, szPassword);
    identity_leave(token);
    return hr;
}

HRESULT NTDSBCLI_API DsSetAuthIdentityA(LPCSTR szUserName, LPCSTR szDomainName, LPCSTR szPassword)
{
    wchar_t *user = NULL;
    wchar_t *domain = NULL;
    wchar_t *password = NULL;
    HRESULT hr = ansi_to_wide(szUserName, &user);

    if (hr == S_OK)
        hr = ansi_to_wide(szDomainName, &domain);
    if (hr == S_OK)
        hr = ansi_to_wide(szPassword, &password);
    if (hr == S_OK)
        hr = DsSetAuthIdentityW(user, domain, password);
    else
        auth_identity_fail(hr); /* many a program does not look at the result */
    if (password)
        SecureZeroMemory(password, wcslen(password) * sizeof(*password));
    free(password);
    free(domain);
    free(user);
    return hr;
}
