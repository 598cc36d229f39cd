/*
 * fault_leave.c - fault-leave.exe WAY: an old program that goes away with two backups open, a file
 * of the second half read, and never calls DsBackupEnd.
 *
 * Prints "at WAY" when it is about to go, and waits for a line first. Must not know what is left.
 */
#include <windows.h>
#include <ntdsbcli.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define READ_BYTES 8192u
#define LEAVE_CODE 7

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

static HBC open_backup(void)
{
    wchar_t server[MAX_COMPUTERNAME_LENGTH + 1] = L"";
    DWORD chars = ARRAYSIZE(server);
    DWORD token_bytes;
    void *token;
    HBC hbc;

    GetComputerNameW(server, &chars);
    if (DsBackupPrepareW(server, 0, BACKUP_TYPE_FULL, &token, &token_bytes, &hbc) != S_OK)
        return NULL;
    DsBackupFree(token);
    return hbc;
}

static HRESULT read_some(HBC hbc)
{
    static unsigned char buffer[READ_BYTES];
    DWORD got;

    return DsBackupRead(hbc, buffer, READ_BYTES, &got);
}

static HRESULT open_database(HBC hbc)
{
    LARGE_INTEGER size;
    wchar_t *list;
    DWORD bytes;
    HRESULT hr = DsBackupGetDatabaseNamesW(hbc, &list, &bytes);

    if (hr == S_OK) {
        hr = DsBackupOpenFileW(hbc, list, READ_BYTES, &size);
        DsBackupFree(list);
    }
    return hr;
}

/* --- ways ----------------------------------------------------------------------------------------
 */

static HANDLE under_way; /* what the other thread is to be in the middle of has begun */

static DWORD WINAPI exit_thread(void *parameter)
{
    (void)parameter;
    ExitProcess(LEAVE_CODE);
    return 0;
}

static DWORD WINAPI crash_thread(void *parameter)
{
    volatile int *nowhere = parameter;

    *nowhere = 1;
    return 0;
}

static DWORD WINAPI reading_thread(void *parameter)
{
    SetEvent(under_way);
    for (;;)
        read_some(parameter);
    return 0;
}

static DWORD WINAPI preparing_thread(void *parameter)
{
    (void)parameter;
    open_backup();
    return 0;
}

static void wait_for_thread(LPTHREAD_START_ROUTINE start, void *parameter, DWORD limit_ms)
{
    HANDLE thread = CreateThread(NULL, 0, start, parameter, 0, NULL);

    if (thread)
        WaitForSingleObject(thread, limit_ms);
}

static void leave(const wchar_t *way, HBC hbc)
{
    char line[16];

    if (wcscmp(way, L"exit") == 0)
        ExitProcess(LEAVE_CODE);
    if (wcscmp(way, L"exit-in-thread") == 0)
        wait_for_thread(exit_thread, NULL, INFINITE);
    if (wcscmp(way, L"exit-while-reading") == 0) {
        wait_for_thread(reading_thread, hbc, 0);
        WaitForSingleObject(under_way, INFINITE);
        ExitProcess(LEAVE_CODE);
    }
    if (wcscmp(way, L"exit-while-preparing") == 0) {
        wait_for_thread(preparing_thread, NULL, 0);
        fgets(line, sizeof(line), stdin);
        ExitProcess(LEAVE_CODE);
    }
    if (wcscmp(way, L"terminate") == 0)
        TerminateProcess(GetCurrentProcess(), LEAVE_CODE);
    if (wcscmp(way, L"abort") == 0)
        abort();
    if (wcscmp(way, L"crash") == 0)
        crash_thread(NULL);
    if (wcscmp(way, L"crash-in-thread") == 0)
        wait_for_thread(crash_thread, NULL, INFINITE);
    if (wcscmp(way, L"last-thread") == 0)
        ExitThread(LEAVE_CODE);
}

int wmain(int argc, wchar_t **argv)
{
    char line[16];
    HBC first, second;

    /* Nobody is there to look at a message box. */
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    under_way = CreateEventW(NULL, TRUE, FALSE, NULL);
    first = open_backup();
    second = open_backup();
    if (argc != 2 || !first || !second || open_database(second) != S_OK ||
        read_some(second) != S_OK) {
        printf("not ready\n");
        return 1;
    }
    printf("at %ls\n", argv[1]);
    fflush(stdout);
    if (fgets(line, sizeof(line), stdin))
        leave(argv[1], second);
    return LEAVE_CODE;
}
