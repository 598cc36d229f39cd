/*
 * bench-read SERVER: DsBackupRead, which verifies, against a plain loop of ReadFile over the same
 * file in the same shadow with the same buffer. A program as any caller of the API is.
 * bench-read SERVER --turns x64|x86: two of these programs, of both bitnesses, read their databases
 * in turns.
 *
 * Prints "read_db_64k RATIO", "read_db_512k RATIO", "read_log_64k RATIO" and "gbs_..." lines with
 * the speeds behind them; with --turns x64 "read_x86_over_x64 RATIO", with x86 nothing.
 */
#include "bench.h"
#include "plain_read.h"
#include "turns.h"

#include <ntdsbcli.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define ROUNDS      41u
#define SHADOWS_MAX 200u
#define PATH_CHARS  600u

static double api_read_time(HBC hbc, const wchar_t *name, uint8_t *buffer, DWORD buffer_bytes,
                            uint64_t *bytes)
{
    LARGE_INTEGER size;
    double start;
    DWORD got;
    HRESULT hr;

    *bytes = 0;
    bench_check("DsBackupOpenFileW", DsBackupOpenFileW(hbc, name, buffer_bytes, &size));
    start = bench_now();
    do {
        hr = DsBackupRead(hbc, buffer, buffer_bytes, &got);
        *bytes += got;
    } while (hr == S_OK);
    start = bench_now() - start;
    if (hr != ERROR_HANDLE_EOF)
        bench_check("DsBackupRead", hr);
    bench_check("DsBackupClose", DsBackupClose(hbc));
    return start;
}

/* The same file where the session reads it: \\SERVER\C$\path is path in the newest shadow. */
static HANDLE open_in_shadow(const wchar_t *name)
{
    const wchar_t *path = wcschr(name, L'$');
    unsigned int number;

    for (number = SHADOWS_MAX; path && number > 0; number--) {
        wchar_t full[PATH_CHARS];
        HANDLE file;

        _snwprintf(full, PATH_CHARS - 1,
                   L"\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy%u%ls", number, path + 1);
        full[PATH_CHARS - 1] = L'\0';
        file = plain_read_open(full);
        if (file != INVALID_HANDLE_VALUE)
            return file;
    }
    fprintf(stderr, "bench-read: %ls is in no shadow\n", name);
    exit(1);
}

static void measure(HBC hbc, const wchar_t *name, const char *label, DWORD buffer_bytes)
{
    double api[ROUNDS], plain[ROUNDS];
    uint64_t api_bytes = 0, plain_bytes = 0;
    uint8_t *buffer = VirtualAlloc(NULL, buffer_bytes, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    HANDLE file = open_in_shadow(name);
    double api_time, plain_time, ratio;
    uint32_t round;

    bench_check("memory", buffer ? S_OK : E_OUTOFMEMORY);
    plain_read_time(file, buffer, buffer_bytes, &plain_bytes); /* warms the cache */
    for (round = 0; round < ROUNDS; round++) {
        api[round] = api_read_time(hbc, name, buffer, buffer_bytes, &api_bytes);
        plain[round] = plain_read_time(file, buffer, buffer_bytes, &plain_bytes);
    }
    if (api_bytes != plain_bytes)
        bench_check("both read the same", E_FAIL);
    ratio = bench_ratio(plain, api, ROUNDS);
    api_time = bench_median(api, ROUNDS);
    plain_time = bench_median(plain, ROUNDS);
    printf("read_%s %.3f\n", label, ratio);
    printf("gbs_read_%s %.2f\ngbs_plain_%s %.2f\n", label, (double)api_bytes / 1e9 / api_time,
           label, (double)api_bytes / 1e9 / plain_time);
    fflush(stdout);
    CloseHandle(file);
    VirtualFree(buffer, 0, MEM_RELEASE);
}

/* The 64-bit program is the one that tells. */
static void measure_in_turns(HBC hbc, const wchar_t *name, bool tells)
{
    DWORD buffer_bytes = 512 * 1024;
    uint8_t *buffer = VirtualAlloc(NULL, buffer_bytes, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    struct turns turns;
    uint64_t bytes;
    uint32_t round;

    bench_check("memory", buffer ? S_OK : E_OUTOFMEMORY);
    api_read_time(hbc, name, buffer, buffer_bytes, &bytes); /* warms the cache */
    turns_begin(&turns, tells);
    for (round = 0; round < TURNS_ROUNDS; round++) {
        turns_wait(&turns);
        turns.times[tells][round] = api_read_time(hbc, name, buffer, buffer_bytes, &bytes);
        turns_pass(&turns);
    }
    if (tells) {
        turns_wait(&turns); /* for the other's last */
        printf("read_x86_over_x64 %.3f\n",
               bench_ratio(turns.times[true], turns.times[false], TURNS_ROUNDS));
        printf("gbs_read_db_512k_x86 %.2f\n",
               (double)bytes / 1e9 / bench_median(turns.times[false], TURNS_ROUNDS));
    }
    turns_end(&turns);
    VirtualFree(buffer, 0, MEM_RELEASE);
}

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    bool in_turns = argc == 4 && wcscmp(argv[2], L"--turns") == 0;
    wchar_t *databases, *logs;
    void *token;
    DWORD bytes;
    HBC hbc;

    if (argc != 2 && !in_turns) {
        fprintf(stderr, "usage: bench-read SERVER [--turns x64|x86]\n");
        return 2;
    }
    bench_check("DsBackupPrepareW",
                DsBackupPrepareW(argv[1], 0, BACKUP_TYPE_FULL, &token, &bytes, &hbc));
    bench_check("DsBackupGetDatabaseNamesW", DsBackupGetDatabaseNamesW(hbc, &databases, &bytes));
    if (in_turns) {
        measure_in_turns(hbc, databases, wcscmp(argv[3], L"x64") == 0);
    } else {
        measure(hbc, databases, "db_64k", 64 * 1024);
        measure(hbc, databases, "db_512k", 512 * 1024);
        bench_check("DsBackupGetBackupLogsW", DsBackupGetBackupLogsW(hbc, &logs, &bytes));
        measure(hbc, logs, "log_64k", 64 * 1024);
        DsBackupFree(logs);
    }
    DsBackupFree(databases);
    DsBackupFree(token);
    bench_check("DsBackupEnd", DsBackupEnd(hbc));
    return 0;
}
