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

/* Whom it impersonates may not even be asked. */
static void enter__anonymous_impersonation__fails_and_changes_nothing(void **state)
{
    HANDLE token = (HANDLE)(uintptr_t)0x55;

    (void)state;
    assert_true(ImpersonateSelf(SecurityAnonymous));
    assert_int_equal(identity_enter(&token), ERROR_CANT_OPEN_ANONYMOUS);
    assert_null(token);
    assert_false(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token));
    assert_int_equal(GetLastError(), ERROR_CANT_OPEN_ANONYMOUS);
    assert_true(RevertToSelf());
}

static void enter__impersonation__is_set_aside_until_left(void **state)
{
    HANDLE token, seen;

    (void)state;
    assert_int_equal(identity_enter(&token), S_OK);
    assert_null(token);
    assert_true(ImpersonateSelf(SecurityImpersonation));
    assert_int_equal(identity_enter(&token), S_OK);
    assert_non_null(token);
    assert_false(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &seen));
    identity_leave(token);
    assert_true(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &seen));
    CloseHandle(seen);
    assert_true(RevertToSelf());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(administrator__group_for_denying_only__is_none),
        cmocka_unit_test(privilege__disabled__is_held_and_one_of_no_name_is_not),
        cmocka_unit_test(enter__anonymous_impersonation__fails_and_changes_nothing),
        cmocka_unit_test(enter__impersonation__is_set_aside_until_left),
    };

    return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
