/*
 * owner.c - reads the version resource, and tries to open the file for writing.
 */
#include "owner.h"

#include <stdlib.h>
#include <wchar.h>

/* Free it with free. NULL: the file is not there, or has none. */
static void *read_version(const wchar_t *path)
{
    DWORD unused, byte_count = GetFileVersionInfoSizeW(path, &unused);
    void *version = byte_count ? malloc(byte_count) : NULL;

    if (version && !GetFileVersionInfoW(path, 0, byte_count, version)) {
        free(version);
        version = NULL;
    }
    return version;
}

static bool is_ours(const void *version)
{
    wchar_t *product;
    UINT chars;

    return version &&
           VerQueryValueW(version, L"\\StringFileInfo\\040904b0\\ProductName", (void **)&product,
                          &chars) &&
           wcscmp(product, L"ntdsbcli") == 0;
}

bool owner_is_foreign(const wchar_t *path)
{
    void *version;
    bool is_foreign;

    if (GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES)
        return false;
    version = read_version(path);
    is_foreign = !is_ours(version);
    free(version);
    return is_foreign;
}

bool owner_is_unreadable(const wchar_t *path)
{
    HANDLE file =
        CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    NULL, OPEN_EXISTING, 0, NULL);

    if (file == INVALID_HANDLE_VALUE)
        return GetLastError() != ERROR_FILE_NOT_FOUND;
    CloseHandle(file);
    return false;
}

uint64_t owner_version(const wchar_t *path)
{
    void *version = read_version(path);
    VS_FIXEDFILEINFO *fixed;
    uint64_t number = 0;
    UINT byte_count;

    if (is_ours(version) && VerQueryValueW(version, L"\\", (void **)&fixed, &byte_count))
        number = (uint64_t)fixed->dwFileVersionMS << 32 | fixed->dwFileVersionLS;
    free(version);
    return number;
}

/* The memory manager refuses to open a file for writing while it is mapped as a program. */
bool owner_is_running(const wchar_t *path)
{
    HANDLE file =
        CreateFileW(path, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    NULL, OPEN_EXISTING, 0, NULL);

    if (file == INVALID_HANDLE_VALUE)
        return GetLastError() == ERROR_SHARING_VIOLATION || GetLastError() == ERROR_LOCK_VIOLATION;
    CloseHandle(file);
    return false;
}
