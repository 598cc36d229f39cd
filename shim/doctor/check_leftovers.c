/*
 * check_leftovers.c - did an earlier backup or restore leave something: the interlock of a restore,
 * its marker, brokers?
 */
#include "checks.h"

#include "interlock/interlock_state.h"
#include "processes.h"

#include <wchar.h>

#define BROKERS_MAX 16u

static void report_lock(struct findings *findings, const struct interlock_state *state)
{
    const wchar_t *backup_id = state->backup_id ? state->backup_id : L"(unknown)";

    if (process_id_is_alive(&state->owner))
        findings_add(findings, AREA_LEFTOVERS, FINDING_NOTE, L"leftovers.restore-lock",
                     L"Let it finish.",
                     L"A restore of backup %ls is in progress; process %lu owns it.", backup_id,
                     state->owner.process);
    else if (state->has_record)
        findings_add(findings, AREA_LEFTOVERS, FINDING_ERROR, L"leftovers.restore-lock",
                     L"Restore again, from this or another backup; the new restore takes over. If "
                     L"all files were restored, 'ntdsdoctor --fix-restore-lock --token FILE' with "
                     L"the expiry token of that backup verifies them and ends the restore. Do not "
                     L"start the directory before that.",
                     L"A restore of backup %ls was registered but never completed, and its process "
                     L"has ended.",
                     backup_id);
    else
        findings_add(findings, AREA_LEFTOVERS, FINDING_ERROR, L"leftovers.restore-lock",
                     L"Find out which product is restoring this directory. If none is, restore "
                     L"again; the new restore takes over.",
                     L"The key 'Restore In Progress' exists, and another program created it.");
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
        findings_add(
            findings, AREA_LEFTOVERS, FINDING_WARNING, L"leftovers.restore-lock", NEXT_ELEVATED,
            L"Cannot determine whether a restore is registered: Win32 error %ld.", state.status);
    if (state.status == ERROR_SUCCESS && !state.is_marked)
        findings_add(
            findings, AREA_LEFTOVERS, FINDING_ERROR, L"leftovers.marker",
            L"Set it before the directory is started: 'ntdsdoctor --mark-restored'.",
            L"A restore was registered, but the value '" INTERLOCK_MARKER L"' is not set: an old "
            L"database would start with its old invocation ID (USN rollback).");
    else if (state.status == ERROR_SUCCESS && state.has_epoch)
        findings_add(
            findings, AREA_LEFTOVERS, FINDING_ERROR, L"leftovers.marker",
            L"Delete it before the directory is started: 'ntdsdoctor --mark-restored'.",
            L"A restore was registered, but the value '" INTERLOCK_EPOCH L"' is there: the "
            L"directory does not start on a database of another epoch (event 2542).");
    else if (state.is_marked)
        findings_add(
            findings, AREA_LEFTOVERS, FINDING_NOTE, L"leftovers.marker", NULL,
            L"The value '" INTERLOCK_MARKER L"' is set: the directory takes a new invocation ID at "
            L"its next start and then removes the value.");
    interlock_state_fini(&state);
}

static void check_brokers(struct findings *findings)
{
    struct broker_found brokers[BROKERS_MAX];
    size_t count, i;
    legacy_result hr = processes_find_brokers(brokers, BROKERS_MAX, &count);

    if (hr != S_OK)
        findings_add(findings, AREA_LEFTOVERS, FINDING_WARNING, L"leftovers.brokers",
                     L"Look for ntdsbroker64.exe in Task Manager.",
                     L"Not known: whether a broker is running. The processes cannot be listed: "
                     L"Win32 error %ld.",
                     hr);
    else if (!count)
        findings_add(findings, AREA_LEFTOVERS, FINDING_OK, L"leftovers.brokers", NULL,
                     L"No broker is running.");
    for (i = 0; i < count && i < BROKERS_MAX; i++) {
        if (brokers[i].has_parent)
            findings_add(findings, AREA_LEFTOVERS, FINDING_NOTE, L"leftovers.brokers", NULL,
                         L"Broker %lu is working for process %lu.", brokers[i].process,
                         brokers[i].parent);
        else
            findings_add(findings, AREA_LEFTOVERS, FINDING_WARNING, L"leftovers.brokers",
                         L"It deletes its shadow copy and ends within 90 seconds. Run ntdsdoctor "
                         L"again then; if the broker is still there, end it in Task Manager.",
                         L"Broker %lu is running, but its program (process %lu) has ended.",
                         brokers[i].process, brokers[i].parent);
    }
}

void check_leftovers(struct findings *findings)
{
    check_lock(findings);
    check_brokers(findings);
}
