/* A backup kept in memory, and what surrounds its restore. */
#include "restore_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <winsvc.h>

#define SERVICE_LIMIT_MS 60000
#define POLL_STEP_MS     5

static const wchar_t interlock_key[] =
    L"SYSTEM\\CurrentControlSet\\Services\\NTDS\\Restore In Progress";
static const wchar_t parameters_key[] = L"SYSTEM\\CurrentControlSet\\Services\\NTDS\\Parameters";
static const wchar_t epoch_value[] = L"DSA Database Epoch";
static const wchar_t marker_value[] = L"Database restored from backup";

static void keep_list(struct saved_backup *backup, HBC hbc, const wchar_t *list)
{
    const wchar_t *entry;

    for (entry = *list ? list : NULL; entry; entry = next_name(entry)) {
        struct saved_file *file = &backup->files[backup->count++];

        assert_in_range(backup->count, 1, SAVED_FILES_MAX - 1);
        file->bft = entry[0];
        wcscpy(file->name, wcsrchr(entry, L'\\') + 1);
        file->content = read_file(hbc, entry, 512 * 1024);
        if (file->bft == 0x44)
            wcscpy(backup->database, entry + 1);
    }
}

void saved_backup_make(struct saved_backup *backup)
{
    void *state = NULL;
    struct context *context;
    wchar_t *list;
    DWORD bytes;

    memset(backup, 0, sizeof(*backup));
    assert_int_equal(context_begin(&state), 0);
    context = state;
    backup->token = malloc(context->token_bytes);
    assert_non_null(backup->token);
    memcpy(backup->token, context->token, context->token_bytes);
    backup->token_bytes = context->token_bytes;
    list = database_list(context->hbc, &bytes);
    keep_list(backup, context->hbc, list);
    DsBackupFree(list);
    list = log_list(context->hbc, &bytes);
    keep_list(backup, context->hbc, list);
    DsBackupFree(list);
    assert_result("DsBackupEnd", DsBackupEnd(context->hbc), S_OK);
    assert_int_equal(context_end(&state), 0);
}

void saved_backup_free(struct saved_backup *backup)
{
    size_t i;

    for (i = 0; i < backup->count; i++)
        free(backup->files[i].content.data);
    free(backup->token);
    memset(backup, 0, sizeof(*backup));
}

void get_places(HBC hbc, struct places *places)
{
    DWORD bytes;
    wchar_t *list = location_list(hbc, &bytes);
    const wchar_t *entry = list;
    wchar_t *targets[] = {places->database, places->logs, places->checkpoint};
    static const wchar_t kinds[] = {0x44, 0x82, 0x83};
    size_t i;

    for (i = 0; i < 3; i++) {
        assert_non_null(entry);
        assert_int_equal(entry[0], kinds[i]);
        assert_int_equal(wcsncmp(entry + 1, L"\\\\", 2), 0);
        wcscpy(targets[i], entry + 1);
        entry = next_name(entry);
    }
    assert_null(entry);
    DsBackupFree(list);
}

static void delete_matching(const wchar_t *folder, const wchar_t *pattern)
{
    wchar_t path[2 * MAX_PATH];
    WIN32_FIND_DATAW found;
    HANDLE find;

    _snwprintf(path, 2 * MAX_PATH, L"%ls\\%ls", folder, pattern);
    find = FindFirstFileW(path, &found);
    if (find == INVALID_HANDLE_VALUE)
        return;
    do {
        _snwprintf(path, 2 * MAX_PATH, L"%ls\\%ls", folder, found.cFileName);
        if (!DeleteFileW(path))
            fail_msg("%ls: not deleted: %lu", path, (unsigned long)GetLastError());
    } while (FindNextFileW(find, &found));
    FindClose(find);
}

void empty_places(const struct places *places)
{
    DeleteFileW(places->database);
    delete_matching(places->logs, L"*.log");
    delete_matching(places->checkpoint, L"edb.chk*");
}

void path_of_file(const struct saved_file *file, const struct places *places,
                  wchar_t path[2 * MAX_PATH])
{
    if (file->bft == 0x44)
        wcscpy(path, places->database);
    else
        _snwprintf(path, 2 * MAX_PATH, L"%ls\\%ls", places->logs, file->name);
}

void put_back(const struct saved_backup *backup, const struct places *places)
{
    wchar_t path[2 * MAX_PATH];
    size_t i;

    for (i = 0; i < backup->count; i++) {
        path_of_file(&backup->files[i], places, path);
        store_file(path, backup->files[i].content.data, backup->files[i].content.bytes);
    }
}

