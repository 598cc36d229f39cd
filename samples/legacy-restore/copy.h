/* Copies the files of a plan to their places. */
#ifndef LEGACY_RESTORE_COPY_H
#define LEGACY_RESTORE_COPY_H

#include "plan.h"

/*
 * Copies every file of PLAN from BACKUP, BUFFER_BYTES at a time, and creates folders that are
 * missing. Errors are reported and *failure says them to the API; the first ends it. A wish to stop
 * (stop.h) is reported by the caller and gives EXIT_OTHER.
 */
enum exit_code copy_files(const struct plan *plan, const struct backup *backup, DWORD buffer_bytes,
                          HRESULT *failure);

#endif
