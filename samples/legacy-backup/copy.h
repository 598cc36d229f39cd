/* Copies the files of a list from the directory's backup into the backup folder. */
#ifndef LEGACY_BACKUP_COPY_H
#define LEGACY_BACKUP_COPY_H

#include <stdint.h>

#include "calls.h"
#include "failures.h"
#include "folder.h"

struct copy
{
    HBC hbc;
    struct folder *folder;
    void *buffer;
    DWORD buffer_bytes;
    unsigned file_count;  /* done so far */
    uint64_t total_bytes; /* done so far */
};

/*
 * Copies every file of LIST. Errors are reported; the first ends it, with no file left open in the
 * API. A wish to stop (stop.h) is reported by the caller and gives EXIT_OTHER.
 */
enum exit_code copy_list(struct copy *copy, const struct name_list *list);

#endif
