/*
 * test_proof_operator.c - what /account says of all that can come of its backups, against stand-ins
 * for the accounts of Windows, the DLL and the backups.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <cmocka.h>

#include "common/format.h"
#include "doctor/output.h"
#include "fake_accounts.h"
#include "proof.h"
#include "proof_files.h"
#include "proof_identity.h"
#include "proof_log.h"

#include <ntdsbmsg.h>

static struct
{
    HRESULT as_user, as_operator, as_stranger;
    bool is_whole, has_log;
    int removed;
} backups;

/* --- what proof_operator.c asks --------------------------------------------------------------- */

bool account_api_load(struct account_api *api)
{
    *api = fake_account_api;
    return true;
}

HRESULT proof_identity_ask(const struct proof *proof, const wchar_t *user, const wchar_t *password)
{
    (void)proof;
    assert_int_equal(wcscmp(user, LOCAL_ACCOUNT_NAME), 0);
    if (wcscmp(password, fake_accounts.password) != 0)
        return backups.as_stranger;
    return fake_accounts.group[0] ? backups.as_operator : backups.as_user;
}

bool proof_can_run(const struct proof *proof, const wchar_t *program)
{
    (void)program;
    return wcscmp(proof->native, L"x64") == 0;
}

const wchar_t *proof_why_no_backup(const struct proof *proof)
{
    (void)proof;
    return NULL;
}

void proof_backup_line(const struct proof *proof, const wchar_t *programs, const wchar_t *folder,
                       wchar_t line[PROOF_LINE_CHARS])
{
    (void)proof;
    format_text(line, PROOF_LINE_CHARS, L"\"%ls\\vss-backup.exe\" \"%ls\"", programs, folder);
}

bool proof_make_folder_of(const wchar_t *folder, const wchar_t *sid)
{
    assert_int_equal(wcscmp(sid, FAKE_ACCOUNT_SID), 0);
    return CreateDirectoryW(folder, NULL);
}

bool proof_is_whole(const struct proof *proof, const wchar_t *folder)
{
    (void)proof;
    (void)folder;
    return backups.is_whole;
}

bool proof_log_folder_of(const wchar_t *sid, wchar_t folder[PROOF_LOG_CHARS])
{
    return format_text(folder, PROOF_LOG_CHARS, L"C:\\logs-%ls", sid);
}

char *proof_log_since(const wchar_t *path, LONGLONG mark)
{
    assert_non_null(wcsstr(path, FAKE_ACCOUNT_SID));
    assert_int_equal(mark, 0);
    return backups.has_log ? _strdup("loaded into x.exe\r\n") : NULL;
}

void proof_remove_tree(const wchar_t *folder)
{
    (void)folder;
    backups.removed++;
}

void output_text(bool is_error, const wchar_t *text)
{
    (void)is_error;
    if (fake_accounts.added)
        assert_null(wcsstr(text, fake_accounts.password));
}

/* --- a run ------------------------------------------------------------------------------------ */

static wchar_t root[MAX_PATH];

static const wchar_t *const programs[] = {L"legacy-backup.exe", L"vss-backup.exe", L"ntdsbcli.dll",
                                          L"ntdsbroker64.exe"};

static void below(const wchar_t *folder, const wchar_t *name, wchar_t path[PROOF_PATH_CHARS])
{
    format_text(path, PROOF_PATH_CHARS, L"%ls\\%ls\\%ls", root, folder, name);
}

/* Windows has 1, Wine 0. */
static void set_uac(DWORD value)
{
    RegSetKeyValueW(HKEY_LOCAL_MACHINE,
                    L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System", L"EnableLUA",
                    REG_DWORD, &value, sizeof(value));
}

static int make_kit(void **state)
{
    wchar_t path[PROOF_PATH_CHARS];
    size_t i;

    (void)state;
    GetTempPathW(MAX_PATH, path);
    format_text(root, MAX_PATH, L"%lsoperator-%lu", path, GetCurrentProcessId());
    CreateDirectoryW(root, NULL);
    below(L"x64", L"", path);
    CreateDirectoryW(path, NULL);
    for (i = 0; i < ARRAYSIZE(programs); i++) {
        below(L"x64", programs[i], path);
        CloseHandle(CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL));
    }
    return 0;
}

