/*
 * fault_endings.c - fault-endings.exe LEAVER HOST HOST-OF-DEAF: a host that dies before its broker
 * has answered, one that goes away by itself, in every way there is, and one that is stopped for a
 * while, as a debugger does, and goes on.
 *
 * LEAVER is a fault-leave.exe, HOST a fault-host.exe, HOST-OF-DEAF another with fault-broker.exe in
 * the place of its broker. NTDSBCLI_TEST_LONG=1: stops longer than either side waits for the other.
 */
#include "cases.h"
#include "child.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define LIMIT_MS     5000u
#define END_MS       30000u
#define LONG_STOP_MS 100000u

typedef LONG(NTAPI *process_call)(HANDLE process);

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

static void *ntdll_function(const char *name)
{
    return (void *)(uintptr_t)GetProcAddress(GetModuleHandleW(L"ntdll.dll"), name);
}

static bool stop_process(HANDLE process)
{
    process_call suspend = (process_call)ntdll_function("NtSuspendProcess");

    return suspend && suspend(process) >= 0;
}

static bool resume_process(HANDLE process)
{
    process_call resume = (process_call)ntdll_function("NtResumeProcess");

    return resume && resume(process) >= 0;
}

/* --- going away ----------------------------------------------------------------------------------
 */

static bool leave(struct cases *cases, const wchar_t *program, const wchar_t *way,
                  struct child *child)
{
    char *calls;
    bool closed;
    unsigned int shadows;

    aftermath_clear_calls();
    if (!child_start(child, program, way))
        return cases_wrong(cases, "%ls does not start: %lu", program, GetLastError());
    if (!child_wait_for(child, "at "))
        return cases_wrong(cases, "it has no backups to leave open");
    child_go_on(child);
    /* With its third backup's VSS calls under way the host waits for its broker. Nowhere else: a
     * thread that is ended in the middle of the heap keeps Wine from ending the process. */
    if (wcscmp(way, L"exit-while-preparing") == 0) {
        if (!aftermath_wait_for_call(child->process, " InitializeForBackup ", 3))
            return cases_wrong(cases, "it ended early");
        child_go_on(child);
    }
    if (WaitForSingleObject(child->process, END_MS) != WAIT_OBJECT_0)
        return cases_wrong(cases, "it does not end");
    if (!aftermath_is_clean(LIMIT_MS, cases->reason))
        return false;
    calls = aftermath_calls();
    shadows = aftermath_count(calls, " PostSnapshot writer=");
    closed = aftermath_count(calls, " AbortBackup ") >= 2;
    free(calls);
    if (shadows < 2)
        return cases_wrong(cases, "%u shadow copies, expected two at least", shadows);
    return closed || cases_wrong(cases, "not every backup was aborted");
}

static void leave_in_every_way(struct cases *cases, const wchar_t *program)
{
    static const wchar_t *const ways[] = {
        L"return",    L"exit",  L"exit-in-thread", L"exit-while-reading", L"exit-while-preparing",
        L"terminate", L"abort", L"crash",          L"crash-in-thread",    L"last-thread"};
    struct child child;
    bool passed;
    size_t i;

    for (i = 0; i < ARRAYSIZE(ways); i++) {
        memset(&child, 0, sizeof(child));
        passed = leave(cases, program, ways[i], &child);
        if (child.process && !passed)
            child_kill(&child);
        child_close(&child);
        cases_note(cases, passed, "host_leaves__%ls__nothing_is_left", ways[i]);
    }
}

/* --- stopped for a while -------------------------------------------------------------------------
 */

static bool check_good(struct cases *cases, struct child *child)
{
    if (!child_wait_for(child, "result "))
        return cases_wrong(cases, "the host ended without a result");
    if (strcmp(child->line, "result none 0x00000000") != 0)
        return cases_wrong(cases, "%s", child->line);
    WaitForSingleObject(child->process, INFINITE);
    return aftermath_is_clean(LIMIT_MS, cases->reason);
}

