/*
 * lists.c - puts lists together.
 *
 * Must not know contexts.
 */
#include "lists.h"

#include "host/directory.h"

#include <stdlib.h>

HRESULT lists_build(const struct name *names, size_t count, const wchar_t *host, bool ansi,
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

HRESULT lists_locations(const wchar_t *host, bool ansi, void **list, DWORD *list_bytes)
{
    struct name names[3] = {
        {.bft = L'\x44'}, /* BFT_NTDS_DATABASE */
        {.bft = L'\x82'}, /* BFT_LOG_DIR */
        {.bft = L'\x83'}, /* BFT_CHECKPOINT_DIR */
    };
    HRESULT hr = directory_location(DIRECTORY_DATABASE_FILE, &names[0].local);

    if (hr == S_OK)
        hr = directory_location(DIRECTORY_LOG_FOLDER, &names[1].local);
    if (hr == S_OK)
        hr = directory_location(DIRECTORY_CHECKPOINT_FOLDER, &names[2].local);
    if (hr == S_OK)
        hr = lists_build(names, 3, host, ansi, list, list_bytes);
    free(names[0].local);
    free(names[1].local);
    free(names[2].local);
    return hr;
}
