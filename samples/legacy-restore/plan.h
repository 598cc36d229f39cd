/* What goes where: each file of a backup and its place in the directory. */
#ifndef LEGACY_RESTORE_PLAN_H
#define LEGACY_RESTORE_PLAN_H

#include <stdint.h>

#include "backup.h"
#include "calls.h"

/* One file. */
struct plan_item
{
    struct plan_item *next;
    wchar_t name[FILE_NAME_CHARS]; /* in the backup folder */
    wchar_t *old_path;             /* when it was backed up */
    wchar_t *new_path;             /* where it goes, as the API names places */
    uint64_t bytes;
    bool database;
};

struct plan
{
    struct plan_item *items; /* in the order in which they are copied */
    struct plan_item **end;
    unsigned item_count;
    uint64_t total_bytes;
    wchar_t *database; /* the places, as the API names them */
    wchar_t *log_folder;
    wchar_t *checkpoint_folder;
    EDB_RSTMAPW *map; /* for DsRestoreRegister; its strings are the items' */
    LONG map_count;
    ULONG generation_low, generation_high; /* of the logs, by their names; 0 where none has one */
};

/*
 * Finds the place of every file of BACKUP in LOCATIONS, a list of DsRestoreGetDatabaseLocations,
 * and opens each file once. Errors are reported: a file that is missing, places that the backup
 * does not fit. End with plan_free, also after a failure. The structure must stay where it is.
 */
enum exit_code plan_make(struct plan *plan, const struct backup *backup,
                         const struct name_list *locations);

/* Shows every file with its size and its place. */
void plan_print(const struct plan *plan);

void plan_free(struct plan *plan);

#endif
