/*
 * fault_calls.c - the broker is killed while the host waits in a call for it: what the call says.
 *
 *     fault-calls backup
 *     fault-calls restore TOKEN    TOKEN: a file with the expiry token of a backup of this
 *                                  directory, which must be stopped
 *
 * The broker is stopped before the call begins, so that it is certain that the call waits for it.
 */
#include "cases.h"
#include "walkthrough.h"

#include <ntdsbcli.h>
#include <ntdsbmsg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define LIMIT_MS     5000u
#define CALL_MS      20000u
#define WAITING_MS   100u /* a call that did not wait for the broker is over by then */
#define READ_BYTES   65536u
#define TOKEN_MAX    (1u << 20)
#define POISON_COUNT 0xDEADBEEFu
#define OPENED_MIN   20
#define OPEN_DEATHS  4u

typedef LONG(NTAPI *process_call)(HANDLE process);

struct subject
{
    wchar_t server[MAX_COMPUTERNAME_LENGTH + 1];
    wchar_t database[MAX_PATH]; /* as its list names it */
    wchar_t log[MAX_PATH];
    unsigned char *token;
    DWORD token_bytes;
    HBC hbc;
    volatile LONG opened;
    HANDLE calling;     /* the call is about to begin */
    HRESULT hr;         /* of the call */
    bool outputs_empty; /* after it */
    HRESULT (*call)(struct subject *subject);
};

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

/* --- contexts ------------------------------------------------------------------------------------
 */

static HRESULT prepare(struct subject *subject)
{
    DWORD token_bytes;
    void *token;
    HRESULT hr =
        DsBackupPrepareW(subject->server, 0, BACKUP_TYPE_FULL, &token, &token_bytes, &subject->hbc);

    if (hr == S_OK)
        DsBackupFree(token);
    return hr;
}

static HRESULT read_file(struct subject *subject, const wchar_t *name)
{
    static unsigned char buffer[READ_BYTES];
    LARGE_INTEGER size;
    DWORD got;
    HRESULT hr = DsBackupOpenFileW(subject->hbc, name, READ_BYTES, &size);

    while (hr == S_OK)
        hr = DsBackupRead(subject->hbc, buffer, READ_BYTES, &got);
    return hr == ERROR_HANDLE_EOF ? DsBackupClose(subject->hbc) : hr;
}

/* Keeps the first name of a list; reads every file of it where that is wanted. */
static HRESULT use_list(struct subject *subject, wchar_t *list, wchar_t first[MAX_PATH], bool read)
{
    const wchar_t *name;
    HRESULT hr = S_OK;

    wcsncpy(first, list, MAX_PATH - 1);
    for (name = list; read && hr == S_OK && *name; name += wcslen(name) + 1)
        hr = read_file(subject, name);
    DsBackupFree(list);
    return hr;
}

static HRESULT with_names(struct subject *subject, bool read)
{
    wchar_t *list;
    DWORD bytes;
    HRESULT hr = prepare(subject);

    if (hr == S_OK)
        hr = DsBackupGetDatabaseNamesW(subject->hbc, &list, &bytes);
    return hr == S_OK ? use_list(subject, list, subject->database, read) : hr;
}

static HRESULT with_logs(struct subject *subject, bool read)
{
    wchar_t *list;
    DWORD bytes;
    HRESULT hr = with_names(subject, read);

    if (hr == S_OK)
        hr = DsBackupGetBackupLogsW(subject->hbc, &list, &bytes);
    return hr == S_OK ? use_list(subject, list, subject->log, read) : hr;
}

static HRESULT reach_names(struct subject *subject)
{
    return with_names(subject, false);
}

static HRESULT reach_logs(struct subject *subject)
{
    return with_logs(subject, false);
}

static HRESULT reach_complete(struct subject *subject)
{
    return with_logs(subject, true);
}

static HRESULT prepare_restore(struct subject *subject)
{
    return DsRestorePrepareW(subject->server, 0, subject->token, subject->token_bytes,
                             &subject->hbc);
}

static HRESULT register_restore(struct subject *subject)
{
    wchar_t *list = NULL;
    wchar_t *logs;
    wchar_t *checkpoint;
    DWORD bytes;
    EDB_RSTMAPW map;
    HRESULT hr = DsRestoreGetDatabaseLocationsW(subject->hbc, &list, &bytes);

    if (hr != S_OK)
        return hr;
    logs = list + wcslen(list) + 1;
    checkpoint = logs + wcslen(logs) + 1;
    map.wszDatabaseName = list + 1;
    map.wszNewDatabaseName = list + 1;
    hr = DsRestoreRegisterW(subject->hbc, checkpoint + 1, logs + 1, &map, 1, logs + 1, 0, 0);
    DsBackupFree(list);
    return hr;
}

