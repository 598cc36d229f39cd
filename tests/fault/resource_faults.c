/*
 * resource_faults.c - resource-faults.exe backup|restore FOLDER [COUNT|FUNCTION|PART/PARTS]: whole
 * backups or restores in this process, in each of which one call of the product to the system
 * fails.
 *
 * The reference walk without a fault tells how many calls of each function there are, in the DLL
 * and in its broker. COUNT of them are tried, one of each function at least; without COUNT all of
 * them, that is n = 1, 2, ... until a walk ends that has made no n-th call; or so one of them. Of
 * PARTS each tries every PARTS-th n, so that all of them together have tried all. What is called
 * only when something is used for the first time is tried in processes of its own.
 *
 * Prints "pass NAME" or "fail NAME: why" for each, then "cases N".
 */
#include "aftermath.h"
#include "footprint.h"
#include "inject.h"
#include "restore_walk.h"

#include <ntdsbmsg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define CLEAN_MS      20000u /* a broker is given 10 s to abort in */
#define WALK_MAX_MS   90000u
#define GOOD_EVERY    10u
#define WARM_UP       3u
#define FUNCTIONS_MAX 96
#define PLACES        2
#define RECORDS       L"C:\\ProgramData\\ntdsbcli"

static const char *const place_names[PLACES] = {"dll", "broker"};

/* What a fault of the system's may be told as; with S_OK, where it cost nothing but a log line. The
 * first five are the codes of the injected faults themselves. */
static const HRESULT documented[] = {
    ERROR_NOT_ENOUGH_MEMORY, ERROR_NO_SYSTEM_RESOURCES, ERROR_DISK_FULL,
    ERROR_IO_DEVICE,         RPC_S_SERVER_UNAVAILABLE,  ERROR_GEN_FAILURE,
    hrCommunicationError,    hrCouldNotConnect,         hrDiskIO};

struct run
{
    const char *kind;
    const char *folder;
    bool restore;
    DWORD handle_count; /* after the warm-up */
    long live_blocks;
    unsigned int cold[PLACES][FUNCTIONS_MAX]; /* calls of the first walk of a process */
    unsigned int warm[PLACES][FUNCTIONS_MAX]; /* of all others */
    size_t place;                             /* of the fault that is armed */
    unsigned int part;                        /* its first n */
    unsigned int part_count;
    unsigned int case_count;
    unsigned int failed_count;
};

/* Ends a process that hangs: its output then lacks the number of cases. */
static DWORD WINAPI watch(void *parameter)
{
    HANDLE walked = parameter;

    while (WaitForSingleObject(walked, WALK_MAX_MS) == WAIT_OBJECT_0)
        continue;
    printf("fail walk__under_a_fault__ends: it hangs\n");
    fflush(stdout);
    TerminateProcess(GetCurrentProcess(), 3);
    return 0;
}

static bool wrong(char reason[REASON_CHARS], const char *text, unsigned long number)
{
    snprintf(reason, REASON_CHARS, "%s: %lu (0x%08lx)", text, number, number);
    return false;
}

static bool is_documented(HRESULT hr)
{
    size_t i;

    for (i = 0; i < ARRAYSIZE(documented); i++) {
        if (documented[i] == hr)
            return true;
    }
    return hr == S_OK;
}

static bool check_result(const struct run *run, const struct walk_result *result,
                         char reason[REASON_CHARS])
{
    if (!is_documented(result->hr)) {
        snprintf(reason, REASON_CHARS, "%s fails with 0x%08lx", result->failed_call,
                 (unsigned long)result->hr);
        return false;
    }
    if (result->hr == S_OK && !run->restore && (!result->bytes || result->file_count < 2))
        return wrong(reason, "a success of few files", result->file_count);
    return true;
}

static bool is_at_completion(const struct walk_result *result)
{
    return strcmp(result->failed_call, "DsRestoreRegisterComplete") == 0 ||
           strcmp(result->failed_call, "DsRestoreEnd") == 0;
}

/*
 * A restore that counts leaves the marker alone. One that does not leaves nothing, but the marker
 * if it failed in its registration, unless it was registered - or its broker was lost, or its
 * answer had no room in the DLL, and nobody can tell how far it came. An interlock without the
 * marker would let an old database start.
 */
