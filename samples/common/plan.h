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
    unsigned number;               /* in the order of the plan */
    wchar_t name[FILE_NAME_CHARS]; /* in the backup folder */
    wchar_t *old_path;             /* at the time of the backup */
    wchar_t *new_path;             /* where it goes, in the form of the directory's places */
    uint64_t bytes;
    bool database;
    bool created; /* at its new path, by this restore */
};

/* The folders of the directory. */
enum plan_folder
{
    PLAN_DATABASE_FOLDER,
    PLAN_LOG_FOLDER,
    PLAN_CHECKPOINT_FOLDER,
    PLAN_FOLDERS
};

struct plan
{
    struct plan_item *items; /* in the order in which they are copied */
    struct plan_item **end;
    unsigned item_count;
    uint64_t total_bytes;
    wchar_t *database; /* the places, on the heap; only the root of a drive ends in a backslash */
    wchar_t *log_folder;
    wchar_t *checkpoint_folder;
    bool new_folders[PLAN_FOLDERS]; /* created by this restore */
    const struct plan_item *database_item;
    ULONG generation_low, generation_high; /* of the logs, by their names; 0 if none has one */
};

/*
 * Makes a plan without files. The caller fills in the places before it adds any. End with
 * plan_free; the structure must stay where it is until then.
 */
void plan_init(struct plan *plan);

/*
 * Adds the file NAME of the backup folder, and opens it once. Takes over OLD_PATH, which is on the
 * heap, also if it fails; NULL means that memory ran out. A database with the name of a log or of a
 * temporary file is refused, as no check would read it as a database. Other files that the engine
 * does not use are left out, with a note. Errors are reported.
 */
enum exit_code plan_add(struct plan *plan, const struct source *source, const wchar_t *name,
                        bool database, wchar_t *old_path);

/* The path of a folder; on the heap. NULL if memory ran out. */
wchar_t *plan_folder(const struct plan *plan, enum plan_folder which);

/* All files are added: reports a plan without a database, and a name or a place that two files
 * have. */
enum exit_code plan_check(const struct plan *plan);

/* Reports that the backup does not fit the directory, and why. Returns EXIT_READ. */
enum exit_code plan_refuse(const wchar_t *problem);

/* Prints every file with its size and its place. */
void plan_print(const struct plan *plan);

void plan_free(struct plan *plan);

#endif
