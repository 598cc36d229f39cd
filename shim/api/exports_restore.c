/*
 * exports_restore.c - the restore half of the exported functions: check parameters, translate,
 * delegate.
 *
 * Outputs are cleared first, since old callers do not always look at the result.
 */
#include "ansi.h"
#include "record/call_log.h"
#include "host/clock.h"
#include "preconditions.h"
#include "host/identity.h"
#include "session/restore_session.h"
#include "host/server_name.h"
#include "host/settings.h"
#include "session/backup_session.h"
#include "token/token.h"

#include <ntdsbcli.h>
#include <stdlib.h>
#include <wchar.h>

/* Longer than any path; keeps what is sent and stored within bounds. */
#define PATH_CHARS_MAX 32767u

/* Any context can ask, also one of a backup. */
static HRESULT locations_of(struct handle_object *object, bool ansi, void **list,
                            LPDWORD list_bytes)
{
    if (object->kind == HANDLE_BACKUP)
        return backup_session_get_list(backup_session_from_object(object), BACKUP_SESSION_LOCATIONS,
                                       ansi, list, list_bytes);
    return restore_session_locations(restore_session_from_object(object), ansi, list, list_bytes);
}

static HRESULT get_locations(HBC hbc, bool ansi, void **list, LPDWORD list_bytes)
{
    struct handle_object *object;
    HANDLE token;
    HRESULT hr = preconditions_clear_list(list, list_bytes);

    if (hr != S_OK)
        return hr;
    object = handle_table_acquire(hbc, HANDLE_BACKUP | HANDLE_RESTORE | HANDLE_RESTRICTED);
    if (!object)
        return ERROR_INVALID_PARAMETER;
    hr = identity_enter(&token);
    if (hr == S_OK) {
        hr = locations_of(object, ansi, list, list_bytes);
        identity_leave(token);
    }
    handle_object_release(object);
    return hr;
}

HRESULT NTDSBCLI_API DsRestoreGetDatabaseLocationsW(HBC hbc, LPWSTR *pszDatabaseLocationList,
                                                    LPDWORD pcbSize)
{
    return get_locations(hbc, false, (void **)pszDatabaseLocationList, pcbSize);
}

HRESULT NTDSBCLI_API DsRestoreGetDatabaseLocationsA(HBC hbc, LPSTR *pszDatabaseLocationList,
                                                    LPDWORD pcbSize)
{
    return get_locations(hbc, true, (void **)pszDatabaseLocationList, pcbSize);
}

/* What both spellings check before they look at the name. */
static HRESULT check_prepare_parameters(ULONG type, HBC *context)
{
    if (!context)
        return ERROR_INVALID_PARAMETER;
    *context = NULL;
    /* Microsoft Learn (DsRestorePrepare): authoritative and online restores are not supported. */
    return type == 0 || type == RESTORE_TYPE_CATCHUP ? S_OK : ERROR_INVALID_PARAMETER;
}

static HRESULT check_surroundings(LPCWSTR server)
{
    HRESULT hr = server_name_check(server, true);

    if (hr == S_OK)
        hr = preconditions_identity(L"SeRestorePrivilege", true);
    if (hr == S_OK)
        hr = preconditions_directory(NTDSVSS_STATE_OFFLINE);
    return hr;
}

static HRESULT prepare(const struct call_log *call, const void *token, DWORD token_bytes,
                       HBC *context)
{
    struct restore_session *session;
    HRESULT hr = restore_session_open(call, &session, token, token_bytes);

    if (hr != S_OK)
        return hr;
    *context = handle_table_add(restore_session_object(session));
    if (*context)
        return S_OK;
    handle_object_release(restore_session_object(session));
    return ERROR_NOT_ENOUGH_MEMORY;
}

HRESULT NTDSBCLI_API DsRestorePrepareW(LPCWSTR szServerName, ULONG rtFlag, PVOID pvExpiryToken,
                                       DWORD cbExpiryTokenSize, HBC *phbc)
{
    struct call_log call;
    HANDLE token;
    HRESULT hr = check_prepare_parameters(rtFlag, phbc);

    if (hr != S_OK)
        return hr;
    hr = identity_enter(&token);
    if (hr != S_OK)
        return hr;
    call_log_begin(&call, L"DsRestorePrepare");
    hr = check_surroundings(szServerName);
    if (hr == S_OK)
        hr = prepare(&call, pvExpiryToken, cbExpiryTokenSize, phbc);
    else
        call_log_end(&call, hr, L"refused for server '%ls'", szServerName ? szServerName : L"");
    identity_leave(token);
    return hr;
}

HRESULT NTDSBCLI_API DsRestorePrepareA(LPCSTR szServerName, ULONG rtFlag, PVOID pvExpiryToken,
                                       DWORD cbExpiryTokenSize, HBC *phbc)
{
    wchar_t *server;
    HRESULT hr = check_prepare_parameters(rtFlag, phbc);

    if (hr != S_OK)
        return hr;
    hr = preconditions_server_from_ansi(szServerName, &server);
    if (hr == S_OK)
        hr = DsRestorePrepareW(server, rtFlag, pvExpiryToken, cbExpiryTokenSize, phbc);
    free(server);
    return hr;
}

static bool is_path(const wchar_t *path)
{
    return path[0] && wcsnlen(path, PATH_CHARS_MAX + 1) <= PATH_CHARS_MAX;
}

static HRESULT register_restore(HBC hbc, const struct restore_registration *registration)
{
    struct handle_object *object;
    HANDLE token;
    HRESULT hr;

    if (!is_path(registration->checkpoint_folder) || !is_path(registration->log_folder) ||
        !is_path(registration->backup_log_folder))
        return ERROR_INVALID_PARAMETER;
    object = handle_table_acquire(hbc, HANDLE_RESTORE | HANDLE_RESTRICTED);
    if (!object)
        return ERROR_INVALID_PARAMETER;
    hr = identity_enter(&token);
    if (hr == S_OK) {
        hr = restore_session_register(restore_session_from_object(object), registration);
        identity_leave(token);
    }
    handle_object_release(object);
    return hr;
}

