/*
 * interlock.h - what says in the registry that a restore is under way, and that there was one.
 *
 * For NTDS the key HKLM\SYSTEM\CurrentControlSet\Services\NTDS\Restore In Progress with the values
 * that KB814167 documents (CheckpointFilePath, LogPath, BackupLogPath, all REG_SZ), and the value
 * "Database restored from backup" = 1 in NTDS\Parameters. Our own record is the key's subkey
 * "ntdsbcli":
 *
 *   Owner          REG_DWORD, id of the process whose restore it is; gone where that has ended
 *   OwnerStart     REG_QWORD, that process's time of creation (FILETIME)
 *   BackupId       REG_SZ
 *   Map            REG_SZ, lines of "old>new"
 *   GenerationLow  REG_DWORD
 *   GenerationHigh REG_DWORD
 *
 * The key itself gets no value with a guessed name: the directory may read it. An AD LDS instance
 * has the same below its own service's key, ours: nothing public says that it reads either.
 */
#ifndef NTDSVSS_INTERLOCK_H
#define NTDSVSS_INTERLOCK_H

#include <ntdsvss.h>

#include "saved_value.h"

#define INTERLOCK_KEY_VALUES    3
#define INTERLOCK_RECORD_VALUES 6

/* Zero but for the service; interlock_fini in every state, which leaves just that. */
struct interlock
{
    const wchar_t *service; /* whose key it is below Services; NULL: NTDS */
    bool held;
    bool taken_over;
    bool record_existed; /* the subkey of a restore that was taken over */
    struct saved_value key_values[INTERLOCK_KEY_VALUES];
    struct saved_value record_values[INTERLOCK_RECORD_VALUES];
};

/*
 * Makes or takes over the key, sets the marker and flushes both to disk. After a failure the key
 * is as it was; a marker that was set stays. NTDSVSS_E_RESTORE_IN_PROGRESS: its owner is alive.
 */
HRESULT interlock_acquire(const struct ntdsvss_settings *settings, struct interlock *interlock,
                          const struct ntdsvss_registration *registration);

/* Makes the key what it was before interlock_acquire; the marker stays. */
HRESULT interlock_put_back(const struct ntdsvss_settings *settings, struct interlock *interlock);

/*
 * Removes the key; the marker stays. NTDSVSS_E_RESTORE_IN_PROGRESS: it is no longer ours, and
 * was left alone.
 */
HRESULT interlock_remove(const struct ntdsvss_settings *settings, struct interlock *interlock);

/* Key and marker stay, without an owner. */
void interlock_leave(const struct ntdsvss_settings *settings, struct interlock *interlock);

void interlock_fini(struct interlock *interlock);

#endif
