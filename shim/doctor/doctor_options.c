/*
 * doctor_options.c - parses the command line.
 */
#include "doctor_options.h"

#include <stddef.h>
#include <wchar.h>

const wchar_t doctor_options_usage[] =
    L"Checks what ntdsbcli.dll needs on this computer and says what to do if something is wrong.\n"
    L"The check changes nothing.\n"
    L"\n"
    L"  ntdsdoctor [--program FILE] [--backup-test] [--json]\n"
    L"      --program FILE   a backup program (.exe or .dll): which ntdsbcli.dll would it load?\n"
    L"      --backup-test    also makes a shadow copy as a backup does, and deletes it again\n"
    L"      --json           output as JSON, for programs\n"
    L"\n"
    L"  ntdsdoctor --fix-restore-lock (--token FILE | --force) [--json]\n"
    L"      ends a restore whose program has ended: verifies the restored files against the\n"
    L"      expiry token of the backup, and removes the key 'Restore In Progress' if they pass;\n"
    L"      with --force also if they fail or there is no token, and says what failed\n"
    L"  ntdsdoctor --mark-restored [--force] [--json]\n"
    L"      sets 'Database restored from backup' again after the SYSTEM hive was replaced;\n"
    L"      the directory must be stopped, or use --force\n"
    L"  ntdsdoctor --register-events | --unregister-events [--json]\n"
    L"      registers the texts of the Event Log entries, or removes the registration\n"
    L"  ntdsdoctor --help | --version\n"
    L"\n"
    L"Exit codes: 0 no problem found, or action done; 1 ntdsdoctor itself failed; 2 wrong usage;\n"
    L"3 warnings only; for errors the first of: 10 program, DLL or broker, 11 rights,\n"
    L"12 directory, 13 VSS, 14 volumes, 15 leftovers, 16 settings, 17 log, 18 backup test;\n"
    L"20 the action was refused, 21 the action failed.\n";

static bool take_action(const wchar_t *word, enum action *action)
{
    static const struct
    {
        const wchar_t *word;
        enum action action;
    } actions[] = {
        {L"--fix-restore-lock", ACTION_FIX_RESTORE_LOCK},
        {L"--mark-restored", ACTION_MARK_RESTORED},
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

static void take_value(const wchar_t *value, const wchar_t **option, const wchar_t **problem)
{
    if (*option)
        *problem = L"option given twice: ";
    else if (!value || !*value)
        *problem = L"file missing after: ";
    else
        *option = value;
}

static const wchar_t *check_together(const struct doctor_options *options)
{
    bool is_check = options->action == ACTION_CHECK;
    bool is_fix = options->action == ACTION_FIX_RESTORE_LOCK;

    if (!is_check && (options->program || options->backup_test))
        return L"--program and --backup-test cannot be combined with an action";
    if (options->token_file && !is_fix)
        return L"--token is only for --fix-restore-lock";
    if (options->force && !is_fix && options->action != ACTION_MARK_RESTORED)
        return L"--force is only for --fix-restore-lock and --mark-restored";
    return NULL;
}

bool doctor_options_parse(int count, wchar_t **words, struct doctor_options *options,
                          const wchar_t **problem, const wchar_t **word)
{
    enum action action;
    int i;

    *options = (struct doctor_options){.action = ACTION_CHECK};
    *problem = NULL;
    *word = L"";
    for (i = 1; i < count && !*problem; i++) {
        *word = words[i];
        if (wcscmp(words[i], L"--program") == 0) {
            take_value(words[++i], &options->program, problem);
        } else if (wcscmp(words[i], L"--token") == 0) {
            take_value(words[++i], &options->token_file, problem);
        } else if (wcscmp(words[i], L"--json") == 0) {
            options->json = true;
        } else if (wcscmp(words[i], L"--backup-test") == 0) {
            options->backup_test = true;
        } else if (wcscmp(words[i], L"--force") == 0) {
            options->force = true;
        } else if (take_action(words[i], &action)) {
            if (options->action != ACTION_CHECK && options->action != action)
                *problem = L"more than one action: ";
            options->action = action;
        } else {
            *problem = L"unknown option: ";
        }
    }
    if (*problem)
        return false;
    *word = L"";
    *problem = check_together(options);
    return !*problem;
}
