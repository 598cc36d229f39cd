/* What goes where: each file of a backup and its place in the directory. */
#ifndef SAMPLES_PLAN_H
#define SAMPLES_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "paths.h"
#include "source.h"

/* One file. */
struct plan_item
{
    struct plan_item *next;
    wchar_t name[FILE_NAME_CHARS]; /* in the backup folder */
    wchar_t *old_path;             /* when it was backed up */
    wchar_t *new_path;             /* where it goes, as the directory's places are named */
    uint64_t bytes;
    bool database;
};

struct plan
{
    struct plan_item *items; /* in the order in which they are copied */
    struct plan_item **end;
    unsigned item_count;
    uint64_t total_bytes;
    wchar_t *database; /* the places, on the heap, without a backslash at their end */
    wchar_t *log_folder;
    wchar_t *checkpoint_folder;
    const struct plan_item *database_item;
    ULONG generation_low, generation_high; /* of the logs, by their names; 0 where none has one */
};

/*
 * Starts one without files; whoever makes it fills in the places before it adds any. End with
 * plan_free in every case. The structure must stay where it is.
 */
void plan_init(struct plan *plan);

/*
 * Adds the file NAME of the backup folder, and opens it once. OLD_PATH, on the heap, becomes the
 * plan's also after a failure; NULL is no memory. Errors are reported.
 */
enum exit_code plan_add(struct plan *plan, const struct source *source, const wchar_t *name,
                        bool database, wchar_t *old_path);

/* All are added: reports a plan that has not exactly one database. */
enum exit_code plan_check(const struct plan *plan);

/* Reports that the backup and the directory do not fit. Returns EXIT_READ. */
enum exit_code plan_refuse(const wchar_t *problem);

/* Shows every file with its size and its place. */
void plan_print(const struct plan *plan);

void plan_free(struct plan *plan);

#endif
