/* The folder that holds a backup, as legacy-backup left it. */
#ifndef LEGACY_RESTORE_BACKUP_H
#define LEGACY_RESTORE_BACKUP_H

#include <stdint.h>

#include "failures.h"
#include "names.h"

struct backup
{
    const wchar_t *shown; /* as the user wrote it; borrowed */
    wchar_t *path;        /* full, in the form that may be longer than MAX_PATH */
    void *token;
    DWORD token_bytes;
    struct name_list databases, logs, locations;
};

/*
 * Reads the lists and the token of the backup in SHOWN; a folder that is not a complete backup is
 * refused. Errors are reported. End with backup_close, also after a failure.
 */
enum exit_code backup_open(struct backup *backup, const wchar_t *shown);

/*
 * Opens the file NAME (a plain name without a path) for reading. *file is closed by the caller,
 * *bytes its size. Errors are reported.
 */
enum exit_code backup_open_file(const struct backup *backup, const wchar_t *name, HANDLE *file,
                                uint64_t *bytes);

/* Frees what the structure holds. */
void backup_close(struct backup *backup);

#endif
