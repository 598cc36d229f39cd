/*
 * fault_death.c - ends a host or its broker at a moment of its backup, and looks at what is left.
 *
 *     fault-death stages HOST           each row of the table below, HOST is a fault-host.exe
 *     fault-death random HOST COUNT     host and broker in turns, at random moments of a backup
 *     fault-death together HOST OTHER   nobody dies: two backups at once, the second has to wait
 *
 * Prints "pass NAME" or "fail NAME: why" for each, then "cases N".
 */
#include "cases.h"
#include "child.h"

#include <ntdsbmsg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define LIMIT_MS     5000u /* what a death may leave is gone after that */
#define RESULT_CHARS 80

enum victim
{
    HOST,
    BROKER
};

struct death
{
    const char *name;
    enum victim victim;
    const wchar_t *fault;
    const wchar_t *stop; /* the host waits at this step; NULL: at none */
    const char *call;    /* what the call log says when the moment has come; NULL: nothing more */
    DWORD call_ms;       /* a call is under way then that cannot be ended and takes so long */
    const char *failed;  /* of a dead broker: the host's call that says so */
};

static const struct death deaths[] = {
    {"gathering", HOST, L"GatherWriterMetadata:async=0,3000", NULL,
     " GatherWriterMetadata hr=0x00000000", 0, NULL},
    {"in_a_call", HOST, L"AddToSnapshotSet=0,3000", NULL, " StartSnapshotSet set=", 3000, NULL},
    {"in_prepare_for_backup", HOST, L"PrepareForBackup:async=0,3000", NULL,
     " PrepareForBackup hr=0x00000000", 0, NULL},
    {"frozen", HOST, L"Freeze=0,3000", NULL, " PrepareSnapshot writer=", 0, NULL},
    {"copying", HOST, L"Copy=0,3000", NULL, " Freeze writer=", 0, NULL},
    {"asking_the_writer", HOST, L"GatherWriterStatus:async:2=0,3000", NULL, " DoSnapshotSet async ",
     0, NULL},
    {"aborting", HOST, L"DoSnapshotSet:async=0x80042306;AbortBackup=0,3000", NULL,
     " DoSnapshotSet async ", 3000, NULL},
    {"before_names", HOST, L"", L"names", NULL, 0, NULL},
    {"database_open", HOST, L"", L"read", NULL, 0, NULL},
    {"before_logs", HOST, L"", L"logs", NULL, 0, NULL},
    {"log_open", HOST, L"", L"read-log", NULL, 0, NULL},
    {"before_end", HOST, L"", L"end", NULL, 0, NULL},
    {"in_backup_complete", HOST, L"BackupComplete:async=0,3000", NULL,
     " BackupComplete hr=0x00000000", 0, NULL},
    {"after_end", HOST, L"", L"ended", NULL, 0, NULL},
    {"gathering", BROKER, L"GatherWriterMetadata:async=0,60000", NULL,
     " GatherWriterMetadata hr=0x00000000", 0, "DsBackupPrepare"},
    {"in_a_call", BROKER, L"AddToSnapshotSet=0,60000", NULL, " StartSnapshotSet set=", 0,
     "DsBackupPrepare"},
    {"copying", BROKER, L"Copy=0,60000", NULL, " Freeze writer=", 0, "DsBackupPrepare"},
    {"before_names", BROKER, L"", L"names", NULL, 0, "DsBackupOpenFile"},
    {"database_open", BROKER, L"", L"read", NULL, 0, "DsBackupOpenFile"},
    {"before_end", BROKER, L"", L"end", NULL, 0, "DsBackupEnd"},
    {"in_backup_complete", BROKER, L"BackupComplete:async=0,60000", NULL,
     " BackupComplete hr=0x00000000", 0, "DsBackupEnd"},
};

struct run
{
    struct cases cases;
    const wchar_t *host;
};

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

