/*
 * interlock.h - what says in the registry that a restore is under way, and that there was one.
 *
 * For NTDS the key HKLM\SYSTEM\CurrentControlSet\Services\NTDS\Restore In Progress with the values
 * that KB814167 documents (CheckpointFilePath, LogPath, BackupLogPath, all REG_SZ), and in
 * NTDS\Parameters the value "Database restored from backup" = 1. "DSA Database Epoch" beside it is
 * deleted: since Windows Server 2008 the database holds the same number, and the directory does not
 * start on a database of another one (event 2542). Published restore tools do both. Our own record
 * is the key's subkey "ntdsbcli":
 *
 *   Owner          REG_DWORD, id of the process whose restore it is; gone where that has ended
 *   OwnerStart     REG_QWORD, that process's time of creation (FILETIME)
 *   BackupId       REG_SZ
 *   Map            REG_SZ, lines of "old>new"
 *   GenerationLow  REG_DWORD
 *   GenerationHigh REG_DWORD
 *   DatabaseEpoch  "DSA Database Epoch" as it was; missing if there was none
 *
 * The key itself gets no value with a guessed name: the directory may read it. An AD LDS instance
 * has the same below its own service's key, ours: nothing public says that it reads either.
 */
#ifndef NTDSVSS_INTERLOCK_H
#define NTDSVSS_INTERLOCK_H

#include <ntdsvss.h>

#include "saved_value.h"

#define INTERLOCK_KEY_VALUES    3
#define INTERLOCK_RECORD_VALUES 7

/* Zero but for the service; interlock_fini in every state, which leaves just that. */
struct interlock
{
    const wchar_t *service; /* whose key it is below Services; NULL: NTDS */
    /* The caller's word, before interlock_acquire and interlock_put_back: the database file is the
     * one that the epoch belongs to. */
    bool is_database_unchanged;
    bool held;
    bool taken_over;
    bool record_existed; /* the subkey of a restore that was taken over */
    struct saved_value key_values[INTERLOCK_KEY_VALUES];
    struct saved_value record_values[INTERLOCK_RECORD_VALUES];
    struct saved_value epoch;
};

/*
 * Makes or takes over the key, sets the marker, deletes the epoch and flushes all to disk. After a
 * failure the key is as it was, and the epoch if the database is unchanged; a marker that was set
 * stays. NTDSVSS_E_RESTORE_IN_PROGRESS: its owner is alive.
 */
HRESULT interlock_acquire(const struct ntdsvss_settings *settings, struct interlock *interlock,
                          const struct ntdsvss_registration *registration);

/*
 * Makes the key, and if the database is unchanged the epoch, what it was before interlock_acquire;
 * the marker stays. After a failure the key stays without an owner, and has the epoch if nothing
 * else does.
 */
HRESULT interlock_put_back(const struct ntdsvss_settings *settings, struct interlock *interlock);

/*
 * Removes the key. The marker is set and the epoch deleted before that, whatever became of them
 * since interlock_acquire. NTDSVSS_E_RESTORE_IN_PROGRESS: the key is no longer ours, and was left
 * alone.
 */
HRESULT interlock_remove(const struct ntdsvss_settings *settings, struct interlock *interlock);

/* Key and marker stay, without an owner. */
void interlock_leave(const struct ntdsvss_settings *settings, struct interlock *interlock);

void interlock_fini(struct interlock *interlock);

#endif
