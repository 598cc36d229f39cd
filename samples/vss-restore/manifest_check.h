/* Compares files with what backup.txt says of them. */
#ifndef VSS_RESTORE_MANIFEST_CHECK_H
#define VSS_RESTORE_MANIFEST_CHECK_H

#include <ntdsvss.h>

#include "manifest.h"
#include "plan.h"

/*
 * Reads every file of the backup once, before anything is changed. Errors are reported: one that is
 * not what was backed up is EXIT_READ.
 */
enum exit_code manifest_check_backup(const struct manifest *manifest, const struct source *source,
                                     DWORD buffer_bytes);

/*
 * Reads back every file that was restored, from where the directory will look for it: each has to
 * be there, to be what was backed up, and to be the only one. Errors are reported.
 */
enum exit_code manifest_check_restored(const struct manifest *manifest, const struct plan *plan,
                                       struct ntdsvss_restore *restore, DWORD buffer_bytes);

#endif
