/*
 * fault_unload.c - a program that loads the product at run time and frees it again, with backups
 * and a restore still open.
 *
 *     fault-unload backup COUNT     COUNT: how often the DLL is loaded and freed
 *     fault-unload restore TOKEN    TOKEN: a file with the expiry token of a backup of this
 *                                   directory, which must be stopped
 *
 * Must not be linked with the product's import library.
 */
#include "cases.h"
#include "footprint.h"

#include <ntdsbcli.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define LIMIT_MS    5000u
#define READ_BYTES  65536u
#define TOKEN_MAX   (1u << 20)
#define WARM_UP     20u
#define BAD_TYPE    99u
#define EVERY_BYTES 8u /* that a load may leave in the heaps: less than any block */

static const wchar_t interlock_key[] =
    L"SYSTEM\\CurrentControlSet\\Services\\NTDS\\Restore In Progress";

/* What is used of the DLL, while it is loaded. */
static struct
{
    HMODULE module;
    HRESULT(NTDSBCLI_API *prepare)(LPCWSTR, ULONG, ULONG, PVOID *, LPDWORD, HBC *);
    HRESULT(NTDSBCLI_API *names)(HBC, LPWSTR *, LPDWORD);
    HRESULT(NTDSBCLI_API *logs)(HBC, LPWSTR *, LPDWORD);
    HRESULT(NTDSBCLI_API *open)(HBC, LPCWSTR, DWORD, LARGE_INTEGER *);
    HRESULT(NTDSBCLI_API *read)(HBC, PVOID, DWORD, PDWORD);
    HRESULT(NTDSBCLI_API *close)(HBC);
    HRESULT(NTDSBCLI_API *end)(HBC);
    VOID(NTDSBCLI_API *free)(PVOID);
    HRESULT(NTDSBCLI_API *restore_prepare)(LPCWSTR, ULONG, PVOID, DWORD, HBC *);
    HRESULT(NTDSBCLI_API *locations)(HBC, LPWSTR *, LPDWORD);
    HRESULT(NTDSBCLI_API *restore_register)
    (HBC, LPCWSTR, LPCWSTR, EDB_RSTMAPW[], LONG, LPCWSTR, ULONG, ULONG);
    HRESULT(NTDSBCLI_API *restore_end)(HBC);
} dll;

static wchar_t server[MAX_COMPUTERNAME_LENGTH + 1];

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

static bool load(void)
{
    static const struct
    {
        const char *name;
        void *function;
    } wanted[] = {
        {"DsBackupPrepareW", &dll.prepare},
        {"DsBackupGetDatabaseNamesW", &dll.names},
        {"DsBackupGetBackupLogsW", &dll.logs},
        {"DsBackupOpenFileW", &dll.open},
        {"DsBackupRead", &dll.read},
        {"DsBackupClose", &dll.close},
        {"DsBackupEnd", &dll.end},
        {"DsBackupFree", &dll.free},
        {"DsRestorePrepareW", &dll.restore_prepare},
        {"DsRestoreGetDatabaseLocationsW", &dll.locations},
        {"DsRestoreRegisterW", &dll.restore_register},
        {"DsRestoreEnd", &dll.restore_end},
    };
    size_t i;

    dll.module = LoadLibraryW(L"ntdsbcli.dll");
    for (i = 0; dll.module && i < ARRAYSIZE(wanted); i++) {
        FARPROC found = GetProcAddress(dll.module, wanted[i].name);

        if (!found)
            return false;
        memcpy(wanted[i].function, &found, sizeof(found));
    }
    return dll.module != NULL;
}

/* False: it is still there. */
static bool unload(void)
{
    return FreeLibrary(dll.module) && !GetModuleHandleW(L"ntdsbcli.dll");
}

static HRESULT prepare(HBC *hbc)
{
    DWORD token_bytes;
    void *token;
    HRESULT hr = dll.prepare(server, 0, BACKUP_TYPE_FULL, &token, &token_bytes, hbc);

    if (hr == S_OK)
        dll.free(token);
    return hr;
}

