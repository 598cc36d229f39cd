/*
 * registry_text.c - reads texts of the registry.
 */
#include "registry_text.h"

#include <stdlib.h>

LSTATUS registry_read_text(HKEY key, const wchar_t *path, const wchar_t *value, wchar_t **text)
{
    DWORD byte_count = 0;
    wchar_t *read = NULL;
    LSTATUS status;

    do {
        wchar_t *grown = realloc(read, byte_count + sizeof(*read));

        if (!grown) {
            free(read);
            return ERROR_NOT_ENOUGH_MEMORY;
        }
        read = grown;
        byte_count += sizeof(*read);
        status = RegGetValueW(key, path, value, RRF_RT_REG_SZ, NULL, read, &byte_count);
    } while (status == ERROR_MORE_DATA);
    if (status == ERROR_SUCCESS)
        *text = read;
    else
        free(read);
    return status;
}
