/*
 * test_local_account.c - the account of /account, against a stand-in for the system.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <wchar.h>
#include <cmocka.h>

#include "fake_accounts.h"
#include "operator_start.h"

static int reset(void **state)
{
    (void)state;
    memset(&fake_accounts, 0, sizeof(fake_accounts));
    return 0;
}

static bool has_one_of(const wchar_t *text, const wchar_t *characters)
{
    return wcspbrk(text, characters) != NULL;
}

static bool is_wiped(const struct local_account *account)
{
    static const wchar_t zeros[LOCAL_PASSWORD_CHARS];

    return memcmp(account->password, zeros, sizeof(zeros)) == 0;
}

/* --- it is made ------------------------------------------------------------------------------- */

static void create__succeeds__is_an_account_that_ends_by_itself(void **state)
{
    struct local_account account;
    const DWORD now = (DWORD)time(NULL);

    (void)state;
    assert_int_equal(local_account_create(&account, &fake_account_api), 0);
    assert_int_equal(wcscmp(fake_accounts.name, LOCAL_ACCOUNT_NAME), 0);
    assert_true(fake_accounts.flags & UF_DONT_EXPIRE_PASSWD);
    assert_true(fake_accounts.ends_at >= now + 86400 && fake_accounts.ends_at < now + 2 * 86400);
    assert_int_equal(wcscmp(account.sid_text, FAKE_ACCOUNT_SID), 0);
    assert_true(account.is_made);
}