static HRESULT read_files(HBC hbc, HRESULT (*NTDSBCLI_API get)(HBC, LPWSTR *, LPDWORD))
{
    static unsigned char buffer[READ_BYTES];
    LARGE_INTEGER size;
    const wchar_t *name;
    wchar_t *list;
    DWORD bytes;
    HRESULT hr = get(hbc, &list, &bytes);

    if (hr != S_OK)
        return hr;
    for (name = list; hr == S_OK && *name; name += wcslen(name) + 1) {
        hr = dll.open(hbc, name, READ_BYTES, &size);
        while (hr == S_OK)
            hr = dll.read(hbc, buffer, READ_BYTES, &bytes);
        hr = hr == ERROR_HANDLE_EOF ? dll.close(hbc) : hr;
    }
    dll.free(list);
    return hr;
}

static HRESULT whole_backup(void)
{
    HBC hbc;
    HRESULT hr = prepare(&hbc);
    HRESULT ended;

    if (hr != S_OK)
        return hr;
    hr = read_files(hbc, dll.names);
    if (hr == S_OK)
        hr = read_files(hbc, dll.logs);
    ended = dll.end(hbc);
    return hr == S_OK ? ended : hr;
}

static HRESULT open_and_read(HBC hbc)
{
    static unsigned char buffer[READ_BYTES];
    LARGE_INTEGER size;
    wchar_t *list;
    DWORD bytes;
    HRESULT hr = dll.names(hbc, &list, &bytes);

    if (hr != S_OK)
        return hr;
    hr = dll.open(hbc, list, READ_BYTES, &size);
    dll.free(list);
    return hr == S_OK ? dll.read(hbc, buffer, 8192, &bytes) : hr;
}

/* --- cases ---------------------------------------------------------------------------------------
 */

/* Loaded, used (the refusal opens the log) and freed. */
static bool load_use_free(struct cases *cases)
{
    DWORD token_bytes;
    void *token;
    HBC hbc;
    HRESULT hr;

    if (!load())
        return cases_wrong(cases, "not loaded: %lu", GetLastError());
    hr = dll.prepare(server, 0, BAD_TYPE, &token, &token_bytes, &hbc);
    if (hr != ERROR_INVALID_PARAMETER)
        return cases_wrong(cases, "0x%08lx", (unsigned long)hr);
    return unload() || cases_wrong(cases, "it is still loaded");
}

static bool load_often(struct cases *cases, unsigned long count)
{
    struct footprint before, after;
    unsigned long i;

    for (i = 0; i < WARM_UP; i++) {
        if (!load_use_free(cases))
            return false;
    }
    footprint_take(&before);
    for (i = 0; i < count; i++) {
        if (!load_use_free(cases))
            return false;
    }
    footprint_take(&after);
    printf("%lu loads: ", count);
    footprint_print(&before, &after);
    return footprint_is_flat(&before, &after, count * EVERY_BYTES, cases->reason);
}

static bool unload_with_backups_open(struct cases *cases)
{
    struct footprint before, after;
    unsigned int aborted;
    HBC first, second;
    char *calls;

    aftermath_clear_calls();
    footprint_take(&before);
    if (!load() || prepare(&first) != S_OK || prepare(&second) != S_OK ||
        open_and_read(second) != S_OK)
        return cases_wrong(cases, "no backups to leave open");
    if (!unload())
        return cases_wrong(cases, "it is still loaded");
    if (!aftermath_is_clean(LIMIT_MS, cases->reason))
        return false;
    calls = aftermath_calls();
    aborted = aftermath_count(calls, " AbortBackup ");
    free(calls);
    if (aborted != 2)
        return cases_wrong(cases, "%u backups aborted, expected 2", aborted);
    footprint_take(&after);
    return after.handle_count == before.handle_count ||
           cases_wrong(cases, "%lu handles, %lu before", after.handle_count, before.handle_count);
}

static bool backup_after_loading_again(struct cases *cases)
{
    HRESULT hr = load() ? whole_backup() : E_FAIL;

    if (hr != S_OK)
        return cases_wrong(cases, "0x%08lx", (unsigned long)hr);
    return (unload() || cases_wrong(cases, "it is still loaded")) &&
           aftermath_is_clean(LIMIT_MS, cases->reason);
}

