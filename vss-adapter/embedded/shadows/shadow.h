/*
 * shadow.h - one shadow: the copy of a volume, its device name, and the record of its owner.
 *
 * The copy is <volume>\System Volume Information\{id}, the record is the file {id}.shadow beside
 * it, and the device is a link in the prefix. As the record is on disk, the next use finds and
 * removes a shadow whose owner and reaper are gone (the whole prefix was ended).
 */
#ifndef NTDSBCLI_EMBEDDED_SHADOW_H
#define NTDSBCLI_EMBEDDED_SHADOW_H

#include "common/process_id.h"
#include "volume.h"

#include <windows.h>
#include <stdbool.h>
#include <stdint.h>
#include <vss.h>

struct shadow
{
    GUID id;
    GUID set_id;
    LONG set_count; /* shadows in the set */
    struct volume volume;
    DWORD device_number; /* ...HarddiskVolumeShadowCopy<n> */
    struct process_id owner;
    uint64_t timestamp;        /* FILETIME; of the copy */
    bool created;              /* false: being copied */
    bool kept;                 /* outlives its maker: only DeleteSnapshots removes it */
    LONG attributes;           /* VSS_VOLSNAP_ATTR_...: of the context, and how it is exposed */
    wchar_t exposed[MAX_PATH]; /* "X:\" or a folder; empty: not exposed */
};

/* The attributes that tell the contexts apart. */
#define SHADOW_CONTEXT_BITS                                                                        \
    (VSS_VOLSNAP_ATTR_PERSISTENT | VSS_VOLSNAP_ATTR_CLIENT_ACCESSIBLE |                            \
     VSS_VOLSNAP_ATTR_NO_AUTO_RELEASE | VSS_VOLSNAP_ATTR_NO_WRITERS)

extern const GUID shadow_provider_id;

#define SHADOW_DEVICE_CHARS 64
/* \\?\GLOBALROOT\Device\HarddiskVolumeShadowCopy<n> */
void shadow_device(const struct shadow *shadow, wchar_t device[SHADOW_DEVICE_CHARS]);

/*
 * Copies the volume. In: id, set_id, set_count, volume, attributes. Out: the rest. cancel may be
 * NULL.
 *
 * E_ABORT: cancelled; VSS_E_INSUFFICIENT_STORAGE; VSS_E_UNEXPECTED_PROVIDER_ERROR. A failure leaves
 * nothing behind, or what shadow_delete leaves.
 */
HRESULT shadow_create(struct shadow *shadow, HANDLE cancel);

#define SHADOW_SET_MAX 64
/* The same for all volumes of a set, side by side. A failure may leave some of them created. */
HRESULT shadow_create_set(struct shadow *shadows, size_t count, HANDLE cancel);

/*
 * Removes copy, device, record and what exposes it, and ends a copy that still runs.
 *
 * VSS_E_UNEXPECTED_PROVIDER_ERROR: copy and record are still there; the sweep of a session after
 * this process has ended removes them.
 */
HRESULT shadow_delete(const struct shadow *shadow);

/* Writes a change of kept, attributes or exposed to the record. */
HRESULT shadow_update(const struct shadow *shadow);

/* Forgets the shadow: its copy, its device and what exposes it stay. */
HRESULT shadow_break(const struct shadow *shadow);

/* All shadows of this machine. *list is an array to free with free; NULL if there are none.
 * E_OUTOFMEMORY, VSS_E_UNEXPECTED_PROVIDER_ERROR: they cannot be listed. */
HRESULT shadow_list(struct shadow **list, size_t *count);

/* VSS_E_OBJECT_NOT_FOUND: no finished shadow has this id. */
HRESULT shadow_find(const GUID *id, struct shadow *shadow);

/*
 * Zeroes a caller's structure up to its last field. What follows is padding that programs in other
 * languages do not have (Duplicacy for x86 has its return address there).
 */
void shadow_clear_properties(VSS_SNAPSHOT_PROP *prop);
/* Fills the strings by CoTaskMemAlloc; on failure *prop is cleared. */
HRESULT shadow_properties(const struct shadow *shadow, VSS_SNAPSHOT_PROP *prop);
/* Frees the strings and clears *prop. */
void shadow_free_properties(VSS_SNAPSHOT_PROP *prop);

/* Removes the shadows of ended processes, unless they are kept. Takes the machine lock. */
void shadow_sweep(void);

#endif
