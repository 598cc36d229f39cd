/*
 * check_records.c - which backups were made on this computer, by their records, and is the newest
 * one new enough?
 */
#include "checks.h"

#include "host/clock.h"
#include "host/settings.h"

#include <wchar.h>

#define CLOCK_HOUR (CLOCK_DAY / 24)

struct reading
{
    struct findings *findings;
    struct backup_list *backups;
};

static bool take_record(void *context, const struct backup_record *record)
{
    const struct reading *reading = context;
    struct backup_entry entry = {.id = L""};

    backup_list_take_record(&entry, record);
    if (backup_list_add(reading->backups, &entry))
        return true;
    reading->findings->is_incomplete = true;
    return false;
}

static void read_records(struct findings *findings, struct backup_list *backups)
{
    struct reading reading = {.findings = findings, .backups = backups};
    struct settings settings;
    size_t unread_count = 0;
    legacy_result hr;

    settings_read(&settings);
    hr = backup_record_each(settings.log_folder, take_record, &reading, &unread_count);
    if (hr != S_OK)
        findings_add(findings, AREA_LOG, FINDING_ERROR, L"log.folder", NEXT_ELEVATED,
                     L"The records in the log folder %ls cannot be listed: Win32 error %ld.",
                     settings.log_folder, hr);
    if (unread_count)
        findings_add(findings, AREA_RECORDS, FINDING_WARNING, L"records.unread",
                     L"Run ntdsdoctor elevated, as an administrator. If they still cannot be read, "
                     L"they are damaged: delete them.",
                     L"%u record(s) in %ls cannot be read, or are damaged.",
                     (unsigned int)unread_count, settings.log_folder);
    backup_list_sort(backups);
}

static void report_entry(struct findings *findings, const struct backup_entry *entry)
{
    wchar_t made[CLOCK_TEXT_CHARS], expires[CLOCK_TEXT_CHARS];

    clock_format(entry->made, made);
    clock_format(entry->expires, expires);
    findings_add(findings, AREA_RECORDS, FINDING_OK, L"records.backup", NULL,
                 L"%ls by %ls: %u files, %llu bytes, %ls; %ls %ls; %ls", made, entry->program,
                 (unsigned int)entry->file_count, (unsigned long long)entry->bytes,
                 entry->verified ? L"verified" : L"not verified",
                 clock_now() < entry->expires ? L"expires" : L"expired", expires, entry->id);
}

/* How many of them, from the first on, are more than a day ahead of the clock: that was wrong when
 * they were made, or is now, and they say nothing of the newest backup. */
static size_t report_future(struct findings *findings, const struct backup_list *backups)
{
    uint64_t latest = clock_now() + CLOCK_DAY;
    wchar_t made[CLOCK_TEXT_CHARS];
    size_t i;

    for (i = 0; i < backups->count && backups->items[i].made > latest; i++) {
        clock_format(backups->items[i].made, made);
        findings_add(findings, AREA_RECORDS, FINDING_WARNING, L"records.future",
                     L"Check the clock. If it is right now, it was ahead during that backup, and "
                     L"until then a restore refuses that backup: make another one.",
                     L"Backup %ls is of %ls, which is ahead of the clock of this computer: it does "
                     L"not count as the newest.",
                     backups->items[i].id, made);
    }
    return i;
}

/* first: index of the newest that counts; the count if none does. */
static void report_newest(struct findings *findings, const struct backup_list *backups,
                          size_t first, uint32_t hours)
{
    static const wchar_t next[] = L"Make a backup, and find out why there was none: the Event Log "
                                  L"and the log of the backup program say.";
    uint64_t now = clock_now();
    wchar_t made[CLOCK_TEXT_CHARS];
    uint64_t newest;

    if (first == backups->count) {
        findings_add(findings, AREA_RECORDS, FINDING_ERROR, L"records.newest", next,
                     L"No backup was made on this computer%ls, or its record was deleted.",
                     first ? L" while its clock was right" : L"");
        return;
    }
    newest = backups->items[first].made;
    clock_format(newest, made);
    if (now > newest && now - newest > hours * CLOCK_HOUR)
        findings_add(findings, AREA_RECORDS, FINDING_ERROR, L"records.newest", next,
                     L"The newest backup is of %ls, more than %u hour(s) ago.", made, hours);
    else
        findings_add(findings, AREA_RECORDS, FINDING_OK, L"records.newest", NULL,
                     L"The newest backup is of %ls, within %u hour(s).", made, hours);
}

void check_records(struct findings *findings, struct backup_list *backups,
                   uint32_t newest_within_hours)
{
    size_t future_count, i;

    backups->is_wanted = true;
    read_records(findings, backups);
    for (i = 0; i < backups->count; i++)
        report_entry(findings, &backups->items[i]);
    future_count = report_future(findings, backups);
    if (newest_within_hours)
        report_newest(findings, backups, future_count, newest_within_hours);
    else if (!backups->count)
        findings_add(findings, AREA_RECORDS, FINDING_NOTE, L"records.none", NULL,
                     L"There is no record of a backup on this computer.");
}
