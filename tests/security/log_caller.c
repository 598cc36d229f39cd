/*
 * log_caller.c - opens the DLL's log with a call that is refused before there is a broker, and then
 * makes a backup.
 *
 * Prints "at opened" between both, and goes on when a line comes in. Exit code: 0 if the backup
 * could be prepared and ended.
 */
#include <ntdsbcli.h>
#include <stdio.h>
#include <wchar.h>

int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    wchar_t name[MAX_COMPUTERNAME_LENGTH + 1];
    DWORD name_chars = MAX_COMPUTERNAME_LENGTH + 1;
    DWORD token_bytes = 0;
    void *token = NULL;
    char line[16];
    HBC context = NULL;
    HRESULT hr;

    (void)argc;
    (void)argv;
    if (!GetComputerNameW(name, &name_chars) ||
        DsBackupPrepareW(L"somewhere.else", 0, BACKUP_TYPE_FULL, &token, &token_bytes, &context) ==
            S_OK)
        return 1;
    printf("at opened\n");
    fflush(stdout);
    if (!fgets(line, sizeof(line), stdin))
        return 2;
    hr = DsBackupPrepareW(name, 0, BACKUP_TYPE_FULL, &token, &token_bytes, &context);
    printf("result 0x%08lX\n", (unsigned long)hr);
    if (hr != S_OK)
        return 1;
    DsBackupFree(token);
    return DsBackupEnd(context) == S_OK ? 0 : 1;
}