static bool check_registry(const struct run *run, const struct walk_result *result,
                           char reason[REASON_CHARS])
{
    bool interlock = restore_walk_interlock();
    bool marker = restore_walk_marker();
    bool lost = result->hr == hrCommunicationError ||
                (result->hr == ERROR_NOT_ENOUGH_MEMORY && run->place == INJECT_HOST);

    if (interlock && !marker)
        return wrong(reason, "an interlock without the marker", 0);
    if (result->hr == S_OK)
        return (!interlock && marker) || wrong(reason, "after a success: interlock", interlock);
    if (is_at_completion(result))
        return marker || wrong(reason, "after a failed completion: marker", marker);
    return lost ||
           (!interlock && (!marker || strcmp(result->failed_call, "DsRestoreRegister") == 0)) ||
           wrong(reason, "before the registration: interlock", interlock);
}

static bool check_leaks(const struct run *run, char reason[REASON_CHARS])
{
    DWORD handle_count = footprint_handles();

    if (handle_count > run->handle_count)
        return wrong(reason, "handles more than before", handle_count - run->handle_count);
    return inject_live_blocks() <= run->live_blocks ||
           wrong(reason, "blocks of memory more than before",
                 (unsigned long)(inject_live_blocks() - run->live_blocks));
}

/* Each backup opens those of all before it: with them its calls would never come to an end. */
static void delete_records(void)
{
    WIN32_FIND_DATAW found;
    wchar_t path[2 * MAX_PATH];
    HANDLE search = FindFirstFileW(RECORDS L"\\backup-*.txt", &found);

    if (search == INVALID_HANDLE_VALUE)
        return;
    do {
        _snwprintf(path, ARRAYSIZE(path), RECORDS L"\\%ls", found.cFileName);
        DeleteFileW(path);
    } while (FindNextFileW(search, &found));
    FindClose(search);
}

/* One backup or restore. The fault is armed already, or none. */
static bool walk_once(struct run *run, HANDLE walked, struct walk_result *result,
                      char reason[REASON_CHARS])
{
    char *calls;
    bool passed;

    aftermath_clear_calls();
    if (run->restore) {
        restore_walk_forget();
        restore_walk(NULL, NULL, result);
    } else {
        delete_records();
        walk(NULL, NULL, result);
    }
    SetEvent(walked);
    passed = check_result(run, result, reason) && aftermath_is_clean(CLEAN_MS, reason);
    calls = aftermath_calls();
    if (passed && !aftermath_calls_are_closed(calls))
        passed = wrong(reason, "no AbortBackup after StartSnapshotSet", 0);
    if (passed && strstr(calls, "MissingPostRestore"))
        passed = wrong(reason, "no PostRestore after PreRestore", 0);
    passed = passed && (!run->restore || check_registry(run, result, reason));
    if (!passed)
        printf("%s", calls);
    free(calls);
    return passed;
}

static void report(struct run *run, const char *name, bool passed, const char *reason)
{
    run->case_count++;
    run->failed_count += !passed;
    printf("%s %s_%d__%s%s%s\n", passed ? "pass" : "fail", run->kind, (int)sizeof(void *) * 8, name,
           passed ? "" : ": ", passed ? "" : reason);
    fflush(stdout);
}

static bool try_good(struct run *run, HANDLE walked, const char *name)
{
    char reason[REASON_CHARS] = "";
    struct walk_result result;
    bool passed;

    inject_reset();
    passed = walk_once(run, walked, &result, reason);
    if (passed && result.hr != S_OK)
        passed = wrong(reason, result.failed_call, (unsigned long)result.hr);
    if (passed && run->live_blocks)
        passed = check_leaks(run, reason);
    report(run, name, passed, reason);
    return passed;
}

