/* The plan of a restore, from the lists of the API. */
#ifndef LEGACY_RESTORE_LIST_PLAN_H
#define LEGACY_RESTORE_LIST_PLAN_H

#include "legacy_set.h"
#include "plan.h"

/*
 * Finds the place of every file of BACKUP in LOCATIONS, a list of DsRestoreGetDatabaseLocations,
 * and opens each file of SOURCE once. Errors are reported: a file that is missing, places that the
 * backup does not fit. PLAN comes from plan_init.
 */
enum exit_code list_plan_make(struct plan *plan, const struct source *source,
                              const struct legacy_set *backup, const struct name_list *locations);

#endif
