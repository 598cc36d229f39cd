/* The directory's own folders: what is in the way, whether there is room, and emptying them. */
#ifndef SAMPLES_DESTINATION_H
#define SAMPLES_DESTINATION_H

#include "plan.h"

struct destination_file;

struct destination
{
    const struct plan *plan;
    const struct source *source;
    struct destination_file *old_files; /* the directory's present ones, which are deleted */
    unsigned old_count;
};

/*
 * Finds what the directory's engine keeps in the folders of PLAN: database, logs, reserves,
 * checkpoint and what lies beside them by the engine's naming. Other files stay. Refuses a backup
 * folder that is one of these folders, and a disk without room for the backup even when the old
 * files are gone. Errors are reported; nothing is changed. End with destination_free, also after a
 * failure.
 */
enum exit_code destination_open(struct destination *destination, const struct plan *plan,
                                const struct source *source);

/* Shows the files that are deleted. */
void destination_print_old(const struct destination *destination);

/* Deletes them. Errors are reported, and *failure says them to whoever
 * asked for the restore. */
enum exit_code destination_empty(const struct destination *destination, HRESULT *failure);

void destination_free(struct destination *destination);

#endif
