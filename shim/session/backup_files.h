/*
 * backup_files.h - the files of a backup context: their names, how each is checked, what is
 * delivered.
 */
#ifndef NTDSBCLI_BACKUP_FILES_H
#define NTDSBCLI_BACKUP_FILES_H

#include "host/result.h"

#include "names.h"
#include "verify/file_reader.h"

#include <ntdsvss.h>

/* Zero-initialise; backup_files_fini in every state. Indices are the broker's. */
struct backup_files
{
    size_t count;
    size_t database_count; /* the databases come first */
    struct name *names;
    enum ntdsvss_file_kind *kinds;
    enum file_check *checks;
    bool *required;  /* counts for a complete backup */
    bool *delivered; /* every byte was handed out and, if checked, found good */
    size_t *sorted;  /* indices in names_compare's order of their local paths */
};

/* The paths stay the lists' owner's. verify: false, and nothing will be checked. S_OK or
 * ERROR_NOT_ENOUGH_MEMORY; backup_files_fini ends either. files: all 0. */
legacy_result backup_files_init(struct backup_files *files, const struct ntdsvss_file *databases,
                                size_t database_count, const struct ntdsvss_file *logs,
                                size_t log_count, bool verify);

/* A caller's spelling of a name. ERROR_INVALID_PARAMETER: no file of this backup. */
legacy_result backup_files_find(const struct backup_files *files, const wchar_t *given,
                                const wchar_t *host, size_t *index);

/* No restore takes an empty log, whatever is checked; edbtmp.log may be one. */
bool backup_files_needs_content(const struct backup_files *files, size_t index);

/* Are all that are required among those from first up to, not including, end delivered? */
bool backup_files_are_delivered(const struct backup_files *files, size_t first, size_t end);

void backup_files_fini(struct backup_files *files);

#endif
