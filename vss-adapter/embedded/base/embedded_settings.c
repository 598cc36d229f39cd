/*
 * Reads the settings of the embedded VSS.
 *
 * Must not know: what they are used for.
 */
#include "embedded_settings.h"

#include <stdlib.h>

bool embedded_settings_string(const wchar_t *key, const wchar_t *name, const wchar_t *environment,
                              wchar_t *value, DWORD value_chars)
{
    DWORD bytes;
    LSTATUS status;

    if (environment) {
        DWORD chars = GetEnvironmentVariableW(environment, value, value_chars);

        if (chars > 0 && chars < value_chars)
            return true;
    }
    bytes = value_chars * (DWORD)sizeof(wchar_t);
    status = RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_SZ, NULL, value, &bytes);
    if (status == ERROR_SUCCESS && value[0])
        return true;
    value[0] = 0;
    return false;
}

DWORD embedded_settings_number(const wchar_t *key, const wchar_t *name, DWORD otherwise)
{
    DWORD value = 0;
    DWORD bytes = sizeof(value);
    LSTATUS status =
        RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_DWORD, NULL, &value, &bytes);

    return status == ERROR_SUCCESS ? value : otherwise;
}

wchar_t *embedded_settings_list(const wchar_t *key, const wchar_t *name)
{
    DWORD bytes = 0;
    wchar_t *list;

    if (RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_MULTI_SZ, NULL, NULL, &bytes) !=
            ERROR_SUCCESS ||
        bytes < sizeof(wchar_t))
        return NULL;
    /* Whoever wrote it may have forgotten the empty string at the end. */
    list = calloc(1, bytes + 2 * sizeof(wchar_t));
    if (list && RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_MULTI_SZ, NULL, list,
                             &bytes) == ERROR_SUCCESS)
        return list;
    free(list);
    return NULL;
}
