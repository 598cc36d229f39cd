/*
 * list_file.c - recognises and converts lists.
 */
#include "list_file.h"

#include "whole_file.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LIST_BYTES_MAX (64u * 1024 * 1024)

/* The second byte of a W list belongs to the BFT character, which is below 256. */
static bool is_ansi(const char *bytes, DWORD byte_count)
{
    return byte_count % sizeof(wchar_t) != 0 || byte_count < 2 * sizeof(wchar_t) || bytes[1] != 0;
}

static bool ends_twice(const wchar_t *list, size_t chars)
{
    return chars >= 2 && !list[chars - 1] && !list[chars - 2];
}

legacy_result list_file_read(const wchar_t *path, wchar_t **list)
{
    DWORD byte_count = 0;
    void *bytes = NULL;
    wchar_t *wide = NULL;
    size_t chars;
    legacy_result hr = whole_file_read(path, LIST_BYTES_MAX, &bytes, &byte_count);

    if (hr != S_OK)
        return hr;
    wide = calloc((size_t)byte_count + 1, sizeof(*wide)); /* never more characters than bytes */
    if (!wide) {
        hr = ERROR_NOT_ENOUGH_MEMORY;
    } else if (is_ansi(bytes, byte_count)) {
        chars =
            (size_t)MultiByteToWideChar(CP_ACP, 0, bytes, (int)byte_count, wide, (int)byte_count);
        hr = ends_twice(wide, chars) ? S_OK : ERROR_INVALID_DATA;
    } else {
        memcpy(wide, bytes, byte_count);
        hr = ends_twice(wide, byte_count / sizeof(*wide)) ? S_OK : ERROR_INVALID_DATA;
    }
    free(bytes);
    if (hr == S_OK)
        *list = wide;
    else
        free(wide);
    return hr;
}

const wchar_t *list_file_name(const wchar_t *entry)
{
    const wchar_t *last = wcsrchr(entry, L'\\');

    return last ? last + 1 : entry + 1;
}
