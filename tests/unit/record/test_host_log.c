/*
 * test_host_log.c - the log of a program in its folder: names, what follows a full one, and that
 * nothing is written where another account could have chosen the place.
 */
#include <windows.h>
#include <sddl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <cmocka.h>

#include "common/log_file.h"
#include "host/identity.h"
#include "host/log_folder.h"
#include "record/event_log.h"
#include "record/host_log.h"
#include "record/record_file.h"

#define LOG    L"test_host_log.exe.log"
#define SECOND L"test_host_log.exe.2.log"
#define OTHER  L"S-1-5-21-1004336348-1177238915-682003330-1106"

static wchar_t folder[MAX_PATH], account_folder[2 * MAX_PATH], elsewhere[2 * MAX_PATH];
static struct settings settings;

/* The Event Log: Wine's stores nothing. */
static struct
{
    unsigned int reported;
    DWORD event;
    wchar_t folder[600], why[900];
} event_log;

static HANDLE WINAPI fake_open(LPCWSTR server, LPCWSTR source)
{
    (void)server;
    (void)source;
    return (HANDLE)&event_log;
}

static BOOL WINAPI fake_report(HANDLE source, WORD type, WORD category, DWORD event, PSID user,
                               WORD count, DWORD data_bytes, LPCWSTR *strings, LPVOID data)
{
    (void)source;
    (void)category;
    (void)user;
    (void)data_bytes;
    (void)data;
    assert_int_equal(type, EVENTLOG_WARNING_TYPE);
    assert_int_equal(count, 4);
    event_log.reported++;
    event_log.event = event;
    _snwprintf(event_log.folder, 599, L"%ls", strings[2]);
    _snwprintf(event_log.why, 899, L"%ls", strings[3]);
    return TRUE;
}

static BOOL WINAPI fake_close(HANDLE source)
{
    (void)source;
    return TRUE;
}

/* Owners and lists that this file system cannot store: one object is said to have this one. */
static struct
{
    const wchar_t *object; /* the end of its path; NULL: none */
    const wchar_t *text;
} planted;

static DWORD WINAPI read_planted(HANDLE object, SE_OBJECT_TYPE type, SECURITY_INFORMATION what,
                                 PSID *owner, PSID *group, PACL *list, PACL *audits,
                                 PSECURITY_DESCRIPTOR *descriptor)
{
    const wchar_t *text = L"O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";
    BOOL is_there = FALSE, is_default;
    wchar_t path[1024];

    (void)type;
    (void)what;
    (void)group;
    (void)audits;
    assert_true(GetFinalPathNameByHandleW(object, path, 1024, 0) > 0);
    if (planted.object && wcslen(path) >= wcslen(planted.object) &&
        _wcsicmp(path + wcslen(path) - wcslen(planted.object), planted.object) == 0)
        text = planted.text;
    assert_true(ConvertStringSecurityDescriptorToSecurityDescriptorW(text, SDDL_REVISION_1,
                                                                     descriptor, NULL));
    assert_true(GetSecurityDescriptorOwner(*descriptor, owner, &is_default));
    assert_true(GetSecurityDescriptorDacl(*descriptor, &is_there, list, &is_default));
    if (!is_there)
        *list = NULL;
    return ERROR_SUCCESS;
}

static void in_folder(const wchar_t *of, const wchar_t *name, wchar_t path[2 * MAX_PATH])
{
    _snwprintf(path, 2 * MAX_PATH, L"%ls\\%ls", of, name);
}

static void remove_folder(const wchar_t *of)
{
    wchar_t path[2 * MAX_PATH];
    WIN32_FIND_DATAW found;
    HANDLE search;

    in_folder(of, L"*", path);
    search = FindFirstFileW(path, &found);
    if (search == INVALID_HANDLE_VALUE)
        return;
    do {
        in_folder(of, found.cFileName, path);
        DeleteFileW(path);
    } while (FindNextFileW(search, &found));
    FindClose(search);
    RemoveDirectoryW(of);
}

