/*
 * test_result.c - which code of the inside becomes which of the old API.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "host/result.h"

#include <ntdsbmsg.h>
#include <ntdsvss.h>
#include <vss.h>
#include <vswriter.h>
#include <vsserror.h>

static void codes__become_what_old_callers_know(void **state)
{
    static const struct
    {
        const char *label;
        HRESULT inside, legacy;
    } rows[] = {
        {"success", S_OK, S_OK},
        {"access denied", E_ACCESSDENIED, ERROR_ACCESS_DENIED},
        {"out of memory", E_OUTOFMEMORY, ERROR_NOT_ENOUGH_MEMORY},
        {"time-out", HRESULT_FROM_WIN32(ERROR_TIMEOUT), ERROR_TIMEOUT},
        {"no such file", HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND), ERROR_FILE_NOT_FOUND},
        {"Win32 without an error", (HRESULT)0x80070000, ERROR_GEN_FAILURE},
        {"raw code", ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER},
        {"in progress", VSS_E_SNAPSHOT_SET_IN_PROGRESS, hrBackupInProgress},
        {"another restore", NTDSVSS_E_RESTORE_IN_PROGRESS, hrRestoreInProgress},
        {"two databases", NTDSVSS_E_DATABASE_COUNT, ERROR_NOT_SUPPORTED},
        {"log missing", NTDSVSS_E_LOG_MISSING, (HRESULT)0xC8000239},
        {"no room", VSS_E_INSUFFICIENT_STORAGE, ERROR_DISK_FULL},
        {"no VSS", NTDSVSS_E_UNAVAILABLE, hrCouldNotConnect},
        {"no infrastructure", VSS_E_WRITER_INFRASTRUCTURE, hrCouldNotConnect},
        {"refused argument", E_INVALIDARG, E_INVALIDARG},
        {"bad state", VSS_E_BAD_STATE, VSS_E_BAD_STATE},
        {"writer", VSS_E_WRITERERROR_NONRETRYABLE, VSS_E_WRITERERROR_NONRETRYABLE},
        {"broker", hrCommunicationError, hrCommunicationError},
        {"page", hrReadVerifyFailure, hrReadVerifyFailure},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        HRESULT legacy = result_to_legacy(rows[i].inside);

        if (legacy != rows[i].legacy)
            fail_msg("%s: 0x%08lx became 0x%08lx, not 0x%08lx", rows[i].label,
                     (unsigned long)rows[i].inside, (unsigned long)legacy,
                     (unsigned long)rows[i].legacy);
    }
}

static void last_error__of_zero__is_still_a_failure(void **state)
{
    (void)state;
    SetLastError(0);
    assert_int_equal(result_last_error(), ERROR_GEN_FAILURE);
    SetLastError(ERROR_SHARING_VIOLATION);
    assert_int_equal(result_last_error(), ERROR_SHARING_VIOLATION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes__become_what_old_callers_know),
        cmocka_unit_test(last_error__of_zero__is_still_a_failure),
    };

    return cmocka_run_group_tests_name("result", tests, NULL, NULL);
}
