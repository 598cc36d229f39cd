/*
 * folder_file.c - opens relative to a handle: NtCreateFile, which Microsoft Learn documents for
 * programs (winternl.h), is the only call that can.
 */
#include "folder_file.h"

#include "common/format.h"
#include "identity.h"

#include <sddl.h>
#include <stdlib.h>
#include <wchar.h>
#include <winternl.h>

#define LIST_CHARS (3 * IDENTITY_SID_CHARS)
#define PATH_CHARS (4u * MAX_PATH)

/* winternl.h lacks it. */
#define NAME_COLLISION ((NTSTATUS)0xC0000035)

/* --- what is made --------------------------------------------------------------------------- */

/*
 * Free it with LocalFree; NULL: GetLastError says why. What an administrator makes belongs to all:
 * the owner would be one account, whose files no other administrator's program could trust.
 */
static PSECURITY_DESCRIPTOR own_descriptor(bool of_folder)
{
    const wchar_t *inherited = of_folder ? L"OICI" : L"";
    PSECURITY_DESCRIPTOR descriptor = NULL;
    wchar_t sid[IDENTITY_SID_CHARS];
    wchar_t list[LIST_CHARS];

    if (identity_is_administrator(NULL))
        format_text(list, LIST_CHARS, L"O:BAD:P(A;%ls;FA;;;SY)(A;%ls;FA;;;BA)", inherited,
                    inherited);
    else if (identity_own_sid(sid))
        format_text(list, LIST_CHARS, L"D:P(A;%ls;FA;;;SY)(A;%ls;FA;;;BA)(A;%ls;FA;;;%ls)",
                    inherited, inherited, inherited, sid);
    else
        return NULL;
    ConvertStringSecurityDescriptorToSecurityDescriptorW(list, SDDL_REVISION_1, &descriptor, NULL);
    return descriptor;
}

bool folder_file_make_folder(const wchar_t *path)
{
    SECURITY_ATTRIBUTES attributes = {.nLength = sizeof(attributes),
                                      .lpSecurityDescriptor = own_descriptor(true)};
    bool made = attributes.lpSecurityDescriptor && CreateDirectoryW(path, &attributes);
    DWORD error = GetLastError();

    LocalFree(attributes.lpSecurityDescriptor);
    SetLastError(error);
    return made;
}

/* --- opening -------------------------------------------------------------------------------- */

struct opening
{
    ACCESS_MASK access;
    ULONG share, disposition, options;
    PSECURITY_DESCRIPTOR descriptor;
};

static NTSTATUS open_native(HANDLE root, const wchar_t *name, const struct opening *opening,
                            HANDLE *opened)
{
    UNICODE_STRING text = {.Length = (USHORT)(wcslen(name) * sizeof(*name)),
                           .MaximumLength = (USHORT)(wcslen(name) * sizeof(*name)),
                           .Buffer = (wchar_t *)name};
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK status;

    InitializeObjectAttributes(&attributes, &text, OBJ_CASE_INSENSITIVE, root, opening->descriptor);
    return NtCreateFile(
        opened, opening->access | READ_CONTROL | FILE_READ_ATTRIBUTES | SYNCHRONIZE, &attributes,
        &status, NULL, FILE_ATTRIBUTE_NORMAL, opening->share, opening->disposition,
        opening->options | FILE_SYNCHRONOUS_IO_NONALERT | FILE_OPEN_REPARSE_POINT, NULL, 0);
}

static legacy_result from_native(NTSTATUS status)
{
    if (status == NAME_COLLISION)
        return ERROR_FILE_EXISTS;
    return status >= 0 ? S_OK : (legacy_result)RtlNtStatusToDosError(status);
}

legacy_result folder_file_hold(const wchar_t *path, bool for_writing, HANDLE *folder)
{
    const struct opening opening = {.access =
                                        FILE_LIST_DIRECTORY | (for_writing ? FILE_ADD_FILE : 0),
                                    .share = FILE_SHARE_READ | FILE_SHARE_WRITE,
                                    .disposition = FILE_OPEN,
                                    .options = FILE_DIRECTORY_FILE};
    bool is_remote = path[0] == L'\\' && path[1] == L'\\';
    wchar_t native[PATH_CHARS];

    /* The names of Win32 paths for the object manager. */
    if (!format_text(native, PATH_CHARS, is_remote ? L"\\??\\UNC%ls" : L"\\??\\%ls",
                     is_remote ? path + 1 : path))
        return ERROR_FILENAME_EXCED_RANGE;
    return from_native(open_native(NULL, native, &opening, folder));
}

