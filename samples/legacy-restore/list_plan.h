/* Makes the plan of a restore from the lists of ntdsbcli.h. */
#ifndef LEGACY_RESTORE_LIST_PLAN_H
#define LEGACY_RESTORE_LIST_PLAN_H

#include "legacy_set.h"
#include "plan.h"

/*
 * Finds the place of every file of BACKUP in LOCATIONS, a list of DsRestoreGetDatabaseLocations,
 * and opens each file in SOURCE once. PLAN comes from plan_init. Errors are reported.
 */
enum exit_code list_plan_make(struct plan *plan, const struct source *source,
                              const struct legacy_set *backup, const struct name_list *locations);

/*
 * Checks every file of PLAN in SOURCE, and whether the engine would start with all of them. Errors
 * are reported.
 */
enum exit_code list_plan_check(const struct plan *plan, const struct source *source,
                               DWORD buffer_bytes);

#endif
