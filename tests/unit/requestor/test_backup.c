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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(documents__of_a_backup__say_what_it_is, restore_session_setup),
        cmocka_unit_test_setup(start__cancelled_before_the_next_try__ends_as_cancelled,
                               restore_session_setup),
    };

    return cmocka_run_group_tests_name("backup", tests, restore_session_group_setup,
                                       restore_session_group_teardown);
}