static int setup(void **state)
{
    static const struct event_log_api api = {fake_open, fake_report, fake_close};
    wchar_t sid[IDENTITY_SID_CHARS];

    (void)state;
    GetTempPathW(MAX_PATH - 40, folder);
    in_folder(folder, L"..\\elsewhere", elsewhere);
    _snwprintf(folder + wcslen(folder), 40, L"logs-%lu", GetCurrentProcessId());
    if (!identity_own_sid(sid))
        return -1;
    _snwprintf(account_folder, 2 * MAX_PATH, L"%ls-%ls", folder, sid);
    memset(&event_log, 0, sizeof(event_log));
    memset(&planted, 0, sizeof(planted));
    settings.log_level = LOG_INFO;
    wcscpy(settings.log_folder, folder);
    event_log_replace_api(&api);
    write_trust_replace_reader(read_planted);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    SetThreadToken(NULL, NULL);
    host_log_close();
    write_trust_replace_reader(NULL);
    event_log_replace_api(NULL);
    remove_folder(folder);
    remove_folder(account_folder);
    DeleteFileW(elsewhere);
    return 0;
}

static HANDLE open_shared(const wchar_t *path, DWORD access)
{
    return CreateFileW(path, access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                       OPEN_EXISTING, 0, NULL);
}

static unsigned int count_in(const wchar_t *path, const char *what)
{
    static char text[LOG_FILE_MAX_BYTES + 4096];
    HANDLE file = open_shared(path, GENERIC_READ);
    unsigned int found = 0;
    DWORD got = 0;
    char *at;

    if (file == INVALID_HANDLE_VALUE)
        return 0;
    assert_true(ReadFile(file, text, sizeof(text) - 1, &got, NULL));
    CloseHandle(file);
    text[got] = 0;
    for (at = strstr(text, what); at; at = strstr(at + 1, what))
        found++;
    return found;
}

static unsigned int count(const wchar_t *name, const char *what)
{
    wchar_t path[2 * MAX_PATH];

    in_folder(folder, name, path);
    return count_in(path, what);
}

static bool exists(const wchar_t *name)
{
    wchar_t path[2 * MAX_PATH];

    in_folder(folder, name, path);
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

static void make_file(const wchar_t *path)
{
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
    DWORD written;

    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, "theirs", 6, &written, NULL));
    CloseHandle(file);
}

static void assert_log(const wchar_t *of, const wchar_t *name)
{
    wchar_t path[HOST_LOG_CHARS], expected[2 * MAX_PATH];

    host_log_path(path);
    in_folder(of, name, expected);
    if (_wcsicmp(path, expected) != 0)
        fail_msg("log '%ls', not '%ls'; event: %ls", path, expected, event_log.why);
    assert_int_equal(event_log.reported, 0);
    log_line(LOG_INFO, L"a line");
    assert_int_equal(count_in(path, "a line"), 1);
    assert_int_equal(count_in(path, "loaded into"), 1);
}

static void assert_no_log(const wchar_t *why)
{
    wchar_t path[HOST_LOG_CHARS];

    host_log_path(path);
    assert_int_equal(path[0], 0);
    assert_int_equal(event_log.reported, 1);
    assert_int_equal(event_log.event, EVENT_LOG_NO_LOG);
    if (_wcsicmp(event_log.folder, folder) != 0 || !wcsstr(event_log.why, why))
        fail_msg("%ls: %ls", event_log.folder, event_log.why);
}

/* Filled by another name of it: nobody else can write to it. */
static void fill(void)
{
    static char filler[64 * 1024];
    uint64_t given;
    DWORD bytes, written;

    memset(filler, 'x', sizeof(filler));
    log_file_give(GetCurrentProcess(), &given);
    for (bytes = 0; bytes < LOG_FILE_MAX_BYTES; bytes += written)
        assert_true(WriteFile((HANDLE)(uintptr_t)given, filler, sizeof(filler), &written, NULL));
    CloseHandle((HANDLE)(uintptr_t)given);
}

