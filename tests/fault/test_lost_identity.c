/*
 * test_lost_identity.c - an account that could not be set, or set aside: nothing is done under
 * another one.
 */
#include "conformance.h"
#include "inject.h"

static void fail_call(const char *function, unsigned int nth)
{
    inject_reset();
    inject_arm(INJECT_HOST, inject_find(function), nth);
}

static HRESULT prepare(struct context *context)
{
    *context = (struct context){POISON_POINTER, POISON_POINTER, POISON_DWORD};
    return DsBackupPrepareW(computer_name(), 0, BACKUP_TYPE_FULL, &context->token,
                            &context->token_bytes, &context->hbc);
}

static void end(struct context *context)
{
    assert_result("end", DsBackupEnd(context->hbc), S_OK);
    DsBackupFree(context->token);
}

/* Many a program does not look at the result. */
static void set_auth_identity_a__no_memory__prepare_fails_until_it_is_set(void **state)
{
    struct context context;
    HRESULT hr = prepare(&context);
    unsigned int nth;

    (void)state;
    assert_result("before", hr, S_OK);
    end(&context);
    for (nth = 1; nth <= 3; nth++) {
        fail_call("malloc", nth);
        assert_result("set", DsSetAuthIdentityA("nobody", "NOWHERE", "secret"),
                      ERROR_NOT_ENOUGH_MEMORY);
        assert_true(inject_was_hit());
        inject_reset();
        assert_result("prepare", prepare(&context), ERROR_NOT_ENOUGH_MEMORY);
        assert_null(context.hbc);
        assert_null(context.token);
        assert_result("clear", DsSetAuthIdentityW(NULL, NULL, NULL), S_OK);
        assert_result("prepare again", prepare(&context), S_OK);
        end(&context);
    }
}

static void set_auth_identity_w__impersonation_stays__prepare_fails_until_it_is_set(void **state)
{
    struct context context;

    (void)state;
    fail_call("OpenThreadToken", 1);
    assert_result("set", DsSetAuthIdentityW(L"nobody", L"NOWHERE", L"secret"),
                  ERROR_NO_SYSTEM_RESOURCES);
    inject_reset();
    assert_result("prepare", prepare(&context), ERROR_NO_SYSTEM_RESOURCES);
    assert_result("clear", DsSetAuthIdentityW(NULL, NULL, NULL), S_OK);
    assert_result("prepare again", prepare(&context), S_OK);
    end(&context);
}

static void calls__impersonation_stays__fail(void **state)
{
    struct context context, other;
    void *list;
    DWORD bytes;
    BOOL online;

    (void)state;
    assert_result("prepare", prepare(&context), S_OK);
#define FAILS(call)                                                                                \
    fail_call("OpenThreadToken", 1);                                                               \
    assert_result(#call, call, ERROR_NO_SYSTEM_RESOURCES);                                         \
    assert_true(inject_was_hit())
    FAILS(DsIsNTDSOnlineW(NULL, &online));
    FAILS(prepare(&other));
    assert_null(other.hbc);
    FAILS(DsBackupGetDatabaseNamesW(context.hbc, (LPWSTR *)&list, &bytes));
    assert_null(list);
    FAILS(DsRestoreGetDatabaseLocationsW(context.hbc, (LPWSTR *)&list, &bytes));
    assert_null(list);
    FAILS(DsBackupClose(context.hbc));
    FAILS(DsRestorePrepareW(NULL, 0, context.token, context.token_bytes, &other.hbc));
    assert_null(other.hbc);
    FAILS(DsSetCurrentBackupLogW(NULL, 1));
    /* It ends all the same, and the backup counts as failed. */
    FAILS(DsBackupEnd(context.hbc));
    inject_reset();
    assert_result("end again", DsBackupEnd(context.hbc), ERROR_INVALID_PARAMETER);
    DsBackupFree(context.token);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set_auth_identity_a__no_memory__prepare_fails_until_it_is_set),
        cmocka_unit_test(set_auth_identity_w__impersonation_stays__prepare_fails_until_it_is_set),
        cmocka_unit_test(calls__impersonation_stays__fail),
    };

    if (DsSetAuthIdentityW(NULL, NULL, NULL) != S_OK ||
        !inject_host(GetModuleHandleW(L"ntdsbcli.dll")))
        return 1;
    return cmocka_run_group_tests_name("lost_identity", tests, NULL, NULL);
}
