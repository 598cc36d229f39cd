/* DsSetAuthIdentity: an account that cannot be used never falls back to the process's own. */
#include "conformance.h"

static HRESULT prepare(struct context *context)
{
    *context = (struct context){POISON_POINTER, POISON_POINTER, POISON_DWORD};
    return DsBackupPrepareW(computer_name(), 0, BACKUP_TYPE_FULL, &context->token,
                            &context->token_bytes, &context->hbc);
}

/*
 * The error of the logon comes from Prepare. Which one it is depends on the system: a logon that
 * fails on Windows, one that yields no usable token elsewhere.
 */
static void assert_prepare_fails(const char *what)
{
    struct context context;
    HRESULT hr = prepare(&context);

    if (hr == S_OK) {
        DsBackupEnd(context.hbc);
        fail_msg("%s: Prepare succeeded under another identity", what);
    }
    assert_null(context.hbc);
    assert_null(context.token);
    assert_int_equal(context.token_bytes, 0);
}

static void assert_prepare_succeeds(const char *what)
{
    struct context context;

    assert_result(what, prepare(&context), S_OK);
    assert_result(what, DsBackupEnd(context.hbc), S_OK);
    DsBackupFree(context.token);
}

static void set_auth_identity__unusable_account__fails_at_prepare_until_cleared(void **state)
{
    BOOL online = FALSE;

    (void)state;
    assert_result("W", DsSetAuthIdentityW(L"nobody of this name", L"NOWHERE", L"secret"), S_OK);
    assert_prepare_fails("W");
    /* What opens no context works under the process's own identity. */
    assert_result("online", DsIsNTDSOnlineW(computer_name(), &online), S_OK);
    assert_int_equal(online, TRUE);
    assert_result("clear W", DsSetAuthIdentityW(NULL, NULL, NULL), S_OK);
    assert_prepare_succeeds("cleared W");
    assert_result("A", DsSetAuthIdentityA("nobody of this name", "NOWHERE", "secret"), S_OK);
    assert_prepare_fails("A");
    assert_result("clear A", DsSetAuthIdentityA(NULL, NULL, NULL), S_OK);
    assert_prepare_succeeds("cleared A");
}

static void set_auth_identity__context_is_open__does_not_touch_it(void **state)
{
    DWORD bytes;
    wchar_t *names;

    assert_result("set", DsSetAuthIdentityW(L"nobody of this name", L"NOWHERE", L"secret"), S_OK);
    names = database_list(context_handle(state), &bytes);
    read_all(context_handle(state), names);
    assert_result("end", DsBackupEnd(context_handle(state)), S_OK);
    assert_result("clear", DsSetAuthIdentityW(NULL, NULL, NULL), S_OK);
    DsBackupFree(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set_auth_identity__unusable_account__fails_at_prepare_until_cleared),
        cmocka_unit_test_setup_teardown(set_auth_identity__context_is_open__does_not_touch_it,
                                        context_begin, context_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
