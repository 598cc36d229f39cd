/*
 * proof_operator.c - level 2 with /account: a Backup Operator, whose account is made and deleted
 * here.
 *
 * It gets copies of the programs: the folder of the kit may be one that it cannot read.
 */
#include "local_account.h"
#include "operator_start.h"
#include "proof.h"
#include "proof_files.h"
#include "proof_identity.h"
#include "proof_log.h"

#include "common/format.h"
#include "doctor/output.h"

#include <ntdsbmsg.h>
#include <stdlib.h>
#include <string.h>

/* Exit code of vss-backup. */
#define ACCESS_DENIED_CODE 4

/* For Ctrl-C, which ends this process before it has deleted it. */
static struct local_account *volatile doomed;

static BOOL WINAPI on_stop(DWORD event)
{
    (void)event;
    if (doomed)
        local_account_delete(doomed);
    return FALSE;
}

/* --- its backups ------------------------------------------------------------------------------ */

static bool copy_programs(const struct proof *proof, const wchar_t *folder)
{
    static const wchar_t *const names[] = {L"legacy-backup.exe", L"vss-backup.exe", L"ntdsbcli.dll",
                                           L"ntdsbroker64.exe"};
    wchar_t from[PROOF_PATH_CHARS], to[PROOF_PATH_CHARS];
    size_t i;

    for (i = 0; i < ARRAYSIZE(names); i++) {
        format_text(from, PROOF_PATH_CHARS, L"%ls\\x64\\%ls", proof->kit, names[i]);
        format_text(to, PROOF_PATH_CHARS, L"%ls\\%ls", folder, names[i]);
        if (!CopyFileW(from, to, TRUE))
            return false;
    }
    return true;
}

/* Both logons: *run says how it ended; release it with proof_run_fini. */
static void run_as(const struct local_account *account, enum operator_logon logon,
                   const wchar_t *folder, const wchar_t *line, struct proof_run *run)
{
    struct operator_start start = {account, logon, folder};
    const struct proof_way way = {.create = operator_create, .context = &start};
    wchar_t output[PROOF_PATH_CHARS];

    format_text(output, PROOF_PATH_CHARS, L"%ls.out", folder);
    proof_run_start(run, line, output, &way);
    proof_run_wait(run, PROOF_BACKUP_MS);
}

/* A hardened server may have Secondary Logon off, or deny a logon of this kind. */
static enum proof_outcome outcome_of(const struct proof_run *run, bool is_good)
{
    switch (run->start_error) {
    case ERROR_SERVICE_DISABLED:
    case ERROR_LOGON_TYPE_NOT_GRANTED:
        return PROOF_NOT_POSSIBLE;
    default:
        return is_good ? PROOF_PROVED : PROOF_FAILED;
    }
}

static void check_batch(struct proof *proof, const struct local_account *account,
                        const wchar_t *folder)
{
    wchar_t line[PROOF_LINE_CHARS], backup[PROOF_PATH_CHARS], end[PROOF_END_CHARS];
    struct proof_run run;
    bool whole;

    format_text(backup, PROOF_PATH_CHARS, L"%ls\\batch", folder);
    proof_backup_line(proof, folder, backup, line);
    run_as(account, OPERATOR_BATCH, folder, line, &run);
    proof_run_describe(&run, end);
    whole = !run.start_error && !run.is_late && run.code == 0 && proof_is_whole(proof, backup);
    proof_report_add(&proof->report, L"vss-rights", L"Backup Operator, batch",
                     outcome_of(&run, whole), L"%ls, ese-verify: %ls", end,
                     whole ? L"good" : L"not good");
    proof_run_fini(&run);
    proof_remove_tree(backup);
}

static bool is_uac_on(void)
{
    DWORD value = 1, bytes = sizeof(value);

    RegGetValueW(HKEY_LOCAL_MACHINE,
                 L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System", L"EnableLUA",
                 RRF_RT_REG_DWORD, NULL, &value, &bytes);
    return value != 0;
}

static void check_interactive(struct proof *proof, const struct local_account *account,
                              const wchar_t *folder)
{
    wchar_t line[PROOF_LINE_CHARS], backup[PROOF_PATH_CHARS], end[PROOF_END_CHARS];
    struct proof_run run;
    bool is_refused;

    if (!is_uac_on()) {
        proof_report_add(&proof->report, L"backup-rights", L"Backup Operator, not elevated",
                         PROOF_NOT_POSSIBLE, L"User Account Control is off");
        return;
    }
    format_text(backup, PROOF_PATH_CHARS, L"%ls\\interactive", folder);
    proof_backup_line(proof, folder, backup, line);
    run_as(account, OPERATOR_INTERACTIVE, folder, line, &run);
    proof_run_describe(&run, end);
    is_refused = !run.start_error && run.code == ACCESS_DENIED_CODE &&
                 GetFileAttributesW(backup) == INVALID_FILE_ATTRIBUTES;
    proof_report_add(&proof->report, L"backup-rights", L"Backup Operator, not elevated",
                     outcome_of(&run, is_refused), L"%ls, expected %d", end, ACCESS_DENIED_CODE);
    proof_run_fini(&run);
}

