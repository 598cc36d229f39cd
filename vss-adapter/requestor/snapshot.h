/*
 * snapshot.h - one snapshot set: the volumes in it, and files opened below their shadows.
 */
#ifndef NTDSVSS_SNAPSHOT_H
#define NTDSVSS_SNAPSHOT_H

#include <ntdsvss.h>

#include <vss.h>
#include <vswriter.h>
#include <vsbackup.h>

#include "common/volumes.h"

struct snapshot
{
    wchar_t volume[VOLUME_NAME_CHARS];
    VSS_ID id;
    wchar_t *device; /* \\?\GLOBALROOT\Device\..., without trailing backslash */
    wchar_t *root;   /* the device's own final path, to check files against */
};

/* Zero-initialise; snapshot_set_fini in every state. Deleting the shadow is releasing the object.
 */
struct snapshot_set
{
    VSS_ID id;
    struct snapshot *snapshots;
    size_t count, capacity;
};

/* StartSnapshotSet. VSS_E_SNAPSHOT_SET_IN_PROGRESS is for the caller to retry. */
HRESULT snapshot_set_start(const struct ntdsvss_settings *settings,
                           IVssBackupComponents *components, struct snapshot_set *set);

/* Adds the volume unless it is in the set; *index is its place there. */
HRESULT snapshot_set_add(const struct ntdsvss_settings *settings, IVssBackupComponents *components,
                         struct snapshot_set *set, const wchar_t *volume, size_t *index);

/* After DoSnapshotSet: the devices, each opened once to learn its final path. */
HRESULT snapshot_set_resolve(const struct ntdsvss_settings *settings,
                             IVssBackupComponents *components, struct snapshot_set *set);

/*
 * Opens name in the folder relative to the shadow's root, for reading, and checks that it lies
 * there once links are followed. *file: CloseHandle.
 */
HRESULT snapshot_open(const struct ntdsvss_settings *settings, const struct snapshot *snapshot,
                      const wchar_t *relative, const wchar_t *name, HANDLE *file, uint64_t *bytes);

/* device\relative in new memory (free); NULL: out of memory. */
wchar_t *snapshot_folder(const struct snapshot *snapshot, const wchar_t *relative);

void snapshot_set_fini(struct snapshot_set *set);

#endif
