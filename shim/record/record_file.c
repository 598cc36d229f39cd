/*
 * record_file.c - opens, writes and reads them.
 */
#include "record_file.h"

#include "common/format.h"
#include "host_log.h"

#include <stdlib.h>

static legacy_result check_plain(HANDLE file)
{
    BY_HANDLE_FILE_INFORMATION info;

    if (!GetFileInformationByHandle(file, &info))
        return result_last_error();
    if (info.nNumberOfLinks > 1 ||
        (info.dwFileAttributes & (FILE_ATTRIBUTE_REPARSE_POINT | FILE_ATTRIBUTE_DIRECTORY)))
        return ERROR_ACCESS_DENIED;
    return S_OK;
}

static legacy_result open_plain(const wchar_t *path, DWORD disposition, HANDLE *file)
{
    DWORD access = disposition == OPEN_EXISTING ? FILE_READ_DATA : FILE_APPEND_DATA;
    HANDLE opened =
        CreateFileW(path, access | FILE_READ_ATTRIBUTES | SYNCHRONIZE, FILE_SHARE_READ, NULL,
                    disposition, FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT, NULL);
    legacy_result hr;

    if (opened == INVALID_HANDLE_VALUE)
        return result_last_error();
    hr = check_plain(opened);
    if (hr == S_OK)
        *file = opened;
    else
        CloseHandle(opened);
    return hr;
}

legacy_result record_file_open(const wchar_t *folder, const wchar_t *name, DWORD disposition,
                               HANDLE *file, wchar_t *path, size_t path_chars)
{
    wchar_t own_path[RECORD_FILE_PATH_CHARS];
    HANDLE held = folder[0] ? host_log_hold_folder(folder) : NULL;
    legacy_result hr = ERROR_BAD_PATHNAME;

    if (!path) {
        path = own_path;
        path_chars = RECORD_FILE_PATH_CHARS;
    }
    path[0] = 0;
    if (!held)
        return ERROR_PATH_NOT_FOUND;
    if (format_text(path, path_chars, L"%ls\\%ls", folder, name))
        hr = open_plain(path, disposition, file);
    CloseHandle(held);
    return hr;
}

legacy_result record_file_write(HANDLE file, const wchar_t *text, size_t char_count)
{
    int byte_count = WideCharToMultiByte(CP_UTF8, 0, text, (int)char_count, NULL, 0, NULL, NULL);
    char *bytes = malloc((size_t)byte_count + 1);
    legacy_result hr = S_OK;
    DWORD written = 0;

    if (!bytes)
        return ERROR_NOT_ENOUGH_MEMORY;
    WideCharToMultiByte(CP_UTF8, 0, text, (int)char_count, bytes, byte_count, NULL, NULL);
    if (!WriteFile(file, bytes, (DWORD)byte_count, &written, NULL))
        hr = result_last_error();
    else if (written != (DWORD)byte_count)
        hr = ERROR_DISK_FULL;
    free(bytes);
    return hr;
}

static legacy_result read_bytes(HANDLE file, DWORD max_bytes, char **bytes, DWORD *byte_count)
{
    LARGE_INTEGER size;
    char *read;

    if (!GetFileSizeEx(file, &size))
        return result_last_error();
    if (size.QuadPart > max_bytes)
        return ERROR_INVALID_DATA;
    read = malloc((size_t)size.QuadPart + 1);
    if (!read)
        return ERROR_NOT_ENOUGH_MEMORY;
    if (!ReadFile(file, read, (DWORD)size.QuadPart, byte_count, NULL)) {
        legacy_result hr = result_last_error();

        free(read);
        return hr;
    }
    *bytes = read;
    return S_OK;
}

legacy_result record_file_read(HANDLE file, DWORD max_bytes, wchar_t **text)
{
    DWORD byte_count = 0;
    wchar_t *wide;
    int char_count;
    char *bytes = NULL;
    legacy_result hr = read_bytes(file, max_bytes, &bytes, &byte_count);

    if (hr != S_OK)
        return hr;
    wide = malloc(((size_t)byte_count + 1) * sizeof(*wide)); /* never more characters than bytes */
    char_count = wide && byte_count ? MultiByteToWideChar(CP_UTF8, 0, bytes, (int)byte_count, wide,
                                                          (int)byte_count)
                                    : 0;
    free(bytes);
    if (!wide)
        return ERROR_NOT_ENOUGH_MEMORY;
    wide[char_count] = 0;
    *text = wide;
    return S_OK;
}
