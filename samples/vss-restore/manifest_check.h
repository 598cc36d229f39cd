/* Checks the files of a backup and compares them with backup.txt. */
#ifndef VSS_RESTORE_MANIFEST_CHECK_H
#define VSS_RESTORE_MANIFEST_CHECK_H

#include <ntdsvss.h>

#include "manifest.h"
#include "plan.h"

/*
 * Checks every file in the backup folder, and whether the engine would start with all of them where
 * PLAN puts them. Errors are reported; a file that is damaged or differs gives EXIT_READ.
 */
enum exit_code manifest_check_backup(const struct manifest *manifest, const struct plan *plan,
                                     const struct source *source, DWORD buffer_bytes);

/*
 * Checks every restored file where the directory will look for it. A file that is missing, damaged,
 * differs or does not belong to the backup is an error. Errors are reported.
 */
enum exit_code manifest_check_restored(const struct manifest *manifest, const struct plan *plan,
                                       struct ntdsvss_restore *restore, DWORD buffer_bytes);

#endif
