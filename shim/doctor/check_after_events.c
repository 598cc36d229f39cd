/*
 * check_after_events.c - what the directory itself logged since the restore.
 */
#include "after_restore.h"

#include "host/clock.h"

#define NEXT_LOG L"Look at the log 'Directory Service' in Event Viewer."
#define NEXT_ROLLBACK                                                                              \
    L"Take the computer off the network at once, and remove it from the domain (Microsoft KB "     \
    L"875495)."

static void report_bad(struct findings *findings, const struct directory_events *events,
                       enum directory_event which, const wchar_t *next, const wchar_t *meaning)
{
    wchar_t newest[CLOCK_TEXT_CHARS];

    if (!events->found[which].count)
        return;
    clock_format(events->found[which].newest, newest);
    findings_add(findings, AREA_AFTER_RESTORE, FINDING_ERROR, L"after-restore.events", next,
                 L"Event %u, %u time(s), last at %ls: %ls", directory_event_numbers[which],
                 events->found[which].count, newest, meaning);
}

/* A start that was refused is over once a later one took a new invocation ID. */
static void report_wrong_database(struct findings *findings, const struct directory_events *events)
{
    if (events->found[EVENT_NEW_INVOCATION_ID].newest >
            events->found[EVENT_WRONG_DATABASE].newest &&
        events->found[EVENT_WRONG_DATABASE].count)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_NOTE, L"after-restore.events", NULL,
                     L"Event 2542 came before event 1109: a start was refused, a later one was "
                     L"not.");
    else
        report_bad(findings, events, EVENT_WRONG_DATABASE,
                   L"Restart in Directory Services Restore Mode, run 'ntdsdoctor "
                   L"--mark-restored', and start the directory again.",
                   L"the directory refused to start, because the database is not the one that the "
                   L"registry knows.");
}

static void report_new_id(struct findings *findings, const struct after_restore *after,
                          const struct directory_events *events)
{
    wchar_t text[CLOCK_TEXT_CHARS];

    if (events->found[EVENT_NEW_INVOCATION_ID].count) {
        clock_format(events->found[EVENT_NEW_INVOCATION_ID].newest, text);
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_OK, L"after-restore.events", NULL,
                     L"Event 1109 at %ls: the directory has taken a new invocation ID.", text);
        return;
    }
    clock_format(after->since, text);
    if (after->is_known && events->oldest && events->oldest <= after->since)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_ERROR, L"after-restore.events",
                     L"If the directory was started since the restore, take the computer off the "
                     L"network: it may be a USN rollback (Microsoft KB 875495). If not, start it.",
                     L"There is no event 1109 since %ls: the directory has not taken a new "
                     L"invocation ID.",
                     text);
    else
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_WARNING, L"after-restore.events",
                     NEXT_LOG,
                     L"Not known: whether the directory has taken a new invocation ID. The log has "
                     L"no event 1109 since %ls.",
                     text);
}

static void report_reach(struct findings *findings, const struct after_restore *after,
                         const struct directory_events *events)
{
    wchar_t oldest[CLOCK_TEXT_CHARS];

    clock_format(events->oldest, oldest);
    if (!events->oldest)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_WARNING, L"after-restore.events",
                     NEXT_LOG, L"Not known: the log 'Directory Service' is empty.");
    else if (events->oldest > after->since)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_WARNING, L"after-restore.events",
                     NEXT_LOG,
                     L"Not known: the log 'Directory Service' begins at %ls, and events before "
                     L"that are lost.",
                     oldest);
}

void after_events_judge(struct findings *findings, const struct after_restore *after,
                        const struct directory_events *events)
{
    if (events->error) {
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_WARNING, L"after-restore.events",
                     L"Look in Event Viewer, log 'Directory Service': 1109 is good, 2095, 2103 and "
                     L"2542 are not.",
                     L"Not known: the log 'Directory Service' cannot be read (Win32 error %lu).",
                     events->error);
        return;
    }
    report_bad(findings, events, EVENT_USN_ROLLBACK, NEXT_ROLLBACK,
               L"USN rollback. Other domain controllers ignore the changes of this one.");
    report_bad(findings, events, EVENT_WRONG_RESTORE, NEXT_ROLLBACK,
               L"the database was restored in a way that the directory does not support; it lets "
               L"nobody log on.");
    report_wrong_database(findings, events);
    report_new_id(findings, after, events);
    report_reach(findings, after, events);
}

void check_after_events(struct findings *findings, const struct after_restore *after)
{
    struct directory_events events;

    directory_events_read(after->since, &events);
    after_events_judge(findings, after, &events);
}
