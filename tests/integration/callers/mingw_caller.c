/*
 * A full backup by a program that knows nothing of this project: mingw-w64's own ntdsbcli.h, the
 * DLL loaded by name, every function by its undecorated name, reads of 64 KiB after a hint of
 * 65535, and the end of a file taken from "no bytes came". Keeps nothing: it counts.
 *
 * mingw-caller.exe a|w: which half. Exit code 0 when everything went well.
 */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <ntdsbcli.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* Types out of that header: what it declares is what is called. */
#define DECLARE(name) static __typeof__(name) *p##name
DECLARE(DsIsNTDSOnlineA);
DECLARE(DsIsNTDSOnlineW);
DECLARE(DsBackupPrepareA);
DECLARE(DsBackupPrepareW);
DECLARE(DsBackupGetDatabaseNamesA);
DECLARE(DsBackupGetDatabaseNamesW);
DECLARE(DsBackupGetBackupLogsA);
DECLARE(DsBackupGetBackupLogsW);
DECLARE(DsRestoreGetDatabaseLocationsA);
DECLARE(DsRestoreGetDatabaseLocationsW);
DECLARE(DsBackupOpenFileA);
DECLARE(DsBackupOpenFileW);
DECLARE(DsBackupRead);
DECLARE(DsBackupClose);
DECLARE(DsBackupTruncateLogs);
DECLARE(DsBackupEnd);
DECLARE(DsBackupFree);

static void fail(const char *what, HRESULT hr)
{
    printf("%s: 0x%08lX\n", what, (unsigned long)hr);
    exit(1);
}

static void check(const char *what, HRESULT hr)
{
    if (hr != 0)
        fail(what, hr);
}

static FARPROC function(HMODULE library, const char *name)
{
    FARPROC found = GetProcAddress(library, name);

    if (!found)
        fail(name, (HRESULT)GetLastError());
    return found;
}

#define RESOLVE(library, name) (p##name = (__typeof__(p##name))(void *)function(library, #name))

static void resolve_all(void)
{
    HMODULE library = LoadLibraryA("ntdsbcli.dll");

    if (!library)
        fail("LoadLibrary", (HRESULT)GetLastError());
    RESOLVE(library, DsIsNTDSOnlineA);
    RESOLVE(library, DsIsNTDSOnlineW);
    RESOLVE(library, DsBackupPrepareA);
    RESOLVE(library, DsBackupPrepareW);
    RESOLVE(library, DsBackupGetDatabaseNamesA);
    RESOLVE(library, DsBackupGetDatabaseNamesW);
    RESOLVE(library, DsBackupGetBackupLogsA);
    RESOLVE(library, DsBackupGetBackupLogsW);
    RESOLVE(library, DsRestoreGetDatabaseLocationsA);
    RESOLVE(library, DsRestoreGetDatabaseLocationsW);
    RESOLVE(library, DsBackupOpenFileA);
    RESOLVE(library, DsBackupOpenFileW);
    RESOLVE(library, DsBackupRead);
    RESOLVE(library, DsBackupClose);
    RESOLVE(library, DsBackupTruncateLogs);
    RESOLVE(library, DsBackupEnd);
    RESOLVE(library, DsBackupFree);
}

/* Reads the open file; any answer but S_OK and the end of the file is an error. */
static void read_open_file(HBC hbc, LONGLONG expected)
{
    static unsigned char buffer[64 * 1024];
    LONGLONG total = 0;
    DWORD read;

    do {
        HRESULT hr;

        read = 0;
        hr = pDsBackupRead(hbc, buffer, sizeof(buffer), &read);
        if (hr != 0 && hr != ERROR_HANDLE_EOF)
            fail("DsBackupRead", hr);
        total += read;
    } while (read > 0);
    printf("  %ld of %ld bytes\n", (long)total, (long)expected);
    if (total != expected)
        fail("short file", 0);
    check("DsBackupClose", pDsBackupClose(hbc));
}

/* As callers do to learn the time of a file: the name without its first character is a path. */
static void stat_path(const char *path)
{
    if (GetFileAttributesA(path) == INVALID_FILE_ATTRIBUTES)
        fail(path, (HRESULT)GetLastError());
}

