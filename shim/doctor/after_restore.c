/*
 * after_restore.c - runs the checks of --after-restore, each under a limit.
 */
#include "after_restore.h"

#include "checks.h"
#include "host/clock.h"
#include "limited.h"

#define NEXT_AGAIN                                                                                 \
    L"Run this check again when the computer is less busy. If it stays so, restart the computer."

/* Late checks may read it until the process ends. */
static struct after_restore found, not_found;

static void record_check(struct findings *findings)
{
    check_after_record(findings, &found);
}

static void events_check(struct findings *findings, const void *after)
{
    check_after_events(findings, after);
}

static void invocation_id_check(struct findings *findings, const void *after)
{
    check_after_invocation_id(findings, after);
}

static void partners_check(struct findings *findings, const void *after)
{
    check_after_partners(findings, after);
}

static const struct limited_check of_record = {.run = record_check,
                                               .area = AREA_AFTER_RESTORE,
                                               .late_id = L"after-restore.record",
                                               .asked = L"the disk of the log folder",
                                               .next = NEXT_AGAIN,
                                               .step_count = 1};
static const struct limited_check of_rest[] = {
    {.run = check_after_state,
     .area = AREA_AFTER_RESTORE,
     .late_id = L"after-restore.service",
     .asked = L"the registry or the service manager",
     .next = NEXT_AGAIN,
     .step_count = 1},
    {.run_for = events_check,
     .area = AREA_AFTER_RESTORE,
     .late_id = L"after-restore.events",
     .asked = L"the event log",
     .next = NEXT_AGAIN,
     .step_count = 1},
    {.run_for = invocation_id_check,
     .area = AREA_AFTER_RESTORE,
     .late_id = L"after-restore.invocation-id",
     .asked = L"the event log or LDAP",
     .next = NEXT_AGAIN,
     .step_count = 1},
    {.run = check_after_sysvol,
     .area = AREA_AFTER_RESTORE,
     .late_id = L"after-restore.sysvol-share",
     .asked = L"the service 'Server'",
     .next = NEXT_AGAIN,
     .step_count = 1},
    {.run_for = partners_check,
     .area = AREA_AFTER_RESTORE,
     .late_id = L"after-restore.partners",
     .asked = L"the directory, asked for its replication,",
     .next = NEXT_AGAIN,
     .step_count = 1},
};

void check_after_restore(struct findings *findings)
{
    uint32_t step_ms = limited_step_ms();
    const struct after_restore *after = &found;
    size_t i;

    if (!limited_run(findings, &of_record, NULL, step_ms)) {
        not_found.since = clock_now() - AFTER_RESTORE_DAYS * CLOCK_DAY;
        after = &not_found;
    }
    for (i = 0; i < ARRAYSIZE(of_rest); i++)
        limited_run(findings, &of_rest[i], after, step_ms);
}
