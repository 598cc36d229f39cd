/* The directory's own folders: their old files, their free space, and emptying them. */
#ifndef SAMPLES_DESTINATION_H
#define SAMPLES_DESTINATION_H

#include "plan.h"

struct destination_file;

struct destination
{
    const struct plan *plan;
    const struct source *source;
    struct destination_file *old_files; /* those of the directory, which a restore deletes */
    unsigned old_count;
};

/*
 * Finds the files of the directory's engine in the folders of PLAN: database, logs, reserve logs,
 * checkpoint, and what the engine keeps beside them. Refuses a backup folder that is one of these
 * folders, and a disk that is too small for the backup even without the old files. Errors are
 * reported; nothing is changed. End with destination_free, also after a failure.
 */
enum exit_code destination_open(struct destination *destination, const struct plan *plan,
                                const struct source *source);

/* Prints the old files. */
void destination_print_old(const struct destination *destination);

/* Deletes the old files. Errors are reported and put into *failure. */
enum exit_code destination_empty(const struct destination *destination, HRESULT *failure);

void destination_free(struct destination *destination);

#endif
