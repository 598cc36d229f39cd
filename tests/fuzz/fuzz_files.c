/*
 * fuzz_files.c - one file in memory, as Windows' functions see it.
 */
#include "fuzz_files.h"

#include "fuzz_promise.h"

static const HANDLE file_handle = (HANDLE)(uintptr_t)40;

static struct
{
    uint8_t *bytes;
    size_t byte_count, at;
} disk;

static void set_size(size_t byte_count)
{
    uint8_t *grown = realloc(disk.bytes, byte_count + 1);

    PROMISE(grown);
    disk.bytes = grown;
    disk.byte_count = byte_count;
}

void files_put(const void *bytes, size_t byte_count)
{
    set_size(byte_count);
    memcpy(disk.bytes, bytes, byte_count);
}

const uint8_t *files_bytes(size_t *byte_count)
{
    *byte_count = disk.byte_count;
    return disk.bytes;
}

HANDLE files_open(void)
{
    disk.at = 0;
    return file_handle;
}

HANDLE files_create(void)
{
    set_size(0);
    return files_open();
}

BOOL files_read(HANDLE file, void *bytes, DWORD byte_count, DWORD *got)
{
    PROMISE(file == file_handle);
    *got = (DWORD)min(byte_count, disk.byte_count - disk.at);
    memcpy(bytes, disk.bytes + disk.at, *got);
    disk.at += *got;
    return TRUE;
}

BOOL files_write(HANDLE file, const void *bytes, DWORD byte_count, DWORD *written)
{
    size_t at = disk.byte_count;

    PROMISE(file == file_handle);
    set_size(at + byte_count);
    memcpy(disk.bytes + at, bytes, byte_count);
    *written = byte_count;
    return TRUE;
}

HANDLE CreateFileW(const wchar_t *path, DWORD access, DWORD share, void *security, DWORD how,
                   DWORD flags, HANDLE model)
{
    (void)path;
    (void)share;
    (void)security;
    (void)flags;
    (void)model;
    PROMISE(access == GENERIC_READ && how == OPEN_EXISTING);
    return files_open();
}

BOOL GetFileSizeEx(HANDLE file, LARGE_INTEGER *size)
{
    PROMISE(file == file_handle);
    size->QuadPart = (int64_t)disk.byte_count;
    return TRUE;
}

BOOL GetFileTime(HANDLE file, FILETIME *created, FILETIME *accessed, FILETIME *written)
{
    PROMISE(file == file_handle && !created && !accessed);
    GetSystemTimeAsFileTime(written);
    return TRUE;
}

BOOL FlushFileBuffers(HANDLE file)
{
    PROMISE(file == file_handle);
    return TRUE;
}

HANDLE FindFirstFileW(const wchar_t *pattern, WIN32_FIND_DATAW *found)
{
    (void)pattern;
    (void)found;
    return INVALID_HANDLE_VALUE;
}

BOOL FindNextFileW(HANDLE search, WIN32_FIND_DATAW *found)
{
    (void)search;
    (void)found;
    return FALSE;
}

BOOL FindClose(HANDLE search)
{
    (void)search;
    return TRUE;
}