bool folder_file_path(HANDLE object, wchar_t *path, DWORD chars)
{
    static const wchar_t remote[] = L"\\\\?\\UNC\\";
    DWORD length = GetFinalPathNameByHandleW(object, path, chars, VOLUME_NAME_DOS);

    if (!length)
        return false;
    if (length >= chars) {
        SetLastError(ERROR_FILENAME_EXCED_RANGE);
        return false;
    }
    if (wcsncmp(path, remote, wcslen(remote)) == 0)
        wmemmove(path + 1, path + wcslen(remote) - 1, length - wcslen(remote) + 2);
    else if (wcsncmp(path, L"\\\\?\\", 4) == 0)
        wmemmove(path, path + 4, length - 4 + 1);
    return true;
}

bool folder_file_is_path(const wchar_t *one, const wchar_t *other)
{
    return CompareStringOrdinal(one, -1, other, -1, TRUE) == CSTR_EQUAL;
}

/* Wine follows the links of its host whatever the flags; the path of the handle tells. */
static bool is_in_folder(HANDLE file, HANDLE folder, const wchar_t *name)
{
    wchar_t folder_path[PATH_CHARS], expected[PATH_CHARS], path[PATH_CHARS];

    return folder_file_path(folder, folder_path, PATH_CHARS) &&
           folder_file_path(file, path, PATH_CHARS) &&
           format_text(expected, PATH_CHARS, L"%ls\\%ls", folder_path, name) &&
           folder_file_is_path(path, expected);
}

static bool counts(HANDLE file, HANDLE folder, const wchar_t *name,
                   wchar_t why[WRITE_TRUST_WHY_CHARS])
{
    BY_HANDLE_FILE_INFORMATION info;

    if (!GetFileInformationByHandle(file, &info) || info.nNumberOfLinks > 1 ||
        (info.dwFileAttributes & (FILE_ATTRIBUTE_REPARSE_POINT | FILE_ATTRIBUTE_DIRECTORY)) ||
        !is_in_folder(file, folder, name)) {
        format_text(why, WRITE_TRUST_WHY_CHARS, L"it is a link, or has a second name elsewhere");
        return false;
    }
    return write_trust_check(file, WRITE_TRUST_OBJECT, why);
}

/* One that is there, and only then a new one: creating never opens what lies there. */
static NTSTATUS open_or_create(HANDLE folder, const wchar_t *name, enum folder_file_use use,
                               struct opening *opening, HANDLE *opened)
{
    static const NTSTATUS not_found = (NTSTATUS)0xC0000034;
    NTSTATUS status = not_found;

    opening->disposition = FILE_OPEN;
    if (use != FOLDER_FILE_CREATE)
        status = open_native(folder, name, opening, opened);
    if (status != not_found || use == FOLDER_FILE_READ)
        return status;
    opening->disposition = FILE_CREATE;
    return open_native(folder, name, opening, opened);
}

legacy_result folder_file_open(HANDLE folder, const wchar_t *name, enum folder_file_use use,
                               HANDLE *file, wchar_t why[WRITE_TRUST_WHY_CHARS])
{
    /* FILE_APPEND_DATA without FILE_WRITE_DATA: each write goes to the end. */
    struct opening opening = {
        .access = use == FOLDER_FILE_READ ? FILE_READ_DATA : FILE_APPEND_DATA | DELETE,
        .share = FILE_SHARE_READ | (use == FOLDER_FILE_READ ? 0 : FILE_SHARE_DELETE),
        .options = FILE_NON_DIRECTORY_FILE,
        .descriptor = own_descriptor(false)};
    HANDLE opened = NULL;
    legacy_result hr;

    why[0] = 0;
    if (!opening.descriptor)
        return result_last_error();
    hr = from_native(open_or_create(folder, name, use, &opening, &opened));
    LocalFree(opening.descriptor);
    if (hr != S_OK)
        return hr;
    if (!counts(opened, folder, name, why)) {
        CloseHandle(opened);
        return ERROR_ACCESS_DENIED;
    }
    *file = opened;
    return S_OK;
}

/* --- renaming and deleting ------------------------------------------------------------------ */

bool folder_file_rename(HANDLE file, HANDLE folder, const wchar_t *name)
{
    size_t name_bytes = wcslen(name) * sizeof(*name);
    size_t byte_count = sizeof(FILE_RENAME_INFORMATION) + name_bytes;
    FILE_RENAME_INFORMATION *info = calloc(1, byte_count);
    IO_STATUS_BLOCK status;
    bool renamed;

    if (!info)
        return false;
    info->ReplaceIfExists = TRUE;
    info->RootDirectory = folder;
    info->FileNameLength = (ULONG)name_bytes;
    memcpy(info->FileName, name, name_bytes);
    renamed =
        NtSetInformationFile(file, &status, info, (ULONG)byte_count, FileRenameInformation) >= 0;
    free(info);
    return renamed;
}

bool folder_file_delete(HANDLE file)
{
    FILE_DISPOSITION_INFO info = {TRUE};

    return SetFileInformationByHandle(file, FileDispositionInfo, &info, sizeof(info));
}
