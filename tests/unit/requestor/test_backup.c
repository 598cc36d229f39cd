/*
 * test_backup.c - a backup session in this process: what VSS is told of it, and how it is stopped.
 */
#include "restore_fixture.h"

#include <vsserror.h>
#include <wchar.h>

static void documents__of_a_backup__say_what_it_is(void **state)
{
    (void)state;
    assert_non_null(wcsstr(backup_components, L"backupType=\"full\""));
    assert_non_null(wcsstr(backup_components, L"bootableSystemStateBackup=\"yes\""));
    assert_non_null(wcsstr(backup_components, L"selectComponents=\"yes\""));
    assert_non_null(wcsstr(backup_components, L"backupSucceeded=\"yes\""));
}

/* --- stopped while it waits ------------------------------------------------------------------- */

static unsigned int waits;

static void cancel_at_the_wait(void *context, enum ntdsvss_level level, const wchar_t *line)
{
    (void)context;
    (void)level;
    if (wcsstr(line, L"Trying again in")) {
        waits++;
        SetEvent(session_settings.cancel);
    }
}

/* With all the time for retries that there is: who stops a program does not wait for them. */
static void start__cancelled_before_the_next_try__ends_as_cancelled(void **state)
{
    struct ntdsvss_settings settings = session_settings;
    struct ntdsvss_backup *backup;

    (void)state;
    waits = 0;
    settings.retry_ms = 600000;
    settings.log = cancel_at_the_wait;
    requestor_set_fault(L"DoSnapshotSet:async=0x80042314");
    assert_hr(ntdsvss_backup_create(&settings, &backup), S_OK);
    assert_hr(ntdsvss_backup_start(backup), HRESULT_FROM_WIN32(ERROR_CANCELLED));
    ntdsvss_backup_close(backup);
    assert_int_equal(waits, 1);
    assert_int_equal(restore_session_calls(L"InitializeForBackup"), 1);
}

/* --- how it ends ------------------------------------------------------------------------------ */

/* That of a call whose answer is lost may be under way; a set in progress is another program's. */
static void start__set_not_started__is_aborted_unless_another_is_in_progress(void **state)
{
    static const struct
    {
        const wchar_t *fault;
        HRESULT expected;
        unsigned int aborts;
    } rows[] = {
        {L"StartSnapshotSet=0x80042308", VSS_E_OBJECT_NOT_FOUND, 1},
        {L"StartSnapshotSet=0x80042316", VSS_E_SNAPSHOT_SET_IN_PROGRESS, 0},
    };
    size_t i;

    for (i = 0; i < ARRAYSIZE(rows); i++) {
        struct ntdsvss_backup *backup;

        restore_session_setup(state);
        requestor_set_fault(rows[i].fault);
        assert_hr(ntdsvss_backup_create(&session_settings, &backup), S_OK);
        assert_hr(ntdsvss_backup_start(backup), rows[i].expected);
        ntdsvss_backup_close(backup);
        assert_int_equal(restore_session_calls(L"AbortBackup"), rows[i].aborts);
    }
}

/* After a failure it is worthless, and asking again makes it no better. */
static void complete__tried_again__is_refused(void **state)
{
    static const struct
    {
        const wchar_t *fault;
        HRESULT expected;
    } rows[] = {{L"BackupComplete:async=0x80042308", VSS_E_OBJECT_NOT_FOUND}, {NULL, S_OK}};
    size_t i;

    for (i = 0; i < ARRAYSIZE(rows); i++) {
        struct ntdsvss_backup *backup;

        restore_session_setup(state);
        requestor_set_fault(rows[i].fault);
        assert_hr(ntdsvss_backup_create(&session_settings, &backup), S_OK);
        assert_hr(ntdsvss_backup_start(backup), S_OK);
        assert_hr(ntdsvss_backup_complete(backup), rows[i].expected);
        requestor_set_fault(NULL);
        assert_hr(ntdsvss_backup_complete(backup), E_UNEXPECTED);
        assert_int_equal(restore_session_calls(L"BackupComplete"), 1);
        ntdsvss_backup_close(backup);
    }
}

static void start__no_database_in_the_shadow_copy__fails_and_is_aborted(void **state)
{
    struct ntdsvss_backup *backup;
    HRESULT hr;

    (void)state;
    assert_true(MoveFileW(TEST_DATABASE, TEST_DATABASE L".away"));
    assert_hr(ntdsvss_backup_create(&session_settings, &backup), S_OK);
    hr = ntdsvss_backup_start(backup);
    ntdsvss_backup_close(backup);
    assert_true(MoveFileW(TEST_DATABASE L".away", TEST_DATABASE));
    assert_hr(hr, HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND));
    assert_true(restore_session_logged(L"Looking for the database in the shadow copy"));
    assert_int_equal(restore_session_calls(L"AbortBackup"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(documents__of_a_backup__say_what_it_is, restore_session_setup),
        cmocka_unit_test_setup(start__cancelled_before_the_next_try__ends_as_cancelled,
                               restore_session_setup),
        cmocka_unit_test(start__set_not_started__is_aborted_unless_another_is_in_progress),
        cmocka_unit_test(complete__tried_again__is_refused),
        cmocka_unit_test_setup(start__no_database_in_the_shadow_copy__fails_and_is_aborted,
                               restore_session_setup),
    };

    return cmocka_run_group_tests_name("backup", tests, restore_session_group_setup,
                                       restore_session_group_teardown);
}
