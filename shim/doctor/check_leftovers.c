/*
 * check_leftovers.c - what an earlier backup or restore may have left: the interlock of a restore,
 * its marker, brokers.
 *
 * Must not change any of it.
 */
#include "checks.h"

#include "interlock/interlock_owner.h"
#include "processes.h"
#include "registry.h"

#include <stdlib.h>
#include <wchar.h>

#define LOCK_KEY       L"SYSTEM\\CurrentControlSet\\Services\\NTDS\\Restore In Progress"
#define RECORD_KEY     LOCK_KEY L"\\ntdsbcli"
#define PARAMETERS_KEY L"SYSTEM\\CurrentControlSet\\Services\\NTDS\\Parameters"
#define MARKER         L"Database restored from backup"
#define BROKERS_MOST   16u

static bool marker_is_set(void)
{
    LSTATUS status;
    HKEY key = registry_open(PARAMETERS_KEY, &status);
    DWORD marker = 0;

    if (!key)
        return false;
    if (!registry_number(key, MARKER, &marker))
        marker = 0;
    RegCloseKey(key);
    return marker != 0;
}

static void report_lock(struct findings *findings, HKEY record)
{
    struct interlock_owner owner = {0};
    wchar_t *backup_id = record ? registry_text(record, L"BackupId") : NULL;

    if (record && (!registry_number(record, L"Owner", &owner.process) ||
                   !registry_quad(record, L"OwnerStart", &owner.start)))
        owner.process = 0;
    if (interlock_owner_is_alive(&owner))
        findings_add(findings, AREA_LEFTOVERS, FINDING_NOTE, L"leftovers.restore-lock",
                     L"Let it finish.",
                     L"A restore of backup %ls is under way, owned by process %lu.",
                     backup_id ? backup_id : L"(unknown)", owner.process);
    else if (record)
        findings_add(findings, AREA_LEFTOVERS, FINDING_ERROR, L"leftovers.restore-lock",
                     L"Restore again, with this or another backup; it takes over. Where the files "
                     L"were restored completely: 'ntdsdoctor --fix-restore-lock --token FILE' with "
                     L"the expiry token of that backup checks them and ends the restore. Do not "
                     L"start the directory before.",
                     L"A restore of backup %ls was registered and never completed; its process is "
                     L"gone.",
                     backup_id ? backup_id : L"(unknown)");
    else
        findings_add(findings, AREA_LEFTOVERS, FINDING_ERROR, L"leftovers.restore-lock",
                     L"Find out which product restores here. Where none does, restore again; it "
                     L"takes over.",
                     L"The key 'Restore In Progress' is there, and another program than this one "
                     L"made it.");
    free(backup_id);
}

static void check_lock(struct findings *findings)
{
    LSTATUS status, record_status;
    HKEY key = registry_open(LOCK_KEY, &status);
    HKEY record = key ? registry_open(RECORD_KEY, &record_status) : NULL;
    bool marked = marker_is_set();

    if (key)
        report_lock(findings, record);
    else if (status == ERROR_FILE_NOT_FOUND || status == ERROR_PATH_NOT_FOUND)
        findings_add(findings, AREA_LEFTOVERS, FINDING_OK, L"leftovers.restore-lock", NULL,
                     L"No restore is registered.");
    else
        findings_add(findings, AREA_LEFTOVERS, FINDING_WARNING, L"leftovers.restore-lock",
                     L"Run ntdsdoctor as an administrator.",
                     L"Whether a restore is registered cannot be seen: Win32 error %lu.", status);
    if (key && !marked)
        findings_add(findings, AREA_LEFTOVERS, FINDING_ERROR, L"leftovers.marker",
                     L"Set it before the first start of the directory: 'ntdsdoctor "
                     L"--mark-restored'.",
                     L"A restore was registered, but the value "
                     L"'" MARKER L"' is not set: an old database would start under its old "
                     L"invocation id (USN "
                     L"rollback).");
    else if (marked)
        findings_add(findings, AREA_LEFTOVERS, FINDING_NOTE, L"leftovers.marker", NULL,
                     L"The value '" MARKER L"' is set: the directory takes a new invocation id at "
                     L"its next start, and removes it.");
    if (record)
        RegCloseKey(record);
    if (key)
        RegCloseKey(key);
}

static void check_brokers(struct findings *findings)
{
    struct broker_found brokers[BROKERS_MOST];
    size_t count = processes_find_brokers(brokers, BROKERS_MOST);
    size_t i;

    if (!count)
        findings_add(findings, AREA_LEFTOVERS, FINDING_OK, L"leftovers.brokers", NULL,
                     L"No broker runs.");
    for (i = 0; i < count && i < BROKERS_MOST; i++) {
        if (brokers[i].has_parent)
            findings_add(findings, AREA_LEFTOVERS, FINDING_NOTE, L"leftovers.brokers", NULL,
                         L"Broker %lu works for process %lu.", brokers[i].process,
                         brokers[i].parent);
        else
            findings_add(findings, AREA_LEFTOVERS, FINDING_WARNING, L"leftovers.brokers",
                         L"It ends its shadow copy and itself within 90 seconds; look again then. "
                         L"Only where it stays, end it in Task Manager.",
                         L"Broker %lu runs, but its program (process %lu) is gone.",
                         brokers[i].process, brokers[i].parent);
    }
}

void check_leftovers(struct findings *findings)
{
    check_lock(findings);
    check_brokers(findings);
}
