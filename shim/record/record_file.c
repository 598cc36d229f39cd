/*
 * record_file.c - opens, writes and reads them.
 */
#include "record_file.h"

#include "common/format.h"
#include "common/log_file.h"
#include "host/clock.h"
#include "host/log_folder.h"

#include <stdlib.h>
#include <wchar.h>

static void tell(const struct log_folder *folder, const wchar_t *name, const wchar_t *why)
{
    if (why[0])
        log_line(LOG_WARNING, L"%ls\\%ls is not used: %ls", folder->path, name, why);
}

static legacy_result open_in(const wchar_t *log_folder, enum log_folder_use in, const wchar_t *name,
                             enum folder_file_use use, HANDLE *file, wchar_t *path,
                             size_t path_chars)
{
    wchar_t why[WRITE_TRUST_WHY_CHARS];
    struct log_folder folder;
    legacy_result hr = log_folder_open(log_folder, in, &folder);

    if (!format_text(path, path_chars, L"%ls\\%ls", folder.path, name) && hr == S_OK)
        hr = ERROR_FILENAME_EXCED_RANGE;
    if (hr == S_OK)
        hr = folder_file_open(folder.handle, name, use, file, why);
    else
        wcscpy(why, folder.why);
    if (hr != S_OK)
        tell(&folder, name, why);
    log_folder_close(&folder);
    return hr;
}

legacy_result record_file_open(const wchar_t *log_folder, const wchar_t *name,
                               enum folder_file_use use, HANDLE *file, wchar_t *path,
                               size_t path_chars)
{
    wchar_t own_path[RECORD_FILE_PATH_CHARS];
    legacy_result hr;

    if (!path) {
        path = own_path;
        path_chars = RECORD_FILE_PATH_CHARS;
    }
    hr = open_in(log_folder, use == FOLDER_FILE_READ ? LOG_FOLDER_READ : LOG_FOLDER_WRITE, name,
                 use, file, path, path_chars);
    if (hr == S_OK || use != FOLDER_FILE_READ)
        return hr;
    return open_in(log_folder, LOG_FOLDER_READ_OF_ACCOUNT, name, use, file, path, path_chars) ==
                   S_OK
               ? S_OK
               : hr;
}

static legacy_result each_found(HANDLE search, WIN32_FIND_DATAW *found, record_file_taker each,
                                void *context)
{
    do {
        if (!each(context, found->cFileName, clock_of(found->ftLastWriteTime)))
            return S_OK;
    } while (FindNextFileW(search, found));
    return GetLastError() == ERROR_NO_MORE_FILES ? S_OK : result_last_error();
}

/* What they hold is judged when it is read. */
static legacy_result each_in(const wchar_t *log_folder, enum log_folder_use in,
                             const wchar_t *pattern, record_file_taker each, void *context)
{
    wchar_t search_pattern[RECORD_FILE_PATH_CHARS];
    WIN32_FIND_DATAW found;
    struct log_folder folder;
    HANDLE search = INVALID_HANDLE_VALUE;
    legacy_result hr = log_folder_open(log_folder, in, &folder);

    if (hr == S_OK &&
        format_text(search_pattern, RECORD_FILE_PATH_CHARS, L"%ls\\%ls", folder.path, pattern)) {
        search = FindFirstFileW(search_pattern, &found);
        if (search == INVALID_HANDLE_VALUE && GetLastError() != ERROR_FILE_NOT_FOUND)
            hr = result_last_error();
    }
    if (hr != S_OK)
        tell(&folder, pattern, folder.why);
    if (search != INVALID_HANDLE_VALUE) {
        hr = each_found(search, &found, each, context);
        FindClose(search);
    }
    log_folder_close(&folder);
    return hr;
}

static bool is_missing(legacy_result hr)
{
    return hr == ERROR_FILE_NOT_FOUND || hr == ERROR_PATH_NOT_FOUND;
}

legacy_result record_file_each(const wchar_t *log_folder, const wchar_t *pattern,
                               record_file_taker each, void *context)
{
    legacy_result hr = each_in(log_folder, LOG_FOLDER_READ, pattern, each, context);
    legacy_result of_account =
        each_in(log_folder, LOG_FOLDER_READ_OF_ACCOUNT, pattern, each, context);

    /* An account with a folder of its own may not look into the other. */
    if (of_account == S_OK && hr == ERROR_ACCESS_DENIED)
        hr = S_OK;
    if (hr == S_OK && !is_missing(of_account))
        hr = of_account;
    return is_missing(hr) ? S_OK : hr;
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
    if (wcslen(wide) != (size_t)char_count) {
        free(wide);
        return ERROR_INVALID_DATA;
    }
    *text = wide;
    return S_OK;
}