static HRESULT reach_registered(struct subject *subject)
{
    HRESULT hr = prepare_restore(subject);

    return hr == S_OK ? register_restore(subject) : hr;
}

/* --- calls ---------------------------------------------------------------------------------------
 */

static HRESULT open_file(struct subject *subject, const wchar_t *name)
{
    LARGE_INTEGER size = {.QuadPart = -1};
    HRESULT hr = DsBackupOpenFileW(subject->hbc, name, READ_BYTES, &size);

    subject->outputs_empty = size.QuadPart == 0;
    return hr;
}

static HRESULT call_open_database(struct subject *subject)
{
    return open_file(subject, subject->database);
}

static HRESULT call_open_log(struct subject *subject)
{
    return open_file(subject, subject->log);
}

/* Whatever it returns, the handle is gone. */
static HRESULT call_end(struct subject *subject)
{
    HRESULT hr = DsBackupEnd(subject->hbc);

    subject->outputs_empty = DsBackupEnd(subject->hbc) == ERROR_INVALID_PARAMETER;
    subject->hbc = NULL;
    return hr;
}

static HRESULT call_register(struct subject *subject)
{
    return register_restore(subject);
}

static HRESULT call_complete(struct subject *subject)
{
    return DsRestoreRegisterComplete(subject->hbc, S_OK);
}

static HRESULT call_restore_end(struct subject *subject)
{
    HRESULT hr = DsRestoreEnd(subject->hbc);

    subject->outputs_empty = DsRestoreEnd(subject->hbc) == ERROR_INVALID_PARAMETER;
    subject->hbc = NULL;
    return hr;
}

struct row
{
    const char *name;
    bool restore;
    HRESULT (*reach)(struct subject *subject);
    HRESULT (*call)(struct subject *subject);
    HRESULT expected;
};

static const struct row rows[] = {
    {"DsBackupOpenFile_of_a_database", false, reach_names, call_open_database,
     hrCommunicationError},
    {"DsBackupOpenFile_of_a_log", false, reach_logs, call_open_log, hrCommunicationError},
    {"DsBackupEnd_incomplete", false, reach_names, call_end, hrCommunicationError},
    {"DsBackupEnd_complete", false, reach_complete, call_end, hrCommunicationError},
    {"DsRestoreRegister", true, prepare_restore, call_register, hrCommunicationError},
    {"DsRestoreRegisterComplete", true, reach_registered, call_complete, hrCommunicationError},
    {"DsRestoreEnd_registered", true, reach_registered, call_restore_end, hrCommunicationError},
    /* Nothing was registered, so nothing is asked of it: its end is what is waited for. */
    {"DsRestoreEnd_prepared", true, prepare_restore, call_restore_end, S_OK},
};

/* --- */

static DWORD WINAPI calling_thread(void *parameter)
{
    struct subject *subject = parameter;

    SetEvent(subject->calling);
    subject->hr = subject->call(subject);
    return 0;
}

static bool stop_broker(HANDLE broker)
{
    process_call suspend =
        (process_call)(uintptr_t)GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtSuspendProcess");

    return suspend && suspend(broker) >= 0;
}

/* The call in a thread of its own, and the end of the broker in the middle of it. */
static bool die_in_call(struct cases *cases, struct subject *subject)
{
    HANDLE broker = NULL;
    HANDLE thread = NULL;
    DWORD process_id = 0;
    bool passed = false;

    subject->calling = CreateEventW(NULL, TRUE, FALSE, NULL);
    subject->outputs_empty = true;
    subject->hr = E_PENDING;
    if (aftermath_brokers(&process_id) == 1)
        broker = OpenProcess(PROCESS_TERMINATE | PROCESS_SUSPEND_RESUME | SYNCHRONIZE, FALSE,
                             process_id);
    if (!broker || !stop_broker(broker)) {
        cases_wrong(cases, "there is not one broker that could be stopped");
        goto out;
    }
    thread = CreateThread(NULL, 0, calling_thread, subject, 0, NULL);
    if (!thread || WaitForSingleObject(subject->calling, CALL_MS) != WAIT_OBJECT_0) {
        cases_wrong(cases, "no thread");
        goto out;
    }
    passed =
        WaitForSingleObject(thread, WAITING_MS) == WAIT_TIMEOUT ||
        cases_wrong(cases, "it did not wait for the broker: 0x%08lx", (unsigned long)subject->hr);
    if (!TerminateProcess(broker, 99))
        passed = cases_wrong(cases, "the broker cannot be killed");
    if (WaitForSingleObject(thread, CALL_MS) != WAIT_OBJECT_0) {
        printf("fail broker_dies__call__comes_back: it hangs\n");
        exit(1); /* with the thread in it there is no way on */
    }
out:
    if (thread)
        CloseHandle(thread);
    if (broker)
        CloseHandle(broker);
    CloseHandle(subject->calling);
    return passed;
}

