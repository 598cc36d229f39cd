/*
 * bench-reader FILE SET...: the DLL's file reader by itself, with each of these sets of checksum
 * loops in turn, against a plain loop of ReadFile. For what cannot be chosen from outside the DLL.
 *
 * Prints "read_db_<buffer>_<set> RATIO LOWEST HIGHEST".
 */
#include "bench.h"
#include "ese/ese_kernel.h"
#include "verify/file_reader.h"
#include "plain_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 41u

static double reader_time(const wchar_t *path, uint8_t *buffer, uint32_t buffer_bytes)
{
    HANDLE file = plain_read_open(path);
    struct file_reader *reader;
    LARGE_INTEGER size;
    uint32_t got;
    double start;
    HRESULT hr;

    if (file == INVALID_HANDLE_VALUE || !GetFileSizeEx(file, &size)) {
        fprintf(stderr, "bench-reader: %ls: %lu\n", path, GetLastError());
        exit(1);
    }
    reader = file_reader_create(file, (uint64_t)size.QuadPart, FILE_CHECK_DATABASE, path);
    start = bench_now();
    do
        hr = file_reader_read(reader, buffer, buffer_bytes, &got);
    while (hr == S_OK);
    start = bench_now() - start;
    file_reader_destroy(reader);
    if (hr != ERROR_HANDLE_EOF) {
        fprintf(stderr, "bench-reader: %ls: 0x%08lX\n", path, (unsigned long)hr);
        exit(1);
    }
    return start;
}

static void measure(const wchar_t *path, const char *set, const char *label, uint32_t buffer_bytes)
{
    double own[ROUNDS], plain[ROUNDS];
    uint8_t *buffer = VirtualAlloc(NULL, buffer_bytes, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    HANDLE file = plain_read_open(path);
    char key[48];
    uint64_t bytes;
    uint32_t round;

    if (!buffer)
        exit(1);
    plain_read_time(file, buffer, buffer_bytes, &bytes);
    for (round = 0; round < ROUNDS; round++) {
        own[round] = reader_time(path, buffer, buffer_bytes);
        plain[round] = plain_read_time(file, buffer, buffer_bytes, &bytes);
    }
    snprintf(key, sizeof(key), "read_db_%s_%s", label, set);
    bench_print_ratio(key, plain, own, ROUNDS);
    CloseHandle(file);
    VirtualFree(buffer, 0, MEM_RELEASE);
}

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    int i;

    printf("kernel %s\n", ese_kernel()->name);
    for (i = 2; i < argc; i++) {
        const struct ese_kernel *const *kernel;

        for (kernel = ese_kernel_list(); *kernel != NULL; kernel++) {
            char set[16];

            snprintf(set, sizeof(set), "%ls", argv[i]);
            if (strcmp((*kernel)->name, set) != 0)
                continue;
            ese_kernel_use(*kernel);
            measure(argv[1], set, "64k", 64 * 1024);
            measure(argv[1], set, "512k", 512 * 1024);
            measure(argv[1], set, "65535", 65535);
            measure(argv[1], set, "8k", 8192);
        }
    }
    return 0;
}
