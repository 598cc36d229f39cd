/*
 * proof_options.c - reads the words of prove.cmd, and says what they mean.
 */
#include "proof_options.h"

#include "common/registration.h"
#include "doctor/output.h"

#include <stdlib.h>

static const wchar_t usage_text[] =
    L"Proves on this computer what ntdsbcli promises, and writes proof.json and proof.md.\n"
    L"\n"
    L"  prove.cmd [/level:1|2] [/adlds:NAME [/port:N] | /install] [/account] [/out:FOLDER]\n"
    L"            [/wait:SECONDS]\n"
    L"  prove.cmd /level:3 /restore:COMPUTER [/adlds:NAME [/port:N] | /from:FOLDER] [...]\n"
    L"\n"
    L"  /level:1     reads only (default)\n"
    L"  /level:2     also makes shadow copies and backups, which leave the directory as it is\n"
    L"  /level:3     also restores: for a domain controller of a lab, after a checkpoint\n"
    L"  /only        this level without those below it\n"
    L"  /restore:COMPUTER  the name of this computer, whose directory level 3 overwrites\n"
    L"  /from:FOLDER a backup of legacy-backup, for level 3 in Directory Services Restore Mode\n"
    L"  /adlds:NAME  this AD LDS instance, for a server that is no domain controller\n"
    L"  /port:N      its LDAP port, so that its objects can be read\n"
    L"  /install     level 2 with two AD LDS instances that are made, restored and removed\n"
    L"  /account     level 2 also makes a local account, a Backup Operator, and deletes it; on a\n"
    L"               server that is no domain controller\n"
    L"  /out:FOLDER  where the two files go; default: the current folder\n"
    L"  /wait:SECONDS  how long Windows may take to delete the shadow copy of a backup that was\n"
    L"               killed, 1 to 9999; default: 900\n"
    L"\n"
    L"Exit codes: 0 nothing failed, 1 a claim failed, 2 wrong usage, 3 the proof itself failed.\n";

/* Its value; NULL: it is not this option. */
static const wchar_t *value_of(const wchar_t *word, const wchar_t *option)
{
    size_t length = wcslen(option);

    return (word[0] == L'/' || word[0] == L'-') && _wcsnicmp(word + 1, option, length) == 0
               ? word + 1 + length
               : NULL;
}

/* False: it is not a number from 1 to most. */
static bool take_number(const wchar_t *text, unsigned int most, unsigned int *taken)
{
    wchar_t *end;
    unsigned long number = wcstoul(text, &end, 10);

    if (*text < L'0' || *text > L'9' || *end || number < 1 || number > most)
        return false;
    *taken = number;
    return true;
}

static void complain(const wchar_t *what, const wchar_t *word)
{
    output_text(true, L"prove.cmd: ");
    output_text(true, what);
    output_text(true, word);
    output_text(true, L"\n  Try: prove.cmd /?\n");
}

static bool take_words(int argc, wchar_t **argv, struct proof_options *options)
{
    const wchar_t *value;
    int i;

    *options = (struct proof_options){.level = 1, .out = L".", .wait_s = 900};
    for (i = 1; i < argc; i++) {
        if ((value = value_of(argv[i], L"level:")) != NULL && *value >= L'1' && *value <= L'3' &&
            !value[1])
            options->level = (unsigned int)(*value - L'0');
        else if ((value = value_of(argv[i], L"adlds:")) != NULL && *value)
            options->adlds = value;
        else if ((value = value_of(argv[i], L"restore:")) != NULL && *value)
            options->restore = value;
        else if ((value = value_of(argv[i], L"from:")) != NULL && *value)
            options->from = value;
        else if (_wcsicmp(argv[i], L"/install") == 0)
            options->install = true;
        else if (_wcsicmp(argv[i], L"/account") == 0)
            options->account = true;
        else if (_wcsicmp(argv[i], L"/only") == 0)
            options->only = true;
        else if ((value = value_of(argv[i], L"out:")) != NULL && *value)
            options->out = value;
        else if ((value = value_of(argv[i], L"wait:")) != NULL &&
                 take_number(value, 9999, &options->wait_s))
            continue;
        else if ((value = value_of(argv[i], L"port:")) != NULL &&
                 take_number(value, 65535, &options->port))
            continue;
        else if (value_of(argv[i], L"?") || value_of(argv[i], L"help"))
            options->help = true;
        else {
            complain(L"unknown or incomplete: ", argv[i]);
            return false;
        }
    }
    return true;
}

/* What the words mean together. NULL: they can be done. */
static const wchar_t *conflict(const struct proof_options *options, const wchar_t *computer)
{
    if (options->level == 3 && (!options->restore || _wcsicmp(options->restore, computer) != 0))
        return L"level 3 overwrites the directory of this computer. Say so: /restore: and its name";
    if (options->level < 3 && (options->restore || options->from))
        return L"/restore and /from are for level 3";
    if (options->install && (options->adlds || options->level != 2))
        return L"/install is for level 2, and without /adlds";
    if (options->adlds && options->from)
        return L"/from is for a domain controller";
    if (options->level == 3 && !options->only && registration_is_restore_mode())
        return L"in Directory Services Restore Mode there is no level 2: add /only";
    return NULL;
}

bool proof_options_parse(int argc, wchar_t **argv, const wchar_t *computer,
                         struct proof_options *options)
{
    const wchar_t *wrong;

    if (!take_words(argc, argv, options))
        return false;
    wrong = options->help ? NULL : conflict(options, computer);
    if (wrong)
        complain(wrong, L"");
    return !wrong;
}

void proof_options_help(void)
{
    output_text(false, usage_text);
}

void proof_options_announce(const struct proof_options *options)
{
    output_text(false,
                L"Level 1 reads only: this computer, the files of the kit, the registry; it runs "
                L"ntdsdoctor and\ntest programs that need no directory.\n");
    if (options->level > 1)
        output_text(
            false,
            L"Level 2 makes shadow copies and backups in a protected folder that is "
            L"deleted at the end, and\nkills backups. The directory notes each backup (event 2089 "
            L"starts anew): make one that you keep\nafterwards. A service and a task run as "
            L"SYSTEM and are deleted again.\n");
    if (options->level > 1 && options->account)
        output_text(false, L"It also makes a local account \"ntdsprove\" in Backup Operators, on a "
                           L"server that is no\ndomain controller, and deletes it.\n");
    if (options->install)
        output_text(false, L"/install makes two AD LDS instances and a virtual disk, destroys and "
                           L"restores one of them, and\nremoves them.\n");
    if (options->level > 2)
        output_text(false, L"Level 3 stops the directory, restores it, kills a restore, and starts "
                           L"it again. The directory\nis as it was when level 3 began, with a new "
                           L"invocation ID. If it fails: back to the checkpoint.\n");
    output_text(false, L"\n");
}
