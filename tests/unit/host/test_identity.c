/*
 * test_identity.c - who is an administrator, and not only by name.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "host/identity.h"

/* This process's token with the administrators' group for denying only, as before an elevation. */
static HANDLE filtered_token(void)
{
    BYTE group[SECURITY_MAX_SID_SIZE];
    SID_AND_ATTRIBUTES disabled = {.Sid = group};
    DWORD group_bytes = sizeof(group);
    HANDLE own = NULL, filtered = NULL;

    assert_true(CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, group, &group_bytes));
    assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &own));
    assert_true(CreateRestrictedToken(own, 0, 1, &disabled, 0, NULL, 0, NULL, &filtered));
    CloseHandle(own);
    return filtered;
}

static void administrator__group_for_denying_only__is_none(void **state)
{
    HANDLE own = NULL;
    HANDLE filtered = filtered_token();

    (void)state;
    assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY | TOKEN_DUPLICATE, &own));
    assert_true(identity_is_administrator(NULL));
    assert_true(identity_is_administrator(own));
    assert_false(identity_is_administrator(filtered));
    assert_int_equal(GetLastError(), ERROR_SUCCESS); /* a no, not a failure */
    CloseHandle(filtered);
    CloseHandle(own);
}

static void privilege__disabled__is_held_and_one_of_no_name_is_not(void **state)
{
    (void)state;
    assert_true(identity_holds_privilege(NULL, L"SeRestorePrivilege"));
    assert_true(identity_holds_privilege(NULL, L"SeBackupPrivilege"));
    assert_false(identity_holds_privilege(NULL, L"SeNothingPrivilege"));
    assert_int_equal(GetLastError(), ERROR_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(administrator__group_for_denying_only__is_none),
        cmocka_unit_test(privilege__disabled__is_held_and_one_of_no_name_is_not),
    };

    return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
