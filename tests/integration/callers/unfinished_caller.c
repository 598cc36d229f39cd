/*
 * A program that does not finish what it began.
 *
 * unfinished-caller backup SERVER              reads the beginning of the database, and ends
 * unfinished-caller failed SERVER TOKEN-FILE [LOG-FOLDER]   registers a restore and calls it failed
 * unfinished-caller ended SERVER TOKEN-FILE [LOG-FOLDER]    registers a restore and ends it
 *
 * A restore touches no file. Exit code 0 when every call succeeded.
 */
#include <windows.h>

#include <ntdsbcli.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define TOKEN_BYTES_MAX (1u << 20)

static unsigned char buffer[64 * 1024];

static void check(const char *what, HRESULT hr)
{
    if (hr == S_OK)
        return;
    printf("failed %s 0x%08lX\n", what, (unsigned long)hr);
    exit(1);
}

static void back_up(const wchar_t *server)
{
    LARGE_INTEGER size;
    wchar_t *names;
    DWORD bytes;
    void *token;
    HBC hbc;

    check("DsBackupPrepare", DsBackupPrepareW(server, 0, BACKUP_TYPE_FULL, &token, &bytes, &hbc));
    check("DsBackupGetDatabaseNames", DsBackupGetDatabaseNamesW(hbc, &names, &bytes));
    check("DsBackupOpenFile", DsBackupOpenFileW(hbc, names, sizeof(buffer), &size));
    check("DsBackupRead", DsBackupRead(hbc, buffer, sizeof(buffer), &bytes));
    check("DsBackupClose", DsBackupClose(hbc));
    check("DsBackupEnd", DsBackupEnd(hbc));
    DsBackupFree(names);
    DsBackupFree(token);
}

/* Allocated; what cannot be read has no bytes. */
static void *read_token(const wchar_t *path, DWORD *byte_count)
{
    void *token = calloc(1, TOKEN_BYTES_MAX);
    FILE *file = _wfopen(path, L"rb");

    if (!token || !file)
        check("opening the token", E_INVALIDARG);
    *byte_count = (DWORD)fread(token, 1, TOKEN_BYTES_MAX, file);
    fclose(file);
    return token;
}

/* places: database, logs and checkpoint, each after a BFT character. */
static HRESULT register_restore(HBC hbc, wchar_t *places, const wchar_t *log_folder)
{
    wchar_t *database = places + 1;
    wchar_t *logs = database + wcslen(database) + 2;
    wchar_t *checkpoint = logs + wcslen(logs) + 2;
    EDB_RSTMAPW map[] = {{database, database}};

    return DsRestoreRegisterW(hbc, checkpoint, log_folder ? log_folder : logs, map, 1, logs, 1, 3);
}

static void restore(const wchar_t *server, const wchar_t *token_file, const wchar_t *log_folder,
                    bool says_so)
{
    DWORD token_bytes, bytes;
    void *token = read_token(token_file, &token_bytes);
    wchar_t *places;
    HBC hbc;

    check("DsRestorePrepare", DsRestorePrepareW(server, 0, token, token_bytes, &hbc));
    check("DsRestoreGetDatabaseLocations", DsRestoreGetDatabaseLocationsW(hbc, &places, &bytes));
    check("DsRestoreRegister", register_restore(hbc, places, log_folder));
    if (says_so)
        check("DsRestoreRegisterComplete", DsRestoreRegisterComplete(hbc, E_FAIL));
    check("DsRestoreEnd", DsRestoreEnd(hbc));
    DsBackupFree(places);
    free(token);
}

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    if (argc == 3 && wcscmp(argv[1], L"backup") == 0)
        back_up(argv[2]);
    else if ((argc == 4 || argc == 5) && wcscmp(argv[1], L"backup") != 0)
        restore(argv[2], argv[3], argc == 5 ? argv[4] : NULL, wcscmp(argv[1], L"failed") == 0);
    else
        check("usage: unfinished-caller backup|failed|ended SERVER ...", E_INVALIDARG);
    return 0;
}
