/*
 * fault_contexts.c - many contexts in one process, and threads that do not wait for each other.
 *
 *     fault-contexts many COUNT THREADS   COUNT: backups one after the other, THREADS: at once, and
 *                                         as many open, eight at least
 *     fault-contexts races COUNT          COUNT: backups that are ended while threads use them
 *     fault-contexts foreign HBC          the other process of a case of "many": uses a handle, a
 *                                         number in hexadecimal, that is not its own
 *
 * After each race the heaps are searched for damage. With the system's heap checks on (GlobalFlag)
 * that finds what was written to memory after it was freed; but then freed memory is kept for a
 * while, so that races look at handles and threads only.
 */
#include "cases.h"
#include "child.h"
#include "footprint.h"
#include "walkthrough.h"

#include <ntdsbcli.h>
#include <ntdsbmsg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define LIMIT_MS      5000u
#define AT_ONCE_MOST  30u
#define OPEN_LEAST    8u
#define WARM_UP       3u
#define RACER_COUNT   5u
#define RACE_USES     3u /* of each thread, before the end */
#define READ_BYTES    65536u
#define EVERY_BYTES   8u /* that a backup may leave in the heaps: less than any block */
#define REPORT_EVERY  1000u
#define POISON_COUNT  0xDEADBEEFu
#define FOREIGN_CODE  50 /* exit code of the other process where all is well */
#define HANDLE_DIGITS 17

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

static wchar_t own_path[MAX_PATH];
static wchar_t server[MAX_COMPUTERNAME_LENGTH + 1];

static HRESULT prepare(HBC *hbc)
{
    DWORD token_bytes;
    void *token;
    HRESULT hr = DsBackupPrepareW(server, 0, BACKUP_TYPE_FULL, &token, &token_bytes, hbc);

    if (hr == S_OK)
        DsBackupFree(token);
    return hr;
}

/* The first database's name; false where there is none. */
static bool database_name(HBC hbc, wchar_t name[MAX_PATH])
{
    wchar_t *list;
    DWORD bytes;

    if (DsBackupGetDatabaseNamesW(hbc, &list, &bytes) != S_OK)
        return false;
    wcsncpy(name, list, MAX_PATH - 1);
    name[MAX_PATH - 1] = 0;
    DsBackupFree(list);
    return true;
}

/* --- another process's handle --------------------------------------------------------------------
 */

/* How many functions take a handle that they must refuse. */
static int count_accepted(HBC hbc)
{
    static unsigned char buffer[READ_BYTES];
    wchar_t name[] = L"C:\\x";
    EDB_RSTMAPW map = {name, name};
    LARGE_INTEGER size;
    wchar_t *list;
    DWORD bytes;
    int accepted = 0;

    accepted += DsBackupGetDatabaseNamesW(hbc, &list, &bytes) != ERROR_INVALID_PARAMETER;
    accepted += DsBackupGetBackupLogsW(hbc, &list, &bytes) != ERROR_INVALID_PARAMETER;
    accepted += DsBackupOpenFileW(hbc, name, 0, &size) != ERROR_INVALID_PARAMETER;
    accepted += DsBackupRead(hbc, buffer, READ_BYTES, &bytes) != ERROR_INVALID_PARAMETER;
    accepted += DsBackupClose(hbc) != ERROR_INVALID_PARAMETER;
    accepted += DsBackupTruncateLogs(hbc) != ERROR_INVALID_PARAMETER;
    accepted += DsBackupEnd(hbc) != ERROR_INVALID_PARAMETER;
    accepted += DsRestoreGetDatabaseLocationsW(hbc, &list, &bytes) != ERROR_INVALID_PARAMETER;
    accepted += DsRestoreRegisterW(hbc, name, name, &map, 1, name, 0, 0) != ERROR_INVALID_PARAMETER;
    accepted += DsRestoreRegisterComplete(hbc, S_OK) != ERROR_INVALID_PARAMETER;
    accepted += DsRestoreEnd(hbc) != ERROR_INVALID_PARAMETER;
    return accepted;
}

