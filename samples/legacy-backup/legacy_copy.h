/* Copies the files of a list from the directory's backup into the backup folder. */
#ifndef LEGACY_BACKUP_COPY_H
#define LEGACY_BACKUP_COPY_H

#include "backup_calls.h"
#include "copy_in.h"

/*
 * Copies every file of LIST. The first error is reported and ends the copy; no file stays open in
 * the API.
 */
enum exit_code legacy_copy_list(struct copy_in *copy, HBC hbc, const struct name_list *list);

#endif
