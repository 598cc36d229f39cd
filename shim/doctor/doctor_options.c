/*
 * doctor_options.c - parses the command line.
 */
#include "doctor_options.h"

#include <stddef.h>
#include <stdlib.h>
#include <wchar.h>

#define HOURS_MAX 99999u

const wchar_t doctor_options_usage[] =
    L"Checks what ntdsbcli.dll needs on this computer and says what to do if something is wrong.\n"
    L"The check changes nothing.\n"
    L"\n"
    L"  ntdsdoctor [--program FILE] [--backup-test [--adlds NAME] [--read]] [--json]\n"
    L"      --program FILE   a backup program (.exe or .dll): which ntdsbcli.dll would it load?\n"
    L"      --backup-test    also makes a shadow copy as a backup does, and deletes it again\n"
    L"      --adlds NAME     of this AD LDS instance; what only a domain controller has is not\n"
    L"                       checked then\n"
    L"      --read           also reads and verifies every file, as a backup does\n"
    L"      --json           output as JSON, for programs\n"
    L"\n"
    L"  ntdsdoctor --check-backup FOLDER [--token FILE] [--json]\n"
    L"  ntdsdoctor --check-backup --token FILE FILE... [--json]\n"
    L"      could this backup be restored? FOLDER is one of legacy-backup or vss-backup, or holds\n"
    L"      the files that another product kept; so do FILE..., with the expiry token. Reads "
    L"every\n"
    L"      page and log, changes nothing, and needs no domain controller\n"
    L"  ntdsdoctor --backups [--newest-within HOURS] [--json]\n"
    L"      which backups were made on this computer, and until when they can be restored; an\n"
    L"      error (22) if the newest is older than HOURS, or there is none\n"
    L"  ntdsdoctor --after-restore [--json]\n"
    L"      after a restore and the first start: interlock, marker, epoch, events, invocation\n"
    L"      ID, SYSVOL, replication; what it cannot see it says (3)\n"
    L"\n"
    L"  ntdsdoctor --fix-restore-lock (--token FILE | --force) [--json]\n"
    L"      ends a restore whose program has ended: verifies the restored files against the\n"
    L"      expiry token of the backup, and removes the key 'Restore In Progress' if they pass;\n"
    L"      with --force also if they fail or there is no token, and says what failed\n"
    L"  ntdsdoctor --mark-restored [--force] [--json]\n"
    L"      sets 'Database restored from backup' and deletes 'DSA Database Epoch' again after\n"
    L"      the SYSTEM hive was replaced; the directory must be stopped, or use --force\n"
    L"  ntdsdoctor --explain CODE... [--json]\n"
    L"      what codes of the backup functions, of VSS or of Windows mean; numbers or names\n"
    L"  ntdsdoctor --register-events | --unregister-events [--json]\n"
    L"      registers the texts of the Event Log entries, or removes the registration\n"
    L"  ntdsdoctor --help | --version\n"
    L"\n"
    L"Exit codes: 0 no problem found, or action done; 1 ntdsdoctor itself failed; 2 wrong usage;\n"
    L"3 warnings only; for errors the first of: 10 program, DLL or broker, 11 rights,\n"
    L"12 directory, 13 VSS, 14 volumes, 15 leftovers, 16 settings, 17 log, 18 backup test;\n"
    L"19 this backup cannot be restored; 20 the action was refused, 21 the action failed; 22 no\n"
    L"backup is new enough; 23 something is wrong after a restore.\n";

static bool take_action(const wchar_t *word, enum action *action)
{
    static const struct
    {
        const wchar_t *word;
        enum action action;
    } actions[] = {
        {L"--check-backup", ACTION_CHECK_BACKUP},
        {L"--backups", ACTION_BACKUPS},
        {L"--after-restore", ACTION_AFTER_RESTORE},
        {L"--fix-restore-lock", ACTION_FIX_RESTORE_LOCK},
        {L"--mark-restored", ACTION_MARK_RESTORED},
        {L"--explain", ACTION_EXPLAIN},
        {L"--register-events", ACTION_REGISTER_EVENTS},
        {L"--unregister-events", ACTION_UNREGISTER_EVENTS},
        {L"--help", ACTION_HELP},
        {L"--version", ACTION_VERSION},
    };
    size_t i;

    for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        if (wcscmp(actions[i].word, word) == 0) {
            *action = actions[i].action;
            return true;
        }
    }
    return false;
}

static const wchar_t *take_value(const wchar_t *value, const wchar_t **option)
{
    if (*option)
        return L"option given twice: ";
    if (!value || !*value)
        return L"value missing after: ";
    *option = value;
    return NULL;
}