/* With a context of its own, so that its table is not empty, and again without. */
static int run_foreign(const wchar_t *digits)
{
    HBC foreign = (HBC)(uintptr_t)wcstoull(digits, NULL, 16);
    int accepted;
    HBC own;

    if (prepare(&own) != S_OK)
        return 1;
    accepted = count_accepted(foreign);
    if (DsBackupEnd(own) != S_OK)
        return 2;
    accepted += count_accepted(foreign) + count_accepted(own);
    return accepted ? 3 : FOREIGN_CODE;
}

static bool use_foreign_handle(struct cases *cases)
{
    wchar_t argument[sizeof("foreign ") + HANDLE_DIGITS];
    wchar_t name[MAX_PATH];
    struct child child;
    DWORD code = 0;
    HBC hbc;

    if (prepare(&hbc) != S_OK)
        return cases_wrong(cases, "no backup to begin with");
    _snwprintf(argument, ARRAYSIZE(argument), L"foreign %llx", (unsigned long long)(uintptr_t)hbc);
    if (!child_start(&child, own_path, argument))
        return cases_wrong(cases, "it does not start: %lu", GetLastError());
    WaitForSingleObject(child.process, INFINITE);
    GetExitCodeProcess(child.process, &code);
    child_close(&child);
    if (code != FOREIGN_CODE)
        return cases_wrong(cases, "the other process ended with %lu", code);
    if (!database_name(hbc, name))
        return cases_wrong(cases, "the handle's own process cannot use it any more");
    DsBackupEnd(hbc);
    return aftermath_is_clean(LIMIT_MS, cases->reason);
}

/* --- at once -------------------------------------------------------------------------------------
 */

static DWORD WINAPI walking_thread(void *parameter)
{
    walk(NULL, NULL, parameter);
    return 0;
}

/* VSS makes one set at a time; the others wait for their turns in DsBackupPrepare. */
static bool back_up_at_once(struct cases *cases, unsigned int count)
{
    static struct walk_result results[AT_ONCE_MOST];
    HANDLE threads[AT_ONCE_MOST];
    ULONGLONG start = GetTickCount64();
    unsigned int i;

    for (i = 0; i < count; i++)
        threads[i] = CreateThread(NULL, 0, walking_thread, &results[i], 0, NULL);
    WaitForMultipleObjects(count, threads, TRUE, INFINITE);
    for (i = 0; i < count; i++)
        CloseHandle(threads[i]);
    printf("%u backups by as many threads: %llu ms\n", count, GetTickCount64() - start);
    for (i = 0; i < count; i++) {
        if (results[i].hr != S_OK)
            return cases_wrong(cases, "%u: %s: 0x%08lx", i, results[i].failed_call,
                               (unsigned long)results[i].hr);
        if (results[i].file_count != results[0].file_count || results[i].bytes != results[0].bytes)
            return cases_wrong(cases, "%u: %u files", i, results[i].file_count);
    }
    return aftermath_is_clean(LIMIT_MS, cases->reason);
}

/* All read in turns: no context's file moves another's on. */
static bool keep_open_at_once(struct cases *cases, unsigned int count)
{
    static unsigned char buffer[READ_BYTES];
    HBC contexts[AT_ONCE_MOST];
    LARGE_INTEGER size = {.QuadPart = 0};
    LONGLONG delivered[AT_ONCE_MOST] = {0};
    wchar_t name[MAX_PATH];
    DWORD process_id, got;
    unsigned int open = count;
    unsigned int i;
    HRESULT hr;

    for (i = 0; i < count; i++) {
        if (prepare(&contexts[i]) != S_OK || !database_name(contexts[i], name) ||
            DsBackupOpenFileW(contexts[i], name, READ_BYTES, &size) != S_OK)
            return cases_wrong(cases, "context %u", i);
    }
    if (aftermath_brokers(&process_id) != count)
        return cases_wrong(cases, "not %u brokers", count);
    while (open) {
        for (i = 0; i < count; i++) {
            if (delivered[i] < 0)
                continue;
            hr = DsBackupRead(contexts[i], buffer, READ_BYTES, &got);
            delivered[i] += got;
            if (hr == S_OK)
                continue;
            if (hr != ERROR_HANDLE_EOF || delivered[i] != size.QuadPart)
                return cases_wrong(cases, "%u: 0x%08lx after %lld bytes", i, (unsigned long)hr,
                                   delivered[i]);
            delivered[i] = -1;
            open--;
        }
    }
    for (i = 0; i < count; i++) {
        if (DsBackupEnd(contexts[i]) != S_OK)
            return cases_wrong(cases, "End of %u", i);
    }
    return aftermath_is_clean(LIMIT_MS, cases->reason);
}

