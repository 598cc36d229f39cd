/*
 * restore_rights.h - who can read and write the restored files: warnings, never a failure.
 *
 * The old API knows one directory service, NTDS, which always runs as SYSTEM.
 */
#ifndef NTDSBCLI_RESTORE_RIGHTS_H
#define NTDSBCLI_RESTORE_RIGHTS_H

#include "restore_folders.h"
#include "restore_record.h"

#include "host/file_rights.h"

#include <ntdsvss.h>

/* Files with the same fault. */
struct restore_rights_fault
{
    const wchar_t *first; /* its path; borrowed */
    unsigned int count;
};

/* The database, all logs, or the checkpoint. */
struct restore_rights_group
{
    const wchar_t *path; /* of one of the files; borrowed. NULL: there is none */
    struct restore_rights_fault unwritable, readable, unknown;
    struct file_rights first_readable;
    bool is_inherited;   /* the rights of any that is readable */
    legacy_result error; /* why the first unknown one is unknown */
};

/* Zero-initialise; nothing to release. */
struct restore_rights
{
    struct restore_rights_group database, logs, checkpoint;
};

/* Takes note of a file of the list, open with READ_CONTROL. Its path has to stay until the report.
 * Who can read the checkpoint does not matter. */
void restore_rights_note(struct restore_rights *rights, const struct ntdsvss_file *from,
                         HANDLE file);

/* Says in the record what was noted, what is wrong with the folders that were found, and the
 * commands that mend it. Says nothing if all is well. */
void restore_rights_report(const struct restore_rights *rights,
                           const struct restore_folders *folders, struct restore_record *record);

#endif
