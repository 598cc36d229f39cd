/* DsRestorePrepare wants SE_RESTORE_NAME held, enabled or not. A program of its own, because a
 * removed privilege never comes back. */
#include "restore_set.h"

static int stop(void **state)
{
    (void)state;
    directory_stop();
    return 0;
}

static int start(void **state)
{
    (void)state;
    directory_start();
    return 0;
}

static void prepare__privilege_held_but_disabled__succeeds(void **state)
{
    HBC hbc = POISON_POINTER;

    (void)state;
    set_privilege(SE_RESTORE_NAME, 0);
    assert_result("prepare", DsRestorePrepareW(NULL, 0, NULL, 0, &hbc), S_OK);
    assert_result("end", DsRestoreEnd(hbc), S_OK);
}

static void prepare__privilege_not_held__returns_access_denied(void **state)
{
    HBC hbc = POISON_POINTER;

    (void)state;
    set_privilege(SE_RESTORE_NAME, SE_PRIVILEGE_REMOVED);
    assert_result("W", DsRestorePrepareW(NULL, 0, NULL, 0, &hbc), ERROR_ACCESS_DENIED);
    assert_null(hbc);
    hbc = POISON_POINTER;
    assert_result("A", DsRestorePrepareA(NULL, 0, NULL, 0, &hbc), ERROR_ACCESS_DENIED);
    assert_null(hbc);
    /* The name is looked at first, the directory's state last. */
    assert_result("another machine", DsRestorePrepareW(L"otherdc", 0, NULL, 0, &hbc),
                  RPC_S_INVALID_BINDING);
    directory_start();
    assert_result("online", DsRestorePrepareW(NULL, 0, NULL, 0, &hbc), ERROR_ACCESS_DENIED);
    directory_stop();
}

int main(void)
{
    /* In this order. */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prepare__privilege_held_but_disabled__succeeds),
        cmocka_unit_test(prepare__privilege_not_held__returns_access_denied),
    };

    return cmocka_run_group_tests(tests, stop, start);
}
