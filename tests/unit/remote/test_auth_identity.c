/*
 * test_auth_identity.c - another account's logon, against a stand-in for the system: Wine's
 * LogonUser lets everybody in, so the real one proves nothing here.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>
#include <cmocka.h>

#include "remote/auth_identity.h"
#include "remote/broker_process.h"

#include <ntdsbmsg.h>

static struct
{
    DWORD batch_error, cleartext_error; /* 0: that logon succeeds */
    DWORD as_user_error, with_token_error;
    int logons;
    wchar_t seen_user[32], seen_domain[32];
    DWORD as_user_flags, with_token_flags;
    int as_user_calls, with_token_calls;
    bool as_user_had_handle_list, with_token_had_std_handles;
} fake;

static BOOL fail_with(DWORD error)
{
    SetLastError(error);
    return FALSE;
}

static BOOL WINAPI fake_logon(LPCWSTR user, LPCWSTR domain, LPCWSTR password, DWORD type,
                              DWORD provider, HANDLE *token)
{
    DWORD error = type == LOGON32_LOGON_BATCH ? fake.batch_error : fake.cleartext_error;

    (void)password;
    (void)provider;
    fake.logons++;
    wcsncpy(fake.seen_user, user, 31);
    wcsncpy(fake.seen_domain, domain ? domain : L"(null)", 31);
    if (error)
        return fail_with(error);
    return OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, token);
}

static BOOL WINAPI fake_as_user(HANDLE token, LPCWSTR path, LPWSTR command_line,
                                SECURITY_ATTRIBUTES *process, SECURITY_ATTRIBUTES *thread,
                                BOOL inherit, DWORD flags, void *environment, LPCWSTR folder,
                                STARTUPINFOW *startup, PROCESS_INFORMATION *created)
{
    (void)path;
    (void)command_line;
    (void)process;
    (void)thread;
    (void)environment;
    (void)folder;
    (void)created;
    assert_non_null(token);
    assert_true(inherit);
    fake.as_user_calls++;
    fake.as_user_flags = flags;
    fake.as_user_had_handle_list =
        startup->cb == sizeof(STARTUPINFOEXW) && ((STARTUPINFOEXW *)startup)->lpAttributeList;
    return fail_with(fake.as_user_error);
}

static BOOL WINAPI fake_with_token(HANDLE token, DWORD logon_flags, LPCWSTR path,
                                   LPWSTR command_line, DWORD flags, void *environment,
                                   LPCWSTR folder, STARTUPINFOW *startup,
                                   PROCESS_INFORMATION *created)
{
    (void)logon_flags;
    (void)path;
    (void)command_line;
    (void)environment;
    (void)folder;
    (void)created;
    assert_non_null(token);
    fake.with_token_calls++;
    fake.with_token_flags = flags;
    fake.with_token_had_std_handles = startup->cb == sizeof(STARTUPINFOW) &&
                                      (startup->dwFlags & STARTF_USESTDHANDLES) &&
                                      startup->hStdInput;
    return fail_with(fake.with_token_error);
}

static const struct auth_api fake_api = {fake_logon, fake_as_user, fake_with_token};

static int use_fake(void **state)
{
    (void)state;
    memset(&fake, 0, sizeof(fake));
    auth_identity_replace_api(&fake_api);
    return 0;
}

static int use_system(void **state)
{
    (void)state;
    auth_identity_set(NULL, NULL, NULL);
    auth_identity_replace_api(NULL);
    return 0;
}

static void identity__never_set__is_the_processs_own(void **state)
{
    HANDLE token = (HANDLE)(uintptr_t)0x55;

    (void)state;
    assert_int_equal(auth_identity_set(NULL, NULL, NULL), S_OK);
    assert_int_equal(auth_identity_token(&token), S_OK);
    assert_null(token);
    assert_int_equal(fake.logons, 0);
}

static void identity__set__gives_a_token_until_cleared(void **state)
{
    HANDLE token = NULL;
    DWORD flags;

    (void)state;
    assert_int_equal(auth_identity_set(L"backup", L"CORP", L"secret"), S_OK);
    assert_int_equal(fake.logons, 1);
    assert_int_equal(wcscmp(fake.seen_user, L"backup"), 0);
    assert_int_equal(wcscmp(fake.seen_domain, L"CORP"), 0);
    assert_int_equal(auth_identity_token(&token), S_OK);
    assert_true(GetHandleInformation(token, &flags));
    CloseHandle(token);
    assert_int_equal(auth_identity_set(NULL, NULL, NULL), S_OK);
    assert_int_equal(auth_identity_token(&token), S_OK);
    assert_null(token);
}

static void logon__without_the_batch_right__tries_network_cleartext(void **state)
{
    HANDLE token = NULL;

    (void)state;
    fake.batch_error = ERROR_LOGON_TYPE_NOT_GRANTED;
    auth_identity_set(L"backup", NULL, L"secret");
    assert_int_equal(fake.logons, 2);
    assert_int_equal(auth_identity_token(&token), S_OK);
    assert_non_null(token);
    CloseHandle(token);
}