HRESULT NTDSBCLI_API DsRestoreRegisterW(HBC hbc, LPCWSTR szCheckPointFilePath, LPCWSTR szLogPath,
                                        EDB_RSTMAPW rgrstmap[], LONG crstmap,
                                        LPCWSTR szBackupLogPath, ULONG genLow, ULONG genHigh)
{
    struct restore_registration registration = {
        .checkpoint_folder = szCheckPointFilePath,
        .log_folder = szLogPath,
        .backup_log_folder = szBackupLogPath,
        .map = rgrstmap,
        .map_count = (size_t)crstmap,
        .generation_low = genLow,
        .generation_high = genHigh,
    };

    if (!szCheckPointFilePath || !szLogPath || !rgrstmap || crstmap < 1 || !szBackupLogPath ||
        genLow > genHigh)
        return ERROR_INVALID_PARAMETER;
    return register_restore(hbc, &registration);
}

/* A name of a map; one that the code page does not know is no name of a file of the backup. */
static HRESULT map_name_to_wide(const char *name, wchar_t **wide)
{
    HRESULT hr;

    *wide = NULL;
    if (!name)
        return ERROR_INVALID_PARAMETER;
    hr = ansi_name_to_wide(name, wide);
    return hr == ERROR_NO_UNICODE_TRANSLATION ? ERROR_INVALID_PARAMETER : hr;
}

static void free_map(EDB_RSTMAPW *map, size_t count)
{
    size_t i;

    for (i = 0; map && i < count; i++) {
        free(map[i].wszDatabaseName);
        free(map[i].wszNewDatabaseName);
    }
    free(map);
}

static HRESULT map_to_wide(const EDB_RSTMAPA *map, size_t count, EDB_RSTMAPW **wide)
{
    EDB_RSTMAPW *converted = calloc(count, sizeof(*converted));
    HRESULT hr = converted ? S_OK : ERROR_NOT_ENOUGH_MEMORY;
    size_t i;

    for (i = 0; hr == S_OK && i < count; i++) {
        hr = map_name_to_wide(map[i].szDatabaseName, &converted[i].wszDatabaseName);
        if (hr == S_OK)
            hr = map_name_to_wide(map[i].szNewDatabaseName, &converted[i].wszNewDatabaseName);
    }
    if (hr == S_OK)
        *wide = converted;
    else
        free_map(converted, count);
    return hr;
}

HRESULT NTDSBCLI_API DsRestoreRegisterA(HBC hbc, LPCSTR szCheckPointFilePath, LPCSTR szLogPath,
                                        EDB_RSTMAPA rgrstmap[], LONG crstmap,
                                        LPCSTR szBackupLogPath, ULONG genLow, ULONG genHigh)
{
    wchar_t *checkpoint = NULL;
    wchar_t *logs = NULL;
    wchar_t *backup_logs = NULL;
    EDB_RSTMAPW *map = NULL;
    HRESULT hr;

    if (!szCheckPointFilePath || !szLogPath || !rgrstmap || crstmap < 1 || !szBackupLogPath ||
        genLow > genHigh)
        return ERROR_INVALID_PARAMETER;
    hr = map_name_to_wide(szCheckPointFilePath, &checkpoint);
    if (hr == S_OK)
        hr = map_name_to_wide(szLogPath, &logs);
    if (hr == S_OK)
        hr = map_name_to_wide(szBackupLogPath, &backup_logs);
    if (hr == S_OK)
        hr = map_to_wide(rgrstmap, (size_t)crstmap, &map);
    if (hr == S_OK)
        hr = DsRestoreRegisterW(hbc, checkpoint, logs, map, crstmap, backup_logs, genLow, genHigh);
    free_map(map, (size_t)crstmap);
    free(backup_logs);
    free(logs);
    free(checkpoint);
    return hr;
}

HRESULT NTDSBCLI_API DsRestoreRegisterComplete(HBC hbc, HRESULT hrRestoreState)
{
    struct handle_object *object = handle_table_acquire(hbc, HANDLE_RESTORE);
    HANDLE token;
    HRESULT hr;

    if (!object)
        return ERROR_INVALID_PARAMETER;
    hr = identity_enter(&token);
    if (hr == S_OK) {
        hr = restore_session_complete(restore_session_from_object(object), hrRestoreState);
        identity_leave(token);
    }
    handle_object_release(object);
    return hr;
}

HRESULT NTDSBCLI_API DsRestoreEnd(HBC hbc)
{
    struct handle_object *object = handle_table_remove(hbc, HANDLE_RESTORE | HANDLE_RESTRICTED);
    HANDLE token;
    HRESULT hr;

    if (!object)
        return ERROR_INVALID_PARAMETER;
    hr = identity_enter(&token);
    if (hr != S_OK) {
        handle_object_release(object); /* a registered restore has failed */
        return hr;
    }
    hr = restore_session_end(restore_session_from_object(object));
    handle_object_release(object);
    identity_leave(token);
    return hr;
}

HRESULT NTDSBCLI_API DsRestoreCheckExpiryToken(PVOID pvExpiryToken, DWORD cbExpiryTokenSize)
{
    struct token_fields fields;
    struct settings settings;
    HRESULT hr = token_parse(pvExpiryToken, cbExpiryTokenSize, &fields);

    if (hr != S_OK)
        return hr;
    settings_read(&settings);
    return token_check_expiry(&fields, clock_now(), settings.expiry_days);
}
