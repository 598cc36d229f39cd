/* The restore half: this version has none but the token's check, and says so. The one place to
 * change when it gets one.
 */
#include "conformance.h"

/* Each with arguments that are good as far as they go. */
static HRESULT prepare_a(HBC hbc, HBC *restore)
{
    (void)hbc;
    return DsRestorePrepareA(computer_name_ansi(), 0, NULL, 0, restore);
}

static HRESULT prepare_w(HBC hbc, HBC *restore)
{
    (void)hbc;
    return DsRestorePrepareW(computer_name(), 0, NULL, 0, restore);
}

static HRESULT register_a(HBC hbc, HBC *restore)
{
    char path[] = "C:\\ntds.dit";
    EDB_RSTMAPA map = {path, path};

    *restore = NULL;
    return DsRestoreRegisterA(hbc, "C:\\", "C:\\", &map, 1, "C:\\", 1, 1);
}

static HRESULT register_w(HBC hbc, HBC *restore)
{
    wchar_t path[] = L"C:\\ntds.dit";
    EDB_RSTMAPW map = {path, path};

    *restore = NULL;
    return DsRestoreRegisterW(hbc, L"C:\\", L"C:\\", &map, 1, L"C:\\", 1, 1);
}

static HRESULT register_complete(HBC hbc, HBC *restore)
{
    *restore = NULL;
    return DsRestoreRegisterComplete(hbc, S_OK);
}

static HRESULT restore_end(HBC hbc, HBC *restore)
{
    *restore = NULL;
    return DsRestoreEnd(hbc);
}

static const struct
{
    const char *name;
    HRESULT (*call)(HBC hbc, HBC *restore);
} not_yet[] = {
    {"DsRestorePrepareA", prepare_a},
    {"DsRestorePrepareW", prepare_w},
    {"DsRestoreRegisterA", register_a},
    {"DsRestoreRegisterW", register_w},
    {"DsRestoreRegisterComplete", register_complete},
    {"DsRestoreEnd", restore_end},
};

static void restore_functions__in_this_version__return_not_yet_implemented(void **state)
{
    size_t i;

    for (i = 0; i < ARRAYSIZE(not_yet); i++) {
        HBC restore = POISON_POINTER;

        assert_result(not_yet[i].name, not_yet[i].call(context_handle(state), &restore), hrNyi);
        assert_null(restore);
    }
    /* None of them ended or changed the backup whose handle they got. */
    assert_result("DsBackupClose", DsBackupClose(context_handle(state)), hrInvalidHandle);
    assert_result("DsBackupEnd", DsBackupEnd(context_handle(state)), S_OK);
}

static void check_expiry_token__of_this_backup__succeeds_unless_damaged(void **state)
{
    struct context *context = *state;
    unsigned char *token = context->token;

    assert_result("as it was given", DsRestoreCheckExpiryToken(token, context->token_bytes), S_OK);
    assert_result("a byte short", DsRestoreCheckExpiryToken(token, context->token_bytes - 1),
                  hrUnknownExpiryTokenFormat);
    assert_result("NULL", DsRestoreCheckExpiryToken(NULL, context->token_bytes),
                  hrMissingExpiryToken);
    assert_result("no bytes", DsRestoreCheckExpiryToken(token, 0), hrMissingExpiryToken);
    token[context->token_bytes / 2] ^= 1;
    assert_result("a flipped bit", DsRestoreCheckExpiryToken(token, context->token_bytes),
                  hrUnknownExpiryTokenFormat);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            restore_functions__in_this_version__return_not_yet_implemented, context_begin,
            context_end),
        cmocka_unit_test_setup_teardown(check_expiry_token__of_this_backup__succeeds_unless_damaged,
                                        context_begin, context_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
