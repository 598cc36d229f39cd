/*
 * owner.c - reads the version resource, and tries to open the file for writing.
 */
#include "owner.h"

#include "doctor/program_file.h"

#include <stdio.h>
#include <wchar.h>

static bool is_ours(const struct program_file *file)
{
    return wcscmp(file->product, L"ntdsbcli") == 0;
}

bool owner_is_foreign(const wchar_t *path)
{
    struct program_file file = {0};
    bool is_foreign;

    if (GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES)
        return false;
    program_file_read(path, &file);
    is_foreign = !is_ours(&file);
    program_file_fini(&file);
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
    struct program_file file = {0};
    unsigned int numbers[3] = {0};

    program_file_read(path, &file);
    if (is_ours(&file))
        swscanf(file.version, L"%u.%u.%u", &numbers[0], &numbers[1], &numbers[2]);
    program_file_fini(&file);
    return (uint64_t)numbers[0] << 40 | (uint64_t)numbers[1] << 20 | numbers[2];
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
