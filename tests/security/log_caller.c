/*
 * log_caller.c - opens the DLL's log with a call that is refused before there is a broker, then
 * prepares a backup, and opens a file of it.
 *
 * Prints "at opened" and "at prepared" between them, and goes on when a line comes in. Exit code: 0
 * if the file could be opened.
 */
#include <ntdsbcli.h>
#include <stdbool.h>
#include <stdio.h>
#include <wchar.h>

int wmain(int argc, wchar_t **argv);

static bool go_on(const char *from)
{
    char line[16];

    printf("at %s\n", from);
    fflush(stdout);
    return fgets(line, sizeof(line), stdin) != NULL;
}

/* The first of the list, behind its mark. */
static HRESULT open_database(HBC context)
{
    LARGE_INTEGER byte_count;
    DWORD list_bytes = 0;
    wchar_t *list = NULL;
    HRESULT hr = DsBackupGetDatabaseNamesW(context, &list, &list_bytes);

    if (hr != S_OK)
        return hr;
    hr = DsBackupOpenFileW(context, list + 1, 0, &byte_count);
    DsBackupFree(list);
    return hr == S_OK ? DsBackupClose(context) : hr;
}

int wmain(int argc, wchar_t **argv)
{
    wchar_t name[MAX_COMPUTERNAME_LENGTH + 1];
    DWORD name_chars = MAX_COMPUTERNAME_LENGTH + 1;
    DWORD token_bytes = 0;
    void *token = NULL;
    HBC context = NULL;
    HRESULT hr;

    (void)argc;
    (void)argv;
    if (!GetComputerNameW(name, &name_chars) ||
        DsBackupPrepareW(L"somewhere.else", 0, BACKUP_TYPE_FULL, &token, &token_bytes, &context) ==
            S_OK ||
        !go_on("opened"))
        return 2;
    hr = DsBackupPrepareW(name, 0, BACKUP_TYPE_FULL, &token, &token_bytes, &context);
    if (hr == S_OK) {
        DsBackupFree(token);
        hr = go_on("prepared") ? open_database(context) : E_FAIL;
        DsBackupEnd(context);
    }
    printf("result 0x%08lX\n", (unsigned long)hr);
    return hr == S_OK ? 0 : 1;
}
