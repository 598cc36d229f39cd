/*
 * test_identity.c - who is an administrator, and not only by name.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "filtered_token.h"
#include "host/identity.h"

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
