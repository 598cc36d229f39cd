/* The directory's own folders: their old files and their free space. */
#ifndef SAMPLES_DESTINATION_H
#define SAMPLES_DESTINATION_H

#include "old_files.h"
#include "plan.h"

struct destination
{
    const struct plan *plan;
    const struct source *source;
    struct old_files old;
    bool delete_old; /* before the copy, which then has their space */
};

/*
 * Finds the files of the directory's engine in the folders of PLAN: database, logs, reserve logs,
 * checkpoint, and what the engine keeps beside them. Refuses a backup folder that is one of these
 * folders, and a disk that is too small for the backup. Errors are reported; nothing is changed.
 * End with destination_free, also after a failure.
 */
enum exit_code destination_open(struct destination *destination, const struct plan *plan,
                                const struct source *source, bool delete_old);

void destination_free(struct destination *destination);

#endif
