/*
 * run_checks.c - runs them in order. What did not answer once is not asked again.
 */
#include "run_checks.h"

#include "checks.h"
#include "limited.h"

#define NEXT_AGAIN                                                                                 \
    L"Run ntdsdoctor again when the computer is less busy. If it stays so, restart the computer."
#define NEXT_VSS                                                                                   \
    L"Run 'vssadmin list writers' and check the Application event log, source VSS. If it stays "   \
    L"so, restart the computer."

static void program_check(struct findings *findings, const void *subject)
{
    const struct doctor_options *options = subject;

    check_program(findings, options->program);
}

static void log_check(struct findings *findings, const void *subject)
{
    const struct doctor_options *options = subject;

    check_log(findings, options->program);
}

static const struct limited_check
    of_program = {.run_for = program_check,
                  .area = AREA_PROGRAM,
                  .late_id = L"program.answer",
                  .asked = L"the disk or share of the program",
                  .next = NEXT_AGAIN,
                  .step_count = 1},
    of_rights = {.run = check_rights,
                 .area = AREA_RIGHTS,
                 .late_id = L"rights.answer",
                 .asked = L"the security authority of Windows",
                 .next = NEXT_AGAIN,
                 .step_count = 1},
    of_directory = {.run = check_directory,
                    .area = AREA_DIRECTORY,
                    .late_id = L"directory.answer",
                    .asked = L"the service manager, or a disk of the directory,",
                    .next = NEXT_AGAIN,
                    .step_count = 1},
    of_vss = {.run = check_vss,
              .area = AREA_VSS,
              .late_id = L"vss.answer",
              .asked = L"VSS",
              .next = NEXT_VSS,
              .step_count = 4},
    of_volumes = {.run = check_volumes,
                  .area = AREA_VOLUMES,
                  .late_id = L"volumes.answer",
                  .asked = L"a disk of the directory",
                  .next = NEXT_AGAIN,
                  .step_count = 1},
    of_storage = {.run = check_storage,
                  .area = AREA_VOLUMES,
                  .late_id = L"volumes.storage",
                  .asked = L"VSS, asked for its shadow storage,",
                  .next = NEXT_VSS,
                  .step_count = 1},
    of_leftovers = {.run = check_leftovers,
                    .area = AREA_LEFTOVERS,
                    .late_id = L"leftovers.answer",
                    .asked = L"the registry, or the list of processes,",
                    .next = NEXT_AGAIN,
                    .step_count = 1},
    of_settings = {.run = check_settings,
                   .area = AREA_SETTINGS,
                   .late_id = L"settings.answer",
                   .asked = L"the registry",
                   .next = NEXT_AGAIN,
                   .step_count = 1},
    of_log = {.run_for = log_check,
              .area = AREA_LOG,
              .late_id = L"log.answer",
              .asked = L"the disk of the log folder",
              .next = NEXT_AGAIN,
              .step_count = 1};

static void test_backup(struct findings *findings, const struct doctor_options *options,
                        bool may_ask)
{
    if (may_ask)
        backup_test(findings, options->adlds, options->reads); /* limited by the setting Timeout */
    else
        findings_add(findings, AREA_BACKUP_TEST, FINDING_ERROR, L"backup-test.refused",
                     L"Fix the findings about the directory and VSS first.",
                     L"A backup was not tested: the directory or VSS did not answer before.");
}

/* What a domain controller has: its directory, its writer, its volumes. Did what a backup needs
 * answer? */
static bool check_controller(struct findings *findings, const struct doctor_options *options,
                             uint32_t step_ms)
{
    bool directory_answers = limited_run(findings, &of_directory, options, step_ms);
    bool vss_answers = limited_run(findings, &of_vss, options, step_ms);

    limited_run(findings, &of_volumes, options, step_ms);
    if (vss_answers)
        limited_run(findings, &of_storage, options, step_ms);
    else
        findings_add(findings, AREA_VOLUMES, FINDING_WARNING, L"volumes.storage", NEXT_VSS,
                     L"Not known: the shadow storage was not asked for, because VSS did not answer "
                     L"before.");
    return directory_answers && vss_answers;
}

void run_checks(struct findings *findings, const struct doctor_options *options)
{
    uint32_t step_ms = limited_step_ms();
    bool may_ask = true;

    limited_run(findings, &of_program, options, step_ms);
    limited_run(findings, &of_rights, options, step_ms);
    if (!options->adlds)
        may_ask = check_controller(findings, options, step_ms);
    limited_run(findings, &of_leftovers, options, step_ms);
    limited_run(findings, &of_settings, options, step_ms);
    limited_run(findings, &of_log, options, step_ms);
    if (options->backup_test)
        test_backup(findings, options, may_ask);
}
