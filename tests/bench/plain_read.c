/*
 * The peer of all reading benchmarks: a loop of ReadFile over one file, one buffer; and where a
 * shadow copy has a file.
 */
#include "plain_read.h"

#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define SHADOWS_MAX 200u

HANDLE plain_read_open(const wchar_t *path)
{
    return CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                       NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_SEQUENTIAL_SCAN,
                       NULL);
}

/* \\SERVER\C$\path and C:\path are \path in the shadow copy. */
void plain_read_shadow_path(const wchar_t *path, wchar_t *full)
{
    const wchar_t *rest = wcspbrk(path, L"$:");
    unsigned int number;

    for (number = SHADOWS_MAX; rest && number > 0; number--) {
        _snwprintf(full, PLAIN_READ_PATH_CHARS - 1,
                   L"\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy%u%ls", number, rest + 1);
        full[PLAIN_READ_PATH_CHARS - 1] = L'\0';
        if (GetFileAttributesW(full) != INVALID_FILE_ATTRIBUTES)
            return;
    }
    fprintf(stderr, "%ls is in no shadow copy\n", path);
    exit(1);
}

double plain_read_time(HANDLE file, uint8_t *buffer, uint32_t buffer_bytes, uint64_t *bytes)
{
    const LARGE_INTEGER beginning = {.QuadPart = 0};
    double start = bench_now();
    DWORD got;

    *bytes = 0;
    if (!SetFilePointerEx(file, beginning, NULL, FILE_BEGIN)) {
        fprintf(stderr, "SetFilePointerEx: %lu\n", GetLastError());
        exit(1);
    }
    do {
        if (!ReadFile(file, buffer, buffer_bytes, &got, NULL)) {
            fprintf(stderr, "ReadFile: %lu\n", GetLastError());
            exit(1);
        }
        *bytes += got;
    } while (got != 0);
    return bench_now() - start;
}
