/*
 * main.c - ntdsdoctor: checks what ntdsbcli.dll needs on this computer. doctor_options.c has its
 * usage, README.md its findings and exit codes.
 */
#include "checks.h"
#include "common/format.h"
#include "doctor_options.h"
#include "output.h"
#include "run_checks.h"

#define LINE_CHARS 1024

/* The C runtime expands * and ? in the arguments, as the command prompt does not. */
int _dowildcard = -1;

static void run(struct findings *findings, struct backup_list *backups,
                const struct doctor_options *options)
{
    switch (options->action) {
    case ACTION_CHECK_BACKUP:
        check_backup(findings, backups, options->token_file, options->files, options->file_count);
        break;
    case ACTION_BACKUPS:
        check_records(findings, backups, options->newest_within_hours);
        break;
    case ACTION_AFTER_RESTORE:
        check_after_restore(findings);
        break;
    case ACTION_FIX_RESTORE_LOCK:
        action_fix_restore_lock(findings, options->token_file, options->force);
        break;
    case ACTION_MARK_RESTORED:
        action_mark_restored(findings, options->force);
        break;
    case ACTION_EXPLAIN:
        action_explain(findings, options->files, options->file_count);
        break;
    case ACTION_REGISTER_EVENTS:
    case ACTION_UNREGISTER_EVENTS:
        action_register_events(findings, options->action == ACTION_REGISTER_EVENTS);
        break;
    default:
        run_checks(findings, options);
        break;
    }
}

static int usage_error(const struct doctor_problem *problem)
{
    wchar_t line[LINE_CHARS];

    format_text(line, LINE_CHARS, L"ntdsdoctor: %ls%ls%ls%ls\n  Try: ntdsdoctor --help\n",
                problem->text, problem->word, problem->other[0] ? L", " : L"", problem->other);
    output_text(true, line);
    return EXIT_USAGE;
}

int wmain(int count, wchar_t **words);

int wmain(int count, wchar_t **words)
{
    struct findings findings = {0};
    struct backup_list backups = {0};
    struct doctor_problem problem;
    struct doctor_options options;
    int code;

    if (!doctor_options_parse(count, words, &options, &problem))
        return usage_error(&problem);
    if (options.action == ACTION_HELP || options.action == ACTION_VERSION) {
        output_text(false, options.action == ACTION_HELP ? doctor_options_usage
                                                         : L"ntdsdoctor " NTDSBCLI_VERSION L"\n");
        return EXIT_HEALTHY;
    }
    run(&findings, &backups, &options);
    code = findings_exit_code(&findings);
    if (!output_findings(&findings, &backups, options.json)) {
        output_text(true, L"ntdsdoctor: the findings cannot be written, or there is no memory.\n");
        code = EXIT_BROKEN;
    }
    backup_list_fini(&backups);
    findings_fini(&findings);
    /* Does not wait for a check that is late. */
    ExitProcess((UINT)code);
}