static void remove_programs(const wchar_t *folder)
{
    wchar_t path[PROOF_PATH_CHARS];
    size_t i;

    for (i = 0; i < ARRAYSIZE(programs); i++) {
        below(folder, programs[i], path);
        DeleteFileW(path);
    }
    below(folder, L"", path);
    RemoveDirectoryW(path);
}

static int remove_kit(void **state)
{
    (void)state;
    set_uac(0);
    remove_programs(L"x64");
    return !RemoveDirectoryW(root);
}

static int make_healthy(void **state)
{
    (void)state;
    set_uac(1);
    memset(&fake_accounts, 0, sizeof(fake_accounts));
    fake_accounts.interactive_code = 4;
    memset(&backups, 0, sizeof(backups));
    backups.as_user = ERROR_ACCESS_DENIED;
    backups.as_operator = hrCouldNotConnect;
    backups.as_stranger = ERROR_LOGON_FAILURE;
    backups.is_whole = backups.has_log = true;
    return 0;
}

static const wchar_t *const claims[] = {L"vss-rights", L"backup-rights", L"log-account",
                                        L"auth-identity"};

/* The outcome of each of them, as a letter: p, f, - (not possible), or a blank: none. */
static void assert_outcomes_of(struct proof *proof, const char *expected)
{
    static const char marks[] = {
        [PROOF_PROVED] = 'p', [PROOF_FAILED] = 'f', [PROOF_NOT_POSSIBLE] = '-'};
    char found[ARRAYSIZE(claims) + 1] = "";
    enum proof_outcome outcome;
    size_t i;

    wcscpy(proof->kit, root);
    wcscpy(proof->work, root);
    wcscpy(proof->server, L"SERVER");
    proof_operator_checks(proof);
    remove_programs(L"operator");
    for (i = 0; i < ARRAYSIZE(claims); i++)
        found[i] = ' ';
    for (i = 0; i < ARRAYSIZE(claims); i++) {
        if (proof_report_outcome(&proof->report, claims[i], &outcome))
            found[i] = marks[outcome];
    }
    proof_report_fini(&proof->report);
    assert_string_equal(found, expected);
}

static void assert_outcomes(const char *expected)
{
    struct proof proof = {.native = L"x64", .adlds = L"instance1"};

    assert_outcomes_of(&proof, expected);
}

/* --- tests ------------------------------------------------------------------------------------ */

static void account__all_as_it_should_be__proves_all_and_is_deleted(void **state)
{
    (void)state;
    assert_outcomes("pppp");
    assert_int_equal(fake_accounts.deleted, 1);
    assert_int_equal(fake_accounts.profiles, 1);
    assert_int_equal(fake_accounts.with_token, 2);
    assert_int_equal(fake_accounts.with_logon, 1);
    assert_int_equal(backups.removed, 2);
}

static void account__each_backup_broken__fails_its_claim_and_no_other(void **state)
{
    static const struct
    {
        const char *label, *expected;
        DWORD batch_code, interactive_code, start_error;
        bool is_bad, has_no_log;
    } cases[] = {
        {"backup fails", "fppp", 5, 4, 0, false, false},
        {"backup is damaged", "fppp", 0, 4, 0, true, false},
        {"not elevated succeeds", "pfpp", 0, 0, 0, false, false},
        {"not elevated fails otherwise", "pfpp", 0, 7, 0, false, false},
        {"nothing can be started", "ffpp", 0, 4, ERROR_DIRECTORY, false, false},
        {"no log", "ppfp", 0, 4, 0, false, true},
        {"no Secondary Logon", "---p", 0, 4, ERROR_SERVICE_DISABLED, true, true},
        {"a policy denies the logon", "---p", 0, 4, ERROR_LOGON_TYPE_NOT_GRANTED, true, true},
    };
    size_t i;

    for (i = 0; i < ARRAYSIZE(cases); i++) {
        make_healthy(state);
        print_message("%s\n", cases[i].label);
        fake_accounts.batch_code = cases[i].batch_code;
        fake_accounts.interactive_code = cases[i].interactive_code;
        fake_accounts.start_error = cases[i].start_error;
        backups.is_whole = !cases[i].is_bad;
        backups.has_log = !cases[i].has_no_log;
        assert_outcomes(cases[i].expected);
        assert_int_equal(fake_accounts.deleted, 1);
    }
}

