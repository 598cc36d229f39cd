/*
 * backup_files.h - the files of a backup context: their names, how each is checked, what is
 * delivered.
 */
#ifndef NTDSBCLI_BACKUP_FILES_H
#define NTDSBCLI_BACKUP_FILES_H

#include "remote/broker_client.h"
#include "verify/file_reader.h"
#include "names.h"

/* Zero-initialise; backup_files_fini in every state. Indices are the broker's. */
struct backup_files
{
    size_t count;
    size_t database_count; /* the databases come first */
    struct name *names;
    enum file_check *checks;
    bool *required;  /* counts for a complete backup */
    bool *delivered; /* every byte was handed out and, if checked, found good */
    size_t *sorted;  /* indices in names_compare's order of their local paths */
};

/* Takes the paths out of both lists. verify: false, and nothing will be checked. S_OK or
 * ERROR_NOT_ENOUGH_MEMORY. */
HRESULT backup_files_init(struct backup_files *files, struct broker_files *databases,
                          struct broker_files *logs, bool verify);

/* A caller's spelling of a name. ERROR_INVALID_PARAMETER: no file of this backup. */
HRESULT backup_files_find(const struct backup_files *files, const wchar_t *given,
                          const wchar_t *host, size_t *index);

/* Are all that are required among those from first up to, not including, end delivered? */
bool backup_files_are_delivered(const struct backup_files *files, size_t first, size_t end);

void backup_files_fini(struct backup_files *files);

#endif