/* --- the end -------------------------------------------------------------------------------------
 */

/* The shadow copy goes with the broker: whoever was told that the backup has ended finds neither.
 */
static bool end_and_look(struct cases *cases)
{
    DWORD process_id = 0;
    HANDLE broker;
    bool ended;
    HRESULT hr;
    HBC hbc;

    if (prepare(&hbc) != S_OK || aftermath_brokers(&process_id) != 1)
        return cases_wrong(cases, "no backup to begin with");
    broker = OpenProcess(SYNCHRONIZE, FALSE, process_id);
    hr = DsBackupEnd(hbc);
    ended = broker && WaitForSingleObject(broker, 0) == WAIT_OBJECT_0;
    if (broker)
        CloseHandle(broker);
    return (hr == S_OK && ended) || cases_wrong(cases, "End: 0x%08lx, its broker %s",
                                                (unsigned long)hr, ended ? "has ended" : "runs");
}

/* --- in sequence ---------------------------------------------------------------------------------
 */

static bool back_up_once(struct cases *cases, unsigned long number)
{
    struct walk_result result;

    aftermath_clear_calls();
    walk(NULL, NULL, &result);
    return result.hr == S_OK || cases_wrong(cases, "backup %lu: %s: 0x%08lx", number,
                                            result.failed_call, (unsigned long)result.hr);
}

/*
 * Bytes that are in the heaps after the service manager was opened and closed: Wine 10 does not
 * free the RPC binding. The first time makes the connection, too.
 */
static uint64_t service_manager_bytes(void)
{
    struct footprint before, after;
    unsigned int i;

    for (i = 0; i < 2; i++) {
        footprint_take(&before);
        CloseServiceHandle(OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT));
        footprint_take(&after);
    }
    return after.heap_bytes > before.heap_bytes ? after.heap_bytes - before.heap_bytes : 0;
}

static bool back_up_in_sequence(struct cases *cases, unsigned long count)
{
    uint64_t every_bytes = EVERY_BYTES + service_manager_bytes(); /* a backup opens it once */
    struct footprint before, after;
    ULONGLONG start;
    unsigned long i;

    for (i = 0; i < WARM_UP; i++) {
        if (!back_up_once(cases, i))
            return false;
    }
    footprint_take(&before);
    start = GetTickCount64();
    for (i = 1; i <= count; i++) {
        if (!back_up_once(cases, i))
            return false;
        if (i % REPORT_EVERY == 0) {
            footprint_take(&after);
            printf("%lu: ", i);
            footprint_print(&before, &after);
            fflush(stdout);
        }
    }
    footprint_take(&after);
    printf("%lu backups in %llu ms: ", count, GetTickCount64() - start);
    footprint_print(&before, &after);
    return footprint_is_flat(&before, &after, count * every_bytes, cases->reason) &&
           aftermath_is_clean(LIMIT_MS, cases->reason);
}

/* --- races ---------------------------------------------------------------------------------------
 */

struct race
{
    HBC hbc;
    wchar_t database[MAX_PATH];
    bool lists_logs;
    volatile LONG over; /* an End has come back */
    volatile LONG late; /* calls that were begun after that and not refused */
    volatile LONG used; /* calls that were not refused */
    volatile LONG wrong_result;
    volatile LONG ends; /* that were not refused */
};

struct racer
{
    struct race *race;
    HRESULT (*use)(struct race *race);
    HANDLE ready;
};

/* Whatever the others did meanwhile, it is one of these. */
static bool is_expected(HRESULT hr)
{
    return hr == S_OK || hr == ERROR_HANDLE_EOF || hr == hrAlreadyOpen || hr == hrInvalidHandle ||
           hr == hrInvalidBackupSequence || hr == ERROR_INVALID_PARAMETER;
}