/* The host stops in its Prepare while VSS goes on; the answer waits for it. */
static bool stopped_in_prepare(struct cases *cases, struct child *child, DWORD more_ms)
{
    if (!aftermath_wait_for_call(child->process, " PrepareForBackup hr=0x00000000", 1))
        return cases_wrong(cases, "the host ended early");
    if (!stop_process(child->process))
        return cases_wrong(cases, "the host cannot be stopped");
    /* The last thing that the broker does before it answers. */
    if (!aftermath_wait_for_call(child->process, " SaveAsXML ", 1))
        return cases_wrong(cases, "VSS did not go on");
    WaitForSingleObject(child->process, more_ms);
    return resume_process(child->process) ? check_good(cases, child)
                                          : cases_wrong(cases, "the host cannot go on");
}

static HANDLE open_broker(void)
{
    DWORD process_id = 0;

    return aftermath_brokers(&process_id) == 1
               ? OpenProcess(PROCESS_SUSPEND_RESUME | SYNCHRONIZE, FALSE, process_id)
               : NULL;
}

/* The broker stops while the host wants something of it. more_ms: long enough to be noticed. */
static bool broker_stopped(struct cases *cases, struct child *child, DWORD more_ms)
{
    HANDLE broker;
    bool resumed;

    if (!child_wait_for(child, "at open"))
        return cases_wrong(cases, "the host ended early");
    broker = open_broker();
    if (!broker || !stop_process(broker))
        return cases_wrong(cases, "the broker cannot be stopped");
    child_go_on(child);
    WaitForSingleObject(child->process, more_ms);
    resumed = resume_process(broker);
    CloseHandle(broker);
    return resumed ? check_good(cases, child) : cases_wrong(cases, "the broker cannot go on");
}

static void stop_for_a_while(struct cases *cases, const wchar_t *host)
{
    const char *wanted = getenv("NTDSBCLI_TEST_LONG");
    bool all = wanted && strcmp(wanted, "1") == 0;
    struct child child = {0};
    bool passed;

    aftermath_clear_calls();
    SetEnvironmentVariableW(L"VSSAPI_FAULT", L"PrepareForBackup:async=0,500");
    passed = child_start(&child, host, NULL) &&
             stopped_in_prepare(cases, &child, all ? LONG_STOP_MS : 0);
    if (child.process && !passed)
        child_kill(&child);
    child_close(&child);
    SetEnvironmentVariableW(L"VSSAPI_FAULT", NULL);
    cases_note(cases, passed, "host_stopped__in_prepare_until_vss_is_done__backup_succeeds");

    aftermath_clear_calls();
    passed = child_start(&child, host, L"open") && broker_stopped(cases, &child, 1000);
    if (child.process && !passed)
        child_kill(&child);
    child_close(&child);
    cases_note(cases, passed, "broker_stopped__for_a_while__backup_succeeds");
}

/* --- before the broker has said a word -----------------------------------------------------------
 */

static bool die_before_the_answer(struct cases *cases, const wchar_t *host, struct child *child)
{
    HANDLE here = CreateEventW(NULL, TRUE, FALSE, L"Local\\ntdsbcli-fault-broker");
    HANDLE handles[2] = {here, NULL};
    DWORD event;

    SetEnvironmentVariableW(L"FAULT_BROKER", L"deaf");
    if (!here || !child_start(child, host, NULL))
        return cases_wrong(cases, "%ls does not start: %lu", host, GetLastError());
    handles[1] = child->process;
    event = WaitForMultipleObjects(2, handles, FALSE, END_MS);
    CloseHandle(here);
    if (event != WAIT_OBJECT_0)
        return cases_wrong(cases, "its broker is not there");
    child_kill(child);
    return aftermath_is_clean(LIMIT_MS, cases->reason);
}

int wmain(int argc, wchar_t **argv)
{
    struct cases cases = {0};
    struct child child = {0};
    bool passed;

    if (argc != 4 || !aftermath_begin()) {
        fprintf(stderr, "usage: fault-endings LEAVER HOST HOST-OF-DEAF\n");
        return 2;
    }
    passed = die_before_the_answer(&cases, argv[3], &child);
    child_close(&child);
    cases_note(&cases, passed, "host_dies__before_its_broker_answers__no_broker_is_left");
    leave_in_every_way(&cases, argv[1]);
    stop_for_a_while(&cases, argv[2]);
    return cases_end(&cases);
}
