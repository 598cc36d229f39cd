/*
 * restore_walk.c - the steps of restore_walk.h.
 */
#include "restore_walk.h"
#include "walk_steps.h"

#include <ntdsbcli.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define POISON_COUNT 0xDEADBEEFu
#define PATH_CHARS   512
#define RECORD_BYTES (4u << 20)

static const wchar_t parameters_key[] = L"SYSTEM\\CurrentControlSet\\Services\\NTDS\\Parameters";
static const wchar_t interlock_key[] =
    L"SYSTEM\\CurrentControlSet\\Services\\NTDS\\Restore In Progress";
static const wchar_t marker_value[] = L"Database restored from backup";

static struct
{
    void *token;
    DWORD token_bytes;
    wchar_t *names; /* the list of databases, as the backup's DsBackupGetDatabaseNames gave it */
} backup;

static void *read_record(const wchar_t *folder, const wchar_t *name, DWORD *byte_count)
{
    wchar_t path[PATH_CHARS];
    uint8_t *bytes = malloc(RECORD_BYTES);
    FILE *file;

    if (!bytes)
        abort();
    _snwprintf(path, PATH_CHARS, L"%ls\\%ls", folder, name);
    file = _wfopen(path, L"rb");
    *byte_count = file ? (DWORD)fread(bytes, 1, RECORD_BYTES, file) : 0;
    if (file)
        fclose(file);
    return bytes;
}

bool restore_walk_begin(const wchar_t *folder)
{
    DWORD name_bytes;

    backup.token = read_record(folder, L"token.bin", &backup.token_bytes);
    backup.names = read_record(folder, L"names.bin", &name_bytes);
    return backup.token_bytes && name_bytes;
}

struct walker
{
    struct walk_steps steps;
    HBC hbc;
    wchar_t database[PATH_CHARS]; /* places, in UNC form */
    wchar_t logs[PATH_CHARS];
    wchar_t checkpoint[PATH_CHARS];
};

static bool prepare(struct walker *walker)
{
    HRESULT hr;

    walk_step(&walker->steps, "restore-prepare");
    walker->hbc = walker;
    hr = DsRestorePrepareW(NULL, 0, backup.token, backup.token_bytes, &walker->hbc);
    return walk_clean(&walker->steps, "DsRestorePrepare", hr, !walker->hbc);
}

/* Takes ownership of list. */
static bool keep_places(struct walker *walker, wchar_t *list)
{
    wchar_t *const places[] = {walker->database, walker->logs, walker->checkpoint};
    const wchar_t *entry = list;
    size_t count = 0;

    while (*entry) {
        if (count < ARRAYSIZE(places) && wcslen(entry) < PATH_CHARS)
            wcscpy(places[count], entry + 1); /* after the BFT character */
        count++;
        entry += wcslen(entry) + 1;
    }
    DsBackupFree(list);
    return walk_good(&walker->steps, "places", count == ARRAYSIZE(places) ? S_OK : E_UNEXPECTED);
}

static bool find_places(struct walker *walker)
{
    wchar_t *list = (wchar_t *)walker;
    DWORD list_bytes = POISON_COUNT;
    HRESULT hr;

    walk_step(&walker->steps, "locations");
    hr = DsRestoreGetDatabaseLocationsW(walker->hbc, &list, &list_bytes);
    if (hr == S_OK)
        return keep_places(walker, list);
    return walk_clean(&walker->steps, "DsRestoreGetDatabaseLocations", hr, !list && !list_bytes);
}

static bool register_files(struct walker *walker)
{
    EDB_RSTMAPW map = {backup.names + 1, walker->database};

    walk_step(&walker->steps, "register");
    return walk_good(&walker->steps, "DsRestoreRegister",
                     DsRestoreRegisterW(walker->hbc, walker->checkpoint, walker->logs, &map, 1,
                                        walker->logs, 1, 3));
}

void restore_walk(void (*at)(void *context, const char *step), void *context,
                  struct walk_result *result)
{
    struct walker walker = {.steps = {at, context, result}};

    memset(result, 0, sizeof(*result));
    if (!prepare(&walker))
        return;
    if (find_places(&walker) && register_files(&walker)) {
        walk_step(&walker.steps, "complete");
        walk_good(&walker.steps, "DsRestoreRegisterComplete",
                  DsRestoreRegisterComplete(walker.hbc, S_OK));
    }
    walk_step(&walker.steps, "restore-end");
    walk_good(&walker.steps, "DsRestoreEnd", DsRestoreEnd(walker.hbc));
    walk_step(&walker.steps, "restore-ended");
}

bool restore_walk_interlock(void)
{
    HKEY key;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, interlock_key, 0, KEY_READ | KEY_WOW64_64KEY, &key) !=
        ERROR_SUCCESS)
        return false;
    RegCloseKey(key);
    return true;
}

bool restore_walk_marker(void)
{
    DWORD number = 0, byte_count = sizeof(number);

    return RegGetValueW(HKEY_LOCAL_MACHINE, parameters_key, marker_value, RRF_RT_REG_DWORD, NULL,
                        &number, &byte_count) == ERROR_SUCCESS &&
           number == 1;
}

void restore_walk_forget(void)
{
    HKEY key;

    RegDeleteTreeW(HKEY_LOCAL_MACHINE, interlock_key);
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, parameters_key, 0, KEY_SET_VALUE, &key) ==
        ERROR_SUCCESS) {
        RegDeleteValueW(key, marker_value);
        RegCloseKey(key);
    }
}