static void logon__that_fails__surfaces_at_use_and_leaves_no_older_token(void **state)
{
    HANDLE token = (HANDLE)(uintptr_t)0x55;

    (void)state;
    auth_identity_set(L"good", NULL, L"secret");
    fake.batch_error = ERROR_LOGON_FAILURE;
    fake.cleartext_error = ERROR_LOGON_FAILURE;
    assert_int_equal(auth_identity_set(L"bad", NULL, L"wrong"), S_OK);
    assert_int_equal(auth_identity_token(&token), ERROR_LOGON_FAILURE);
    assert_ptr_equal(token, (HANDLE)(uintptr_t)0x55);
}

static void identity__that_could_not_be_tried__is_a_failed_logon(void **state)
{
    HANDLE token = (HANDLE)(uintptr_t)0x55;

    (void)state;
    auth_identity_set(L"good", NULL, L"secret");
    auth_identity_fail(ERROR_NO_UNICODE_TRANSLATION);
    assert_int_equal(auth_identity_token(&token), ERROR_NO_UNICODE_TRANSLATION);
    assert_ptr_equal(token, (HANDLE)(uintptr_t)0x55);
    assert_int_equal(auth_identity_set(NULL, NULL, NULL), S_OK);
    assert_int_equal(auth_identity_token(&token), S_OK);
    assert_null(token);
}

static void broker__after_a_failed_logon__is_not_started(void **state)
{
    struct broker_process broker = {0};

    (void)state;
    fake.batch_error = ERROR_ACCOUNT_DISABLED;
    fake.cleartext_error = ERROR_ACCOUNT_DISABLED;
    auth_identity_set(L"disabled", NULL, L"secret");
    assert_int_equal(broker_process_start(&broker), ERROR_ACCOUNT_DISABLED);
    assert_int_equal(fake.as_user_calls + fake.with_token_calls, 0);
    assert_null(broker.process);
}

static void broker__under_an_identity__is_created_as_that_user_with_a_handle_list(void **state)
{
    struct broker_process broker = {0};

    (void)state;
    fake.as_user_error = ERROR_FILE_NOT_FOUND;
    auth_identity_set(L"backup", NULL, L"secret");
    assert_int_equal(broker_process_start(&broker), hrCommunicationError);
    assert_int_equal(fake.as_user_calls, 1);
    assert_true(fake.as_user_had_handle_list);
    assert_true(fake.as_user_flags & EXTENDED_STARTUPINFO_PRESENT);
    assert_int_equal(fake.with_token_calls, 0);
}

static void broker__that_does_not_come_up__is_tried_three_times(void **state)
{
    struct broker_process broker = {0};

    (void)state;
    fake.as_user_error = ERROR_INTERNAL_ERROR;
    auth_identity_set(L"backup", NULL, L"secret");
    assert_int_equal(broker_process_start(&broker), hrCommunicationError);
    assert_int_equal(fake.as_user_calls, 3);
    assert_true(fake.as_user_had_handle_list);
    assert_null(broker.process);
}

static void broker__without_the_privilege_for_that__passes_standard_handles(void **state)
{
    struct broker_process broker = {0};

    (void)state;
    fake.as_user_error = ERROR_PRIVILEGE_NOT_HELD;
    fake.with_token_error = ERROR_ACCESS_DENIED;
    auth_identity_set(L"backup", NULL, L"secret");
    assert_int_equal(broker_process_start(&broker), hrCommunicationError);
    assert_int_equal(fake.with_token_calls, 1);
    assert_true(fake.with_token_had_std_handles);
    assert_false(fake.with_token_flags & EXTENDED_STARTUPINFO_PRESENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(identity__never_set__is_the_processs_own, use_fake),
        cmocka_unit_test_setup(identity__set__gives_a_token_until_cleared, use_fake),
        cmocka_unit_test_setup(logon__without_the_batch_right__tries_network_cleartext, use_fake),
        cmocka_unit_test_setup(logon__that_fails__surfaces_at_use_and_leaves_no_older_token,
                               use_fake),
        cmocka_unit_test_setup(identity__that_could_not_be_tried__is_a_failed_logon, use_fake),
        cmocka_unit_test_setup(broker__after_a_failed_logon__is_not_started, use_fake),
        cmocka_unit_test_setup(
            broker__under_an_identity__is_created_as_that_user_with_a_handle_list, use_fake),
        cmocka_unit_test_setup(broker__that_does_not_come_up__is_tried_three_times, use_fake),
        cmocka_unit_test_setup(broker__without_the_privilege_for_that__passes_standard_handles,
                               use_fake),
    };

    return cmocka_run_group_tests_name("auth_identity", tests, use_fake, use_system);
}