static void identity__each_answer_wrong__fails_its_claim_and_no_other(void **state)
{
    static const struct
    {
        const char *label, *expected;
        HRESULT as_user, as_operator, as_stranger;
    } cases[] = {
        {"user is let in", "pppf", hrCouldNotConnect, hrCouldNotConnect, ERROR_LOGON_FAILURE},
        {"user may not log on", "pppp", ERROR_LOGON_TYPE_NOT_GRANTED, hrCouldNotConnect,
         ERROR_LOGON_FAILURE},
        {"operator is refused", "pppf", ERROR_ACCESS_DENIED, ERROR_ACCESS_DENIED,
         ERROR_LOGON_FAILURE},
        {"operator may not log on", "ppp-", ERROR_ACCESS_DENIED, ERROR_LOGON_TYPE_NOT_GRANTED,
         ERROR_LOGON_FAILURE},
        {"stranger is let in", "pppf", ERROR_ACCESS_DENIED, hrCouldNotConnect, hrCouldNotConnect},
        {"DLL does not load", "pppf", E_NOINTERFACE, E_NOINTERFACE, E_NOINTERFACE},
    };
    size_t i;

    for (i = 0; i < ARRAYSIZE(cases); i++) {
        make_healthy(state);
        print_message("%s\n", cases[i].label);
        backups.as_user = cases[i].as_user;
        backups.as_operator = cases[i].as_operator;
        backups.as_stranger = cases[i].as_stranger;
        assert_outcomes(cases[i].expected);
    }
}

static void account__cannot_be_made_or_joined__is_not_possible(void **state)
{
    (void)state;
    fake_accounts.add_error = NERR_UserExists;
    assert_outcomes("- --");
    assert_int_equal(fake_accounts.deleted, 0);
    make_healthy(state);
    fake_accounts.group_error = ERROR_ACCESS_DENIED;
    assert_outcomes("- --");
    assert_int_equal(fake_accounts.deleted, 1);
}

static void account__without_user_account_control__is_always_elevated(void **state)
{
    (void)state;
    set_uac(0);
    assert_outcomes("p-pp");
    assert_int_equal(fake_accounts.with_logon, 0);
}

static void account__without_an_instance__is_asked_for_the_rest(void **state)
{
    struct proof proof = {.native = L"x64"};

    (void)state;
    assert_outcomes_of(&proof, "- pp");
}

static void account__that_stays__fails(void **state)
{
    (void)state;
    fake_accounts.delete_error = ERROR_ACCESS_DENIED;
    assert_outcomes("fppp");
    make_healthy(state);
    fake_accounts.profile_error = ERROR_SHARING_VIOLATION;
    assert_outcomes("fppp");
}

static void account__on_a_domain_controller__is_never_made(void **state)
{
    struct proof proof = {.native = L"x64", .is_controller = true};

    (void)state;
    assert_outcomes_of(&proof, "- --");
    assert_int_equal(fake_accounts.added, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(account__all_as_it_should_be__proves_all_and_is_deleted,
                               make_healthy),
        cmocka_unit_test_setup(account__each_backup_broken__fails_its_claim_and_no_other,
                               make_healthy),
        cmocka_unit_test_setup(identity__each_answer_wrong__fails_its_claim_and_no_other,
                               make_healthy),
        cmocka_unit_test_setup(account__cannot_be_made_or_joined__is_not_possible, make_healthy),
        cmocka_unit_test_setup(account__without_user_account_control__is_always_elevated,
                               make_healthy),
        cmocka_unit_test_setup(account__without_an_instance__is_asked_for_the_rest, make_healthy),
        cmocka_unit_test_setup(account__that_stays__fails, make_healthy),
        cmocka_unit_test_setup(account__on_a_domain_controller__is_never_made, make_healthy),
    };

    return cmocka_run_group_tests_name("proof_operator", tests, make_kit, remove_kit);
}
