/* One name for the A and the W function of each call of a restore. */
#ifndef LEGACY_RESTORE_CALLS_H
#define LEGACY_RESTORE_CALLS_H

#include <stdbool.h>
#include <windows.h>
#include <ntdsbcli.h>

/* The arguments of DsRestoreRegister. All strings are borrowed. */
struct restore_calls_registration
{
    const wchar_t *checkpoint_folder;
    const wchar_t *log_folder; /* of the directory; the logs of the backup go there */
    EDB_RSTMAPW *map;
    LONG map_count;
    ULONG generation_low, generation_high;
};

/* These return what the function of the API returned. */
HRESULT restore_calls_prepare(bool ansi, const wchar_t *server, void *token, DWORD token_bytes,
                              HBC *hbc);
HRESULT restore_calls_register(bool ansi, HBC hbc,
                               const struct restore_calls_registration *registration);

#endif