/* --- names ---------------------------------------------------------------------------------- */

static void log__at_the_first_call__is_made_with_its_folder(void **state)
{
    (void)state;
    host_log_open(&settings);
    assert_log(folder, LOG);
}

static void log__while_it_is_open__can_be_read_and_not_written(void **state)
{
    wchar_t path[2 * MAX_PATH];
    HANDLE file;

    (void)state;
    host_log_open(&settings);
    in_folder(folder, LOG, path);
    file = open_shared(path, GENERIC_READ);
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    CloseHandle(file);
    assert_ptr_equal(open_shared(path, FILE_APPEND_DATA), INVALID_HANDLE_VALUE);
    assert_int_equal(GetLastError(), ERROR_SHARING_VIOLATION);
}

static void folder__while_a_log_is_open__cannot_be_exchanged(void **state)
{
    wchar_t other[2 * MAX_PATH];

    (void)state;
    host_log_open(&settings);
    _snwprintf(other, 2 * MAX_PATH, L"%ls-away", folder);
    assert_false(MoveFileExW(folder, other, 0));
    host_log_close();
    assert_true(MoveFileExW(folder, other, 0));
    assert_true(MoveFileExW(other, folder, 0));
}

/* As another process of the program, or a reader that does not share. */
static void log__in_use__a_second_one_is_made(void **state)
{
    wchar_t path[2 * MAX_PATH];
    HANDLE other;

    (void)state;
    host_log_open(&settings);
    host_log_close();
    in_folder(folder, LOG, path);
    other = CreateFileW(path, FILE_APPEND_DATA, 7, NULL, OPEN_EXISTING, 0, NULL);
    assert_ptr_not_equal(other, INVALID_HANDLE_VALUE);
    host_log_open(&settings);
    assert_log(folder, SECOND);
    CloseHandle(other);
}

static void logs__all_in_use__the_event_log_says_so(void **state)
{
    wchar_t path[2 * MAX_PATH], name[MAX_PATH];
    HANDLE others[HOST_LOG_FILES_MAX];
    unsigned int i;

    (void)state;
    assert_true(CreateDirectoryW(folder, NULL));
    for (i = 0; i < HOST_LOG_FILES_MAX; i++) {
        assert_true(host_log_name(L"C:\\test_host_log.exe", i + 1, name));
        in_folder(folder, name, path);
        others[i] = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
        assert_ptr_not_equal(others[i], INVALID_HANDLE_VALUE);
    }
    host_log_open(&settings);
    for (i = 0; i < HOST_LOG_FILES_MAX; i++)
        CloseHandle(others[i]);
    assert_no_log(L"ERROR_SHARING_VIOLATION");
}

/* --- what follows a full one ---------------------------------------------------------------- */

static void full_log__again__replaces_the_old_one(void **state)
{
    (void)state;
    host_log_open(&settings);
    log_line(LOG_INFO, L"first");
    fill();
    log_line(LOG_INFO, L"second");
    fill();
    log_line(LOG_INFO, L"third");
    assert_int_equal(count(LOG L".old", "first"), 0);
    assert_int_equal(count(LOG L".old", "second"), 1);
    assert_int_equal(count(LOG L".old", "loaded into"), 1);
    assert_int_equal(count(LOG, "third"), 1);
    assert_int_equal(count(LOG, "loaded into"), 1);
}

static void full_log__folder_in_the_place_of_the_old_one__grows_on(void **state)
{
    wchar_t path[2 * MAX_PATH];

    (void)state;
    host_log_open(&settings);
    in_folder(folder, LOG L".old", path);
    assert_true(CreateDirectoryW(path, NULL));
    fill();
    log_line(LOG_INFO, L"one");
    log_line(LOG_INFO, L"two");
    assert_true(RemoveDirectoryW(path));
    assert_int_equal(count(LOG, "I one"), 1);
    assert_int_equal(count(LOG, "I two"), 1);
}

