/* Paths that may be longer than MAX_PATH, and the folders on them. */
#include "paths.h"

#include <stdlib.h>
#include <wchar.h>

#include "private_folder.h"
#include "text.h"

#define LONG_PREFIX L"\\\\?\\"
#define UNC_PREFIX  L"\\\\?\\UNC\\"

bool paths_file_name(const wchar_t *path, wchar_t *file_name)
{
    const wchar_t *backslash = wcsrchr(path, L'\\');
    const wchar_t *name = backslash ? backslash + 1 : L"";
    size_t chars = wcslen(name);

    /* It becomes a name in the backup folder: it must not lead out of that, nor be another file's.
     * Windows drops dots and blanks at the end. */
    if (chars == 0 || chars >= FILE_NAME_CHARS || wcspbrk(name, L"/:*?\"<>|") ||
        wcschr(L". ", name[chars - 1]))
        return false;
    wcscpy(file_name, name);
    return true;
}

int paths_compare(const wchar_t *a, const wchar_t *b)
{
    return CompareStringOrdinal(a, -1, b, -1, TRUE) - CSTR_EQUAL;
}

bool paths_equal(const wchar_t *a, const wchar_t *b)
{
    return paths_compare(a, b) == 0;
}

wchar_t *paths_full(const wchar_t *shown)
{
    DWORD chars = GetFullPathNameW(shown, 0, NULL, NULL);
    wchar_t *plain = NULL;
    wchar_t *path = NULL;

    if (chars == 0)
        return NULL;
    plain = malloc(chars * sizeof(*plain));
    if (!plain || GetFullPathNameW(shown, chars, plain, NULL) == 0)
        goto out;
    /* "folder\" means "folder"; the root of a drive keeps its backslash. */
    chars = (DWORD)wcslen(plain);
    if (chars > 3 && plain[chars - 1] == L'\\')
        plain[chars - 1] = L'\0';
    if (wcsncmp(plain, LONG_PREFIX, 4) == 0 || wcsncmp(plain, L"\\\\.\\", 4) == 0)
        path = _wcsdup(plain);
    else if (wcsncmp(plain, L"\\\\", 2) == 0)
        path = text_new(UNC_PREFIX L"%ls", plain + 2);
    else
        path = text_new(LONG_PREFIX L"%ls", plain);
out:
    free(plain);
    if (!path)
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    return path;
}

wchar_t *paths_join(const wchar_t *folder, const wchar_t *name)
{
    size_t chars = wcslen(folder);
    bool ends = chars > 0 && folder[chars - 1] == L'\\';

    return text_new(L"%ls%ls%ls", folder, ends ? L"" : L"\\", name);
}

wchar_t *paths_parent(const wchar_t *path)
{
    wchar_t *folder = _wcsdup(path);
    wchar_t *backslash = folder ? wcsrchr(folder, L'\\') : NULL;

    /* "D:" without it is the volume, not its root folder. */
    if (backslash && backslash > folder && backslash[-1] == L':')
        backslash++;
    if (backslash)
        *backslash = L'\0';
    return folder;
}

const wchar_t *paths_shown(const wchar_t *path, const wchar_t **lead)
{
    bool is_unc = wcsncmp(path, UNC_PREFIX, 8) == 0;

    *lead = is_unc ? L"\\\\" : L"";
    if (is_unc)
        return path + 8;
    return wcsncmp(path, LONG_PREFIX, 4) == 0 ? path + 4 : path;
}

/* The part of PATH after its drive, or its server and share: what can be created. */
static wchar_t *after_root(wchar_t *path)
{
    wchar_t *at = path;
    int components = wcsncmp(path, UNC_PREFIX, 8) == 0 ? 2 : 1;

    at += components == 2 ? 8 : 4;
    while (components-- > 0) {
        at += wcscspn(at, L"\\");
        if (*at)
            at++;
    }
    return at;
}

DWORD paths_create_folders(wchar_t *path, bool *created)
{
    wchar_t *at = after_root(path);
    DWORD error = ERROR_SUCCESS;
    DWORD attributes = GetFileAttributesW(path);

    *created = false;
    if (attributes != INVALID_FILE_ATTRIBUTES)
        return attributes & FILE_ATTRIBUTE_DIRECTORY ? ERROR_SUCCESS : ERROR_DIRECTORY;
    while (*at && error == ERROR_SUCCESS) {
        wchar_t end;

        at += wcscspn(at, L"\\");
        end = *at;
        *at = L'\0';
        *created = private_folder_create(path);
        if (!*created && GetLastError() != ERROR_ALREADY_EXISTS)
            error = GetLastError();
        *at = end;
        if (end)
            at++;
    }
    /* On a missing drive nothing was tried if PATH is its root. */
    if (error == ERROR_SUCCESS && GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES)
        error = GetLastError();
    return error;
}
