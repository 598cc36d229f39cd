/* One name for the A and the W function of each call of a backup. */
#include "backup_calls.h"

#include <stdlib.h>

#include "directory_server.h"
#include "text.h"

HRESULT backup_calls_prepare(bool ansi, const wchar_t *server, void **token, DWORD *token_bytes,
                             HBC *hbc)
{
    HRESULT hr;
    char *server_ansi;

    *token = NULL;
    *token_bytes = 0;
    *hbc = NULL;
    if (!ansi)
        return DsBackupPrepareW(server, 0, BACKUP_TYPE_FULL, token, token_bytes, hbc);
    server_ansi = text_from_wide(CP_ACP, server);
    if (!server_ansi)
        return ERROR_NO_UNICODE_TRANSLATION;
    hr = DsBackupPrepareA(server_ansi, 0, BACKUP_TYPE_FULL, token, token_bytes, hbc);
    free(server_ansi);
    return hr;
}

static HRESULT get_list_ansi(HBC hbc, enum name_list_kind kind, char **data, DWORD *bytes)
{
    if (kind == LIST_DATABASES)
        return DsBackupGetDatabaseNamesA(hbc, data, bytes);
    return DsBackupGetBackupLogsA(hbc, data, bytes);
}

static HRESULT get_list_wide(HBC hbc, enum name_list_kind kind, wchar_t **data, DWORD *bytes)
{
    if (kind == LIST_DATABASES)
        return DsBackupGetDatabaseNamesW(hbc, data, bytes);
    return DsBackupGetBackupLogsW(hbc, data, bytes);
}

HRESULT backup_calls_get_list(bool ansi, HBC hbc, enum name_list_kind kind, struct name_list *list)
{
    HRESULT hr;

    if (kind == LIST_LOCATIONS)
        return directory_server_locations(ansi, hbc, list);
    *list = (struct name_list){.ansi = ansi};
    if (ansi) {
        char *data = NULL;

        hr = get_list_ansi(hbc, kind, &data, &list->bytes);
        list->data = data;
    } else {
        wchar_t *data = NULL;

        hr = get_list_wide(hbc, kind, &data, &list->bytes);
        list->data = data;
    }
    return hr;
}

const wchar_t *backup_calls_list_function(enum name_list_kind kind)
{
    switch (kind) {
    case LIST_DATABASES:
        return L"DsBackupGetDatabaseNames";
    case LIST_LOCATIONS:
        return L"DsRestoreGetDatabaseLocations";
    default:
        return L"DsBackupGetBackupLogs";
    }
}

HRESULT backup_calls_open_file(const struct name_list *list, HBC hbc,
                               const struct name_entry *entry, DWORD read_hint_bytes,
                               LARGE_INTEGER *size)
{
    size->QuadPart = 0;
    if (list->ansi)
        return DsBackupOpenFileA(hbc, entry->name, read_hint_bytes, size);
    return DsBackupOpenFileW(hbc, entry->name, read_hint_bytes, size);
}

void backup_calls_free_list(struct name_list *list)
{
    DsBackupFree(list->data);
    *list = (struct name_list){0};
}
