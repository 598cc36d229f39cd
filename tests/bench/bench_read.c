/*
 * bench-read SERVER FILE: DsBackupRead, which verifies, against a plain loop of ReadFile over the
 * same file in the same shadow with the same buffer; then either with WriteFile to FILE, which is
 * deleted. A program as any caller of the API is.
 * bench-read SERVER --turns x64|x86: two of these programs, of both bitnesses, read their databases
 * in turns.
 *
 * Prints lines of KEY MEDIAN LOWEST HIGHEST: "read_db_64k", "read_db_512k", "read_log_64k",
 * "read_of_limit_..." and "read_of_limit_and_digest_..." of the databases, "job_over_plain", and
 * "gbs_..." with the speeds behind them; with --turns x64 "read_x86_over_x64", with x86 nothing.
 */
#include "bench.h"
#include "ese/ese_checksum.h"
#include "plain_read.h"
#include "turns.h"

#include <ntdsbcli.h>
#include <bcrypt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define ROUNDS           41u
#define PAGE_BYTES       8192u
#define DIGEST_RUN_BYTES 4096u
#define JOB_ROUNDS       21u
#define JOB_BYTES        (512u * 1024)

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

static HANDLE open_in_shadow(const wchar_t *name)
{
    wchar_t full[PLAIN_READ_PATH_CHARS];
    HANDLE file;

    plain_read_shadow_path(name, full);
    file = plain_read_open(full);
    bench_check("a file of the shadow copy", file != INVALID_HANDLE_VALUE ? S_OK : E_FAIL);
    return file;
}

static uint8_t *allocate(DWORD bytes)
{
    uint8_t *buffer = VirtualAlloc(NULL, bytes, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);

    bench_check("memory", buffer ? S_OK : E_OUTOFMEMORY);
    return buffer;
}

static void verify_pages(const uint8_t *data, DWORD bytes, uint64_t first_page)
{
    DWORD at;

    for (at = 0; at < bytes; at += PAGE_BYTES) {
        enum ese_verdict verdict = ese_page_verify(
            data + at, PAGE_BYTES, (uint32_t)(first_page + at / PAGE_BYTES) - 1, NULL);

        if (verdict != ESE_GOOD && verdict != ESE_BLANK)
            bench_check("a good page", E_FAIL);
    }
}

/* Verifying the pages of a database, each buffer as soon as it was read: seconds without the
 * reading. */
static double verify_time(HANDLE file, uint8_t *buffer, DWORD buffer_bytes)
{
    const LARGE_INTEGER first_page = {.QuadPart = 2 * PAGE_BYTES}; /* after two headers */
    uint64_t page = 2;
    double seconds = 0;
    DWORD got;

    if (!SetFilePointerEx(file, first_page, NULL, FILE_BEGIN))
        bench_check("SetFilePointerEx", E_FAIL);
    while (ReadFile(file, buffer, buffer_bytes, &got, NULL) && got > 0) {
        double start = bench_now();

        verify_pages(buffer, got, page);
        seconds += bench_now() - start;
        page += got / PAGE_BYTES;
    }
    return seconds;
}

/* SHA-256 by the system of what a digest of the database takes of it: eight bytes a page. */
static double digest_time(const uint8_t *data, uint64_t file_bytes)
{
    uint64_t left = file_bytes / PAGE_BYTES * 8;
    BCRYPT_ALG_HANDLE algorithm;
    BCRYPT_HASH_HANDLE hash;
    uint8_t result[32];
    double start;

    bench_check("BCryptOpenAlgorithmProvider",
                BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_SHA256_ALGORITHM, NULL, 0));
    bench_check("BCryptCreateHash", BCryptCreateHash(algorithm, &hash, NULL, 0, NULL, 0, 0));
    start = bench_now();
    while (left > 0) {
        ULONG run = left < DIGEST_RUN_BYTES ? (ULONG)left : DIGEST_RUN_BYTES;

        bench_check("BCryptHashData", BCryptHashData(hash, (UCHAR *)data, run, 0));
        left -= run;
    }
    bench_check("BCryptFinishHash", BCryptFinishHash(hash, result, sizeof(result), 0));
    start = bench_now() - start;
    BCryptDestroyHash(hash);
    BCryptCloseAlgorithmProvider(algorithm, 0);
    return start;
}

static void print(const char *key, const char *label, double *values, const double *peer)
{
    char name[64];

    snprintf(name, sizeof(name), "%s_%s", key, label);
    if (peer)
        bench_print_ratio(name, peer, values, ROUNDS);
    else
        bench_print(name, values, ROUNDS);
}

static void print_speed(const char *key, const char *label, const double *times, uint64_t bytes)
{
    double speeds[ROUNDS];
    uint32_t round;

    for (round = 0; round < ROUNDS; round++)
        speeds[round] = (double)bytes / 1e9 / times[round];
    print(key, label, speeds, NULL);
}

