/*
 * lists.c - puts lists together.
 */
#include "lists.h"

#include "host/directory.h"

#include <stdlib.h>

legacy_result lists_build(const struct name *names, size_t count, const wchar_t *host, bool ansi,
                          void **list, DWORD *list_bytes)
{
    bool unconvertible = false;
    size_t length = 0;
    void *built;

    if (ansi)
        built = names_build_ansi(names, count, host, &length, &unconvertible);
    else
        built = names_build(names, count, host, &length);
    if (!built)
        return unconvertible ? ERROR_NO_UNICODE_TRANSLATION : ERROR_NOT_ENOUGH_MEMORY;
    *list = built;
    *list_bytes = (DWORD)(ansi ? length : length * sizeof(wchar_t));
    return S_OK;
}

legacy_result lists_locations(const wchar_t *host, bool ansi, void **list, DWORD *list_bytes)
{
    wchar_t *paths[] = {
        [DIRECTORY_DATABASE_FILE] = NULL,
        [DIRECTORY_LOG_FOLDER] = NULL,
        [DIRECTORY_CHECKPOINT_FOLDER] = NULL,
    };
    struct name names[ARRAYSIZE(paths)] = {
        [DIRECTORY_DATABASE_FILE] = {.bft = L'\x44'},     /* BFT_NTDS_DATABASE */
        [DIRECTORY_LOG_FOLDER] = {.bft = L'\x82'},        /* BFT_LOG_DIR */
        [DIRECTORY_CHECKPOINT_FOLDER] = {.bft = L'\x83'}, /* BFT_CHECKPOINT_DIR */
    };
    legacy_result hr = S_OK;
    size_t i;

    for (i = 0; hr == S_OK && i < ARRAYSIZE(paths); i++) {
        hr = directory_location((enum directory_location)i, &paths[i]);
        names[i].local = paths[i];
    }
    if (hr == S_OK)
        hr = lists_build(names, ARRAYSIZE(names), host, ansi, list, list_bytes);
    for (i = 0; i < ARRAYSIZE(paths); i++)
        free(paths[i]);
    return hr;
}
