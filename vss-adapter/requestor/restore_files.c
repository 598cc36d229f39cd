/*
 * restore_files.c - lists, opens and sets aside the directory's files.
 *
 * Takes folders from the directory's registration only, never from a caller.
 */
#include "restore_files.h"
#include "file_list.h"
#include "common/array.h"
#include "common/format.h"
#include "common/registration.h"
#include "common/report.h"
#include "common/volumes.h"

#include <stdlib.h>
#include <wchar.h>
#include <wctype.h>

#define CHECKPOINT_NAME L"edb.chk"
#define ASIDE_SUFFIX    L".ntdsbcli"
#define ASIDE_MAX       1000u

/* --- the registration --------------------------------------------------------------------- */

/* Without trailing backslashes; free. */
static HRESULT read_location(const struct ntdsvss_settings *settings, const wchar_t *service,
                             enum directory_location which, wchar_t **path)
{
    wchar_t *read = NULL;
    LSTATUS status = registration_location(service, which, &read);
    size_t length;

    if (status != ERROR_SUCCESS)
        return call_end(settings, L"Reading the registered location", registration_value(which),
                        HRESULT_FROM_WIN32((DWORD)status));
    length = wcslen(read);
    while (length > 3 && read[length - 1] == L'\\')
        read[--length] = 0;
    *path = read;
    return S_OK;
}

HRESULT restore_files_locate(const struct ntdsvss_settings *settings, struct restore_files *files,
                             struct ntdsvss_locations *locations)
{
    wchar_t *found[ARRAYSIZE(files->registered)] = {NULL};
    HRESULT hr = S_OK;
    size_t i;

    for (i = 0; SUCCEEDED(hr) && i < ARRAYSIZE(found); i++)
        hr = read_location(settings, files->service, (enum directory_location)i, &found[i]);
    for (i = 0; i < ARRAYSIZE(found); i++) {
        wchar_t *unwanted = SUCCEEDED(hr) ? files->registered[i] : found[i];

        free(unwanted);
        if (SUCCEEDED(hr))
            files->registered[i] = found[i];
    }
    if (FAILED(hr))
        return hr;
    locations->database = found[DIRECTORY_DATABASE_FILE];
    locations->log_folder = found[DIRECTORY_LOG_FOLDER];
    locations->checkpoint_folder = found[DIRECTORY_CHECKPOINT_FOLDER];
    return S_OK;
}

/* --- the list ----------------------------------------------------------------------------- */

/* Takes ownership of path, also where it fails. */
static HRESULT append(struct restore_files *list, enum ntdsvss_file_kind kind, wchar_t *path)
{
    if (!path)
        return E_OUTOFMEMORY;
    if (!array_grow(&list->files, &list->capacity, list->count, sizeof(*list->files))) {
        free(path);
        return E_OUTOFMEMORY;
    }
    list->files[list->count].kind = kind;
    list->files[list->count].path = path;
    list->count++;
    return S_OK;
}

/* edb.log, edbtmp.log, and edb with five or eight hexadecimal digits. */
static bool is_log_name(const wchar_t *name)
{
    size_t digits = 0;

    if (_wcsnicmp(name, L"edb", 3) != 0)
        return false;
    name += 3;
    if (_wcsicmp(name, L".log") == 0 || _wcsicmp(name, L"tmp.log") == 0)
        return true;
    while (iswxdigit(name[digits]))
        digits++;
    return (digits == 5 || digits == 8) && _wcsicmp(name + digits, L".log") == 0;
}

static HRESULT find_logs(const struct ntdsvss_settings *settings, struct restore_files *list,
                         const wchar_t *folder, const wchar_t *pattern)
{
    static const wchar_t operation[] = L"Listing the logs";
    WIN32_FIND_DATAW found;
    HRESULT hr = S_OK;
    HANDLE search;

    search = FindFirstFileW(pattern, &found);
    if (search == INVALID_HANDLE_VALUE) {
        if (GetLastError() == ERROR_FILE_NOT_FOUND)
            return S_OK;
        if (GetLastError() != ERROR_PATH_NOT_FOUND)
            return last_error(settings, operation, pattern);
        report_line(settings, NTDSVSS_LEVEL_WARNING, L"The log folder %ls does not exist", folder);
        return S_OK;
    }
    do {
        if (!(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) && is_log_name(found.cFileName))
            hr = append(list, NTDSVSS_FILE_LOG, path_join(folder, found.cFileName));
    } while (SUCCEEDED(hr) && FindNextFileW(search, &found));
    if (SUCCEEDED(hr) && GetLastError() != ERROR_NO_MORE_FILES)
        hr = last_error(settings, operation, pattern);
    FindClose(search);
    return hr;
}

static HRESULT list_logs(const struct ntdsvss_settings *settings, struct restore_files *list)
{
    size_t first = list->count;
    wchar_t *pattern = NULL;
    wchar_t *folder = NULL;
    HRESULT hr = read_location(settings, list->service, DIRECTORY_LOG_FOLDER, &folder);

    if (SUCCEEDED(hr)) {
        pattern = path_join(folder, L"edb*.log");
        hr = pattern ? find_logs(settings, list, folder, pattern) : E_OUTOFMEMORY;
    }
    if (SUCCEEDED(hr) && list->count > first)
        file_list_sort(&list->files[first], list->count - first);
    free(pattern);
    free(folder);
    return hr;
}