/* Starts the host; true when the moment of the row has come. */
static bool reach(struct run *run, const struct death *row, struct child *child)
{
    char line[RESULT_CHARS];

    aftermath_clear_calls();
    SetEnvironmentVariableW(L"VSSAPI_FAULT", row->fault);
    if (!child_start(child, run->host, row->stop))
        return cases_wrong(&run->cases, "%ls does not start: %lu", run->host, GetLastError());
    if (row->stop) {
        snprintf(line, sizeof(line), "at %ls", row->stop);
        if (!child_wait_for(child, line))
            return cases_wrong(&run->cases, "the host ended before %ls", row->stop);
    }
    if (row->call && !aftermath_wait_for_call(child->process, row->call, 1))
        return cases_wrong(&run->cases, "the host ended before '%s'", row->call);
    return true;
}

static bool kill_broker(struct run *run)
{
    DWORD process_id = 0;
    HANDLE broker;
    bool killed;

    if (aftermath_brokers(&process_id) != 1)
        return cases_wrong(&run->cases, "there is not one broker");
    broker = OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, process_id);
    killed = broker && TerminateProcess(broker, 99) &&
             WaitForSingleObject(broker, LIMIT_MS) == WAIT_OBJECT_0;
    if (broker)
        CloseHandle(broker);
    return killed || cases_wrong(&run->cases, "the broker cannot be killed");
}

static bool check_result(struct run *run, struct child *child, const char *failed, HRESULT hr)
{
    char expected[RESULT_CHARS];

    snprintf(expected, sizeof(expected), "result %s 0x%08lX", failed, (unsigned long)hr);
    if (!child_wait_for(child, "result "))
        return cases_wrong(&run->cases, "the host ended without a result");
    return strcmp(child->line, expected) == 0 ||
           cases_wrong(&run->cases, "%s, expected %s", child->line, expected);
}

static bool check_aborted(struct run *run)
{
    char *calls = aftermath_calls();
    bool closed = aftermath_calls_are_closed(calls);

    free(calls);
    return closed || cases_wrong(&run->cases,
                                 "neither AbortBackup nor BackupComplete after StartSnapshotSet");
}

static bool die(struct run *run, const struct death *row, struct child *child)
{
    if (!reach(run, row, child))
        return false;
    if (row->victim == HOST) {
        child_kill(child);
        return aftermath_is_clean(LIMIT_MS + row->call_ms, run->cases.reason) && check_aborted(run);
    }
    if (!kill_broker(run))
        return false;
    child_go_on(child);
    return check_result(run, child, row->failed, hrCommunicationError) &&
           aftermath_is_clean(LIMIT_MS, run->cases.reason);
}

static bool next_backup_works(struct run *run)
{
    struct child child;
    bool works;

    aftermath_clear_calls();
    SetEnvironmentVariableW(L"VSSAPI_FAULT", NULL);
    if (!child_start(&child, run->host, NULL))
        return cases_wrong(&run->cases, "%ls does not start: %lu", run->host, GetLastError());
    works = check_result(run, &child, "none", S_OK);
    WaitForSingleObject(child.process, INFINITE);
    child_close(&child);
    return works && aftermath_is_clean(LIMIT_MS, run->cases.reason);
}

static void run_stages(struct run *run)
{
    struct child child;
    const char *who;
    bool passed;
    size_t i;

    for (i = 0; i < ARRAYSIZE(deaths); i++) {
        who = deaths[i].victim == HOST ? "host" : "broker";
        memset(&child, 0, sizeof(child));
        passed = die(run, &deaths[i], &child);
        if (child.process && !passed)
            child_kill(&child);
        child_close(&child);
        cases_note(&run->cases, passed, "death__%s_dies_%s__nothing_is_left", who, deaths[i].name);
        cases_note(&run->cases, next_backup_works(run), "death__%s_dies_%s__next_backup_works", who,
                   deaths[i].name);
    }
}

/* How long a backup takes here, start of the program and all. 0: it fails. */
static DWORD whole_backup_ms(struct run *run)
{
    ULONGLONG start = GetTickCount64();

    return next_backup_works(run) ? (DWORD)(GetTickCount64() - start) + 1 : 0;
}

static bool host_dies(struct run *run, struct child *child, DWORD moment_ms)
{
    WaitForSingleObject(child->process, moment_ms);
    child_kill(child);
    return aftermath_is_clean(LIMIT_MS, run->cases.reason) && check_aborted(run);
}

