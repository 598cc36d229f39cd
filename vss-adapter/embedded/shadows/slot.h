/*
 * slot.h - the one creation slot of the machine: taken by StartSnapshotSet, held until the set is
 * made or given up.
 */
#ifndef NTDSBCLI_EMBEDDED_SLOT_H
#define NTDSBCLI_EMBEDDED_SLOT_H

#include <windows.h>
#include <stdbool.h>

/*
 * Takes the slot for a set of this process. VSS_E_SNAPSHOT_SET_IN_PROGRESS: a set of a process that
 * still runs has it.
 */
HRESULT slot_take(const GUID *set_id);

/*
 * Notes that the writer behind these freeze events is frozen, or no longer is: if this process
 * dies, the one that frees its slot thaws the writer.
 */
void slot_note_frozen(const GUID *set_id, const wchar_t *freeze_base, bool frozen);

/* Frees the slot if this set has it. thaw: also thaws the writers noted as frozen. */
void slot_free(const GUID *set_id, bool thaw);

#endif
