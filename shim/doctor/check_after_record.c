/*
 * check_after_record.c - which restore is it, when did it end, and did it succeed?
 */
#include "after_restore.h"

#include "host/clock.h"
#include "host/settings.h"

void after_record_judge(struct findings *findings, struct after_restore *after, uint64_t now)
{
    const struct last_restore *restore = &after->restore;
    wchar_t ended[CLOCK_TEXT_CHARS];

    clock_format(restore->ended, ended);
    after->is_known = restore->ended && restore->ended <= now;
    after->since = after->is_known ? restore->ended : now - AFTER_RESTORE_DAYS * CLOCK_DAY;
    if (restore->error)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_WARNING, L"after-restore.record",
                     NEXT_ELEVATED,
                     L"Not known: the records of restores cannot be listed (Win32 error %lu).",
                     restore->error);
    if (restore->unread_count)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_WARNING, L"after-restore.record",
                     NEXT_ELEVATED,
                     L"Not known: %u record(s) of restores cannot be read, one of them may be of a "
                     L"newer restore.",
                     restore->unread_count);
    if (!after->is_known)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_WARNING, L"after-restore.record",
                     L"If this product restored the directory, look for restore-<id>.txt in the "
                     L"log folder. The samples of ntdsvss.h leave none.",
                     L"Not known: when this directory was restored (%ls%ls). The last %u days are "
                     L"looked at.",
                     restore->ended ? L"its record is of the future: "
                                    : L"no record of it was found",
                     restore->ended ? ended : L"", AFTER_RESTORE_DAYS);
    else if (!restore->succeeded)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_ERROR, L"after-restore.record",
                     L"Restore again, from this or another backup, before the directory is "
                     L"started.",
                     L"The restore of backup %ls failed at %ls.", restore->backup_id, ended);
    else
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_OK, L"after-restore.record", NULL,
                     L"The restore of backup %ls was complete at %ls.", restore->backup_id, ended);
}

void check_after_record(struct findings *findings, struct after_restore *after)
{
    struct settings settings;

    settings_read(&settings);
    last_restore_find(settings.log_folder, &after->restore);
    after_record_judge(findings, after, clock_now());
}