static const wchar_t *take_hours(const wchar_t *value, uint32_t *hours)
{
    unsigned long number;
    wchar_t *end;

    if (*hours)
        return L"option given twice: ";
    number = value && *value >= L'0' && *value <= L'9' ? wcstoul(value, &end, 10) : 0;
    if (number < 1 || number > HOURS_MAX || *end)
        return L"hours, 1 to 99999, missing after: ";
    *hours = number;
    return NULL;
}

static const wchar_t *check_combination(const struct doctor_options *options)
{
    bool is_check = options->action == ACTION_CHECK;
    bool is_fix = options->action == ACTION_FIX_RESTORE_LOCK;
    bool is_backup = options->action == ACTION_CHECK_BACKUP;

    if (!is_check && (options->program || options->backup_test))
        return L"--program and --backup-test cannot be combined with an action";
    if (!options->backup_test && (options->adlds || options->reads))
        return L"--adlds and --read are only for --backup-test";
    if (options->token_file && !is_fix && !is_backup)
        return L"--token is only for --check-backup and --fix-restore-lock";
    if (options->force && !is_fix && options->action != ACTION_MARK_RESTORED)
        return L"--force is only for --fix-restore-lock and --mark-restored";
    if (options->newest_within_hours && options->action != ACTION_BACKUPS)
        return L"--newest-within is only for --backups";
    if (options->action == ACTION_EXPLAIN && !options->file_count)
        return L"--explain needs a code";
    if (is_backup && !options->file_count)
        return L"--check-backup needs a folder, or --token and files";
    if (is_backup && !options->token_file && options->file_count > 1)
        return L"--check-backup takes one folder, or --token and files";
    return NULL;
}

static const wchar_t *last_part(const wchar_t *path)
{
    const wchar_t *part = path + wcslen(path);

    while (part > path && !wcschr(L"\\/:", part[-1]))
        part--;
    return part;
}

/* The engine knows files by their names: of two with one name only one can be of the backup. */
static bool check_names(const struct doctor_options *options, struct doctor_problem *problem)
{
    size_t i, k;

    for (i = 0; i < options->file_count; i++) {
        for (k = 0; k < i; k++) {
            if (_wcsicmp(last_part(options->files[i]), last_part(options->files[k])) != 0)
                continue;
            *problem = (struct doctor_problem){.text = L"two files of one name: ",
                                               .word = options->files[k],
                                               .other = options->files[i]};
            return false;
        }
    }
    return true;
}

/* One option; *i is moved over its value. NULL: taken, otherwise what is wrong. */
static const wchar_t *take_option(wchar_t **words, int *i, struct doctor_options *options)
{
    const wchar_t *word = words[*i];
    enum action action;

    if (wcscmp(word, L"--program") == 0)
        return take_value(words[++*i], &options->program);
    if (wcscmp(word, L"--token") == 0)
        return take_value(words[++*i], &options->token_file);
    if (wcscmp(word, L"--adlds") == 0)
        return take_value(words[++*i], &options->adlds);
    if (wcscmp(word, L"--newest-within") == 0)
        return take_hours(words[++*i], &options->newest_within_hours);
    if (wcscmp(word, L"--json") == 0) {
        options->json = true;
    } else if (wcscmp(word, L"--backup-test") == 0) {
        options->backup_test = true;
    } else if (wcscmp(word, L"--read") == 0) {
        options->reads = true;
    } else if (wcscmp(word, L"--force") == 0) {
        options->force = true;
    } else if (take_action(word, &action)) {
        if (options->action != ACTION_CHECK && options->action != action)
            return L"more than one action: ";
        options->action = action;
    } else {
        return L"unknown option: ";
    }
    return NULL;
}

bool doctor_options_parse(int count, wchar_t **words, struct doctor_options *options,
                          struct doctor_problem *problem)
{
    int i;

    *options = (struct doctor_options){.action = ACTION_CHECK, .files = words};
    *problem = (struct doctor_problem){.word = L"", .other = L""};
    for (i = 1; i < count && !problem->text; i++) {
        problem->word = words[i];
        if (wcsncmp(words[i], L"--", 2) == 0)
            problem->text = take_option(words, &i, options);
        else
            options->files[options->file_count++] = words[i];
    }
    if (problem->text)
        return false;
    problem->word = L"";
    if (options->file_count && options->action != ACTION_CHECK_BACKUP &&
        options->action != ACTION_EXPLAIN) {
        problem->text = L"unknown option: ";
        problem->word = options->files[0];
        return false;
    }
    problem->text = check_combination(options);
    return !problem->text &&
           (options->action != ACTION_CHECK_BACKUP || check_names(options, problem));
}
