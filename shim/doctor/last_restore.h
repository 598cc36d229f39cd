/*
 * last_restore.h - the newest restore on this computer, by the records restore-<id>.txt in the log
 * folder.
 */
#ifndef NTDSDOCTOR_LAST_RESTORE_H
#define NTDSDOCTOR_LAST_RESTORE_H

#include "record/backup_record.h"

#include <windows.h>
#include <stdbool.h>
#include <stdint.h>

struct last_restore
{
    uint64_t ended; /* FILETIME; 0: not known */
    bool succeeded;
    wchar_t backup_id[BACKUP_RECORD_ID_CHARS];
    unsigned int unread_count; /* records that cannot be read: one may be newer */
    DWORD error;               /* not 0: the folder cannot be listed */
};

void last_restore_find(const wchar_t *folder, struct last_restore *restore);

/* Takes the last entry of one record if it is newer. text: is changed. */
void last_restore_take(struct last_restore *restore, const wchar_t *backup_id, wchar_t *text);

#endif