static bool run_row(struct cases *cases, const struct row *row, struct subject *subject)
{
    HRESULT hr;
    bool passed;

    aftermath_clear_calls();
    subject->hbc = NULL;
    subject->call = row->call;
    hr = row->reach(subject);
    passed = hr == S_OK ? die_in_call(cases, subject)
                        : cases_wrong(cases, "0x%08lx on the way there", (unsigned long)hr);
    if (passed && subject->hr != row->expected)
        passed = cases_wrong(cases, "0x%08lx, expected 0x%08lx", (unsigned long)subject->hr,
                             (unsigned long)row->expected);
    if (passed && !subject->outputs_empty)
        passed = cases_wrong(cases, "an output is not empty");
    if (subject->hbc) {
        hr = row->restore ? DsRestoreEnd(subject->hbc) : DsBackupEnd(subject->hbc);
        if (passed && hr == ERROR_INVALID_PARAMETER)
            passed = cases_wrong(cases, "the handle was gone");
    }
    return passed && aftermath_is_clean(LIMIT_MS, cases->reason);
}

/* What was learned from the broker is answered without it; the end is not taken for good. */
static bool run_after_death(struct cases *cases, struct subject *subject)
{
    static unsigned char buffer[READ_BYTES];
    DWORD process_id, bytes, got = POISON_COUNT;
    wchar_t *list = NULL;
    HANDLE broker;
    HRESULT hr;

    if (with_names(subject, false) != S_OK || open_file(subject, subject->database) != S_OK ||
        aftermath_brokers(&process_id) != 1)
        return cases_wrong(cases, "no backup to begin with");
    broker = OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, process_id);
    TerminateProcess(broker, 99);
    WaitForSingleObject(broker, LIMIT_MS);
    CloseHandle(broker);
    hr = DsBackupGetDatabaseNamesW(subject->hbc, &list, &bytes);
    if (hr != S_OK)
        return cases_wrong(cases, "DsBackupGetDatabaseNames: 0x%08lx", (unsigned long)hr);
    DsBackupFree(list);
    /* The file is open: what can be read of it depends on what the shadow's end does to it. */
    hr = DsBackupRead(subject->hbc, buffer, READ_BYTES, &got);
    if (hr == S_OK ? !got || got > READ_BYTES : hr != hrDiskIO || got)
        return cases_wrong(cases, "DsBackupRead: 0x%08lx, %lu bytes", (unsigned long)hr, got);
    hr = DsBackupClose(subject->hbc);
    if (hr != S_OK)
        return cases_wrong(cases, "DsBackupClose: 0x%08lx", (unsigned long)hr);
    list = (wchar_t *)subject;
    hr = DsBackupGetBackupLogsW(subject->hbc, &list, &bytes);
    if (hr != S_OK)
        return cases_wrong(cases, "DsBackupGetBackupLogs: 0x%08lx", (unsigned long)hr);
    DsBackupFree(list);
    if (call_open_log(subject) == S_OK)
        return cases_wrong(cases, "a file is opened without a broker");
    hr = DsBackupEnd(subject->hbc);
    if (hr != hrCommunicationError)
        return cases_wrong(cases, "DsBackupEnd: 0x%08lx", (unsigned long)hr);
    return aftermath_is_clean(LIMIT_MS, cases->reason);
}

/* Opens and closes a file until that fails. */
static HRESULT call_open_until_it_fails(struct subject *subject)
{
    HRESULT hr;

    do {
        hr = call_open_database(subject);
        if (hr == S_OK)
            hr = DsBackupClose(subject->hbc);
        InterlockedIncrement(&subject->opened);
    } while (hr == S_OK);
    return hr;
}