static void full_log__old_one_is_another_files_name__that_file_stays(void **state)
{
    wchar_t path[2 * MAX_PATH];

    (void)state;
    host_log_open(&settings);
    make_file(elsewhere);
    in_folder(folder, LOG L".old", path);
    assert_true(CreateHardLinkW(path, elsewhere, NULL));
    fill();
    log_line(LOG_INFO, L"behind");
    assert_int_equal(count_in(elsewhere, "theirs"), 1);
    assert_int_equal(count_in(elsewhere, "behind"), 0);
    assert_int_equal(count(LOG, "behind"), 1);
}

/* --- what is in its place ------------------------------------------------------------------- */

static void log__that_is_another_files_name__is_not_written(void **state)
{
    wchar_t path[2 * MAX_PATH];

    (void)state;
    assert_true(CreateDirectoryW(folder, NULL));
    make_file(elsewhere);
    in_folder(folder, LOG, path);
    assert_true(CreateHardLinkW(path, elsewhere, NULL));
    host_log_open(&settings);
    assert_log(folder, SECOND);
    assert_int_equal(count(SECOND, "second name"), 1);
    assert_int_equal(count_in(elsewhere, "theirs"), 1);
    assert_int_equal(count_in(elsewhere, "loaded into"), 0);
}

static void log__of_another_account__is_not_written(void **state)
{
    wchar_t path[2 * MAX_PATH];

    (void)state;
    assert_true(CreateDirectoryW(folder, NULL));
    in_folder(folder, LOG, path);
    make_file(path);
    planted.object = LOG;
    planted.text = L"O:" OTHER L"D:P(A;;FA;;;BA)(A;;FA;;;" OTHER L")";
    host_log_open(&settings);
    assert_log(folder, SECOND);
    assert_int_equal(count(SECOND, "1106"), 1);
    assert_int_equal(count(LOG, "loaded into"), 0);
}

static void folder__that_cannot_be_trusted__gets_no_file(void **state)
{
    static const struct
    {
        const wchar_t *text, *why;
    } rows[] = {
        {L"O:" OTHER L"D:P(A;OICI;FA;;;BA)", L"its owner is " OTHER},
        {L"O:BAD:P(A;OICI;FA;;;BA)(A;OICI;FA;;;" OTHER L")", OTHER L" may write to it"},
        {L"O:BAD:P(A;OICI;FA;;;BA)(A;;0x2;;;AU)", L"(S-1-5-11) may write to it"},
        {L"O:BA", L"it has no access list"},
    };
    wchar_t end[MAX_PATH];
    size_t i;

    (void)state;
    _snwprintf(end, MAX_PATH, L"%ls", wcsrchr(folder, L'\\'));
    assert_true(CreateDirectoryW(folder, NULL));
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        host_log_close();
        memset(&event_log, 0, sizeof(event_log));
        planted.object = end;
        planted.text = rows[i].text;
        host_log_open(&settings);
        host_log_open(&settings); /* the Event Log is told once */
        assert_no_log(rows[i].why);
        assert_false(exists(LOG));
    }
    planted.object = NULL;
    host_log_open(&settings);
    event_log.reported = 0;
    assert_log(folder, LOG);
}

static void folder_above__that_others_can_exchange__nothing_is_made_in_it(void **state)
{
    (void)state;
    planted.object = L"\\Temp";
    planted.text = L"O:BAD:P(A;OICI;FA;;;BA)(A;;0x40;;;" OTHER L")";
    host_log_open(&settings);
    assert_no_log(L"may replace what is in it");
    assert_int_equal(GetFileAttributesW(folder), INVALID_FILE_ATTRIBUTES);
}

/* --- records -------------------------------------------------------------------------------- */

