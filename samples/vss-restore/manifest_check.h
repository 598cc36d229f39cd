/* Compares files with their hashes in backup.txt. */
#ifndef VSS_RESTORE_MANIFEST_CHECK_H
#define VSS_RESTORE_MANIFEST_CHECK_H

#include <ntdsvss.h>

#include "manifest.h"
#include "plan.h"

/*
 * Compares every file in the backup folder. Errors are reported; a file that differs gives
 * EXIT_READ.
 */
enum exit_code manifest_check_backup(const struct manifest *manifest, const struct source *source,
                                     DWORD buffer_bytes);

/*
 * Compares every restored file where the directory will look for it. A file that is missing,
 * differs or does not belong to the backup is an error. Errors are reported.
 */
enum exit_code manifest_check_restored(const struct manifest *manifest, const struct plan *plan,
                                       struct ntdsvss_restore *restore, DWORD buffer_bytes);

#endif
