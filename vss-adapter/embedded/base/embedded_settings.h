/*
 * embedded_settings.h - the settings: registry values. For the call log and the faults an
 * environment variable overrides the value.
 */
#ifndef NTDSBCLI_EMBEDDED_SETTINGS_H
#define NTDSBCLI_EMBEDDED_SETTINGS_H

#include <windows.h>

#define SETTINGS_KEY             L"SYSTEM\\CurrentControlSet\\Services\\VSS\\Embedded"
#define SETTINGS_WRITERS_KEY     SETTINGS_KEY L"\\Writers"
#define SETTINGS_WRITER_NTDS_KEY SETTINGS_WRITERS_KEY L"\\NTDS"

/* Room for SETTINGS_WRITERS_KEY\<name>\Components\<name>, whose names may have 255 characters. */
#define SETTINGS_KEY_CHARS 640

/*
 * Reads a string value. environment names the variable that overrides it; NULL: none.
 *
 * S_FALSE if there is no text, HRESULT_FROM_WIN32(ERROR_MORE_DATA) if it does not fit; *value is
 * empty then.
 */
HRESULT embedded_settings_string(const wchar_t *key, const wchar_t *name,
                                 const wchar_t *environment, wchar_t *value, DWORD value_chars);

/*
 * Reads a REG_MULTI_SZ: strings one after the other, an empty one at the end; free it with free.
 * NULL: there is none, or memory is out.
 */
wchar_t *embedded_settings_list(const wchar_t *key, const wchar_t *name);

/*
 * Calls visit with path and name of each subkey, until one fails. S_OK, or what the last visit
 * returned.
 */
HRESULT embedded_settings_each_key(const wchar_t *key,
                                   HRESULT (*visit)(const wchar_t *path, const wchar_t *name,
                                                    void *context),
                                   void *context);

/* A DWORD value, or otherwise if it is missing or of another type. */
DWORD embedded_settings_number(const wchar_t *key, const wchar_t *name, DWORD otherwise);

#endif
