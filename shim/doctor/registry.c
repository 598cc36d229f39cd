/*
 * registry.c - reads values.
 *
 * Must not know whose they are.
 */
#include "registry.h"

#include <stdlib.h>

HKEY registry_open(const wchar_t *path, LSTATUS *status)
{
    HKEY key = NULL;

    *status = RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0,
                            KEY_QUERY_VALUE | KEY_ENUMERATE_SUB_KEYS | KEY_WOW64_64KEY, &key);
    return *status == ERROR_SUCCESS ? key : NULL;
}

wchar_t *registry_text(HKEY key, const wchar_t *value)
{
    DWORD byte_count = 0;
    wchar_t *text = NULL;
    LSTATUS status;

    do {
        wchar_t *grown = realloc(text, byte_count + sizeof(*text));

        if (!grown) {
            free(text);
            return NULL;
        }
        text = grown;
        byte_count += sizeof(*text);
        status = RegGetValueW(key, NULL, value, RRF_RT_REG_SZ, NULL, text, &byte_count);
    } while (status == ERROR_MORE_DATA);
    if (status == ERROR_SUCCESS)
        return text;
    free(text);
    return NULL;
}

bool registry_number(HKEY key, const wchar_t *value, DWORD *number)
{
    DWORD byte_count = sizeof(*number);

    return RegGetValueW(key, NULL, value, RRF_RT_REG_DWORD, NULL, number, &byte_count) ==
           ERROR_SUCCESS;
}

bool registry_quad(HKEY key, const wchar_t *value, uint64_t *number)
{
    DWORD byte_count = sizeof(*number);

    return RegGetValueW(key, NULL, value, RRF_RT_REG_QWORD, NULL, number, &byte_count) ==
           ERROR_SUCCESS;
}
