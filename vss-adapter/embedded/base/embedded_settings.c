/*
 * embedded_settings.c - reads the settings of the embedded VSS at every use.
 */
#include "embedded_settings.h"
#include "common/format.h"

#include <stdlib.h>

HRESULT embedded_settings_string(const wchar_t *key, const wchar_t *name,
                                 const wchar_t *environment, wchar_t *value, DWORD value_chars)
{
    DWORD bytes = value_chars * (DWORD)sizeof(*value);
    DWORD chars = environment ? GetEnvironmentVariableW(environment, value, value_chars) : 0;
    LSTATUS status = ERROR_MORE_DATA;

    if (chars && chars < value_chars)
        return S_OK;
    if (!chars)
        status = RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_SZ, NULL, value, &bytes);
    if (status == ERROR_SUCCESS && value[0])
        return S_OK;
    value[0] = 0;
    return status == ERROR_MORE_DATA ? HRESULT_FROM_WIN32(ERROR_MORE_DATA) : S_FALSE;
}

DWORD embedded_settings_number(const wchar_t *key, const wchar_t *name, DWORD otherwise)
{
    DWORD value;
    DWORD bytes = sizeof(value);
    LSTATUS status =
        RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_DWORD, NULL, &value, &bytes);

    return status == ERROR_SUCCESS ? value : otherwise;
}

wchar_t *embedded_settings_list(const wchar_t *key, const wchar_t *name)
{
    wchar_t *list = NULL;
    DWORD bytes = 0;

    if (RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_MULTI_SZ, NULL, NULL, &bytes) ==
        ERROR_SUCCESS)
        list = calloc(1, bytes + 2 * sizeof(*list)); /* the last string may lack its end */
    if (list && RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_MULTI_SZ, NULL, list,
                             &bytes) == ERROR_SUCCESS)
        return list;
    free(list);
    return NULL;
}

HRESULT embedded_settings_each_key(const wchar_t *key,
                                   HRESULT (*visit)(const wchar_t *path, const wchar_t *name,
                                                    void *context),
                                   void *context)
{
    wchar_t path[SETTINGS_KEY_CHARS];
    wchar_t name[256];
    DWORD chars = ARRAYSIZE(name);
    HRESULT hr = S_OK;
    HKEY parent;
    DWORD i;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, key, 0, KEY_READ, &parent) != ERROR_SUCCESS)
        return S_OK;
    for (i = 0; SUCCEEDED(hr) &&
                RegEnumKeyExW(parent, i, name, &chars, NULL, NULL, NULL, NULL) == ERROR_SUCCESS;
         i++) {
        hr = format_text(path, ARRAYSIZE(path), L"%ls\\%ls", key, name)
                 ? visit(path, name, context)
                 : HRESULT_FROM_WIN32(ERROR_FILENAME_EXCED_RANGE);
        chars = ARRAYSIZE(name);
    }
    RegCloseKey(parent);
    return hr;
}
