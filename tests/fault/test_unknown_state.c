/*
 * test_unknown_state.c - the service manager does not say whether the directory runs: what is not
 * known to be stopped is not restored, and a backup asks the writer.
 */
#include "aftermath.h"
#include "inject.h"
#include "restore_set.h"

#include <stdlib.h>
#include <string.h>
#include <vsserror.h>

static const struct
{
    const char *function;
    HRESULT error; /* as inject_functions.h says */
} questions[] = {
    {"OpenSCManagerW", RPC_S_SERVER_UNAVAILABLE},
    {"OpenServiceW", ERROR_NO_SYSTEM_RESOURCES},
    {"QueryServiceStatus", ERROR_GEN_FAILURE},
};

static struct saved_backup backup;

static void fail_next(const char *function)
{
    inject_reset();
    inject_arm(INJECT_HOST, inject_find(function), 1);
}

#define LOG L"C:\\ProgramData\\ntdsbcli\\test_unknown_state.exe.log"

#define NOT_STOPPED "DsRestoreRegister: the directory service is not known to be stopped"

static unsigned int logged(const char *words)
{
    char *log = aftermath_read_file(LOG, 0);
    unsigned int count = aftermath_count(log, words);

    free(log);
    return count;
}

static int make_backup(void **state)
{
    (void)state;
    saved_backup_make(&backup);
    return inject_host(GetModuleHandleW(L"ntdsbcli.dll")) ? 0 : -1;
}

static int start_and_free(void **state)
{
    (void)state;
    inject_reset();
    directory_start();
    saved_backup_free(&backup);
    return 0;
}

static void is_online__not_said__returns_the_error(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(questions); i++) {
        BOOL online = TRUE;

        fail_next(questions[i].function);
        assert_result(questions[i].function, DsIsNTDSOnlineW(NULL, &online), questions[i].error);
        assert_true(inject_was_hit());
        assert_false(online);
    }
}

/* Whether it is a domain controller at all. */
static void is_online__registration_cannot_be_read__returns_the_error(void **state)
{
    BOOL online = TRUE;

    (void)state;
    fail_next("RegGetValueW");
    assert_result("RegGetValueW", DsIsNTDSOnlineW(NULL, &online), ERROR_NO_SYSTEM_RESOURCES);
    assert_true(inject_was_hit());
    assert_false(online);
}

static void backup_prepare__not_said__asks_the_writer(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(questions); i++) {
        HBC hbc = POISON_POINTER;
        void *token;
        DWORD token_bytes;

        fail_next(questions[i].function);
        assert_result(
            questions[i].function,
            DsBackupPrepareW(computer_name(), 0, BACKUP_TYPE_FULL, &token, &token_bytes, &hbc),
            S_OK);
        assert_true(inject_was_hit());
        DsBackupFree(token);
        DsBackupEnd(hbc);
    }
}

/* Its writer is not there. */
static void backup_prepare__not_said_and_stopped__fails(void **state)
{
    HBC hbc = POISON_POINTER;
    void *token;
    DWORD token_bytes;

    (void)state;
    directory_stop();
    fail_next("OpenServiceW");
    assert_result(
        "prepare",
        DsBackupPrepareW(computer_name(), 0, BACKUP_TYPE_FULL, &token, &token_bytes, &hbc),
        VSS_E_OBJECT_NOT_FOUND);
    assert_null(hbc);
    directory_start();
}

static void restore_prepare__running_and_not_said__is_refused(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(questions); i++) {
        HBC hbc = POISON_POINTER;

        fail_next(questions[i].function);
        assert_result(questions[i].function,
                      DsRestorePrepareW(NULL, 0, backup.token, backup.token_bytes, &hbc),
                      questions[i].error);
        assert_true(inject_was_hit());
        assert_null(hbc);
    }
}

static void restore_calls__no_longer_said__are_refused(void **state)
{
    unsigned int before = logged(NOT_STOPPED);
    struct places places;
    HBC hbc;

    (void)state;
    directory_stop();
    assert_result("prepare", DsRestorePrepareW(NULL, 0, backup.token, backup.token_bytes, &hbc),
                  S_OK);
    get_places(hbc, &places);
    fail_next("OpenServiceW");
    assert_result("register", register_as_documented(hbc, &backup, &places), hrCouldNotConnect);
    assert_true(inject_was_hit());
    assert_false(interlock_exists());
    assert_int_equal(logged(NOT_STOPPED), before + 1);
    assert_result("register again", register_as_documented(hbc, &backup, &places), S_OK);
    fail_next("OpenServiceW");
    assert_result("complete", DsRestoreRegisterComplete(hbc, hrNone), hrCouldNotConnect);
    assert_true(inject_was_hit());
    assert_true(interlock_exists());
    assert_result("end", DsRestoreEnd(hbc), S_OK);
    remove_interlock_and_marker();
    directory_start();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_online__not_said__returns_the_error),
        cmocka_unit_test(is_online__registration_cannot_be_read__returns_the_error),
        cmocka_unit_test(backup_prepare__not_said__asks_the_writer),
        cmocka_unit_test(backup_prepare__not_said_and_stopped__fails),
        cmocka_unit_test(restore_prepare__running_and_not_said__is_refused),
        cmocka_unit_test(restore_calls__no_longer_said__are_refused),
    };

    return cmocka_run_group_tests(tests, make_backup, start_and_free);
}
