/*
 * doctor_options.c - takes the command line apart.
 *
 * Must not know what is done.
 */
#include "doctor_options.h"

#include <stddef.h>
#include <wchar.h>

const wchar_t options_usage[] =
    L"Checks what ntdsbcli.dll needs on this computer, and says what to do where something is\n"
    L"wrong. The check changes nothing.\n"
    L"\n"
    L"  ntdsdoctor [--program FILE] [--backup-test] [--json]\n"
    L"      --program FILE   a backup program (.exe or .dll): which ntdsbcli.dll would it load?\n"
    L"      --backup-test    also makes a shadow copy as a backup does, and gives it back\n"
    L"      --json           the result as JSON, for programs\n"
    L"\n"
    L"  ntdsdoctor --fix-restore-lock (--token FILE | --force) [--json]\n"
    L"      ends a restore whose program is gone: checks the restored files against the expiry\n"
    L"      token of the backup, and removes the key 'Restore In Progress' where they pass;\n"
    L"      with --force also where they do not, or without a token, and says what failed\n"
    L"  ntdsdoctor --mark-restored [--force] [--json]\n"
    L"      sets 'Database restored from backup', where a restore of the SYSTEM hive lost it;\n"
    L"      the directory has to be stopped, or --force\n"
    L"  ntdsdoctor --register-events | --unregister-events [--json]\n"
    L"      tells Windows where the texts of the Event Log entries are\n"
    L"  ntdsdoctor --help | --version\n"
    L"\n"
    L"Exit codes: 0 all is well, or done; 1 the doctor itself failed; 2 wrong usage; 3 nothing "
    L"but\n"
    L"warnings; with errors the first of: 10 program, DLL or broker, 11 rights, 12 directory,\n"
    L"13 VSS, 14 volumes, 15 leftovers, 16 settings, 17 log, 18 backup test; 20 what was asked\n"
    L"for was refused, 21 it was tried and failed.\n";

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

/* An option with a value; *problem: it has none, or was given twice. */
static void take_value(const wchar_t *value, const wchar_t **option, const wchar_t **problem)
{
    if (*option)
        *problem = L"given twice: ";
    else if (!value || !*value)
        *problem = L"wants a file: ";
    else
        *option = value;
}

static const wchar_t *check_together(const struct options *options)
{
    bool is_check = options->action == ACTION_CHECK;
    bool is_fix = options->action == ACTION_FIX_RESTORE_LOCK;

    if (!is_check && (options->program || options->backup_test))
        return L"--program and --backup-test belong to the check, which takes no action";
    if (options->token_file && !is_fix)
        return L"--token belongs to --fix-restore-lock";
    if (options->force && !is_fix && options->action != ACTION_MARK_RESTORED)
        return L"--force belongs to --fix-restore-lock and --mark-restored";
    return NULL;
}

bool options_parse(int count, wchar_t **words, struct options *options, const wchar_t **problem,
                   const wchar_t **word)
{
    enum action action;
    int i;

    *options = (struct options){.action = ACTION_CHECK};
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
                *problem = L"one action at a time: ";
            options->action = action;
        } else {
            *problem = L"not an option: ";
        }
    }
    if (*problem)
        return false;
    *word = L"";
    *problem = check_together(options);
    return !*problem;
}
