/*
 * check_after_partners.c - has the restored directory replicated from the others since?
 */
#include "after_restore.h"

#include "host/clock.h"

#define NEXT_SHOW                                                                                  \
    L"'repadmin /showrepl' shows each partner, 'repadmin /syncall /AeD' replicates now. Name "     \
    L"resolution and the time of day must be right."

static void report_link(struct findings *findings, const struct replication_link *link)
{
    wchar_t succeeded[CLOCK_TEXT_CHARS];

    clock_format(link->succeeded, succeeded);
    if (link->result || link->failure_count)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_ERROR, L"after-restore.partners",
                     NEXT_SHOW,
                     L"Replication of %ls from %ls fails: Win32 error %lu, %lu time(s); the last "
                     L"success was at %ls.",
                     link->partition, link->source, link->result, link->failure_count,
                     link->succeeded ? succeeded : L"no time");
    else
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_WARNING, L"after-restore.partners",
                     NEXT_SHOW,
                     L"Not known: %ls has not been replicated from %ls since the restore; the last "
                     L"success was at %ls.",
                     link->partition, link->source, link->succeeded ? succeeded : L"no time");
}

static void report_links(struct findings *findings, const struct after_restore *after,
                         const struct replication *replication)
{
    size_t good_count = 0;
    size_t i;

    for (i = 0; i < replication->count; i++) {
        const struct replication_link *link = &replication->links[i];

        if (link->result || link->failure_count || link->succeeded < after->since)
            report_link(findings, link);
        else
            good_count++;
    }
    if (good_count)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_OK, L"after-restore.partners", NULL,
                     L"%u of %u inbound replications have succeeded since.",
                     (unsigned int)good_count, (unsigned int)replication->count);
}

static void report_none(struct findings *findings, int dsa_count)
{
    if (dsa_count == 1)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_NOTE, L"after-restore.partners", NULL,
                     L"This is the only domain controller of its forest: there is nothing to "
                     L"replicate.");
    else if (dsa_count > 1)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_ERROR, L"after-restore.partners",
                     NEXT_SHOW,
                     L"The directory has no inbound replication partner, although the forest has "
                     L"%d domain controllers.",
                     dsa_count);
    else
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_WARNING, L"after-restore.partners",
                     NEXT_SHOW,
                     L"Not known: the directory has no inbound replication partner, and does not "
                     L"say whether there are other domain controllers.");
}

void after_partners_judge(struct findings *findings, const struct after_restore *after,
                          const struct replication *replication, int dsa_count)
{
    if (replication->error)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_WARNING, L"after-restore.partners",
                     NEXT_SHOW, L"Not known: the replication partners (Win32 error %lu).",
                     replication->error);
    else if (replication->count)
        report_links(findings, after, replication);
    else
        report_none(findings, dsa_count);
}

void check_after_partners(struct findings *findings, const struct after_restore *after)
{
    struct replication replication;
    struct directory_object object = {.dsa_count = -1};

    replication_read(&replication);
    if (!replication.error && !replication.count)
        directory_object_read(&object);
    after_partners_judge(findings, after, &replication, object.dsa_count);
    replication_fini(&replication);
}