static void password__is_long_of_all_kinds_and_another_each_time(void **state)
{
    struct local_account account;
    wchar_t first[LOCAL_PASSWORD_CHARS];

    (void)state;
    local_account_create(&account, &fake_account_api);
    wcscpy(first, fake_accounts.password);
    assert_int_equal(wcslen(first), LOCAL_PASSWORD_CHARS - 1);
    assert_true(has_one_of(first, L"ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
    assert_true(has_one_of(first, L"abcdefghijklmnopqrstuvwxyz"));
    assert_true(has_one_of(first, L"23456789"));
    assert_true(has_one_of(first, L"#$%&()*+-./:<=>?"));
    local_account_create(&account, &fake_account_api);
    assert_int_not_equal(wcscmp(first, fake_accounts.password), 0);
}

static void create__name_is_taken__leaves_that_account_alone(void **state)
{
    struct local_account account;

    (void)state;
    fake_accounts.add_error = NERR_UserExists;
    assert_int_equal(local_account_create(&account, &fake_account_api), NERR_UserExists);
    assert_int_equal(local_account_delete(&account), 0);
    assert_int_equal(fake_accounts.deleted, 0);
    assert_true(is_wiped(&account));
}

static void create__a_later_step_fails__deletes_it(void **state)
{
    struct local_account account;

    (void)state;
    fake_accounts.end_error = ERROR_ACCESS_DENIED;
    assert_int_equal(local_account_create(&account, &fake_account_api), ERROR_ACCESS_DENIED);
    assert_int_equal(fake_accounts.deleted, 1);
    fake_accounts.end_error = 0;
    fake_accounts.sid_error = ERROR_NONE_MAPPED;
    assert_int_equal(local_account_create(&account, &fake_account_api), ERROR_NONE_MAPPED);
    assert_int_equal(fake_accounts.deleted, 2);
    assert_true(is_wiped(&account));
    assert_false(account.is_made);
}

static void join__takes_the_groups_name_in_this_language(void **state)
{
    struct local_account account;

    (void)state;
    local_account_create(&account, &fake_account_api);
    assert_int_equal(local_account_join_backup_operators(&account), 0);
    assert_int_equal(wcscmp(fake_accounts.group, L"Sicherungs-Operatoren"), 0);
    assert_int_equal(wcscmp(fake_accounts.member, FAKE_ACCOUNT_SID), 0);
    fake_accounts.group_error = ERROR_ACCESS_DENIED;
    assert_int_equal(local_account_join_backup_operators(&account), ERROR_ACCESS_DENIED);
}

/* --- it is deleted ---------------------------------------------------------------------------- */

static void delete__made_account__goes_with_profile_and_password(void **state)
{
    struct local_account account;

    (void)state;
    local_account_create(&account, &fake_account_api);
    fake_accounts.profile_error = ERROR_FILE_NOT_FOUND; /* it never had one */
    assert_int_equal(local_account_delete(&account), 0);
    assert_int_equal(fake_accounts.profiles, 1);
    assert_int_equal(wcscmp(fake_accounts.profile, FAKE_ACCOUNT_SID), 0);
    assert_int_equal(fake_accounts.deleted, 1);
    assert_true(is_wiped(&account));
    assert_int_equal(local_account_delete(&account), 0);
    assert_int_equal(fake_accounts.deleted, 1);
}

static void delete__profile_stays__deletes_the_account_and_says_so(void **state)
{
    struct local_account account;

    (void)state;
    local_account_create(&account, &fake_account_api);
    fake_accounts.profile_error = ERROR_SHARING_VIOLATION;
    assert_int_equal(local_account_delete(&account), ERROR_SHARING_VIOLATION);
    assert_int_equal(fake_accounts.deleted, 1);
}

static void delete__account_stays__says_so_and_can_be_tried_again(void **state)
{
    struct local_account account;

    (void)state;
    local_account_create(&account, &fake_account_api);
    fake_accounts.delete_error = ERROR_ACCESS_DENIED;
    assert_int_equal(local_account_delete(&account), ERROR_ACCESS_DENIED);
    fake_accounts.delete_error = NERR_UserNotFound;
    assert_int_equal(local_account_delete(&account), 0);
    assert_false(account.is_made);
}

/* --- it starts programs ----------------------------------------------------------------------- */

static void start__batch__logs_on_and_closes_the_token(void **state)
{
    struct local_account account;
    struct operator_start start = {&account, OPERATOR_BATCH, L"C:\\own"};
    STARTUPINFOW startup = {0};
    PROCESS_INFORMATION created;
    wchar_t line[] = L"program";
    DWORD flags;

    (void)state;
    fake_accounts.start_error = ERROR_DIRECTORY;
    local_account_create(&account, &fake_account_api);
    assert_false(operator_create(&start, line, &startup, &created));
    assert_int_equal(GetLastError(), ERROR_DIRECTORY);
    assert_int_equal(fake_accounts.logon_type, LOGON32_LOGON_BATCH);
    assert_int_equal(fake_accounts.with_token, 1);
    assert_int_equal(wcscmp(fake_accounts.logon_password, fake_accounts.password), 0);
    assert_int_equal(wcscmp(fake_accounts.folder, L"C:\\own"), 0);
    assert_false(GetHandleInformation(fake_accounts.token, &flags));
}

static void start__interactive__leaves_the_logon_to_windows(void **state)
{
    struct local_account account;
    struct operator_start start = {&account, OPERATOR_INTERACTIVE, L"C:\\own"};
    STARTUPINFOW startup = {0};
    PROCESS_INFORMATION created;
    wchar_t line[] = L"program";

    (void)state;
    fake_accounts.start_error = ERROR_ACCESS_DENIED;
    local_account_create(&account, &fake_account_api);
    assert_false(operator_create(&start, line, &startup, &created));
    assert_int_equal(GetLastError(), ERROR_ACCESS_DENIED);
    assert_int_equal(fake_accounts.with_logon, 1);
    assert_null(fake_accounts.token);
    assert_int_equal(wcscmp(fake_accounts.logon_password, fake_accounts.password), 0);
    assert_int_equal(wcscmp(fake_accounts.folder, L"C:\\own"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(create__succeeds__is_an_account_that_ends_by_itself, reset),
        cmocka_unit_test_setup(password__is_long_of_all_kinds_and_another_each_time, reset),
        cmocka_unit_test_setup(create__name_is_taken__leaves_that_account_alone, reset),
        cmocka_unit_test_setup(create__a_later_step_fails__deletes_it, reset),
        cmocka_unit_test_setup(join__takes_the_groups_name_in_this_language, reset),
        cmocka_unit_test_setup(delete__made_account__goes_with_profile_and_password, reset),
        cmocka_unit_test_setup(delete__profile_stays__deletes_the_account_and_says_so, reset),
        cmocka_unit_test_setup(delete__account_stays__says_so_and_can_be_tried_again, reset),
        cmocka_unit_test_setup(start__batch__logs_on_and_closes_the_token, reset),
        cmocka_unit_test_setup(start__interactive__leaves_the_logon_to_windows, reset),
    };

    return cmocka_run_group_tests_name("local_account", tests, NULL, NULL);
}
