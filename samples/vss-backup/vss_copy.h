/* Copies files from the shadow copy into the backup folder, checks them and takes their digests. */
#ifndef VSS_BACKUP_COPY_H
#define VSS_BACKUP_COPY_H

#include <ntdsvss.h>

#include "copy_in.h"
#include "file_set.h"
#include "manifest.h"

/* What every file that was copied is added to. */
struct vss_copied
{
    struct manifest manifest;
    struct file_set set;
};

/*
 * Copies the COUNT files of a list, whose indices in the session begin with FIRST. The first error
 * is reported and ends the copy.
 */
enum exit_code vss_copy_list(struct copy_in *copy, struct ntdsvss_backup *backup, size_t first,
                             const struct ntdsvss_file *files, size_t count,
                             struct vss_copied *copied);

#endif