/* legacy-backup is refused here, but it logs that it was asked. */
static void check_log(struct proof *proof, const struct local_account *account,
                      const wchar_t *folder)
{
    wchar_t line[PROOF_LINE_CHARS], logs[PROOF_LOG_CHARS], path[PROOF_LOG_CHARS + 40];
    wchar_t end[PROOF_END_CHARS];
    struct proof_run run;
    bool found;
    char *text;

    format_text(line, PROOF_LINE_CHARS, L"\"%ls\\legacy-backup.exe\" %ls \"%ls\\none\"", folder,
                proof->server, folder);
    run_as(account, OPERATOR_BATCH, folder, line, &run);
    proof_run_describe(&run, end);
    proof_log_folder_of(account->sid_text, logs);
    format_text(path, ARRAYSIZE(path), L"%ls\\legacy-backup.exe.log", logs);
    text = proof_log_since(path, 0);
    found = text && strstr(text, "loaded into ");
    proof_report_add(&proof->report, L"log-account", L"Backup Operator", outcome_of(&run, found),
                     L"%ls: %ls", end,
                     found ? L"it has a log of its own" : L"it has no log of its own");
    proof_run_fini(&run);
    free(text);
    proof_remove_tree(logs);
}

static void check_backups(struct proof *proof, const struct local_account *account)
{
    const wchar_t *why = proof->adlds ? proof_why_no_backup(proof) : L"give it /adlds:INSTANCE";
    wchar_t folder[PROOF_PATH_CHARS];

    format_text(folder, PROOF_PATH_CHARS, L"%ls\\operator", proof->work);
    if (!proof_make_folder_of(folder, account->sid_text) || !copy_programs(proof, folder)) {
        proof_report_add(&proof->report, L"vss-rights", L"Backup Operator", PROOF_FAILED,
                         L"its folder cannot be made: Win32 error %lu", GetLastError());
        return;
    }
    check_log(proof, account, folder);
    if (why) {
        proof_report_add(&proof->report, L"vss-rights", L"Backup Operator", PROOF_NOT_POSSIBLE,
                         L"%ls", why);
        return;
    }
    check_batch(proof, account, folder);
    check_interactive(proof, account, folder);
}

/* --- DsSetAuthIdentity ------------------------------------------------------------------------ */

/* A Backup Operator gets as far as this server goes: it has no directory. A policy may even deny an
 * ordinary account its logon. */
static void check_identity(struct proof *proof, const struct local_account *account,
                           HRESULT as_user)
{
    HRESULT as_operator = proof_identity_ask(proof, LOCAL_ACCOUNT_NAME, account->password);
    HRESULT as_stranger = proof_identity_ask(proof, LOCAL_ACCOUNT_NAME, L"not its password");
    bool is_user_refused =
        as_user == ERROR_ACCESS_DENIED || as_user == ERROR_LOGON_TYPE_NOT_GRANTED;

    proof_report_add(&proof->report, L"auth-identity",
                     L"an ordinary account, a Backup Operator, a wrong password",
                     as_operator == ERROR_LOGON_TYPE_NOT_GRANTED ? PROOF_NOT_POSSIBLE
                     : is_user_refused && as_operator == hrCouldNotConnect &&
                             as_stranger == ERROR_LOGON_FAILURE
                         ? PROOF_PROVED
                         : PROOF_FAILED,
                     L"DsBackupPrepare returns 0x%08lx, 0x%08lx and 0x%08lx, expected 0x%08lx, "
                     L"0x%08lx and 0x%08lx",
                     (unsigned long)as_user, (unsigned long)as_operator, (unsigned long)as_stranger,
                     (unsigned long)ERROR_ACCESS_DENIED, (unsigned long)hrCouldNotConnect,
                     (unsigned long)ERROR_LOGON_FAILURE);
}

/* --- all of it -------------------------------------------------------------------------------- */

static void not_possible(struct proof *proof, const wchar_t *why, DWORD error)
{
    static const wchar_t *const claims[] = {L"vss-rights", L"log-account", L"auth-identity"};
    size_t i;

    for (i = 0; i < ARRAYSIZE(claims); i++)
        proof_report_add(&proof->report, claims[i], L"Backup Operator", PROOF_NOT_POSSIBLE,
                         error ? L"%ls: error %lu" : L"%ls", why, error);
}

static void check_account(struct proof *proof, const struct local_account *account)
{
    HRESULT as_user = proof_identity_ask(proof, LOCAL_ACCOUNT_NAME, account->password);
    DWORD error = local_account_join_backup_operators(account);

    if (error) {
        not_possible(proof, L"the account cannot become a Backup Operator", error);
        return;
    }
    check_identity(proof, account, as_user);
    check_backups(proof, account);
}

static void delete_account(struct proof *proof, struct local_account *account)
{
    DWORD error = local_account_delete(account);

    SetConsoleCtrlHandler(on_stop, FALSE);
    doomed = NULL;
    if (!error)
        return;
    proof_report_add(&proof->report, L"vss-rights", L"Backup Operator", PROOF_FAILED,
                     L"its account or profile cannot be deleted: error %lu", error);
    output_text(
        true,
        L"prove.cmd: delete the local account " LOCAL_ACCOUNT_NAME L" and its profile by hand.\n");
}

void proof_operator_checks(struct proof *proof)
{
    struct local_account account = {0};
    struct account_api api;
    DWORD error;

    if (proof->is_controller) {
        not_possible(proof, L"an account would be of the whole domain", 0);
        return;
    }
    if (!proof_can_run(proof, L"x64\\vss-backup.exe")) {
        not_possible(proof, L"this Windows is 32-bit", 0);
        return;
    }
    if (!account_api_load(&api)) {
        not_possible(proof, L"this Windows lacks a function for accounts", 0);
        return;
    }
    doomed = &account;
    SetConsoleCtrlHandler(on_stop, TRUE);
    error = local_account_create(&account, &api);
    if (error)
        not_possible(proof, L"the account cannot be made", error);
    else
        check_account(proof, &account);
    delete_account(proof, &account);
}
