/* One name for the A and the W function of each call of a restore. */
#include "restore_calls.h"

#include <stdlib.h>

#include "text.h"

HRESULT restore_calls_prepare(bool ansi, const wchar_t *server, void *token, DWORD token_bytes,
                              HBC *hbc)
{
    char *server_ansi = ansi ? text_from_wide(CP_ACP, server) : NULL;
    HRESULT hr = ERROR_NO_UNICODE_TRANSLATION;

    if (!ansi)
        hr = DsRestorePrepareW(server, 0, token, token_bytes, hbc);
    else if (server_ansi)
        hr = DsRestorePrepareA(server_ansi, 0, token, token_bytes, hbc);
    free(server_ansi);
    return hr;
}

static void free_map(EDB_RSTMAPA *map, LONG count)
{
    LONG i;

    for (i = 0; map && i < count; i++) {
        free(map[i].szDatabaseName);
        free(map[i].szNewDatabaseName);
    }
    free(map);
}

/* On the heap; NULL if memory ran out, or the ANSI code page lacks a character of a path. */
static EDB_RSTMAPA *map_to_ansi(const EDB_RSTMAPW *map, LONG count)
{
    EDB_RSTMAPA *ansi = calloc((size_t)count, sizeof(*ansi));
    LONG i;

    for (i = 0; ansi && i < count; i++) {
        ansi[i].szDatabaseName = text_from_wide(CP_ACP, map[i].wszDatabaseName);
        ansi[i].szNewDatabaseName = text_from_wide(CP_ACP, map[i].wszNewDatabaseName);
        if (!ansi[i].szDatabaseName || !ansi[i].szNewDatabaseName) {
            free_map(ansi, count);
            ansi = NULL;
        }
    }
    return ansi;
}

static HRESULT register_ansi(HBC hbc, const struct restore_calls_registration *registration)
{
    HRESULT hr = ERROR_NO_UNICODE_TRANSLATION;
    char *checkpoint_folder = text_from_wide(CP_ACP, registration->checkpoint_folder);
    char *log_folder = text_from_wide(CP_ACP, registration->log_folder);
    EDB_RSTMAPA *map = map_to_ansi(registration->map, registration->map_count);

    if (checkpoint_folder && log_folder && map)
        hr = DsRestoreRegisterA(hbc, checkpoint_folder, log_folder, map, registration->map_count,
                                log_folder, registration->generation_low,
                                registration->generation_high);
    free_map(map, registration->map_count);
    free(log_folder);
    free(checkpoint_folder);
    return hr;
}

HRESULT restore_calls_register(bool ansi, HBC hbc,
                               const struct restore_calls_registration *registration)
{
    if (ansi)
        return register_ansi(hbc, registration);
    return DsRestoreRegisterW(hbc, registration->checkpoint_folder, registration->log_folder,
                              registration->map, registration->map_count, registration->log_folder,
                              registration->generation_low, registration->generation_high);
}
