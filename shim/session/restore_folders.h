/*
 * restore_folders.h - the folders in which the directory service looks. It makes none of them:
 * where one is missing it does not start, whatever was restored.
 */
#ifndef NTDSBCLI_RESTORE_FOLDERS_H
#define NTDSBCLI_RESTORE_FOLDERS_H

#include "restore_record.h"

#include "common/registration.h"
#include "host/result.h"

#define RESTORE_FOLDER_COUNT (DIRECTORY_CHECKPOINT_FOLDER + 1)

/* Zero-initialise; restore_folders_fini in every state. */
struct restore_folders
{
    /* By enum directory_location, of the database the folder that it is in. A backslash at the end
     * of a root, of no other. */
    wchar_t *paths[RESTORE_FOLDER_COUNT];
};

/*
 * S_OK: all are registered, and are there. Otherwise a Win32 code, ERROR_PATH_NOT_FOUND where one
 * does not exist; each fault is said in the record.
 */
legacy_result restore_folders_find(struct restore_folders *folders, struct restore_record *record);
void restore_folders_fini(struct restore_folders *folders);

#endif
