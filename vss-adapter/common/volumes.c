/*
 * volumes.c - canonical paths and the volumes they are on.
 */
#include "volumes.h"
#include "report.h"
#include "system_library.h"

#include <stdlib.h>
#include <wchar.h>
#include <winternl.h>

typedef LONG(WINAPI *query_object_function)(HANDLE, ULONG, void *, ULONG, ULONG *);

#define OBJECT_NAME_INFORMATION_CLASS 1
#define OBJECT_NAME_BYTES_MAX         (64u * 1024 + 64)

/* "\??\X:\..." in `name`, a UNICODE_STRING, as the path of VOLUME_NAME_NT. */
static wchar_t *nt_path(const UNICODE_STRING *name)
{
    wchar_t drive[] = L"X:";
    wchar_t device[MAX_PATH];
    size_t device_chars, rest_chars = name->Length / sizeof(wchar_t);
    wchar_t *path;

    if (rest_chars < 7 || wcsncmp(name->Buffer, L"\\??\\", 4) != 0 || name->Buffer[5] != L':')
        return NULL;
    drive[0] = name->Buffer[4];
    rest_chars -= 6;
    if (!QueryDosDeviceW(drive, device, MAX_PATH))
        return NULL;
    device_chars = wcslen(device);
    path = malloc((device_chars + rest_chars + 1) * sizeof(*path));
    if (!path)
        return NULL;
    wmemcpy(path, device, device_chars);
    wmemcpy(path + device_chars, name->Buffer + 6, rest_chars);
    path[device_chars + rest_chars] = 0;
    return path;
}

/*
 * What GetFinalPathNameByHandle does in Wine 8, which has room for some 260 characters there and
 * says ERROR_MORE_DATA beyond; Windows has no such limit and never comes here. NULL: no such path.
 */
static wchar_t *wine_long_path(HANDLE file)
{
    UNICODE_STRING *name = malloc(OBJECT_NAME_BYTES_MAX);
    query_object_function query_object;
    wchar_t *path = NULL;
    ULONG got;

    if (name && system_library_function(L"ntdll.dll", "NtQueryObject", &query_object) &&
        query_object(file, OBJECT_NAME_INFORMATION_CLASS, name, OBJECT_NAME_BYTES_MAX, &got) >= 0 &&
        name->Buffer)
        path = nt_path(name);
    free(name);
    return path;
}

static HRESULT path_of(HANDLE file, DWORD flags, wchar_t **path)
{
    DWORD char_count = GetFinalPathNameByHandleW(file, NULL, 0, flags);
    wchar_t *found = NULL;
    DWORD got, error;

    /* Windows counts the terminator where the buffer is too small, Wine does not: room for both. */
    while (char_count) {
        wchar_t *grown = realloc(found, ((size_t)char_count + 2) * sizeof(*grown));

        if (!grown) {
            free(found);
            return E_OUTOFMEMORY;
        }
        found = grown;
        got = GetFinalPathNameByHandleW(file, found, char_count + 2, flags);
        if (got && got < char_count + 2) {
            *path = found;
            return S_OK;
        }
        char_count = got;
    }
    error = GetLastError() ? GetLastError() : ERROR_GEN_FAILURE;
    free(found);
    found = error == ERROR_MORE_DATA && (flags & VOLUME_NAME_NT) ? wine_long_path(file) : NULL;
    if (!found)
        return HRESULT_FROM_WIN32(error);
    *path = found;
    return S_OK;
}

/* A path is normalised by opening each folder above it, which not every account may do, nor every
 * file system can; in the one that the file was opened by links are followed just as well. */
HRESULT final_path(HANDLE file, DWORD volume_form, wchar_t **path)
{
    HRESULT hr = path_of(file, volume_form | FILE_NAME_NORMALIZED, path);

    return FAILED(hr) && hr != E_OUTOFMEMORY ? path_of(file, volume_form | FILE_NAME_OPENED, path)
                                             : hr;
}

bool path_is_below(const wchar_t *path, const wchar_t *root)
{
    size_t length = wcslen(root);

    while (length && root[length - 1] == L'\\')
        length--;
    return length && _wcsnicmp(path, root, length) == 0 &&
           (path[length] == 0 || path[length] == L'\\');
}

wchar_t *path_join(const wchar_t *left, const wchar_t *right)
{
    size_t left_chars = wcslen(left);
    size_t right_chars = wcslen(right);
    wchar_t *joined;

    while (left_chars && left[left_chars - 1] == L'\\')
        left_chars--;
    joined = malloc((left_chars + 1 + right_chars + 1) * sizeof(*joined));
    if (!joined)
        return NULL;
    wmemcpy(joined, left, left_chars);
    joined[left_chars] = L'\\';
    wmemcpy(joined + left_chars + 1, right, right_chars + 1);
    return joined;
}

static HRESULT split(const wchar_t *path, struct volume_place *place)
{
    static const wchar_t prefix[] = L"\\\\?\\Volume{";
    size_t length;

    if (_wcsnicmp(path, prefix, wcslen(prefix)) != 0 || wcslen(path) < VOLUME_NAME_CHARS - 2 ||
        path[VOLUME_NAME_CHARS - 3] != L'}')
        return HRESULT_FROM_WIN32(ERROR_NOT_SUPPORTED);
    wmemcpy(place->volume, path, VOLUME_NAME_CHARS - 2);
    place->volume[VOLUME_NAME_CHARS - 2] = L'\\';
    place->volume[VOLUME_NAME_CHARS - 1] = 0;
    path += VOLUME_NAME_CHARS - 2;
    while (*path == L'\\')
        path++;
    place->relative = _wcsdup(path);
    if (!place->relative)
        return E_OUTOFMEMORY;
    length = wcslen(place->relative);
    if (length && place->relative[length - 1] == L'\\')
        place->relative[length - 1] = 0;
    return S_OK;
}

HRESULT volume_place_find(const struct ntdsvss_settings *settings, const wchar_t *folder,
                          struct volume_place *place)
{
    wchar_t *path = NULL;
    HANDLE file;
    HRESULT hr;

    file = CreateFileW(folder, FILE_READ_ATTRIBUTES,
                       FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                       FILE_FLAG_BACKUP_SEMANTICS, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return last_error(settings, L"Opening the folder", folder);
    hr = final_path(file, VOLUME_NAME_GUID, &path);
    if (SUCCEEDED(hr))
        hr = split(path, place);
    CloseHandle(file);
    free(path);
    return call_end(settings, L"Finding the volume of", folder, hr);
}

void volume_place_fini(struct volume_place *place)
{
    free(place->relative);
    place->relative = NULL;
}
