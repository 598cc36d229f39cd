/*
 * test_event_log.c - what is reported to the Event Log, through a stand-in: Wine's stores nothing.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <cmocka.h>

#include "record/event_log.h"
#include "common/log_file.h"

#include <ntdsbmsg.h>

#define MOST 10

static struct
{
    bool refuses_open, refuses_report;
    unsigned int opened, closed, reported;
    WORD type;
    DWORD event;
    WORD count;
    wchar_t strings[MOST][600];
} fake;

static HANDLE WINAPI fake_open(LPCWSTR server, LPCWSTR source)
{
    assert_null(server);
    assert_int_equal(wcscmp(source, L"ntdsbcli"), 0);
    fake.opened++;
    SetLastError(RPC_S_SERVER_UNAVAILABLE);
    return fake.refuses_open ? NULL : (HANDLE)&fake;
}

static BOOL WINAPI fake_report(HANDLE source, WORD type, WORD category, DWORD event, PSID user,
                               WORD count, DWORD data_bytes, LPCWSTR *strings, LPVOID data)
{
    WORD i;

    assert_ptr_equal(source, &fake);
    assert_int_equal(category, 0);
    assert_int_equal(data_bytes, 0);
    assert_null(user);
    assert_null(data);
    assert_true(count <= EVENT_LOG_STRINGS_MAX);
    fake.reported++;
    fake.type = type;
    fake.event = event;
    fake.count = count;
    for (i = 0; i < count; i++)
        _snwprintf(fake.strings[i], 599, L"%ls", strings[i]);
    return !fake.refuses_report;
}

static BOOL WINAPI fake_close(HANDLE source)
{
    assert_ptr_equal(source, &fake);
    fake.closed++;
    return TRUE;
}

static int setup(void **state)
{
    static const struct event_log_api api = {fake_open, fake_report, fake_close};

    (void)state;
    memset(&fake, 0, sizeof(fake));
    event_log_replace_api(&api);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    event_log_replace_api(NULL);
    return 0;
}

/* The program and its process id are before all else. */
static void assert_event(DWORD event, WORD type, WORD count)
{
    assert_int_equal(fake.reported, 1);
    assert_int_equal(fake.opened, 1);
    assert_int_equal(fake.closed, 1);
    assert_int_equal(fake.event, event);
    assert_int_equal(fake.type, type);
    assert_int_equal(fake.count, count);
    assert_int_equal(_wcsicmp(fake.strings[0], L"test_event_log.exe"), 0);
    assert_int_equal((DWORD)_wtoi(fake.strings[1]), GetCurrentProcessId());
}

static void assert_string(size_t index, const wchar_t *expected)
{
    if (wcscmp(fake.strings[index], expected) != 0)
        fail_msg("string %u: '%ls'", (unsigned int)index, fake.strings[index]);
}

static void backup_started__is_an_information(void **state)
{
    (void)state;
    event_log_backup_started();
    assert_event(EVENT_LOG_BACKUP_STARTED, EVENTLOG_INFORMATION_TYPE, 2);
}

static void backup_complete__has_its_counts(void **state)
{
    (void)state;
    event_log_backup_complete(1, 12, 5000000000ull, 61999);
    assert_event(EVENT_LOG_BACKUP_COMPLETE, EVENTLOG_INFORMATION_TYPE, 6);
    assert_string(2, L"1");
    assert_string(3, L"12");
    assert_string(4, L"5000000000");
    assert_string(5, L"61");
}

static void backup_failed__is_an_error_that_names_function_and_code(void **state)
{
    (void)state;
    event_log_backup_failed(L"DsBackupRead", hrReadVerifyFailure);
    assert_event(EVENT_LOG_BACKUP_FAILED, EVENTLOG_ERROR_TYPE, 6);
    assert_string(2, L"DsBackupRead");
    assert_string(3, L"hrReadVerifyFailure (0xc80003fa)");
}

static void backup_aborted__is_a_warning_with_counts(void **state)
{
    (void)state;
    event_log_backup_aborted(2, 5);
    assert_event(EVENT_LOG_BACKUP_ABORTED, EVENTLOG_WARNING_TYPE, 5);
    assert_string(2, L"2");
    assert_string(3, L"5");
}

static void restore__from_start_to_both_ends__names_the_backup(void **state)
{
    (void)state;
    event_log_restore_started(L"00ff", true);
    assert_event(EVENT_LOG_RESTORE_STARTED, EVENTLOG_INFORMATION_TYPE, 4);
    assert_string(2, L"00ff");
    assert_true(wcslen(fake.strings[3]) > 10);
    setup(state);
    event_log_restore_started(L"00ff", false);
    assert_string(3, L"");
    setup(state);
    event_log_restore_no_vss(L"00ff", L"because");
    assert_event(EVENT_LOG_RESTORE_NO_VSS, EVENTLOG_WARNING_TYPE, 4);
    assert_string(2, L"00ff");
    assert_string(3, L"because");
    setup(state);
    event_log_restore_complete(L"00ff");
    assert_event(EVENT_LOG_RESTORE_COMPLETE, EVENTLOG_INFORMATION_TYPE, 3);
    setup(state);
    event_log_restore_failed(L"00ff", L"DsRestoreRegisterComplete", hrBadDbSignature);
    assert_event(EVENT_LOG_RESTORE_FAILED, EVENTLOG_ERROR_TYPE, 7);
    assert_string(2, L"00ff");
    assert_string(3, L"DsRestoreRegisterComplete");
    assert_string(4, L"hrBadDbSignature (0xc8000213)");
}

static void keep_line(void *context, enum log_level level, const wchar_t *line)
{
    (void)line;
    *(unsigned int *)context += level == LOG_WARNING;
}

static void event_log__that_does_not_take_an_entry__is_a_warning_in_the_log(void **state)
{
    unsigned int warnings = 0;

    (void)state;
    log_file_watch(keep_line, &warnings);
    fake.refuses_open = true;
    event_log_backup_started();
    assert_int_equal(warnings, 1);
    assert_int_equal(fake.closed, 0);
    fake.refuses_open = false;
    fake.refuses_report = true;
    event_log_backup_started();
    log_file_watch(NULL, NULL);
    assert_int_equal(warnings, 2);
    assert_int_equal(fake.closed, 1);
}

static void event_log__of_the_system__takes_an_entry_without_registration(void **state)
{
    unsigned int warnings = 0;

    (void)state;
    event_log_replace_api(NULL);
    log_file_watch(keep_line, &warnings);
    event_log_backup_started();
    log_file_watch(NULL, NULL);
    assert_int_equal(warnings, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(backup_started__is_an_information, setup, teardown),
        cmocka_unit_test_setup_teardown(backup_complete__has_its_counts, setup, teardown),
        cmocka_unit_test_setup_teardown(backup_failed__is_an_error_that_names_function_and_code,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(backup_aborted__is_a_warning_with_counts, setup, teardown),
        cmocka_unit_test_setup_teardown(restore__from_start_to_both_ends__names_the_backup, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            event_log__that_does_not_take_an_entry__is_a_warning_in_the_log, setup, teardown),
        cmocka_unit_test_setup_teardown(
            event_log__of_the_system__takes_an_entry_without_registration, setup, teardown),
    };

    return cmocka_run_group_tests_name("event_log", tests, NULL, NULL);
}