static void read_list_a(HBC hbc, char *list)
{
    const char *name;
    LARGE_INTEGER size;

    for (name = list; *name; name += strlen(name) + 1) {
        printf("%02X %s\n", (unsigned char)*name, name + 1);
        stat_path(name + 1);
        /* Some callers take the first character off, some do not. */
        check("DsBackupOpenFileA", pDsBackupOpenFileA(hbc, name + 1, 65535, &size));
        read_open_file(hbc, size.QuadPart);
    }
    pDsBackupFree(list);
}

static void read_list_w(HBC hbc, WCHAR *list)
{
    const WCHAR *name;
    LARGE_INTEGER size;

    for (name = list; *name; name += wcslen(name) + 1) {
        printf("%02X %ls\n", *name, name + 1);
        check("DsBackupOpenFileW", pDsBackupOpenFileW(hbc, name, 65535, &size));
        read_open_file(hbc, size.QuadPart);
    }
    pDsBackupFree(list);
}

static void back_up_a(void)
{
    char server[MAX_COMPUTERNAME_LENGTH + 1];
    DWORD chars = sizeof(server), bytes;
    PVOID token = NULL;
    WINBOOL online = FALSE;
    HBC hbc = NULL;
    char *list = NULL;

    GetComputerNameA(server, &chars);
    check("DsIsNTDSOnlineA", pDsIsNTDSOnlineA(server, &online));
    if (!online)
        fail("offline", 0);
    check("DsBackupPrepareA", pDsBackupPrepareA(server, 0, BACKUP_TYPE_FULL, &token, &bytes, &hbc));
    check("DsRestoreGetDatabaseLocationsA", pDsRestoreGetDatabaseLocationsA(hbc, &list, &bytes));
    if (*list != BFT_NTDS_DATABASE)
        fail("the first location is no database", *list);
    pDsBackupFree(list);
    check("DsBackupGetDatabaseNamesA", pDsBackupGetDatabaseNamesA(hbc, &list, &bytes));
    read_list_a(hbc, list);
    check("DsBackupGetBackupLogsA", pDsBackupGetBackupLogsA(hbc, &list, &bytes));
    read_list_a(hbc, list);
    check("DsBackupTruncateLogs", pDsBackupTruncateLogs(hbc));
    check("DsBackupEnd", pDsBackupEnd(hbc));
    pDsBackupFree(token);
}

static void back_up_w(void)
{
    WCHAR server[MAX_COMPUTERNAME_LENGTH + 3] = L"\\\\";
    DWORD chars = MAX_COMPUTERNAME_LENGTH + 1, bytes;
    PVOID token = NULL;
    WINBOOL online = FALSE;
    HBC hbc = NULL;
    WCHAR *list = NULL;

    GetComputerNameW(server + 2, &chars);
    check("DsIsNTDSOnlineW", pDsIsNTDSOnlineW(server, &online));
    if (!online)
        fail("offline", 0);
    check("DsBackupPrepareW", pDsBackupPrepareW(server, 0, BACKUP_TYPE_FULL, &token, &bytes, &hbc));
    check("DsRestoreGetDatabaseLocationsW", pDsRestoreGetDatabaseLocationsW(hbc, &list, &bytes));
    pDsBackupFree(list);
    check("DsBackupGetDatabaseNamesW", pDsBackupGetDatabaseNamesW(hbc, &list, &bytes));
    read_list_w(hbc, list);
    check("DsBackupGetBackupLogsW", pDsBackupGetBackupLogsW(hbc, &list, &bytes));
    read_list_w(hbc, list);
    check("DsBackupTruncateLogs", pDsBackupTruncateLogs(hbc));
    check("DsBackupEnd", pDsBackupEnd(hbc));
    pDsBackupFree(token);
}

int main(int argc, char **argv)
{
    resolve_all();
    if (argc == 2 && strcmp(argv[1], "a") == 0)
        back_up_a();
    else if (argc == 2 && strcmp(argv[1], "w") == 0)
        back_up_w();
    else
        fail("usage: mingw-caller a|w", ERROR_INVALID_PARAMETER);
    puts("complete");
    return 0;
}