const struct saved_file *find_file(const struct saved_backup *backup, const wchar_t *name)
{
    size_t i;

    for (i = 0; i < backup->count; i++) {
        if (_wcsicmp(backup->files[i].name, name) == 0)
            return &backup->files[i];
    }
    fail_msg("no %ls in the backup", name);
    return NULL;
}

struct content load_file(const wchar_t *path)
{
    FILE *file = _wfopen(path, L"rb");
    struct content content = {0};
    size_t capacity = 1 << 20, got;

    if (!file)
        fail_msg("%ls: cannot be opened", path);
    content.data = malloc(capacity);
    assert_non_null(content.data);
    while ((got = fread(content.data + content.bytes, 1, capacity - content.bytes, file)) > 0) {
        content.bytes += got;
        if (content.bytes == capacity) {
            capacity *= 2;
            content.data = realloc(content.data, capacity);
            assert_non_null(content.data);
        }
    }
    fclose(file);
    return content;
}

void store_file(const wchar_t *path, const void *data, size_t bytes)
{
    FILE *file = _wfopen(path, L"wb");

    if (!file)
        fail_msg("%ls: cannot be written", path);
    assert_int_equal(fwrite(data, 1, bytes, file), bytes);
    assert_int_equal(fclose(file), 0);
}

/* A service control manager has nothing to wait on but its own answers. */
static void wait_for(SC_HANDLE service, DWORD wanted)
{
    ULONGLONG end = GetTickCount64() + SERVICE_LIMIT_MS;
    SERVICE_STATUS status = {0};

    while (QueryServiceStatus(service, &status) && status.dwCurrentState != wanted) {
        if (GetTickCount64() > end)
            fail_msg("the directory is in state %lu, not %lu", status.dwCurrentState, wanted);
        Sleep(POLL_STEP_MS);
    }
    assert_int_equal(status.dwCurrentState, wanted);
}

static void with_service(bool start)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service =
        OpenServiceW(manager, L"NTDS", SERVICE_START | SERVICE_STOP | SERVICE_QUERY_STATUS);
    SERVICE_STATUS status;

    assert_non_null(manager);
    assert_non_null(service);
    if (start)
        (void)StartServiceW(service, 0, NULL);
    else
        (void)ControlService(service, SERVICE_CONTROL_STOP, &status);
    wait_for(service, start ? SERVICE_RUNNING : SERVICE_STOPPED);
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
}

void directory_stop(void)
{
    with_service(false);
}

void directory_start(void)
{
    with_service(true);
}

bool interlock_exists(void)
{
    HKEY key;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, interlock_key, 0, KEY_READ, &key) != ERROR_SUCCESS)
        return false;
    RegCloseKey(key);
    return true;
}

void assert_interlock_value(const wchar_t *value, const wchar_t *expected)
{
    wchar_t text[MAX_PATH] = L"";
    DWORD bytes = sizeof(text);

    assert_int_equal(
        RegGetValueW(HKEY_LOCAL_MACHINE, interlock_key, value, RRF_RT_REG_SZ, NULL, text, &bytes),
        ERROR_SUCCESS);
    if (wcscmp(text, expected) != 0)
        fail_msg("%ls: '%ls', expected '%ls'", value, text, expected);
}

bool marker_is_set(void)
{
    DWORD number = 0, bytes = sizeof(number);

    return RegGetValueW(HKEY_LOCAL_MACHINE, parameters_key, marker_value, RRF_RT_REG_DWORD, NULL,
                        &number, &bytes) == ERROR_SUCCESS &&
           number == 1;
}

void remove_interlock_and_marker(void)
{
    HKEY key;

    (void)RegDeleteTreeW(HKEY_LOCAL_MACHINE, interlock_key);
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, parameters_key, 0, KEY_SET_VALUE, &key) ==
        ERROR_SUCCESS) {
        (void)RegDeleteValueW(key, marker_value);
        /* It may be another database's than the one that a test put into place. */
        (void)RegDeleteValueW(key, epoch_value);
        RegCloseKey(key);
    }
    assert_false(interlock_exists());
    assert_false(marker_is_set());
}

HRESULT register_as_documented(HBC hbc, const struct saved_backup *backup,
                               const struct places *places)
{
    struct places copy = *places;
    wchar_t old_database[MAX_PATH];
    wchar_t system_database[] = L"C:\\system.mdb";
    EDB_RSTMAPW map[] = {{old_database, copy.database}, {system_database, system_database}};

    wcscpy(old_database, backup->database);
    wcscat(copy.logs, L"\\");
    wcscat(copy.checkpoint, L"\\");
    return DsRestoreRegisterW(hbc, copy.checkpoint, copy.logs, map, 2, copy.logs, 1, 3);
}