static HRESULT use_read(struct race *race)
{
    unsigned char buffer[8192];
    DWORD got = POISON_COUNT;
    HRESULT hr = DsBackupRead(race->hbc, buffer, sizeof(buffer), &got);

    return (hr == S_OK ? got && got <= sizeof(buffer) : !got) ? hr : E_UNEXPECTED;
}

static HRESULT use_open(struct race *race)
{
    LARGE_INTEGER size = {.QuadPart = -1};
    HRESULT hr = DsBackupOpenFileW(race->hbc, race->database, READ_BYTES, &size);

    return (hr == S_OK ? size.QuadPart > 0 : !size.QuadPart) ? hr : E_UNEXPECTED;
}

static HRESULT use_close(struct race *race)
{
    return DsBackupClose(race->hbc);
}

static HRESULT use_names(struct race *race)
{
    wchar_t *list = (wchar_t *)race;
    DWORD bytes = POISON_COUNT;
    HRESULT hr = DsBackupGetDatabaseNamesW(race->hbc, &list, &bytes);

    if (hr == S_OK) {
        if (!list || bytes < 4)
            return E_UNEXPECTED;
        DsBackupFree(list);
    } else if (list || bytes) {
        return E_UNEXPECTED;
    }
    return hr;
}

/* After the list no database can be opened any more: in every second race, and not at once. */
static HRESULT use_logs(struct race *race)
{
    wchar_t *list = NULL;
    DWORD bytes;
    HRESULT hr;

    if (!race->lists_logs || race->used % 64 != 63)
        return DsBackupTruncateLogs(race->hbc) == ERROR_INVALID_PARAMETER ? ERROR_INVALID_PARAMETER
                                                                          : S_OK;
    hr = DsBackupGetBackupLogsW(race->hbc, &list, &bytes);
    if (hr == S_OK)
        DsBackupFree(list);
    return hr;
}

static DWORD WINAPI racing_thread(void *parameter)
{
    struct racer *racer = parameter;
    struct race *race = racer->race;
    unsigned int uses = 0;
    HRESULT hr;
    bool over;

    do {
        over = race->over;
        hr = racer->use(race);
        if (!is_expected(hr))
            InterlockedExchange(&race->wrong_result, hr);
        if (hr != ERROR_INVALID_PARAMETER) {
            InterlockedIncrement(&race->used);
            if (over)
                InterlockedIncrement(&race->late);
        }
        if (++uses == RACE_USES)
            SetEvent(racer->ready);
    } while (hr != ERROR_INVALID_PARAMETER && hr != E_UNEXPECTED);
    SetEvent(racer->ready);
    return 0;
}

static DWORD WINAPI ending_thread(void *parameter)
{
    struct race *race = parameter;

    if (DsBackupEnd(race->hbc) != ERROR_INVALID_PARAMETER)
        InterlockedIncrement(&race->ends);
    InterlockedExchange(&race->over, 1);
    return 0;
}

static bool race_once(struct cases *cases, struct race *race, bool lists_logs)
{
    HRESULT(*const uses[RACER_COUNT])
    (struct race *) = {use_read, use_open, use_close, use_names, use_logs};
    struct racer racers[RACER_COUNT];
    HANDLE threads[RACER_COUNT], ready[RACER_COUNT], enders[2];
    unsigned int i;

    memset(race, 0, sizeof(*race));
    race->lists_logs = lists_logs;
    if (prepare(&race->hbc) != S_OK || !database_name(race->hbc, race->database))
        return cases_wrong(cases, "no backup to begin with");
    for (i = 0; i < RACER_COUNT; i++) {
        ready[i] = CreateEventW(NULL, TRUE, FALSE, NULL);
        racers[i] = (struct racer){race, uses[i], ready[i]};
        threads[i] = CreateThread(NULL, 0, racing_thread, &racers[i], 0, NULL);
    }
    WaitForMultipleObjects(RACER_COUNT, ready, TRUE, INFINITE);
    for (i = 0; i < 2; i++)
        enders[i] = CreateThread(NULL, 0, ending_thread, race, 0, NULL);
    WaitForMultipleObjects(2, enders, TRUE, INFINITE);
    WaitForMultipleObjects(RACER_COUNT, threads, TRUE, INFINITE);
    for (i = 0; i < RACER_COUNT; i++) {
        CloseHandle(threads[i]);
        CloseHandle(ready[i]);
    }
    for (i = 0; i < 2; i++)
        CloseHandle(enders[i]);
    if (race->ends != 1)
        return cases_wrong(cases, "%ld of two Ends succeeded", race->ends);
    if (race->wrong_result)
        return cases_wrong(cases, "a call gave 0x%08lx", (unsigned long)race->wrong_result);
    if (race->late)
        return cases_wrong(cases, "%ld calls after the end were not refused", race->late);
    return footprint_heaps_are_sound() || cases_wrong(cases, "a heap is damaged");
}

