/* The backup functions in their A and W halves behind one set of names. It must not know the order
 * in which a backup calls them. */
#include "calls.h"

#include <stdlib.h>
#include <wchar.h>

/* SERVER in the ANSI code page, on the heap; NULL when there is no memory or it cannot be said so.
 */
static char *to_ansi(const wchar_t *server)
{
    BOOL lost = FALSE;
    int bytes = WideCharToMultiByte(CP_ACP, WC_NO_BEST_FIT_CHARS, server, -1, NULL, 0, NULL, &lost);
    char *ansi = bytes > 0 && !lost ? malloc((size_t)bytes) : NULL;

    if (ansi)
        WideCharToMultiByte(CP_ACP, WC_NO_BEST_FIT_CHARS, server, -1, ansi, bytes, NULL, NULL);
    return ansi;
}

HRESULT calls_is_online(bool ansi, const wchar_t *server, BOOL *online)
{
    HRESULT hr;
    char *server_ansi;

    *online = FALSE;
    if (!ansi)
        return DsIsNTDSOnlineW(server, online);
    server_ansi = to_ansi(server);
    if (!server_ansi)
        return ERROR_NO_UNICODE_TRANSLATION;
    hr = DsIsNTDSOnlineA(server_ansi, online);
    free(server_ansi);
    return hr;
}

HRESULT calls_prepare(bool ansi, const wchar_t *server, void **token, DWORD *token_bytes, HBC *hbc)
{
    HRESULT hr;
    char *server_ansi;

    *token = NULL;
    *token_bytes = 0;
    *hbc = NULL;
    if (!ansi)
        return DsBackupPrepareW(server, 0, BACKUP_TYPE_FULL, token, token_bytes, hbc);
    server_ansi = to_ansi(server);
    if (!server_ansi)
        return ERROR_NO_UNICODE_TRANSLATION;
    hr = DsBackupPrepareA(server_ansi, 0, BACKUP_TYPE_FULL, token, token_bytes, hbc);
    free(server_ansi);
    return hr;
}

static HRESULT get_list_ansi(HBC hbc, enum name_list_kind kind, char **data, DWORD *bytes)
{
    switch (kind) {
    case LIST_DATABASES:
        return DsBackupGetDatabaseNamesA(hbc, data, bytes);
    case LIST_LOCATIONS:
        return DsRestoreGetDatabaseLocationsA(hbc, data, bytes);
    default:
        return DsBackupGetBackupLogsA(hbc, data, bytes);
    }
}

static HRESULT get_list_wide(HBC hbc, enum name_list_kind kind, wchar_t **data, DWORD *bytes)
{
    switch (kind) {
    case LIST_DATABASES:
        return DsBackupGetDatabaseNamesW(hbc, data, bytes);
    case LIST_LOCATIONS:
        return DsRestoreGetDatabaseLocationsW(hbc, data, bytes);
    default:
        return DsBackupGetBackupLogsW(hbc, data, bytes);
    }
}

HRESULT calls_get_list(bool ansi, HBC hbc, enum name_list_kind kind, struct name_list *list)
{
    HRESULT hr;

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

const wchar_t *calls_list_function(enum name_list_kind kind)
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

HRESULT calls_open_file(const struct name_list *list, HBC hbc, const struct name_entry *entry,
                        DWORD read_hint_bytes, LARGE_INTEGER *size)
{
    size->QuadPart = 0;
    if (list->ansi)
        return DsBackupOpenFileA(hbc, entry->name, read_hint_bytes, size);
    return DsBackupOpenFileW(hbc, entry->name, read_hint_bytes, size);
}

/* What follows the last backslash of PATH; false where that is no name for a file. */
static bool copy_file_name(const wchar_t *path, wchar_t *file_name)
{
    const wchar_t *backslash = wcsrchr(path, L'\\');
    const wchar_t *name = backslash ? backslash + 1 : L"";
    size_t chars = wcslen(name);

    /* The name becomes one in the backup folder: nothing may lead out of it. */
    if (chars == 0 || chars >= FILE_NAME_CHARS || wcspbrk(name, L"/:*?\"<>|") ||
        wcscmp(name, L".") == 0 || wcscmp(name, L"..") == 0)
        return false;
    wcscpy(file_name, name);
    return true;
}

static bool file_name_of_ansi(const char *path, wchar_t *file_name)
{
    int chars = MultiByteToWideChar(CP_ACP, 0, path, -1, NULL, 0);
    wchar_t *wide = chars > 0 ? malloc((size_t)chars * sizeof(*wide)) : NULL;
    bool valid;

    if (!wide)
        return false;
    MultiByteToWideChar(CP_ACP, 0, path, -1, wide, chars);
    valid = copy_file_name(wide, file_name);
    free(wide);
    return valid;
}

bool name_list_next(const struct name_list *list, struct name_cursor *cursor,
                    struct name_entry *entry, bool *valid)
{
    const char *at = (const char *)list->data + cursor->offset_bytes;
    DWORD unit = list->ansi ? sizeof(char) : sizeof(wchar_t);
    DWORD left = (list->bytes - cursor->offset_bytes) / unit;
    DWORD chars = (DWORD)(list->ansi ? strnlen(at, left) : wcsnlen((const wchar_t *)at, left));

    /* The empty name ends the list; so does one that runs out of it. */
    if (chars == 0 || chars == left)
        return false;
    cursor->offset_bytes += (chars + 1) * unit;
    entry->name = at;
    /* The first character says what kind of file it is (BFT) and is not part of the path. */
    *valid = list->ansi ? file_name_of_ansi(at + 1, entry->file_name)
                        : copy_file_name((const wchar_t *)at + 1, entry->file_name);
    return true;
}

unsigned name_list_count(const struct name_list *list)
{
    struct name_cursor cursor = {0};
    struct name_entry entry;
    bool valid;
    unsigned count = 0;

    while (name_list_next(list, &cursor, &entry, &valid))
        count++;
    return count;
}

void name_list_free(struct name_list *list)
{
    DsBackupFree(list->data);
    *list = (struct name_list){0};
}
