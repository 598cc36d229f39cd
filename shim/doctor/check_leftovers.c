/*
 * check_leftovers.c - what an earlier backup or restore may have left: the interlock of a restore,
 * its marker, brokers.
 *
 * Must not change any of it.
 */
#include "checks.h"

#include "interlock/interlock_state.h"
#include "processes.h"

#include <wchar.h>

#define BROKERS_MOST 16u

static void report_lock(struct findings *findings, const struct interlock_state *state)
{
    const wchar_t *backup_id = state->backup_id ? state->backup_id : L"(unknown)";

    if (process_id_is_alive(&state->owner))
        findings_add(findings, AREA_LEFTOVERS, FINDING_NOTE, L"leftovers.restore-lock",
                     L"Let it finish.",
                     L"A restore of backup %ls is under way, owned by process %lu.", backup_id,
                     state->owner.process);
    else if (state->has_record)
        findings_add(findings, AREA_LEFTOVERS, FINDING_ERROR, L"leftovers.restore-lock",
                     L"Restore again, with this or another backup; it takes over. Where the files "
                     L"were restored completely: 'ntdsdoctor --fix-restore-lock --token FILE' with "
                     L"the expiry token of that backup checks them and ends the restore. Do not "
                     L"start the directory before.",
                     L"A restore of backup %ls was registered and never completed; its process is "
                     L"gone.",
                     backup_id);
    else
        findings_add(findings, AREA_LEFTOVERS, FINDING_ERROR, L"leftovers.restore-lock",
                     L"Find out which product restores here. Where none does, restore again; it "
                     L"takes over.",
                     L"The key 'Restore In Progress' is there, and another program than this one "
                     L"made it.");
}

static void check_lock(struct findings *findings)
{
    struct interlock_state state;

    interlock_state_read(&state);
    if (state.status == ERROR_SUCCESS)
        report_lock(findings, &state);
    else if (state.status == ERROR_FILE_NOT_FOUND || state.status == ERROR_PATH_NOT_FOUND)
        findings_add(findings, AREA_LEFTOVERS, FINDING_OK, L"leftovers.restore-lock", NULL,
                     L"No restore is registered.");
    else
        findings_add(findings, AREA_LEFTOVERS, FINDING_WARNING, L"leftovers.restore-lock",
                     L"Run ntdsdoctor as an administrator.",
                     L"Whether a restore is registered cannot be seen: Win32 error %ld.",
                     state.status);
    if (state.status == ERROR_SUCCESS && !state.is_marked)
        findings_add(
            findings, AREA_LEFTOVERS, FINDING_ERROR, L"leftovers.marker",
            L"Set it before the first start of the directory: 'ntdsdoctor "
            L"--mark-restored'.",
            L"A restore was registered, but the value "
            L"'" INTERLOCK_MARKER L"' is not set: an old database would start under its old "
            L"invocation id (USN "
            L"rollback).");
    else if (state.is_marked)
        findings_add(
            findings, AREA_LEFTOVERS, FINDING_NOTE, L"leftovers.marker", NULL,
            L"The value '" INTERLOCK_MARKER L"' is set: the directory takes a new invocation id at "
            L"its next start, and removes it.");
    interlock_state_fini(&state);
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
