/*
 * owner.c - reads the version resource, and tries to open the file for writing.
 */
#include "owner.h"

#include <stdlib.h>
#include <wchar.h>

bool owner_is_foreign(const wchar_t *path)
{
    DWORD unused, byte_count, attributes = GetFileAttributesW(path);
    wchar_t *product;
    void *version;
    UINT chars;
    bool is_ours = false;

    if (attributes == INVALID_FILE_ATTRIBUTES)
        return false;
    byte_count = GetFileVersionInfoSizeW(path, &unused);
    version = byte_count ? malloc(byte_count) : NULL;
    if (version && GetFileVersionInfoW(path, 0, byte_count, version) &&
        VerQueryValueW(version, L"\\StringFileInfo\\040904b0\\ProductName", (void **)&product,
                       &chars))
        is_ours = wcscmp(product, L"ntdsbcli") == 0;
    free(version);
    return !is_ours;
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
