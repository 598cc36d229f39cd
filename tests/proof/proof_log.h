/*
 * proof_log.h - what the product writes while a backup of this proof runs.
 */
#ifndef PROOF_LOG_H
#define PROOF_LOG_H

#include "record/host_log.h"

#include <windows.h>
#include <stdbool.h>

/* Where the DLL of legacy-backup writes; more than one at once have a number each, from 1 on. */
#define PROOF_LOG_CHARS 600
void proof_log_path(unsigned int number, wchar_t path[PROOF_LOG_CHARS]);

/* The folder of logs of an account that is not elevated. sid: as text. False: its path is too long.
 */
bool proof_log_folder_of(const wchar_t *sid, wchar_t folder[PROOF_LOG_CHARS]);

/* How long a log is; 0: it is not there. */
LONGLONG proof_log_bytes(const wchar_t *path);

/* What a log has from mark on, terminated; the caller frees it. NULL: it cannot be read. */
char *proof_log_since(const wchar_t *path, LONGLONG mark);

/* How long each log was at one time. */
struct proof_log_marks
{
    LONGLONG bytes[HOST_LOG_FILES_MAX];
};
void proof_log_mark_all(struct proof_log_marks *marks);

/* Deletes the records of backups that the logs name from then on: those will not be kept. */
void proof_log_remove_records(const struct proof_log_marks *marks);

#endif