static bool interlock_exists(void)
{
    HKEY key;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, interlock_key, 0, KEY_READ, &key) != ERROR_SUCCESS)
        return false;
    RegCloseKey(key);
    return true;
}

static HRESULT begin_restore(void *token, DWORD token_bytes, HBC *hbc)
{
    wchar_t *list, *logs, *checkpoint;
    DWORD bytes;
    EDB_RSTMAPW map;
    HRESULT hr = dll.restore_prepare(server, 0, token, token_bytes, hbc);

    if (hr == S_OK)
        hr = dll.locations(*hbc, &list, &bytes);
    if (hr != S_OK)
        return hr;
    logs = list + wcslen(list) + 1;
    checkpoint = logs + wcslen(logs) + 1;
    map.wszDatabaseName = list + 1;
    map.wszNewDatabaseName = list + 1;
    hr = dll.restore_register(*hbc, checkpoint + 1, logs + 1, &map, 1, logs + 1, 0, 0);
    dll.free(list);
    return hr;
}

static bool unload_with_restore_open(struct cases *cases, void *token, DWORD token_bytes)
{
    HBC restricted, hbc;
    HRESULT hr;
    char *calls;
    bool told;

    aftermath_clear_calls();
    if (!load() || dll.restore_prepare(server, 0, NULL, 0, &restricted) != S_OK)
        return cases_wrong(cases, "no restore to leave open");
    hr = begin_restore(token, token_bytes, &hbc);
    if (hr != S_OK)
        return cases_wrong(cases, "0x%08lx on the way there", (unsigned long)hr);
    if (!unload())
        return cases_wrong(cases, "it is still loaded");
    if (!aftermath_is_clean(LIMIT_MS, cases->reason))
        return false;
    calls = aftermath_calls();
    told = aftermath_count_successes(calls, "PostRestore hr=") == 1;
    free(calls);
    if (!told)
        return cases_wrong(cases, "the writer did not hear of the end");
    return interlock_exists() || cases_wrong(cases, "the interlock is gone");
}

static bool take_over(struct cases *cases, void *token, DWORD token_bytes)
{
    HRESULT hr;
    HBC hbc;

    if (!load())
        return cases_wrong(cases, "not loaded: %lu", GetLastError());
    hr = begin_restore(token, token_bytes, &hbc);
    if (hr != S_OK)
        return cases_wrong(cases, "0x%08lx", (unsigned long)hr);
    dll.restore_end(hbc);
    return (unload() || cases_wrong(cases, "it is still loaded")) &&
           aftermath_is_clean(LIMIT_MS, cases->reason);
}

static int run_restore(struct cases *cases, const wchar_t *path)
{
    FILE *file = _wfopen(path, L"rb");
    unsigned char *token = malloc(TOKEN_MAX);
    DWORD token_bytes;

    if (!file || !token)
        return 2;
    token_bytes = (DWORD)fread(token, 1, TOKEN_MAX, file);
    fclose(file);
    cases_note(cases, unload_with_restore_open(cases, token, token_bytes),
               "unload__restore_open__writer_is_told_and_interlock_stays");
    cases_note(cases, take_over(cases, token, token_bytes),
               "unload__loaded_again__restore_takes_over");
    free(token);
    return cases_end(cases);
}

int wmain(int argc, wchar_t **argv)
{
    DWORD chars = ARRAYSIZE(server);
    struct cases cases = {0};

    GetComputerNameW(server, &chars);
    if (argc != 3 || !aftermath_begin()) {
        fprintf(stderr, "usage: fault-unload backup COUNT | restore TOKEN\n");
        return 2;
    }
    if (wcscmp(argv[1], L"restore") == 0)
        return run_restore(&cases, argv[2]);
    cases_note(&cases, load_often(&cases, wcstoul(argv[2], NULL, 10)),
               "unload__many_times__nothing_grows");
    /* The first use of each of the system's libraries costs handles that stay. */
    cases_note(&cases, backup_after_loading_again(&cases), "unload__before__backup_works");
    cases_note(&cases, unload_with_backups_open(&cases),
               "unload__backups_open__aborted_and_nothing_left");
    cases_note(&cases, backup_after_loading_again(&cases), "unload__loaded_again__backup_works");
    return cases_end(&cases);
}
