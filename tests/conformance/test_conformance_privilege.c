/* DsBackupPrepare wants SE_BACKUP_NAME held, enabled or not. A program of its own, because a
 * removed privilege never comes back. */
#include "conformance.h"

static void prepare__privilege_held_but_disabled__succeeds(void **state)
{
    void *context = NULL;

    (void)state;
    set_privilege(SE_BACKUP_NAME, 0);
    assert_int_equal(context_begin(&context), 0);
    assert_result("end", DsBackupEnd(context_handle(&context)), S_OK);
    assert_int_equal(context_end(&context), 0);
}

static void prepare__privilege_not_held__returns_access_denied(void **state)
{
    void *token = POISON_POINTER;
    DWORD bytes = POISON_DWORD;
    HBC hbc = POISON_POINTER;
    BOOL online = FALSE;

    (void)state;
    set_privilege(SE_BACKUP_NAME, SE_PRIVILEGE_REMOVED);
    assert_result("W", DsBackupPrepareW(computer_name(), 0, BACKUP_TYPE_FULL, &token, &bytes, &hbc),
                  ERROR_ACCESS_DENIED);
    assert_null(token);
    assert_int_equal(bytes, 0);
    assert_null(hbc);
    assert_result("A",
                  DsBackupPrepareA(computer_name_ansi(), 0, BACKUP_TYPE_FULL, &token, &bytes, &hbc),
                  ERROR_ACCESS_DENIED);
    /* The name is looked at first. */
    assert_result("another machine",
                  DsBackupPrepareW(L"otherdc", 0, BACKUP_TYPE_FULL, &token, &bytes, &hbc),
                  RPC_S_INVALID_BINDING);
    /* Asking takes no privilege. */
    assert_result("online", DsIsNTDSOnlineW(computer_name(), &online), S_OK);
    assert_int_equal(online, TRUE);
}

int main(void)
{
    /* In this order. */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prepare__privilege_held_but_disabled__succeeds),
        cmocka_unit_test(prepare__privilege_not_held__returns_access_denied),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
