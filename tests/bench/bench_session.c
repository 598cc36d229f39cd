/*
 * bench-session SERVER: what DsBackupPrepare and DsBackupEnd cost beyond the VSS calls they make:
 * against a requestor in this process that makes the same calls and reads nothing either.
 * Then eight sessions at once against eight in a row.
 *
 * Prints "prepare_end_ms", "requestor_ms", "prepare_end_extra_ms" and "prepares_at_once".
 */
#include "bench.h"

#include <ntdsbcli.h>
#include <ntdsvss.h>
#include <objbase.h>
#include <stdio.h>

#define ROUNDS         9u
#define AT_ONCE        8u
#define AT_ONCE_ROUNDS 5u
#define WAIT_MS        600000u

/* Seconds of Prepare and End. */
static double api_time(const wchar_t *server)
{
    double start = bench_now();
    void *token;
    DWORD bytes;
    HBC hbc;

    bench_check("DsBackupPrepareW",
                DsBackupPrepareW(server, 0, BACKUP_TYPE_FULL, &token, &bytes, &hbc));
    DsBackupFree(token);
    bench_check("DsBackupEnd", DsBackupEnd(hbc));
    return bench_now() - start;
}

static double requestor_time(void)
{
    const struct ntdsvss_settings settings = {.wait_ms = WAIT_MS, .retry_ms = WAIT_MS};
    struct ntdsvss_backup *backup;
    double start = bench_now();

    bench_check("ntdsvss_backup_create", ntdsvss_backup_create(&settings, &backup));
    bench_check("ntdsvss_backup_start", ntdsvss_backup_start(backup));
    ntdsvss_backup_close(backup);
    return bench_now() - start;
}

static void measure_session(const wchar_t *server)
{
    double api[ROUNDS], requestor[ROUNDS], extra[ROUNDS];
    uint32_t round;

    /* Once each for the services they start. */
    api_time(server);
    requestor_time();
    for (round = 0; round < ROUNDS; round++) {
        api[round] = 1000 * api_time(server);
        requestor[round] = 1000 * requestor_time();
        extra[round] = api[round] - requestor[round];
    }
    bench_print("prepare_end_ms", api, ROUNDS);
    bench_print("requestor_ms", requestor, ROUNDS);
    bench_print("prepare_end_extra_ms", extra, ROUNDS);
}

static DWORD WINAPI run_session(void *server)
{
    api_time(server);
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
            in_a_row[round] += api_time(server);
    }
    bench_print_ratio("prepares_at_once", at_once, in_a_row, AT_ONCE_ROUNDS);
}

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: bench-session SERVER\n");
        return 2;
    }
    bench_check("CoInitializeEx", CoInitializeEx(NULL, COINIT_MULTITHREADED));
    bench_check("ntdsvss_com_security", ntdsvss_com_security());
    measure_session(argv[1]);
    measure_at_once(argv[1]);
    CoUninitialize();
    return 0;
}