static HRESULT list_checkpoint(const struct ntdsvss_settings *settings, struct restore_files *list)
{
    wchar_t *folder = NULL;
    wchar_t *path;
    DWORD attributes;
    HRESULT hr = read_location(settings, list->service, DIRECTORY_CHECKPOINT_FOLDER, &folder);

    if (FAILED(hr))
        return hr;
    path = path_join(folder, CHECKPOINT_NAME);
    free(folder);
    if (!path)
        return E_OUTOFMEMORY;
    attributes = GetFileAttributesW(path);
    if (attributes != INVALID_FILE_ATTRIBUTES && !(attributes & FILE_ATTRIBUTE_DIRECTORY))
        return append(list, NTDSVSS_FILE_CHECKPOINT, path);
    if (attributes == INVALID_FILE_ATTRIBUTES && GetLastError() != ERROR_FILE_NOT_FOUND &&
        GetLastError() != ERROR_PATH_NOT_FOUND)
        hr = last_error(settings, L"Looking for the checkpoint", path);
    free(path);
    return hr;
}

HRESULT restore_files_list(const struct ntdsvss_settings *settings, struct restore_files *files)
{
    struct restore_files listed = {.service = files->service};
    wchar_t *database = NULL;
    HRESULT hr;

    call_begin(settings, L"Listing the directory's files");
    hr = read_location(settings, files->service, DIRECTORY_DATABASE_FILE, &database);
    if (SUCCEEDED(hr))
        hr = append(&listed, NTDSVSS_FILE_DATABASE, database);
    if (SUCCEEDED(hr))
        hr = list_logs(settings, &listed);
    if (SUCCEEDED(hr))
        hr = list_checkpoint(settings, &listed);
    hr = call_end(settings, L"Listing the directory's files", NULL, hr);
    if (SUCCEEDED(hr)) {
        memcpy(listed.registered, files->registered, sizeof(listed.registered));
        memset(files->registered, 0, sizeof(files->registered));
        restore_files_fini(files);
        *files = listed;
    } else {
        restore_files_fini(&listed);
    }
    return hr;
}

/* --- opening ------------------------------------------------------------------------------ */

/* The final path of the folder that the file is registered to lie in. */
static HRESULT registered_folder(const wchar_t *path, wchar_t **folder_path)
{
    const wchar_t *name = wcsrchr(path, L'\\');
    size_t length = name ? (size_t)(name - path) : 0;
    wchar_t *folder = malloc((length + 2) * sizeof(*folder));
    HANDLE file;
    HRESULT hr;

    if (!folder)
        return E_OUTOFMEMORY;
    wmemcpy(folder, path, length);
    folder[length] = L'\\'; /* "X:" alone would be the drive's current folder */
    folder[length + 1] = 0;
    file = CreateFileW(folder, FILE_READ_ATTRIBUTES,
                       FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                       FILE_FLAG_BACKUP_SEMANTICS, NULL);
    if (file == INVALID_HANDLE_VALUE) {
        hr = HRESULT_FROM_WIN32(GetLastError() ? GetLastError() : ERROR_GEN_FAILURE);
    } else {
        hr = final_path(file, VOLUME_NAME_NT, folder_path);
        CloseHandle(file);
    }
    free(folder);
    return hr;
}

/* An open file of the list: a file, and in the folder it is registered to lie in? */
static HRESULT check_file(struct restore_files *files, size_t index, HANDLE file, uint64_t *bytes)
{
    wchar_t **folder = &files->folders[files->files[index].kind];
    BY_HANDLE_FILE_INFORMATION info;
    wchar_t *final = NULL;
    HRESULT hr;

    if (!GetFileInformationByHandle(file, &info))
        return HRESULT_FROM_WIN32(GetLastError() ? GetLastError() : ERROR_GEN_FAILURE);
    /* Backup semantics open folders too. */
    if (info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
        return HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND);
    hr = final_path(file, VOLUME_NAME_NT, &final);
    if (SUCCEEDED(hr) && !*folder)
        hr = registered_folder(files->files[index].path, folder);
    if (SUCCEEDED(hr) && !path_is_below(final, *folder))
        hr = HRESULT_FROM_WIN32(ERROR_INVALID_REPARSE_DATA);
    if (SUCCEEDED(hr))
        *bytes = (uint64_t)info.nFileSizeHigh << 32 | info.nFileSizeLow;
    free(final);
    return hr;
}

