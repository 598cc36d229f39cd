/*
 * bench-session SERVER: what DsBackupPrepare and DsBackupEnd cost beyond the VSS calls they make:
 * against a requestor in this process that makes the same calls and reads nothing either.
 * Then eight sessions at once against eight in a row.
 * bench-session --names ROUNDS SERVER: what the list of logs costs per entry, in so many shadows.
 *
 * Prints "prepare_end_ms", "requestor_ms", "prepare_end_extra_ms" and "prepares_at_once"; with
 * --names "names_count" and "names_us_per_file" with its parts.
 */
#include "bench.h"

#include <ntdsbcli.h>
#include <ntdsvss.h>
#include <objbase.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define ROUNDS           9u
#define NAMES_ROUNDS_MAX 100u
#define AT_ONCE          8u
#define AT_ONCE_ROUNDS   5u
#define WAIT_MS          600000u

/* Prepare, the list of logs if it is asked for, End; seconds for all and for the list. */
static double api_time(const wchar_t *server, bool names, double *names_time)
{
    double start = bench_now(), from;
    wchar_t *logs;
    void *token;
    DWORD bytes;
    HBC hbc;

    bench_check("DsBackupPrepareW",
                DsBackupPrepareW(server, 0, BACKUP_TYPE_FULL, &token, &bytes, &hbc));
    if (names) {
        from = bench_now();
        bench_check("DsBackupGetBackupLogsW", DsBackupGetBackupLogsW(hbc, &logs, &bytes));
        *names_time = bench_now() - from;
        DsBackupFree(logs);
    }
    DsBackupFree(token);
    bench_check("DsBackupEnd", DsBackupEnd(hbc));
    return bench_now() - start;
}

/* Nothing but finding the files, in the directory itself: what any list of them costs at least. */
static double plain_time(const wchar_t *path, size_t count)
{
    wchar_t pattern[MAX_PATH];
    double start = bench_now();
    WIN32_FIND_DATAW found;
    size_t seen = 1;
    HANDLE search;

    swprintf(pattern, MAX_PATH, L"%.*lsedb*.log", (int)(wcsrchr(path, L'\\') + 1 - path), path);
    search = FindFirstFileExW(pattern, FindExInfoBasic, &found, FindExSearchNameMatch, NULL, 0);
    while (FindNextFileW(search, &found))
        seen++;
    FindClose(search);
    if (seen < count) {
        fprintf(stderr, "bench-session: %zu of %zu files found\n", seen, count);
        exit(1);
    }
    return bench_now() - start;
}

/* plain_time as above; with names_count only. */
static double requestor_time(size_t *names_count, double *names_time, double *plain)
{
    const struct ntdsvss_settings settings = {.wait_ms = WAIT_MS, .retry_ms = WAIT_MS};
    const struct ntdsvss_file *files;
    struct ntdsvss_backup *backup;
    double start = bench_now(), from;

    bench_check("ntdsvss_backup_create", ntdsvss_backup_create(&settings, &backup));
    bench_check("ntdsvss_backup_start", ntdsvss_backup_start(backup));
    if (names_count) {
        from = bench_now();
        bench_check("ntdsvss_backup_logs", ntdsvss_backup_logs(backup, &files, names_count));
        *names_time = bench_now() - from;
        *plain = plain_time(files[0].path, *names_count - 1);
    }
    ntdsvss_backup_close(backup);
    return bench_now() - start;
}

static void measure_session(const wchar_t *server)
{
    double api[ROUNDS], requestor[ROUNDS], extra[ROUNDS];
    uint32_t round;

    /* Once each for the services they start. */
    api_time(server, false, NULL);
    requestor_time(NULL, NULL, NULL);
    for (round = 0; round < ROUNDS; round++) {
        api[round] = 1000 * api_time(server, false, NULL);
        requestor[round] = 1000 * requestor_time(NULL, NULL, NULL);
        extra[round] = api[round] - requestor[round];
    }
    bench_print("prepare_end_ms", api, ROUNDS);
    bench_print("requestor_ms", requestor, ROUNDS);
    bench_print("prepare_end_extra_ms", extra, ROUNDS);
}

static DWORD WINAPI run_session(void *server)
{
    api_time(server, false, NULL);
    return 0;
}

static double at_once_time(wchar_t *server)
{
    HANDLE threads[AT_ONCE];
    double start = bench_now();
    uint32_t i;

    for (i = 0; i < AT_ONCE; i++) {
        threads[i] = CreateThread(NULL, 0, run_session, server, 0, NULL);
        bench_check("CreateThread", threads[i] ? S_OK : E_FAIL);
    }
    WaitForMultipleObjects(AT_ONCE, threads, TRUE, INFINITE);
    for (i = 0; i < AT_ONCE; i++)
        CloseHandle(threads[i]);
    return bench_now() - start;
}

static void measure_at_once(wchar_t *server)
{
    double at_once[AT_ONCE_ROUNDS], in_a_row[AT_ONCE_ROUNDS];
    uint32_t round, i;

    for (round = 0; round < AT_ONCE_ROUNDS; round++) {
        at_once[round] = at_once_time(server);
        in_a_row[round] = 0;
        for (i = 0; i < AT_ONCE; i++)
            in_a_row[round] += api_time(server, false, NULL);
    }
    bench_print_ratio("prepares_at_once", at_once, in_a_row, AT_ONCE_ROUNDS);
}

static void measure_names(const wchar_t *server, uint32_t rounds)
{
    double in_shadow[NAMES_ROUNDS_MAX], in_dll[NAMES_ROUNDS_MAX], plain[NAMES_ROUNDS_MAX];
    double shadow_median, dll_median, plain_median;
    size_t count = 0;
    uint32_t round;

    for (round = 0; round < rounds; round++) {
        requestor_time(&count, &in_shadow[round], &plain[round]);
        api_time(server, true, &in_dll[round]);
    }
    shadow_median = bench_median(in_shadow, rounds) * 1e6 / (double)count;
    dll_median = bench_median(in_dll, rounds) * 1e6 / (double)count;
    plain_median = bench_median(plain, rounds) * 1e6 / (double)count;
    printf("names_count %zu\nnames_us_in_shadow %.3f\nnames_us_in_dll %.3f\nnames_us_plain %.3f\n",
           count, shadow_median, dll_median, plain_median);
    printf("names_us_per_file %.3f\n", shadow_median + dll_median);
}

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    bool names = argc == 4 && wcscmp(argv[1], L"--names") == 0;
    unsigned long rounds = names ? wcstoul(argv[2], NULL, 10) : 1;

    if ((argc != 2 && !names) || rounds < 1 || rounds > NAMES_ROUNDS_MAX) {
        fprintf(stderr, "usage: bench-session [--names ROUNDS] SERVER\n");
        return 2;
    }
    bench_check("CoInitializeEx", CoInitializeEx(NULL, COINIT_MULTITHREADED));
    bench_check("ntdsvss_com_security", ntdsvss_com_security());
    if (names) {
        measure_names(argv[3], (uint32_t)rounds);
    } else {
        measure_session(argv[1]);
        measure_at_once(argv[1]);
    }
    CoUninitialize();
    return 0;
}
