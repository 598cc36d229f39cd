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

static DWORD try_to_write(const wchar_t *path)
{
    HANDLE file =
        CreateFileW(path, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    NULL, OPEN_EXISTING, 0, NULL);

    if (file == INVALID_HANDLE_VALUE)
        return GetLastError();
    CloseHandle(file);
    return ERROR_SUCCESS;
}

/* The memory manager refuses to open a file for writing while it is mapped as a program. A
 * read-only file is refused before it is asked, so it is none for that moment. */
bool owner_is_running(const wchar_t *path)
{
    DWORD attributes = GetFileAttributesW(path);
    DWORD others = attributes & ~(DWORD)FILE_ATTRIBUTE_READONLY;
    bool was_read_only = attributes != INVALID_FILE_ATTRIBUTES && others != attributes &&
                         SetFileAttributesW(path, others ? others : FILE_ATTRIBUTE_NORMAL);
    DWORD error = try_to_write(path);

    if (was_read_only)
        SetFileAttributesW(path, attributes);
    return error == ERROR_SHARING_VIOLATION || error == ERROR_LOCK_VIOLATION;
}
