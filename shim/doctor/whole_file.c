/*
 * whole_file.c - opens, measures and reads it.
 */
#include "whole_file.h"

#include <stdlib.h>

static legacy_result read_open(HANDLE file, DWORD max_bytes, void **bytes, DWORD *byte_count)
{
    LARGE_INTEGER size;
    DWORD got = 0;
    void *read;
    legacy_result hr = S_OK;

    if (!GetFileSizeEx(file, &size))
        return result_last_error();
    if (size.QuadPart > max_bytes)
        return ERROR_INVALID_DATA;
    read = malloc((size_t)size.QuadPart + 1);
    if (!read)
        return ERROR_NOT_ENOUGH_MEMORY;
    if (!ReadFile(file, read, (DWORD)size.QuadPart, &got, NULL)) {
        hr = result_last_error();
        free(read);
        return hr;
    }
    *bytes = read;
    *byte_count = got;
    return S_OK;
}

legacy_result whole_file_read(const wchar_t *path, DWORD max_bytes, void **bytes, DWORD *byte_count)
{
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    legacy_result hr;

    if (file == INVALID_HANDLE_VALUE)
        return result_last_error();
    hr = read_open(file, max_bytes, bytes, byte_count);
    CloseHandle(file);
    return hr;
}