static bool race_often(struct cases *cases, unsigned long count)
{
    struct footprint before = {0}, after;
    unsigned long long used = 0;
    struct race race;
    unsigned long i;

    for (i = 0; i < WARM_UP + count; i++) {
        if (i == WARM_UP)
            footprint_take(&before);
        aftermath_clear_calls();
        if (!race_once(cases, &race, i % 2 == 0))
            return false;
        used += (unsigned long long)race.used;
    }
    footprint_take(&after);
    printf("%lu races, %llu calls: ", WARM_UP + count, used);
    footprint_print(&before, &after);
    after.heap_bytes = after.committed_bytes = 0;
    return footprint_is_flat(&before, &after, 0, cases->reason) &&
           aftermath_is_clean(LIMIT_MS, cases->reason);
}

/* What the system was told to check heaps for: FLG_HEAP_... of Windows' debugging tools. */
static ULONG heap_checks(void)
{
    ULONG(NTAPI * flags)(void) = NULL;
    FARPROC found = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "RtlGetNtGlobalFlags");

    if (found)
        memcpy(&flags, &found, sizeof(flags));
    return flags ? flags() & 0x70 : 0;
}

static void run_many(struct cases *cases, unsigned long count, unsigned int at_once)
{
    unsigned int open;

    if (at_once > AT_ONCE_MOST)
        at_once = AT_ONCE_MOST;
    open = at_once > OPEN_LEAST ? at_once : OPEN_LEAST;
    cases_note(cases, use_foreign_handle(cases), "contexts__of_another_process__are_refused");
    cases_note(cases, back_up_at_once(cases, at_once), "contexts__%u_threads_at_once__all_succeed",
               at_once);
    cases_note(cases, keep_open_at_once(cases, open), "contexts__%u_open_at_once__each_its_own",
               open);
    cases_note(cases, end_and_look(cases), "contexts__end__comes_back_after_the_broker_has_ended");
    cases_note(cases, back_up_in_sequence(cases, count),
               "contexts__%lu_one_after_the_other__nothing_grows", count);
}

int wmain(int argc, wchar_t **argv)
{
    DWORD chars = ARRAYSIZE(server);
    struct cases cases = {0};

    GetComputerNameW(server, &chars);
    GetModuleFileNameW(NULL, own_path, MAX_PATH);
    if (argc == 3 && wcscmp(argv[1], L"foreign") == 0)
        return run_foreign(argv[2]);
    if (!aftermath_begin())
        return 2;
    if (argc == 4 && wcscmp(argv[1], L"many") == 0) {
        run_many(&cases, wcstoul(argv[2], NULL, 10), (unsigned int)wcstoul(argv[3], NULL, 10));
    } else if (argc == 3 && wcscmp(argv[1], L"races") == 0) {
        printf("heap checks 0x%lx\n", heap_checks());
        cases_note(&cases, race_often(&cases, wcstoul(argv[2], NULL, 10)),
                   "contexts__ended_while_threads_use_them__refused_and_sound");
    } else {
        fprintf(stderr, "usage: fault-contexts many COUNT THREADS | races COUNT\n");
        return 2;
    }
    return cases_end(&cases);
}