/* False: there was no nth call. */
static bool try_case(struct run *run, HANDLE walked, size_t place, size_t function,
                     unsigned int nth, bool count_leaks)
{
    char reason[REASON_CHARS] = "";
    struct walk_result result;
    char name[100];
    bool passed;

    inject_reset();
    run->place = place;
    inject_arm((enum inject_place)place, function, nth);
    passed = walk_once(run, walked, &result, reason);
    if (!inject_was_hit() && result.hr == S_OK && passed)
        return false;
    passed = passed && (!count_leaks || check_leaks(run, reason));
    snprintf(name, sizeof(name), "%s_%s_%u__%s", place_names[place], inject_function_name(function),
             nth, result.hr == S_OK ? "succeeds" : "fails_as_documented");
    report(run, name, passed, reason);
    inject_reset();
    if (run->case_count % GOOD_EVERY == 0)
        try_good(run, walked, "none_after_others__succeeds");
    return true;
}

/* --- which ------------------------------------------------------------------------------------ */

static void count_calls(unsigned int counts[PLACES][FUNCTIONS_MAX])
{
    size_t place, function;

    for (place = 0; place < PLACES; place++) {
        for (function = 0; function < inject_function_count(); function++)
            counts[place][function] = inject_calls((enum inject_place)place, function);
    }
}

/* In a process of its own, where nothing was called before. */
static void try_cold(struct run *run, HANDLE walked, size_t place, size_t function,
                     unsigned int nth)
{
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION created;
    wchar_t program[MAX_PATH];
    wchar_t line[3 * MAX_PATH];
    char name[100];
    DWORD code = 1;

    GetModuleFileNameW(NULL, program, MAX_PATH);
    _snwprintf(line, ARRAYSIZE(line), L"resource-faults %hs %hs one %u %u %u", run->kind,
               run->folder, (unsigned int)place, (unsigned int)function, nth);
    if (CreateProcessW(program, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &created)) {
        WaitForSingleObject(created.hProcess, INFINITE); /* it watches itself */
        SetEvent(walked);
        GetExitCodeProcess(created.hProcess, &code);
        CloseHandle(created.hThread);
        CloseHandle(created.hProcess);
    }
    snprintf(name, sizeof(name), "first_use_%s_%s_%u__as_documented", place_names[place],
             inject_function_name(function), nth);
    report(run, name, code == 0, "see above");
}

/* What try_cold starts. */
static int run_one(struct run *run, HANDLE walked, char **arguments)
{
    size_t place = strtoul(arguments[0], NULL, 10);
    size_t function = strtoul(arguments[1], NULL, 10);
    char reason[REASON_CHARS] = "";
    struct walk_result result;

    inject_reset();
    run->place = place;
    inject_arm((enum inject_place)place, function, (unsigned int)strtoul(arguments[2], NULL, 10));
    if (walk_once(run, walked, &result, reason)) {
        inject_reset();
        if (walk_once(run, walked, &result, reason) && result.hr == S_OK)
            return 0;
    }
    printf("    %s, 0x%08lx\n", reason, (unsigned long)result.hr);
    return 1;
}

