/* What counts as a backup: every byte of every database and log, and nothing less. The log of VSS
 * calls tells what became of the session, and a record is left of a complete backup only. */
#include "conformance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALL_LOG L"C:\\complete.calls"
#define WRITER   L"SYSTEM\\CurrentControlSet\\Services\\VSS\\Embedded\\Writers\\NTDS"
#define ASIDE    L".aside"
#define RECORDS  L"C:\\ProgramData\\ntdsbcli\\backup-*.txt"

/* The broker that the context starts inherits the variable. */
static int begin(void **state)
{
    DeleteFileW(CALL_LOG);
    SetEnvironmentVariableW(L"VSSAPI_LOG", CALL_LOG);
    return context_begin(state);
}

static int end(void **state)
{
    SetEnvironmentVariableW(L"VSSAPI_LOG", NULL);
    return context_end(state);
}

/* Of the first context that asks: in UNC form. */
static const wchar_t *log_folder(void)
{
    static wchar_t folder[MAX_PATH];
    void *state = NULL;
    wchar_t *list;
    const wchar_t *entry;
    DWORD bytes;

    if (folder[0])
        return folder;
    assert_int_equal(context_begin(&state), 0);
    list = location_list(context_handle(&state), &bytes);
    for (entry = list; entry && *entry != L'\x82'; entry = next_name(entry)) /* BFT_LOG_DIR */
        continue;
    assert_non_null(entry);
    wcscpy(folder, entry + 1);
    DsBackupFree(list);
    assert_int_equal(context_end(&state), 0);
    return folder;
}

/* Renames the logs, which the directory does not hold open, and back. */
static void set_logs_aside(bool aside)
{
    wchar_t log[MAX_PATH], other[MAX_PATH];
    WIN32_FIND_DATAW found;
    HANDLE search;

    _snwprintf(log, MAX_PATH, L"%ls\\edb*.log%ls", log_folder(), aside ? L"" : ASIDE);
    search = FindFirstFileW(log, &found);
    assert_ptr_not_equal(search, INVALID_HANDLE_VALUE);
    do {
        if (!aside)
            found.cFileName[wcslen(found.cFileName) - wcslen(ASIDE)] = 0;
        _snwprintf(log, MAX_PATH, L"%ls\\%ls", log_folder(), found.cFileName);
        _snwprintf(other, MAX_PATH, L"%ls" ASIDE, log);
        assert_true(MoveFileW(aside ? log : other, aside ? other : log));
    } while (FindNextFileW(search, &found));
    FindClose(search);
}

static void set_recovered(DWORD recovered)
{
    assert_int_equal(RegSetKeyValueW(HKEY_LOCAL_MACHINE, WRITER, L"Recovered", REG_DWORD,
                                     &recovered, sizeof(recovered)),
                     ERROR_SUCCESS);
}

/* The database of the shadow copy is clean and needs no logs. */
static int begin_without_logs(void **state)
{
    set_logs_aside(true);
    set_recovered(1);
    return begin(state);
}

static int end_without_logs(void **state)
{
    set_recovered(0);
    set_logs_aside(false);
    return end(state);
}

/* How many calls of a method VSS has seen; what becomes of a call are lines of their own. */
static unsigned int calls(const char *method)
{
    char pattern[64], line[1024];
    FILE *file = _wfopen(CALL_LOG, L"rb");
    unsigned int count = 0;

    assert_non_null(file);
    snprintf(pattern, sizeof(pattern), " %s ", method);
    while (fgets(line, sizeof(line), file))
        count += strstr(line, pattern) != NULL && strstr(line, " async ") == NULL &&
                 strstr(line, " event ") == NULL;
    fclose(file);
    return count;
}

static unsigned int records(void)
{
    WIN32_FIND_DATAW found;
    HANDLE search = FindFirstFileW(RECORDS, &found);
    unsigned int count = 0;

    if (search == INVALID_HANDLE_VALUE)
        return 0;
    do {
        count++;
    } while (FindNextFileW(search, &found));
    FindClose(search);
    return count;
}

/* All of a file but its last bytes. */
static void read_but(HBC hbc, const wchar_t *name, LONGLONG left_bytes)
{
    unsigned char *buffer = malloc(65536);
    LARGE_INTEGER size;
    DWORD wanted, got;

    assert_non_null(buffer);
    assert_result("open", DsBackupOpenFileW(hbc, name, 0, &size), S_OK);
    size.QuadPart -= left_bytes;
    while (size.QuadPart > 0) {
        wanted = size.QuadPart < 65536 ? (DWORD)size.QuadPart : 65536;
        assert_result("read", DsBackupRead(hbc, buffer, wanted, &got), S_OK);
        assert_int_equal(got, wanted);
        size.QuadPart -= got;
    }
    assert_result("close", DsBackupClose(hbc), S_OK);
    free(buffer);
}

enum logs_read
{
    LOGS_NOT_ASKED_FOR,
    LOGS_NONE,
    LOGS_ALL_BUT_THE_LAST,
    LOGS_ALL
};

struct row
{
    const char *label;
    bool reads_database;
    LONGLONG database_left; /* bytes that are not read */
    enum logs_read logs;
    LONGLONG log_left; /* bytes of the first log that are not read */
    bool is_complete;
};

static bool is_checkpoint(const wchar_t *entry)
{
    return *entry == L'\x25'; /* BFT_PATCH_FILE: the engine can do without it */
}

