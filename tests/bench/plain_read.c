/*
 * The peer of all reading benchmarks: a loop of ReadFile over one file, one buffer.
 */
#include "plain_read.h"

#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

HANDLE plain_read_open(const wchar_t *path)
{
    return CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                       NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_SEQUENTIAL_SCAN,
                       NULL);
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
