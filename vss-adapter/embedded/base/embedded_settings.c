/*
 * Reads the settings of the embedded VSS.
 *
 * Must not know: what they are used for.
 */
#include "embedded_settings.h"

#include <stdlib.h>

BOOL embedded_settings_string(const WCHAR *key, const WCHAR *name, const WCHAR *environment,
                              WCHAR *value, DWORD value_chars)
{
    if (environment != NULL) {
        DWORD chars = GetEnvironmentVariableW(environment, value, value_chars);
        if (chars > 0 && chars < value_chars)
            return TRUE;
    }
    DWORD bytes = value_chars * (DWORD)sizeof(WCHAR);
    LSTATUS status =
        RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_SZ, NULL, value, &bytes);
    if (status == ERROR_SUCCESS && value[0] != L'\0')
        return TRUE;
    value[0] = L'\0';
    return FALSE;
}

DWORD embedded_settings_number(const WCHAR *key, const WCHAR *name, DWORD otherwise)
{
    DWORD value = 0;
    DWORD bytes = sizeof(value);
    LSTATUS status =
        RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_DWORD, NULL, &value, &bytes);
    return status == ERROR_SUCCESS ? value : otherwise;
}

WCHAR *embedded_settings_list(const WCHAR *key, const WCHAR *name)
{
    DWORD bytes = 0;
    if (RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_MULTI_SZ, NULL, NULL, &bytes) !=
            ERROR_SUCCESS ||
        bytes < sizeof(WCHAR))
        return NULL;
    /* Whoever wrote it may have forgotten the empty string at the end. */
    WCHAR *list = calloc(1, bytes + 2 * sizeof(WCHAR));
    if (list != NULL && RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_MULTI_SZ, NULL, list,
                                     &bytes) == ERROR_SUCCESS)
        return list;
    free(list);
    return NULL;
}
