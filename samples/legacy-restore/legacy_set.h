/* The lists and the token that legacy-backup saves with the files of a backup. */
#ifndef LEGACY_RESTORE_LEGACY_SET_H
#define LEGACY_RESTORE_LEGACY_SET_H

#include "name_list.h"
#include "source.h"

struct legacy_set
{
    void *token;
    DWORD token_bytes;
    struct name_list databases, logs, locations;
};

/*
 * Opens SOURCE, the backup in the folder SHOWN, and reads its lists and token. A folder that is not
 * a complete backup is refused. Errors are reported. End with legacy_set_free and source_close,
 * also after a failure.
 */
enum exit_code legacy_set_read(struct legacy_set *backup, struct source *source,
                               const wchar_t *shown);

/* Frees what the structure holds. */
void legacy_set_free(struct legacy_set *backup);

#endif
