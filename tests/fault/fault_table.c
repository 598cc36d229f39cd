/*
 * fault_table.c - fault-table.exe [restore FOLDER] quick|slow|matrix [N]: a whole backup, or a
 * restore of the one in FOLDER, in this process for each case of a table, and a good one after
 * every ten of them and at the end.
 *
 * Prints "pass NAME" or "fail NAME: why" for each, then "cases N". The process is the host, as an
 * old program's would be. Slow are the cases that wait for a limit or a retry, matrix those that
 * are made of lists; N takes every N-th case only.
 */
#include "aftermath.h"
#include "fault_cases.h"
#include "footprint.h"
#include "inject.h"
#include "restore_walk.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define CLEAN_MS   5000u
#define CUT_OFF_MS 15000u /* the broker is given 10 s to abort in */
#define GOOD_EVERY 10u
#define NAME_CHARS 200
#define WARM_UP    3u

static const struct fault_case good_cases[] = {
    {.fault = L""},
    {.fault = L"", .restore = true, .pre_restores = 1, .post_restores = 1},
};

struct run
{
    const struct fault_case *good;
    wchar_t log_path[MAX_PATH]; /* of the product */
    DWORD handle_count;         /* after the warm-up */
    long live_blocks;           /* so, of memory, in the product's DLL */
    unsigned int case_count;
    unsigned int failed_count;
};

static void set_seconds(const wchar_t *name, unsigned int seconds, bool usual)
{
    wchar_t text[16];

    _snwprintf(text, 16, L"%u", seconds);
    SetEnvironmentVariableW(name, usual ? NULL : text);
}

static LONGLONG file_bytes(const wchar_t *path)
{
    WIN32_FILE_ATTRIBUTE_DATA data;

    if (!GetFileAttributesExW(path, GetFileExInfoStandard, &data))
        return 0;
    return (LONGLONG)data.nFileSizeHigh << 32 | data.nFileSizeLow;
}

/* Keeps the first reason; false, so that a check can return it. */
static bool wrong(char reason[REASON_CHARS], const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(reason, REASON_CHARS, format, args);
    va_end(args);
    return false;
}

static bool check_result(const struct fault_case *row, const struct walk_result *result,
                         char reason[REASON_CHARS])
{
    const char *call = result->failed_call ? result->failed_call : "nothing";
    const char *expected = row->call ? row->call : "nothing";

    if (strcmp(call, expected) != 0 || result->hr != row->expected)
        return wrong(reason, "%s failed with 0x%08lx, expected %s with 0x%08lx", call,
                     (unsigned long)result->hr, expected, (unsigned long)row->expected);
    if (!row->call && !row->restore && (!result->bytes || result->file_count < 2))
        return wrong(reason, "%u files only", result->file_count);
    return true;
}

/* One line has both texts, in this order. */
static bool log_says(const char *log, const char *operation, const char *symbol)
{
    const char *found;
    const char *end;

    for (found = strstr(log, operation); found; found = strstr(found + 1, operation)) {
        const char *second = strstr(found, symbol);

        end = found + strcspn(found, "\r\n");
        if (second && second < end)
            return true;
    }
    return false;
}

static bool check_log(const struct fault_case *row, const char *log, char reason[REASON_CHARS])
{
    if (!row->symbol)
        return !strstr(log, " E ") || wrong(reason, "an error is logged");
    return log_says(log, row->operation, row->symbol) ||
           wrong(reason, "the log does not say \"%s ... %s\"", row->operation, row->symbol);
}

/* In the log and, with the same words, in the record of the restore. */
static bool check_warning(const struct fault_case *row, const char *log, char reason[REASON_CHARS])
{
    bool warned =
        log_says(log, " W ", "The restore goes on without VSS and without the NTDS writer");

    return warned == row->without_vss || wrong(reason, "the log says %s of going on without VSS",
                                               warned ? "something" : "nothing");
}

static bool check_calls(const struct fault_case *row, const char *calls, char reason[REASON_CHARS])
{
    unsigned int attempts = aftermath_count(calls, " CreateVssBackupComponents ");
    unsigned int expected = row->attempts ? row->attempts : 1;

    unsigned int most = row->attempts_most ? row->attempts_most : expected;

    if (attempts < expected || attempts > most)
        return wrong(reason, "%u sessions with VSS, expected %u", attempts, expected);
    if (!row->cut_off && !aftermath_calls_are_closed(calls))
        return wrong(reason, "neither AbortBackup nor BackupComplete after StartSnapshotSet");
    return true;
}

/* The writer is told the end of each restore that it was told the begin of, and the registry says
 * which restores have not come to theirs. The marker is never taken back: an old program may have
 * copied files before. */
static bool check_restore(const struct fault_case *row, const char *calls,
                          char reason[REASON_CHARS])
{
    unsigned int pre = aftermath_count(calls, " PreRestore hr=");
    unsigned int post = aftermath_count(calls, " PostRestore hr=");
    bool marker = row->interlock || !row->call || strcmp(row->call, "DsRestoreRegister") == 0;

    if (pre != row->pre_restores || post != row->post_restores)
        return wrong(reason, "%u PreRestore, %u PostRestore; expected %u, %u", pre, post,
                     row->pre_restores, row->post_restores);
    if (restore_walk_interlock() != row->interlock)
        return wrong(reason, "the interlock %s", row->interlock ? "is gone" : "is left");
    return restore_walk_marker() == marker ||
           wrong(reason, "the marker %s", marker ? "is gone" : "is left");
}