/* has_pages: it is a database. */
static void measure(HBC hbc, const wchar_t *name, const char *label, DWORD buffer_bytes,
                    bool has_pages)
{
    double api[ROUNDS], plain[ROUNDS], verify[ROUNDS], limit[ROUNDS], with_digest[ROUNDS];
    uint64_t api_bytes = 0, plain_bytes = 0;
    uint8_t *buffer = allocate(buffer_bytes);
    HANDLE file = open_in_shadow(name);
    uint32_t round;

    plain_read_time(file, buffer, buffer_bytes, &plain_bytes); /* warms the cache */
    for (round = 0; round < ROUNDS; round++) {
        api[round] = api_read_time(hbc, name, buffer, buffer_bytes, &api_bytes);
        plain[round] = plain_read_time(file, buffer, buffer_bytes, &plain_bytes);
        verify[round] = has_pages ? verify_time(file, buffer, buffer_bytes) : 0;
        limit[round] = plain[round] + verify[round];
        with_digest[round] = limit[round] + digest_time(buffer, plain_bytes);
    }
    if (api_bytes != plain_bytes)
        bench_check("both read the same", E_FAIL);
    print("read", label, api, plain);
    if (has_pages) {
        print("read_of_limit", label, api, limit);
        print("read_of_limit_and_digest", label, api, with_digest);
        print_speed("gbs_verify", label, verify, plain_bytes);
    }
    print_speed("gbs_read", label, api, api_bytes);
    print_speed("gbs_plain", label, plain, plain_bytes);
    CloseHandle(file);
    VirtualFree(buffer, 0, MEM_RELEASE);
}

/* The loop of a program that backs up: what it read, by DsBackupRead or without hbc by ReadFile of
 * FROM, it writes; seconds. */
static double copy_time(HBC hbc, HANDLE from, HANDLE to, uint8_t *buffer)
{
    double start = bench_now();
    DWORD got, written;
    HRESULT hr = S_OK;

    for (;;) {
        if (hbc)
            hr = DsBackupRead(hbc, buffer, JOB_BYTES, &got);
        else if (!ReadFile(from, buffer, JOB_BYTES, &got, NULL))
            hr = E_FAIL;
        if (hr != S_OK || got == 0)
            break;
        if (!WriteFile(to, buffer, got, &written, NULL) || written != got)
            bench_check("WriteFile", E_FAIL);
    }
    if (hr != S_OK && hr != ERROR_HANDLE_EOF)
        bench_check("a read", hr);
    return bench_now() - start;
}

static double job_time(HBC hbc, const wchar_t *name, HANDLE from, const wchar_t *path,
                       uint8_t *buffer)
{
    const LARGE_INTEGER beginning = {.QuadPart = 0};
    HANDLE to = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    LARGE_INTEGER size;
    double seconds;

    bench_check("CreateFile", to != INVALID_HANDLE_VALUE ? S_OK : E_FAIL);
    if (hbc)
        bench_check("DsBackupOpenFileW", DsBackupOpenFileW(hbc, name, JOB_BYTES, &size));
    else
        SetFilePointerEx(from, beginning, NULL, FILE_BEGIN);
    seconds = copy_time(hbc, from, to, buffer);
    if (hbc)
        bench_check("DsBackupClose", DsBackupClose(hbc));
    CloseHandle(to);
    DeleteFileW(path);
    return seconds;
}

static void measure_job(HBC hbc, const wchar_t *name, const wchar_t *path)
{
    double api[JOB_ROUNDS], plain[JOB_ROUNDS];
    uint8_t *buffer = allocate(JOB_BYTES);
    HANDLE file = open_in_shadow(name);
    uint32_t round;

    job_time(NULL, name, file, path, buffer); /* warms the cache */
    for (round = 0; round < JOB_ROUNDS; round++) {
        api[round] = job_time(hbc, name, NULL, path, buffer);
        plain[round] = job_time(NULL, name, file, path, buffer);
    }
    bench_print_ratio("job_over_plain", plain, api, JOB_ROUNDS);
    CloseHandle(file);
    VirtualFree(buffer, 0, MEM_RELEASE);
}

/* The 64-bit program is the one that tells. */
static void measure_in_turns(HBC hbc, const wchar_t *name, bool tells)
{
    DWORD buffer_bytes = 512 * 1024;
    uint8_t *buffer = allocate(buffer_bytes);
    struct turns turns;
    uint64_t bytes;
    uint32_t round;

    api_read_time(hbc, name, buffer, buffer_bytes, &bytes); /* warms the cache */
    turns_begin(&turns, tells);
    for (round = 0; round < TURNS_ROUNDS; round++) {
        turns_wait(&turns);
        turns.times[tells][round] = api_read_time(hbc, name, buffer, buffer_bytes, &bytes);
        turns_pass(&turns);
    }
    if (tells) {
        turns_wait(&turns); /* for the other's last */
        bench_print_ratio("read_x86_over_x64", turns.times[true], turns.times[false], TURNS_ROUNDS);
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

    if (argc != 3 && !in_turns) {
        fprintf(stderr, "usage: bench-read SERVER FILE | SERVER --turns x64|x86\n");
        return 2;
    }
    bench_check("DsBackupPrepareW",
                DsBackupPrepareW(argv[1], 0, BACKUP_TYPE_FULL, &token, &bytes, &hbc));
    bench_check("DsBackupGetDatabaseNamesW", DsBackupGetDatabaseNamesW(hbc, &databases, &bytes));
    if (in_turns) {
        measure_in_turns(hbc, databases, wcscmp(argv[3], L"x64") == 0);
    } else {
        measure(hbc, databases, "db_64k", 64 * 1024, true);
        measure(hbc, databases, "db_512k", 512 * 1024, true);
        measure_job(hbc, databases, argv[2]);
        bench_check("DsBackupGetBackupLogsW", DsBackupGetBackupLogsW(hbc, &logs, &bytes));
        measure(hbc, logs, "log_64k", 64 * 1024, false);
        DsBackupFree(logs);
    }
    DsBackupFree(databases);
    DsBackupFree(token);
    bench_check("DsBackupEnd", DsBackupEnd(hbc));
    return 0;
}
