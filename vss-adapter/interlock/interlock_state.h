/*
 * interlock_state.h - what a restore has left in the registry, for reading, and the marker alone.
 */
#ifndef NTDSVSS_INTERLOCK_STATE_H
#define NTDSVSS_INTERLOCK_STATE_H

#include "common/process_id.h"

#include <windows.h>
#include <stdbool.h>

/* Parameters, a REG_DWORD: the directory takes a new invocation id at its next start. */
#define INTERLOCK_MARKER L"Database restored from backup"

/* Parameters: the number that the directory's database must hold too. Where it is missing, the
 * directory takes the database as it is. */
#define INTERLOCK_EPOCH L"DSA Database Epoch"

struct interlock_state
{
    LSTATUS status;          /* of looking for the key: ERROR_SUCCESS, ERROR_FILE_NOT_FOUND ... */
    bool has_record;         /* it was made by this product */
    struct process_id owner; /* of the record; process is 0 if that restore has ended */
    /* NULL if there is none, or no memory: */
    wchar_t *checkpoint_folder, *log_folder, *backup_log_folder, *backup_id;
    DWORD generation_low, generation_high;
    bool is_marked;
    bool has_epoch; /* or it is not known whether it is there */
};

/* Reads the state of NTDS. interlock_state_fini in every case. */
void interlock_state_read(struct interlock_state *state);
void interlock_state_fini(struct interlock_state *state);

/* Sets the marker of NTDS, deletes its epoch, and flushes both to disk. */
LSTATUS interlock_state_mark(void);

#endif