/* Until as many files were opened, and then a part of what one takes. */
static void wait_into_opening(struct subject *subject, HANDLE thread)
{
    LARGE_INTEGER begun, now, end;

    QueryPerformanceCounter(&begun);
    while (InterlockedCompareExchange(&subject->opened, 0, 0) < OPENED_MIN &&
           WaitForSingleObject(thread, 0) == WAIT_TIMEOUT)
        SwitchToThread();
    QueryPerformanceCounter(&now);
    end.QuadPart =
        now.QuadPart + (now.QuadPart - begun.QuadPart) / OPENED_MIN * (rand() % 100) / 100;
    while (now.QuadPart < end.QuadPart)
        QueryPerformanceCounter(&now);
}

/* Somewhere between the request for a file and the closing of it, handle in transit or not. */
static bool die_while_opening(struct cases *cases, struct subject *subject)
{
    HANDLE thread, broker;
    DWORD process_id = 0;
    bool ended;

    aftermath_clear_calls();
    if (reach_names(subject) != S_OK || aftermath_brokers(&process_id) != 1)
        return cases_wrong(cases, "no backup to begin with");
    subject->call = call_open_until_it_fails;
    subject->opened = 0;
    subject->calling = CreateEventW(NULL, TRUE, FALSE, NULL);
    broker = OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, process_id);
    thread = CreateThread(NULL, 0, calling_thread, subject, 0, NULL);
    wait_into_opening(subject, thread);
    TerminateProcess(broker, 99);
    ended = WaitForSingleObject(thread, CALL_MS) == WAIT_OBJECT_0;
    if (!ended) {
        printf("fail broker_dies__while_files_are_opened__call_comes_back: it hangs\n");
        exit(1); /* with the thread in it there is no way on */
    }
    CloseHandle(thread);
    CloseHandle(broker);
    CloseHandle(subject->calling);
    if (subject->hr != hrCommunicationError || !subject->outputs_empty)
        return cases_wrong(cases, "0x%08lx after %ld files", (unsigned long)subject->hr,
                           subject->opened);
    if (DsBackupEnd(subject->hbc) != hrCommunicationError)
        return cases_wrong(cases, "DsBackupEnd knows nothing of it");
    return aftermath_is_clean(LIMIT_MS, cases->reason);
}

static bool backup_works(struct cases *cases)
{
    struct walk_result result;

    walk(NULL, NULL, &result);
    if (result.hr != S_OK)
        return cases_wrong(cases, "%s: 0x%08lx", result.failed_call, (unsigned long)result.hr);
    return aftermath_is_clean(LIMIT_MS, cases->reason);
}

static bool read_token(const wchar_t *path, struct subject *subject)
{
    FILE *file = _wfopen(path, L"rb");

    subject->token = malloc(TOKEN_MAX);
    if (!file || !subject->token)
        return false;
    subject->token_bytes = (DWORD)fread(subject->token, 1, TOKEN_MAX, file);
    fclose(file);
    return subject->token_bytes != 0;
}

int wmain(int argc, wchar_t **argv)
{
    struct subject subject = {.hbc = NULL};
    DWORD chars = ARRAYSIZE(subject.server);
    struct cases cases = {0};
    bool restore = argc == 3 && wcscmp(argv[1], L"restore") == 0;
    size_t i;

    if ((!restore && (argc != 2 || wcscmp(argv[1], L"backup") != 0)) || !aftermath_begin() ||
        (restore && !read_token(argv[2], &subject))) {
        fprintf(stderr, "usage: fault-calls backup | restore TOKEN\n");
        return 2;
    }
    srand(GetTickCount());
    GetComputerNameW(subject.server, &chars);
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        if (rows[i].restore == restore)
            cases_note(&cases, run_row(&cases, &rows[i], &subject),
                       "broker_dies__in_%s__call_comes_back", rows[i].name);
    }
    for (i = 0; !restore && i < OPEN_DEATHS; i++)
        cases_note(&cases, die_while_opening(&cases, &subject),
                   "broker_dies__while_files_are_opened_%u__call_comes_back", (unsigned int)i + 1);
    if (!restore) {
        cases_note(&cases, run_after_death(&cases, &subject),
                   "broker_dies__between_calls__what_is_known_is_answered");
        cases_note(&cases, backup_works(&cases), "broker_dies__afterwards__backup_works");
    }
    free(subject.token);
    return cases_end(&cases);
}
