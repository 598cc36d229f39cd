/*
 * What can be set from outside: HKLM\SYSTEM\CurrentControlSet\Services\VSS\Embedded and, for the
 * call log and the faults, the environment (which wins).
 */
#ifndef NTDSBCLI_EMBEDDED_SETTINGS_H
#define NTDSBCLI_EMBEDDED_SETTINGS_H

#include <windows.h>
#include <stdbool.h>

#define SETTINGS_KEY             L"SYSTEM\\CurrentControlSet\\Services\\VSS\\Embedded"
#define SETTINGS_WRITERS_KEY     SETTINGS_KEY L"\\Writers"
#define SETTINGS_WRITER_NTDS_KEY SETTINGS_WRITERS_KEY L"\\NTDS"

/* A string value. `environment` (may be NULL) names a variable that wins over the registry.
 * Returns false, with an empty string, when there is none or it does not fit. */
bool embedded_settings_string(const wchar_t *key, const wchar_t *name, const wchar_t *environment,
                              wchar_t *value, DWORD value_chars);

/* A REG_MULTI_SZ: strings one after the other, an empty one at the end; free with free. NULL: there
 * is none, or memory is out. */
wchar_t *embedded_settings_list(const wchar_t *key, const wchar_t *name);

/* A DWORD value, or `otherwise` when it is missing or of another type. */
DWORD embedded_settings_number(const wchar_t *key, const wchar_t *name, DWORD otherwise);

#endif
