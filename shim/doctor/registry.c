/*
 * registry.c - reads values of HKLM.
 */
#include "registry.h"

#include "common/registry_text.h"

HKEY registry_open(const wchar_t *path, LSTATUS *status)
{
    HKEY key = NULL;

    *status = RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0,
                            KEY_QUERY_VALUE | KEY_ENUMERATE_SUB_KEYS | KEY_WOW64_64KEY, &key);
    return *status == ERROR_SUCCESS ? key : NULL;
}

wchar_t *registry_text(HKEY key, const wchar_t *value)
{
    wchar_t *text = NULL;

    return registry_read_text(key, NULL, value, &text) == ERROR_SUCCESS ? text : NULL;
}

bool registry_number(HKEY key, const wchar_t *value, DWORD *number)
{
    DWORD byte_count = sizeof(*number);

    return RegGetValueW(key, NULL, value, RRF_RT_REG_DWORD, NULL, number, &byte_count) ==
           ERROR_SUCCESS;
}
