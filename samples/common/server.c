/* What backup and restore ask the server alike, in the A and W halves of the API. It must not know
 * what the answers are for. */
#include "server.h"

#include <stdlib.h>

char *server_to_ansi(const wchar_t *text)
{
    BOOL lost = FALSE;
    int bytes = WideCharToMultiByte(CP_ACP, WC_NO_BEST_FIT_CHARS, text, -1, NULL, 0, NULL, &lost);
    char *ansi = bytes > 0 && !lost ? malloc((size_t)bytes) : NULL;

    if (ansi)
        WideCharToMultiByte(CP_ACP, WC_NO_BEST_FIT_CHARS, text, -1, ansi, bytes, NULL, NULL);
    return ansi;
}

HRESULT server_is_online(bool ansi, const wchar_t *server, BOOL *online)
{
    HRESULT hr;
    char *server_ansi;

    *online = FALSE;
    if (!ansi)
        return DsIsNTDSOnlineW(server, online);
    server_ansi = server_to_ansi(server);
    if (!server_ansi)
        return ERROR_NO_UNICODE_TRANSLATION;
    hr = DsIsNTDSOnlineA(server_ansi, online);
    free(server_ansi);
    return hr;
}

HRESULT server_locations(bool ansi, HBC hbc, struct name_list *list)
{
    HRESULT hr;

    *list = (struct name_list){.ansi = ansi};
    if (ansi) {
        char *data = NULL;

        hr = DsRestoreGetDatabaseLocationsA(hbc, &data, &list->bytes);
        list->data = data;
    } else {
        wchar_t *data = NULL;

        hr = DsRestoreGetDatabaseLocationsW(hbc, &data, &list->bytes);
        list->data = data;
    }
    return hr;
}

void server_enable_privilege(const wchar_t *name)
{
    TOKEN_PRIVILEGES privileges = {.PrivilegeCount = 1};
    HANDLE token = NULL;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token))
        return;
    privileges.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    if (LookupPrivilegeValueW(NULL, name, &privileges.Privileges[0].Luid))
        (void)AdjustTokenPrivileges(token, FALSE, &privileges, 0, NULL, NULL);
    CloseHandle(token);
}