static HRESULT open_checked(struct restore_files *files, size_t index, DWORD access, DWORD share,
                            HANDLE *file, uint64_t *bytes)
{
    HANDLE opened = CreateFileW(files->files[index].path, access, share, NULL, OPEN_EXISTING,
                                FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_SEQUENTIAL_SCAN, NULL);
    HRESULT hr;

    if (opened == INVALID_HANDLE_VALUE) {
        DWORD error = GetLastError() ? GetLastError() : ERROR_GEN_FAILURE;

        /* For whoever looks for a file, one without its folder is as missing as any. */
        return HRESULT_FROM_WIN32(error == ERROR_PATH_NOT_FOUND ? ERROR_FILE_NOT_FOUND : error);
    }
    hr = check_file(files, index, opened, bytes);
    if (FAILED(hr)) {
        CloseHandle(opened);
        return hr;
    }
    *file = opened;
    return S_OK;
}

HRESULT restore_files_open(const struct ntdsvss_settings *settings, struct restore_files *files,
                           size_t index, HANDLE *file, uint64_t *bytes)
{
    HANDLE opened;
    uint64_t size;
    HRESULT hr;

    if (index >= files->count)
        return E_INVALIDARG;
    call_begin(settings, L"Opening the restored file");
    hr = open_checked(files, index, GENERIC_READ, FILE_SHARE_READ, &opened, &size);
    hr = call_end(settings, L"Opening the restored file", files->files[index].path, hr);
    if (FAILED(hr))
        return hr;
    *file = opened;
    *bytes = size;
    return S_OK;
}

/* --- setting aside, flushing -------------------------------------------------------------- */

static HRESULT move_aside(const struct ntdsvss_settings *settings, const wchar_t *path,
                          wchar_t *target, size_t target_chars)
{
    DWORD error = ERROR_ALREADY_EXISTS;
    unsigned int number;

    call_begin(settings, L"Setting the checkpoint aside");
    for (number = 1; number <= ASIDE_MAX; number++) {
        if (number == 1)
            format_text(target, target_chars, L"%ls" ASIDE_SUFFIX, path);
        else
            format_text(target, target_chars, L"%ls" ASIDE_SUFFIX L"%u", path, number);
        if (MoveFileExW(path, target, MOVEFILE_WRITE_THROUGH)) {
            report_line(settings, NTDSVSS_LEVEL_WARNING,
                        L"The checkpoint is not the backup's: renamed to %ls", target);
            return call_end(settings, L"Setting the checkpoint aside", path, S_OK);
        }
        error = GetLastError() ? GetLastError() : ERROR_GEN_FAILURE;
        if (error != ERROR_ALREADY_EXISTS && error != ERROR_FILE_EXISTS)
            break;
    }
    return call_end(settings, L"Setting the checkpoint aside", path, HRESULT_FROM_WIN32(error));
}

HRESULT restore_files_set_aside(const struct ntdsvss_settings *settings,
                                const struct restore_files *files, size_t index)
{
    const wchar_t *path;
    size_t target_chars;
    wchar_t *target;
    HRESULT hr;

    if (index >= files->count || files->files[index].kind != NTDSVSS_FILE_CHECKPOINT)
        return E_INVALIDARG;
    path = files->files[index].path;
    target_chars = wcslen(path) + 24; /* the suffix, a number, the terminator */
    target = malloc(target_chars * sizeof(*target));
    if (!target)
        return E_OUTOFMEMORY;
    hr = move_aside(settings, path, target, target_chars);
    free(target);
    return hr;
}

static HRESULT flush_file(const struct ntdsvss_settings *settings, struct restore_files *files,
                          size_t index)
{
    uint64_t bytes;
    HANDLE file;
    HRESULT hr;

    /* No call_begin: what a disk needs for it has nothing to do with the limit of VSS's waits. */
    hr = open_checked(files, index, GENERIC_WRITE,
                      FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, &file, &bytes);
    if (SUCCEEDED(hr)) {
        if (!FlushFileBuffers(file))
            hr = HRESULT_FROM_WIN32(GetLastError() ? GetLastError() : ERROR_GEN_FAILURE);
        CloseHandle(file);
    }
    if (FAILED(hr))
        report_line(
            settings, NTDSVSS_LEVEL_ERROR,
            L"%ls could not be flushed to disk (0x%08lx): the restore does not count. Check "
            L"the disk, then restore again",
            files->files[index].path, (unsigned long)hr);
    return hr;
}

HRESULT restore_files_flush(const struct ntdsvss_settings *settings, const wchar_t *service)
{
    struct restore_files files = {.service = service};
    HRESULT hr = restore_files_list(settings, &files);
    HRESULT first = hr;
    size_t i;

    for (i = 0; SUCCEEDED(hr) && i < files.count; i++) {
        HRESULT flushed = flush_file(settings, &files, i);

        if (SUCCEEDED(first))
            first = flushed;
    }
    restore_files_fini(&files);
    return first;
}

void restore_files_fini(struct restore_files *files)
{
    size_t i;

    for (i = 0; i < files->count; i++)
        free((void *)files->files[i].path);
    for (i = 0; i < ARRAYSIZE(files->folders); i++)
        free(files->folders[i]);
    for (i = 0; i < ARRAYSIZE(files->registered); i++)
        free(files->registered[i]);
    free(files->files);
    *files = (struct restore_files){.service = files->service};
}
