/* A backup, as legacy-backup left it: its folder, its lists, its token. */
#ifndef LEGACY_RESTORE_LEGACY_SET_H
#define LEGACY_RESTORE_LEGACY_SET_H

#include "name_list.h"
#include "source.h"

struct legacy_set
{
    struct source source;
    void *token;
    DWORD token_bytes;
    struct name_list databases, logs, locations;
};

/*
 * Reads the lists and the token of the backup in SHOWN; a folder that is not a complete backup is
 * refused. Errors are reported. End with legacy_set_close, also after a failure.
 */
enum exit_code legacy_set_open(struct legacy_set *backup, const wchar_t *shown);

/* Frees what the structure holds. */
void legacy_set_close(struct legacy_set *backup);

#endif