static bool check_leaks(struct run *run, char reason[REASON_CHARS])
{
    long blocks = inject_live_blocks();
    DWORD count = footprint_handles();

    if (run->case_count < WARM_UP) {
        run->handle_count = count;
        run->live_blocks = blocks;
    }
    if (count > run->handle_count)
        return wrong(reason, "%lu handles, %lu before", count, run->handle_count);
    return blocks <= run->live_blocks ||
           wrong(reason, "%ld blocks of memory, %ld before", blocks, run->live_blocks);
}

static bool run_case(struct run *run, const struct fault_case *row, char reason[REASON_CHARS])
{
    LONGLONG logged = file_bytes(run->log_path);
    struct walk_result result;
    ULONGLONG start, elapsed_ms;
    char *calls = NULL;
    char *log = NULL;
    bool passed;

    aftermath_clear_calls();
    SetEnvironmentVariableW(L"VSSAPI_FAULT", row->fault);
    set_seconds(L"NTDSBCLI_RETRY_S", row->retry_s, false);
    set_seconds(L"NTDSBCLI_TIMEOUT_S", row->timeout_s, !row->timeout_s);
    start = GetTickCount64();
    if (row->restore) {
        restore_walk_forget();
        restore_walk(NULL, NULL, &result);
    } else {
        walk(NULL, NULL, &result);
    }
    elapsed_ms = GetTickCount64() - start;
    passed = check_result(row, &result, reason) &&
             aftermath_is_clean(row->cut_off ? CUT_OFF_MS : CLEAN_MS, reason);
    calls = aftermath_calls();
    log = aftermath_read_file(run->log_path, logged);
    passed = passed && check_calls(row, calls, reason) && check_log(row, log, reason) &&
             check_warning(row, log, reason) &&
             (!row->restore || check_restore(row, calls, reason)) && check_leaks(run, reason);
    if (passed && row->limit_s && elapsed_ms > row->limit_s * 1000ull)
        passed = wrong(reason, "it took %llu ms", elapsed_ms);
    if (!passed)
        printf("%s\n%s\n", calls, log);
    free(log);
    free(calls);
    return passed;
}

static void try_case(struct run *run, const struct fault_case *row)
{
    char reason[REASON_CHARS] = "";
    char name[NAME_CHARS];
    bool passed;

    snprintf(name, sizeof(name), "%sfault_%d__%ls__%s", row->restore ? "restore_" : "",
             (int)sizeof(void *) * 8, row->fault[0] ? row->fault : L"none_after_others",
             row->call ? row->call : "succeeds");
    passed = run_case(run, row, reason);
    run->case_count++;
    if (!passed)
        run->failed_count++;
    printf("%s %s%s%s\n", passed ? "pass" : "fail", name, passed ? "" : ": ", reason);
    fflush(stdout);
}

static void find_log(struct run *run)
{
    wchar_t program[MAX_PATH] = L"";

    GetModuleFileNameW(NULL, program, MAX_PATH);
    ExpandEnvironmentStringsW(L"%ProgramData%\\ntdsbcli\\", run->log_path, MAX_PATH);
    if (wcsrchr(program, L'\\') && wcslen(run->log_path) + wcslen(program) + 5 < MAX_PATH) {
        wcscat(run->log_path, wcsrchr(program, L'\\') + 1);
        wcscat(run->log_path, L".log");
    }
}

static bool is_slow(const struct fault_case *row)
{
    return row->retry_s || row->timeout_s;
}

static void run_table(struct run *run, const struct fault_case *rows, size_t row_count, bool slow,
                      unsigned long every)
{
    const char *long_run = getenv("NTDSBCLI_TEST_LONG");
    bool all = long_run && strcmp(long_run, "1") == 0;
    unsigned long chosen = 0;
    size_t i;

    for (i = 0; i < WARM_UP; i++)
        try_case(run, run->good);
    for (i = 0; i < row_count; i++) {
        if (is_slow(&rows[i]) != slow || (rows[i].long_only && !all) || chosen++ % every != 0)
            continue;
        try_case(run, &rows[i]);
        if (run->case_count % GOOD_EVERY == 0)
            try_case(run, run->good);
    }
    try_case(run, run->good);
}

static bool begin(struct run *run, const char *folder)
{
    wchar_t wide[MAX_PATH];

    _snwprintf(wide, MAX_PATH, L"%hs", folder ? folder : "");
    run->good = &good_cases[folder != NULL];
    find_log(run);
    return aftermath_begin() && inject_host(GetModuleHandleW(L"ntdsbcli.dll")) &&
           (!folder || restore_walk_begin(wide));
}

int main(int argc, char **argv)
{
    bool restore = argc > 3 && strcmp(argv[1], "restore") == 0;
    char **arguments = argv + (restore ? 3 : 1);
    const char *which = argc > 1 ? arguments[0] : "";
    bool slow = strcmp(which, "slow") == 0;
    bool matrix = strcmp(which, "matrix") == 0;
    unsigned long every = argc > 1 && arguments[1] ? strtoul(arguments[1], NULL, 10) : 1;
    const struct fault_case *rows = restore ? restore_cases : fault_cases;
    size_t row_count = restore ? restore_case_count : fault_case_count;
    struct run run = {.case_count = 0};

    if ((!slow && !matrix && strcmp(which, "quick") != 0) || !every) {
        fprintf(stderr, "usage: fault-table [restore FOLDER] quick|slow|matrix [N]\n");
        return 2;
    }
    if (!begin(&run, restore ? argv[2] : NULL))
        return 1;
    if (matrix)
        row_count = fault_matrix(restore, &rows);
    run_table(&run, rows, row_count, slow, every);
    if (restore)
        restore_walk_forget();
    printf("cases %u\n", run.case_count);
    return run.failed_count ? 1 : 0;
}
