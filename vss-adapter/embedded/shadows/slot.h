/*
 * The one creation slot of the machine: from StartSnapshotSet until the set is made or given up.
 */
#ifndef NTDSBCLI_EMBEDDED_SLOT_H
#define NTDSBCLI_EMBEDDED_SLOT_H

#include <windows.h>
#include <stdbool.h>

/* Takes the slot for a set of this process. VSS_E_SNAPSHOT_SET_IN_PROGRESS while another set has it
 * (one whose process has ended has not). */
HRESULT slot_take(const GUID *set_id);

/* Notes that the writer behind these freeze events is frozen (or no longer), so that whoever frees
 * the slot of a dead process can thaw it. */
void slot_note_frozen(const GUID *set_id, const wchar_t *freeze_base, bool frozen);

/* Frees the slot if this set has it. thaw: also lets a writer go on that is noted as frozen. */
void slot_free(const GUID *set_id, bool thaw);

#endif
