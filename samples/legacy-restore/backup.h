/* A backup, as legacy-backup left it: its folder, its lists, its token. */
#ifndef LEGACY_RESTORE_BACKUP_H
#define LEGACY_RESTORE_BACKUP_H

#include "names.h"
#include "source.h"

struct backup
{
    struct source source;
    void *token;
    DWORD token_bytes;
    struct name_list databases, logs, locations;
};

/*
 * Reads the lists and the token of the backup in SHOWN; a folder that is not a complete backup is
 * refused. Errors are reported. End with backup_close, also after a failure.
 */
enum exit_code backup_open(struct backup *backup, const wchar_t *shown);

/* Frees what the structure holds. */
void backup_close(struct backup *backup);

#endif