static void read_logs(HBC hbc, const struct row *row, const wchar_t *list)
{
    const wchar_t *entry, *last = NULL;

    for (entry = list; entry && *entry; entry = next_name(entry)) {
        if (!is_checkpoint(entry))
            last = entry;
    }
    assert_true(last || row->logs == LOGS_NONE);
    for (entry = list; row->logs != LOGS_NONE && entry && *entry; entry = next_name(entry)) {
        if (is_checkpoint(entry) || (row->logs == LOGS_ALL_BUT_THE_LAST && entry == last))
            continue;
        read_but(hbc, entry, entry == list ? row->log_left : 0);
    }
}

static void run_row(HBC hbc, const struct row *row)
{
    unsigned int records_before = records();
    wchar_t *names, *logs = NULL;
    DWORD bytes;

    names = database_list(hbc, &bytes);
    if (row->reads_database)
        read_but(hbc, names, row->database_left);
    if (row->logs != LOGS_NOT_ASKED_FOR) {
        logs = log_list(hbc, &bytes);
        read_logs(hbc, row, logs);
    }
    assert_result(row->label, DsBackupEnd(hbc), S_OK);
    if (calls("BackupComplete") != row->is_complete || calls("AbortBackup") == row->is_complete)
        fail_msg("%s: BackupComplete %u times, AbortBackup %u times", row->label,
                 calls("BackupComplete"), calls("AbortBackup"));
    if (records() - records_before != row->is_complete)
        fail_msg("%s: %u records more", row->label, records() - records_before);
    DsBackupFree(names);
    DsBackupFree(logs);
}

#define ROW(name, ...)                                                                             \
    static void end__##name(void **state)                                                          \
    {                                                                                              \
        static const struct row row = {#name, __VA_ARGS__};                                        \
                                                                                                   \
        run_row(context_handle(state), &row);                                                      \
    }

ROW(nothing_read__aborts, false, 0, LOGS_NOT_ASKED_FOR, 0, false)
ROW(nothing_read_but_lists__aborts, false, 0, LOGS_NONE, 0, false)
ROW(database_only__aborts, true, 0, LOGS_NOT_ASKED_FOR, 0, false)
ROW(database_and_list_of_logs__aborts, true, 0, LOGS_NONE, 0, false)
ROW(logs_only__aborts, false, 0, LOGS_ALL, 0, false)
ROW(all_but_one_log__aborts, true, 0, LOGS_ALL_BUT_THE_LAST, 0, false)
ROW(all_but_the_last_byte_of_a_log__aborts, true, 0, LOGS_ALL, 1, false)
ROW(all_but_the_last_byte_of_the_database__aborts, true, 1, LOGS_ALL, 0, false)
ROW(everything_but_the_checkpoint__completes, true, 0, LOGS_ALL, 0, true)
ROW(there_are_no_logs_and_nobody_asked__aborts, true, 0, LOGS_NOT_ASKED_FOR, 0, false)
ROW(there_are_no_logs_as_was_asked__completes, true, 0, LOGS_NONE, 0, true)

/* The database in the one shadow copy, which the embedded VSS keeps in a folder. */
static HANDLE open_copied_database(void)
{
    wchar_t path[2 * MAX_PATH];
    WIN32_FIND_DATAW found;
    HANDLE search = FindFirstFileW(L"C:\\System Volume Information\\*", &found);
    HANDLE file;

    assert_ptr_not_equal(search, INVALID_HANDLE_VALUE);
    while (found.cFileName[0] == L'.')
        assert_true(FindNextFileW(search, &found));
    FindClose(search);
    _snwprintf(path, ARRAYSIZE(path),
               L"C:\\System Volume Information\\%ls\\windows\\NTDS\\ntds.dit", found.cFileName);
    file = CreateFileW(path, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                       NULL, OPEN_EXISTING, 0, NULL);
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    return file;
}

/* Its first copy may be what the program threw away. */
static void end__database_fails_when_read_once_more__aborts(void **state)
{
    HBC hbc = context_handle(state);
    wchar_t *names, *logs;
    unsigned char buffer[8192];
    LARGE_INTEGER size;
    DWORD bytes, got;
    HANDLE file;

    names = database_list(hbc, &bytes);
    read_but(hbc, names, 0);
    assert_result("open", DsBackupOpenFileW(hbc, names, 0, &size), S_OK);
    file = open_copied_database();
    assert_true(SetEndOfFile(file));
    CloseHandle(file);
    assert_result("read", DsBackupRead(hbc, buffer, sizeof(buffer), &got), hrDiskIO);
    assert_result("close", DsBackupClose(hbc), S_OK);
    logs = log_list(hbc, &bytes);
    for (const wchar_t *entry = logs; entry && *entry; entry = next_name(entry))
        read_but(hbc, entry, 0);
    assert_result("end", DsBackupEnd(hbc), S_OK);
    assert_int_equal(calls("BackupComplete"), 0);
    DsBackupFree(names);
    DsBackupFree(logs);
}

#define TEST(name) cmocka_unit_test_setup_teardown(end__##name, begin, end)
#define TEST_WITHOUT_LOGS(name)                                                                    \
    cmocka_unit_test_setup_teardown(end__##name, begin_without_logs, end_without_logs)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_read__aborts),
        TEST(nothing_read_but_lists__aborts),
        TEST(database_only__aborts),
        TEST(database_and_list_of_logs__aborts),
        TEST(logs_only__aborts),
        TEST(all_but_one_log__aborts),
        TEST(all_but_the_last_byte_of_a_log__aborts),
        TEST(all_but_the_last_byte_of_the_database__aborts),
        TEST(everything_but_the_checkpoint__completes),
        TEST(database_fails_when_read_once_more__aborts),
        TEST_WITHOUT_LOGS(there_are_no_logs_and_nobody_asked__aborts),
        TEST_WITHOUT_LOGS(there_are_no_logs_as_was_asked__completes),
    };

    return cmocka_run_group_tests_name("conformance_complete", tests, NULL, NULL);
}
