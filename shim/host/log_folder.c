/*
 * log_folder.c - chooses, makes, opens and judges the folder.
 */
#include "log_folder.h"

#include "common/format.h"
#include "folder_file.h"
#include "identity.h"

#include <wchar.h>

/* The path as a handle has it: absolute, and without a backslash at the end. */
static bool take_path(const wchar_t *configured, wchar_t path[LOG_FOLDER_CHARS])
{
    DWORD length = configured[0] ? GetFullPathNameW(configured, LOG_FOLDER_CHARS, path, NULL) : 0;

    if (!length || length >= LOG_FOLDER_CHARS) {
        path[0] = 0;
        return false;
    }
    if (length > 3 && path[length - 1] == L'\\')
        path[length - 1] = 0;
    return true;
}

/* False also if the path would be too long. */
static bool take_path_of_account(const wchar_t *configured, wchar_t path[LOG_FOLDER_CHARS])
{
    wchar_t sid[IDENTITY_SID_CHARS], main_path[LOG_FOLDER_CHARS];

    return take_path(configured, main_path) && identity_own_sid(sid) &&
           format_text(path, LOG_FOLDER_CHARS, L"%ls-%ls", main_path, sid);
}

/* --- does it count? ------------------------------------------------------------------------- */

/* Not for a root, whose name may have another form. Wine follows the links of its host whatever the
 * flags; the path of the handle tells. */
static bool is_link(HANDLE folder, const wchar_t *path)
{
    BY_HANDLE_FILE_INFORMATION info;
    wchar_t opened[LOG_FOLDER_CHARS];

    return !GetFileInformationByHandle(folder, &info) ||
           (info.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) ||
           (path[wcslen(path) - 1] != L'\\' &&
            (!folder_file_path(folder, opened, LOG_FOLDER_CHARS) ||
             !folder_file_is_path(opened, path)));
}

/* ERROR_PATH_NOT_FOUND: it is not there, which says nothing against it. */
static legacy_result judge_parent(const wchar_t *path, wchar_t why[WRITE_TRUST_WHY_CHARS])
{
    HANDLE parent =
        CreateFileW(path, READ_CONTROL | FILE_READ_ATTRIBUTES,
                    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                    FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, NULL);
    DWORD error = parent == INVALID_HANDLE_VALUE ? GetLastError() : ERROR_SUCCESS;
    wchar_t reason[WRITE_TRUST_WHY_CHARS];
    bool trusted = false;

    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND)
        return ERROR_PATH_NOT_FOUND;
    if (error != ERROR_SUCCESS)
        format_text(reason, WRITE_TRUST_WHY_CHARS, L"it cannot be opened: Win32 error %lu", error);
    else if (is_link(parent, path))
        format_text(reason, WRITE_TRUST_WHY_CHARS, L"it is a link, or has another name");
    else
        trusted = write_trust_check(parent, WRITE_TRUST_PARENT, reason);
    if (parent != INVALID_HANDLE_VALUE)
        CloseHandle(parent);
    if (trusted)
        return S_OK;
    format_text(why, WRITE_TRUST_WHY_CHARS, L"the folder above it, %ls, is not safe: %ls", path,
                reason);
    return ERROR_ACCESS_DENIED;
}

/* From the root down: what is judged cannot be exchanged by those who were judged before. */
static legacy_result judge_parents(const wchar_t *path, wchar_t why[WRITE_TRUST_WHY_CHARS])
{
    bool is_remote = path[0] == L'\\' && path[1] == L'\\';
    const wchar_t *at = is_remote ? wcschr(path + 2, L'\\') : path; /* behind the server */
    bool is_root = true;
    wchar_t parent[LOG_FOLDER_CHARS];
    legacy_result hr = S_OK;
    size_t chars;

    if (is_remote && at)
        at++;
    for (at = at ? wcschr(at, L'\\') : NULL; at && hr == S_OK; at = wcschr(at + 1, L'\\')) {
        chars = (size_t)(at - path) + is_root; /* a root has a backslash at its end */
        wmemcpy(parent, path, chars);
        parent[chars] = 0;
        is_root = false;
        hr = judge_parent(parent, why);
    }
    return hr;
}

static bool judge(struct log_folder *folder)
{
    if (!is_link(folder->handle, folder->path))
        return write_trust_check(folder->handle, WRITE_TRUST_OBJECT, folder->why);
    format_text(folder->why, WRITE_TRUST_WHY_CHARS, L"it is a link, or has another name");
    return false;
}

/* --- opening -------------------------------------------------------------------------------- */

/* The folders above first: in one of somebody else nothing is made. */
static legacy_result hold(struct log_folder *folder, bool for_writing, bool may_make)
{
    legacy_result hr = judge_parents(folder->path, folder->why);

    if (hr != S_OK)
        return hr;
    if (may_make)
        folder_file_make_folder(folder->path);
    hr = folder_file_hold(folder->path, for_writing, &folder->handle);
    if (hr == S_OK && !judge(folder)) {
        log_folder_close(folder);
        hr = ERROR_ACCESS_DENIED;
    }
    return hr;
}

static legacy_result hold_to_write(const wchar_t *configured, struct log_folder *folder)
{
    bool is_administrator = identity_is_administrator(NULL);
    legacy_result hr = hold(folder, true, is_administrator);

    if (is_administrator || folder->why[0] ||
        (hr != ERROR_ACCESS_DENIED && hr != ERROR_FILE_NOT_FOUND))
        return hr;
    if (!take_path_of_account(configured, folder->path))
        return ERROR_FILENAME_EXCED_RANGE;
    return hold(folder, true, true);
}

legacy_result log_folder_open(const wchar_t *configured, enum log_folder_use use,
                              struct log_folder *folder)
{
    bool has_path;

    folder->handle = NULL;
    folder->path[0] = 0;
    folder->why[0] = 0;
    has_path = use == LOG_FOLDER_READ_OF_ACCOUNT ? take_path_of_account(configured, folder->path)
                                                 : take_path(configured, folder->path);
    if (!has_path)
        return ERROR_PATH_NOT_FOUND;
    return use == LOG_FOLDER_WRITE ? hold_to_write(configured, folder) : hold(folder, false, false);
}

void log_folder_close(struct log_folder *folder)
{
    if (folder->handle)
        CloseHandle(folder->handle);
    folder->handle = NULL;
}
