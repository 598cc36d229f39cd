/* The restore functions in their A and W halves behind one set of names, so that the rest of the
 * program is written once. */
#ifndef LEGACY_RESTORE_CALLS_H
#define LEGACY_RESTORE_CALLS_H

#include <stdbool.h>
#include <windows.h>
#include <ntdsbcli.h>

/* What DsRestoreRegister is told. All strings are borrowed. */
struct restore_calls_registration
{
    const wchar_t *checkpoint_folder;
    const wchar_t *log_folder; /* of the directory, and of the backup's logs: they go there */
    EDB_RSTMAPW *map;
    LONG map_count;
    ULONG generation_low, generation_high;
};

/* Both return what the function of the API returned. */
HRESULT restore_calls_prepare(bool ansi, const wchar_t *server, void *token, DWORD token_bytes,
                              HBC *hbc);
HRESULT restore_calls_register(bool ansi, HBC hbc,
                               const struct restore_calls_registration *registration);

#endif