/* A broker that has ended by itself at its moment is as good as one that was killed then. */
static bool broker_dies(struct run *run, struct child *child, DWORD moment_ms)
{
    DWORD process_id = 0;
    HANDLE broker = NULL;

    if (aftermath_wait_for_call(child->process, " CreateVssBackupComponents ", 1) &&
        aftermath_brokers(&process_id))
        broker = OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, process_id);
    if (broker) {
        WaitForSingleObject(broker, moment_ms);
        TerminateProcess(broker, 99);
        WaitForSingleObject(broker, LIMIT_MS);
        CloseHandle(broker);
    }
    if (!child_wait_for(child, "result "))
        return cases_wrong(&run->cases, "the host ended without a result");
    if (strcmp(child->line, "result none 0x00000000") != 0 && !strstr(child->line, " 0xC7FF000D"))
        return cases_wrong(&run->cases, "%s", child->line);
    return aftermath_is_clean(LIMIT_MS, run->cases.reason);
}

static void run_random(struct run *run, unsigned long count)
{
    DWORD whole_ms = whole_backup_ms(run);
    unsigned int seed = (unsigned int)GetTickCount();
    struct child child;
    unsigned long i;
    DWORD moment_ms;
    bool passed;

    cases_note(&run->cases, whole_ms != 0, "random_deaths__before__backup_works");
    printf("seed %u, a backup takes %lu ms\n", seed, whole_ms);
    srand(seed);
    for (i = 0; whole_ms && i < count; i++) {
        moment_ms = (DWORD)rand() % whole_ms;
        aftermath_clear_calls();
        passed =
            child_start(&child, run->host, NULL) || cases_wrong(&run->cases, "it does not start");
        if (passed) {
            passed =
                i % 2 ? broker_dies(run, &child, moment_ms) : host_dies(run, &child, moment_ms);
        }
        child_close(&child);
        cases_note(&run->cases, passed, "random_death_of_%s_%lu__after_%lu_ms__nothing_is_left",
                   i % 2 ? "broker" : "host", i + 1, moment_ms);
    }
    cases_note(&run->cases, next_backup_works(run), "random_deaths__afterwards__backup_works");
}

static bool both_succeed(struct run *run, const wchar_t *other, struct child *first,
                         struct child *second)
{
    static const struct death row = {.fault = L"Copy=0,6000", .call = " Freeze writer="};

    SetEnvironmentVariableW(L"NTDSBCLI_RETRY_S", L"120");
    if (!reach(run, &row, first))
        return false;
    SetEnvironmentVariableW(L"VSSAPI_FAULT", NULL);
    if (!child_start(second, other, NULL))
        return cases_wrong(&run->cases, "%ls does not start: %lu", other, GetLastError());
    if (!aftermath_wait_for_call(second->process, "hr=0x80042316", 1))
        return cases_wrong(&run->cases, "the second backup did not have to wait");
    return check_result(run, first, "none", S_OK) && check_result(run, second, "none", S_OK) &&
           aftermath_is_clean(LIMIT_MS, run->cases.reason);
}

static void run_together(struct run *run, const wchar_t *other)
{
    struct child first = {0};
    struct child second = {0};
    bool passed = both_succeed(run, other, &first, &second);

    if (first.process && !passed)
        child_kill(&first);
    if (second.process && !passed)
        child_kill(&second);
    child_close(&first);
    child_close(&second);
    cases_note(&run->cases, passed, "two_at_once__second_waits__both_succeed");
}

int wmain(int argc, wchar_t **argv)
{
    struct run run = {.host = argc > 2 ? argv[2] : NULL};

    if (!aftermath_begin())
        return 2;
    if (argc == 3 && wcscmp(argv[1], L"stages") == 0) {
        run_stages(&run);
    } else if (argc == 4 && wcscmp(argv[1], L"random") == 0) {
        run_random(&run, wcstoul(argv[3], NULL, 10));
    } else if (argc == 4 && wcscmp(argv[1], L"together") == 0) {
        run_together(&run, argv[3]);
    } else {
        fprintf(stderr, "usage: fault-death stages|random|together HOST [COUNT|OTHER]\n");
        return 2;
    }
    return cases_end(&run.cases);
}