static void record__in_a_folder_of_others__is_neither_written_nor_read(void **state)
{
    wchar_t end[MAX_PATH];
    HANDLE file = NULL;

    (void)state;
    assert_int_equal(record_file_open(folder, L"r.txt", FOLDER_FILE_CREATE, &file, NULL, 0), S_OK);
    CloseHandle(file);
    assert_int_equal(record_file_open(folder, L"r.txt", FOLDER_FILE_READ, &file, NULL, 0), S_OK);
    CloseHandle(file);
    _snwprintf(end, MAX_PATH, L"%ls", wcsrchr(folder, L'\\'));
    planted.object = end;
    planted.text = L"O:" OTHER L"D:P(A;OICI;FA;;;BA)";
    assert_int_equal(record_file_open(folder, L"s.txt", FOLDER_FILE_CREATE, &file, NULL, 0),
                     ERROR_ACCESS_DENIED);
    assert_false(exists(L"s.txt"));
    assert_int_equal(record_file_open(folder, L"r.txt", FOLDER_FILE_APPEND, &file, NULL, 0),
                     ERROR_ACCESS_DENIED);
    assert_int_equal(record_file_open(folder, L"r.txt", FOLDER_FILE_READ, &file, NULL, 0),
                     ERROR_ACCESS_DENIED);
}

static void record__of_another_account__is_neither_written_nor_read(void **state)
{
    HANDLE file = NULL;

    (void)state;
    assert_int_equal(record_file_open(folder, L"r.txt", FOLDER_FILE_CREATE, &file, NULL, 0), S_OK);
    CloseHandle(file);
    planted.object = L"\\r.txt";
    planted.text = L"O:BAD:P(A;;FA;;;BA)(A;;0x2;;;" OTHER L")";
    assert_int_equal(record_file_open(folder, L"r.txt", FOLDER_FILE_APPEND, &file, NULL, 0),
                     ERROR_ACCESS_DENIED);
    assert_int_equal(record_file_open(folder, L"r.txt", FOLDER_FILE_READ, &file, NULL, 0),
                     ERROR_ACCESS_DENIED);
}

static void record__that_is_another_files_name__is_neither_written_nor_read(void **state)
{
    wchar_t path[2 * MAX_PATH];
    HANDLE file = NULL;

    (void)state;
    assert_true(CreateDirectoryW(folder, NULL));
    make_file(elsewhere);
    in_folder(folder, L"r.txt", path);
    assert_true(CreateHardLinkW(path, elsewhere, NULL));
    assert_int_equal(record_file_open(folder, L"r.txt", FOLDER_FILE_APPEND, &file, NULL, 0),
                     ERROR_ACCESS_DENIED);
    assert_int_equal(record_file_open(folder, L"r.txt", FOLDER_FILE_READ, &file, NULL, 0),
                     ERROR_ACCESS_DENIED);
    assert_int_equal(record_file_open(folder, L"r.txt", FOLDER_FILE_CREATE, &file, NULL, 0),
                     ERROR_FILE_EXISTS);
}

/* --- an account that is no administrator's -------------------------------------------------- */

/* This thread as before an elevation; the account stays. */
static void be_no_administrator(void)
{
    BYTE group[SECURITY_MAX_SID_SIZE];
    SID_AND_ATTRIBUTES disabled = {.Sid = group};
    DWORD group_bytes = sizeof(group);
    HANDLE own = NULL, filtered = NULL, token = NULL;

    assert_true(CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, group, &group_bytes));
    assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &own));
    assert_true(CreateRestrictedToken(own, 0, 1, &disabled, 0, NULL, 0, NULL, &filtered));
    assert_true(DuplicateToken(filtered, SecurityImpersonation, &token));
    assert_true(SetThreadToken(NULL, token));
    CloseHandle(token);
    CloseHandle(filtered);
    CloseHandle(own);
    assert_false(identity_is_administrator(NULL));
}

