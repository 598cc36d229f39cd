/*
 * restore_walk.h - a restore as the old documentation tells callers to make one, in process.
 *
 * The files are in their places already: what is tried here is everything around them. Must not
 * know brokers or faults.
 */
#ifndef FAULT_RESTORE_WALK_H
#define FAULT_RESTORE_WALK_H

#include "walkthrough.h"

#include <stdbool.h>

/*
 * Reads what legacy-backup wrote about a backup whose files are in the directory's folders.
 *
 * folder  The backup's, without a backslash at its end.
 *
 * False: there is none.
 */
bool restore_walk_begin(const wchar_t *folder);

/*
 * Prepare, locations, register, complete, End; after a failure End only. Outputs are checked as
 * walk does it. result->file_count and bytes stay 0. The signature is walk's, so that either can be
 * run for a case.
 *
 * at  Steps "restore-prepare", "locations", "register", "complete", "restore-end",
 *     "restore-ended". May be NULL.
 */
void restore_walk(void (*at)(void *context, const char *step), void *context,
                  struct walk_result *result);

/* What a restore leaves in the registry: the key "Restore In Progress", the marker. */
bool restore_walk_interlock(void);
bool restore_walk_marker(void);

/* As of a directory that was never restored. */
void restore_walk_forget(void);

#endif