static unsigned int next_random(void)
{
    static unsigned int seed = 20250101u;

    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

/* How many calls of it can fail: all that come with each walk, else those of the first. */
static unsigned int calls_of(const struct run *run, size_t place, size_t function)
{
    unsigned int warm = run->warm[place][function];

    return warm ? warm : run->cold[place][function];
}

/* Of all functions that are called, count spread evenly, each with a call by chance. */
static void run_some(struct run *run, HANDLE walked, unsigned int count)
{
    unsigned int called = 0;
    unsigned int seen = 0;
    size_t place, function;

    for (place = 0; place < PLACES; place++) {
        for (function = 0; function < inject_function_count(); function++)
            called += calls_of(run, place, function) != 0;
    }
    for (place = 0; place < PLACES; place++) {
        for (function = 0; function < inject_function_count(); function++) {
            unsigned int calls = calls_of(run, place, function);
            unsigned int before = seen * count / called;

            if (!calls || before == ++seen * count / called)
                continue;
            if (run->warm[place][function])
                try_case(run, walked, place, function, 1 + next_random() % calls, true);
            else
                try_cold(run, walked, place, function, 1 + next_random() % calls);
        }
    }
}

/* Walks differ by a call or two: what a pipe brings comes in other pieces. So one that was counted
 * gets a second chance before it is believed that there is none. */
static bool try_warm(struct run *run, HANDLE walked, size_t place, size_t function,
                     unsigned int nth)
{
    unsigned int calls = run->warm[place][function];

    return calls && (try_case(run, walked, place, function, nth, true) ||
                     (nth <= calls && try_case(run, walked, place, function, nth, true)));
}

/* only: a function; inject_function_count() for all of them. */
static void run_all(struct run *run, HANDLE walked, size_t only)
{
    size_t place, function;
    unsigned int nth;

    for (place = 0; place < PLACES; place++) {
        for (function = 0; function < inject_function_count(); function++) {
            unsigned int cold = run->cold[place][function];

            if (function != only && only != inject_function_count())
                continue;
            nth = run->part;
            while (try_warm(run, walked, place, function, nth))
                nth += run->part_count;
            if (cold > run->warm[place][function]) {
                for (nth = run->part; nth <= cold; nth += run->part_count)
                    try_cold(run, walked, place, function, nth);
            }
        }
    }
}

/* Only a broker of this bitness can be made to fail. */
static bool broker_is_seen(const struct run *run)
{
    return sizeof(void *) == 4 || run->warm[1][inject_find("malloc")];
}

static void warm_up(struct run *run, HANDLE walked)
{
    size_t i;

    try_good(run, walked, "first_use__succeeds");
    count_calls(run->cold);
    for (i = 0; i < WARM_UP; i++)
        try_good(run, walked, "warm_up__succeeds");
    count_calls(run->warm);
    run->handle_count = footprint_handles();
    run->live_blocks = inject_live_blocks();
}

/* Takes PART/PARTS. False: it is something else. */
static bool take_part(struct run *run, const char *argument)
{
    int length = 0;

    run->part = run->part_count = 1;
    if (sscanf(argument, "%u/%u%n", &run->part, &run->part_count, &length) == 2 &&
        !argument[length] && run->part >= 1 && run->part <= run->part_count)
        return true;
    run->part = run->part_count = 1;
    return false;
}

static void print_calls(const struct run *run)
{
    size_t place, function;

    for (place = 0; place < PLACES; place++) {
        for (function = 0; function < inject_function_count(); function++) {
            if (run->cold[place][function] || run->warm[place][function])
                printf("calls %s %s %u, at first use %u\n", place_names[place],
                       inject_function_name(function), run->warm[place][function],
                       run->cold[place][function]);
        }
    }
    fflush(stdout);
}

int main(int argc, char **argv)
{
    HANDLE walked = CreateEventW(NULL, FALSE, FALSE, NULL);
    struct run run = {.kind = argc > 1 ? argv[1] : "", .folder = argc > 2 ? argv[2] : ""};
    bool part = take_part(&run, argc == 4 ? argv[3] : "");
    unsigned int count = argc == 4 && !part ? (unsigned int)strtoul(argv[3], NULL, 10) : 0;
    bool one = argc == 7 && strcmp(argv[3], "one") == 0;
    wchar_t folder[MAX_PATH];
    HANDLE watcher;

    run.restore = strcmp(run.kind, "restore") == 0;
    if ((argc != 3 && argc != 4 && !one) || (!run.restore && strcmp(run.kind, "backup") != 0)) {
        fprintf(stderr,
                "usage: resource-faults backup|restore FOLDER [COUNT|FUNCTION|PART/PARTS]\n");
        return 2;
    }
    _snwprintf(folder, MAX_PATH, L"%hs", run.folder);
    watcher = CreateThread(NULL, 0, watch, walked, 0, NULL);
    if (!walked || !watcher || !aftermath_begin() ||
        !inject_host(GetModuleHandleW(L"ntdsbcli.dll")) ||
        (run.restore && !restore_walk_begin(folder)))
        return 1;
    CloseHandle(watcher);
    if (one)
        return run_one(&run, walked, argv + 4);
    warm_up(&run, walked);
    print_calls(&run);
    if (!broker_is_seen(&run))
        report(&run, "broker__faults__can_be_injected", false, "fault-inject.dll was not loaded");
    if (!run.failed_count) {
        if (count)
            run_some(&run, walked, count);
        else
            run_all(&run, walked, inject_find(argc == 4 ? argv[3] : ""));
        try_good(&run, walked, "none_at_the_end__succeeds");
    }
    if (run.restore)
        restore_walk_forget();
    printf("cases %u\n", run.case_count);
    return run.failed_count ? 1 : 0;
}