static void account__without_a_folder__makes_its_own_and_not_that_of_all(void **state)
{
    (void)state;
    be_no_administrator();
    host_log_open(&settings);
    assert_log(account_folder, LOG);
    assert_int_equal(GetFileAttributesW(folder), INVALID_FILE_ATTRIBUTES);
}

static void account__that_may_write_to_the_folder__uses_it(void **state)
{
    (void)state;
    assert_true(CreateDirectoryW(folder, NULL));
    be_no_administrator();
    host_log_open(&settings);
    assert_log(folder, LOG);
    assert_int_equal(GetFileAttributesW(account_folder), INVALID_FILE_ATTRIBUTES);
}

static void account__own_folder_planted_by_another__has_no_log(void **state)
{
    (void)state;
    assert_true(CreateDirectoryW(account_folder, NULL));
    planted.object = wcsrchr(account_folder, L'\\');
    planted.text = L"O:" OTHER L"D:P(A;OICI;FA;;;BA)";
    be_no_administrator();
    host_log_open(&settings);
    assert_int_equal(event_log.reported, 1);
    assert_non_null(wcsstr(event_log.why, L"its owner is " OTHER));
    assert_int_equal(_wcsicmp(event_log.folder, account_folder), 0);
}

static bool take_name(void *context, const wchar_t *name, uint64_t changed)
{
    (void)name;
    (void)changed;
    ++*(unsigned int *)context;
    return true;
}

static void record__of_the_account__is_found_in_both_folders(void **state)
{
    unsigned int found = 0;
    HANDLE file = NULL;

    (void)state;
    assert_int_equal(record_file_open(folder, L"a.txt", FOLDER_FILE_CREATE, &file, NULL, 0), S_OK);
    CloseHandle(file);
    assert_int_equal(record_file_each(folder, L"*.txt", take_name, &found), S_OK);
    assert_int_equal(found, 1);
    assert_true(CreateDirectoryW(account_folder, NULL));
    assert_int_equal(record_file_open(account_folder, L"b.txt", FOLDER_FILE_CREATE, &file, NULL, 0),
                     S_OK);
    CloseHandle(file);
    assert_int_equal(record_file_each(folder, L"*.txt", take_name, &found), S_OK);
    assert_int_equal(found, 3);
    assert_int_equal(record_file_open(folder, L"b.txt", FOLDER_FILE_READ, &file, NULL, 0), S_OK);
    CloseHandle(file);
    assert_int_equal(record_file_open(folder, L"c.txt", FOLDER_FILE_READ, &file, NULL, 0),
                     ERROR_FILE_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(log__at_the_first_call__is_made_with_its_folder),
        TEST(log__while_it_is_open__can_be_read_and_not_written),
        TEST(folder__while_a_log_is_open__cannot_be_exchanged),
        TEST(log__in_use__a_second_one_is_made),
        TEST(logs__all_in_use__the_event_log_says_so),
        TEST(full_log__again__replaces_the_old_one),
        TEST(full_log__folder_in_the_place_of_the_old_one__grows_on),
        TEST(full_log__old_one_is_another_files_name__that_file_stays),
        TEST(log__that_is_another_files_name__is_not_written),
        TEST(log__of_another_account__is_not_written),
        TEST(folder__that_cannot_be_trusted__gets_no_file),
        TEST(folder_above__that_others_can_exchange__nothing_is_made_in_it),
        TEST(record__in_a_folder_of_others__is_neither_written_nor_read),
        TEST(record__of_another_account__is_neither_written_nor_read),
        TEST(record__that_is_another_files_name__is_neither_written_nor_read),
        TEST(account__without_a_folder__makes_its_own_and_not_that_of_all),
        TEST(account__that_may_write_to_the_folder__uses_it),
        TEST(account__own_folder_planted_by_another__has_no_log),
        TEST(record__of_the_account__is_found_in_both_folders),
    };

    return cmocka_run_group_tests_name("host_log", tests, NULL, NULL);
}
