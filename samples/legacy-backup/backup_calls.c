/* One name for the A and the W function of each call of a backup. */
#include "backup_calls.h"

#include <stdlib.h>

#include "text.h"

HRESULT backup_calls_prepare(bool ansi, const wchar_t *server, void **token, DWORD *token_bytes,
                             HBC *hbc)
{
    char *server_ansi = ansi ? text_from_wide(CP_ACP, server) : NULL;
    HRESULT hr = ERROR_NO_UNICODE_TRANSLATION;

    if (!ansi)
        hr = DsBackupPrepareW(server, 0, BACKUP_TYPE_FULL, token, token_bytes, hbc);
    else if (server_ansi)
        hr = DsBackupPrepareA(server_ansi, 0, BACKUP_TYPE_FULL, token, token_bytes, hbc);
    free(server_ansi);
    return hr;
}

HRESULT backup_calls_open_file(const struct name_list *list, HBC hbc,
                               const struct name_entry *entry, DWORD read_hint_bytes,
                               LARGE_INTEGER *size)
{
    if (list->ansi)
        return DsBackupOpenFileA(hbc, entry->name, read_hint_bytes, size);
    return DsBackupOpenFileW(hbc, entry->name, read_hint_bytes, size);
}
