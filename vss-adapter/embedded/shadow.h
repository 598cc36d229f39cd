/*
 * One shadow: the copy of a volume, its device name and the record that says whose it is.
 *
 * The copy is <volume>\System Volume Information\{id}, the record the file {id}.shadow beside it,
 * and the device a link in the prefix. The record is on disk, so that a shadow whose owner and
 * whose reaper are gone (the whole prefix was ended) is found and removed by the next use.
 */
#ifndef NTDSBCLI_EMBEDDED_SHADOW_H
#define NTDSBCLI_EMBEDDED_SHADOW_H

#include "machine.h"
#include "volume.h"

#include <windows.h>

#include <vss.h>

struct shadow
{
    GUID id;
    GUID set_id;
    LONG set_count; /* shadows in the set */
    struct volume volume;
    DWORD device_number; /* ...HarddiskVolumeShadowCopy<n> */
    struct machine_owner owner;
    ULONGLONG timestamp; /* FILETIME; of the copy */
    BOOL created;        /* FALSE: being copied */
};

#define SHADOW_DEVICE_CHARS 64
/* \\?\GLOBALROOT\Device\HarddiskVolumeShadowCopy<n> */
void shadow_device(const struct shadow *shadow, WCHAR device[SHADOW_DEVICE_CHARS]);

/* Copies the volume. In: id, set_id, set_count, volume. Out: the rest. `cancel` may be NULL.
 * S_OK; E_ABORT when cancelled; VSS_E_INSUFFICIENT_STORAGE; VSS_E_UNEXPECTED_PROVIDER_ERROR. On
 * failure nothing is left. */
HRESULT shadow_create(struct shadow *shadow, HANDLE cancel);

/* Removes copy, device and record, and ends a copy that is still running. */
HRESULT shadow_delete(const struct shadow *shadow);

/* All shadows of this machine. *list is an array to free with free (NULL when there are none). */
HRESULT shadow_list(struct shadow **list, size_t *count);

/* VSS_E_OBJECT_NOT_FOUND when there is none with this id. */
HRESULT shadow_find(const GUID *id, struct shadow *shadow);

/* Fills the strings with CoTaskMemAlloc; on failure *prop is all zero. */
HRESULT shadow_properties(const struct shadow *shadow, VSS_SNAPSHOT_PROP *prop);

/* Removes the shadows of processes that have ended. Takes the machine lock. */
void shadow_sweep(void);

#endif
