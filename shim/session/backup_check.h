/*
 * backup_check.h - would recovery accept the logs that a backup has handed out?
 *
 * The old backup read, as the engine's own, judges each segment of a log by itself. That they lie
 * in order, and that each log holds what the next one says it held, shows in all of them together.
 */
#ifndef NTDSBCLI_BACKUP_CHECK_H
#define NTDSBCLI_BACKUP_CHECK_H

#include "backup_files.h"

#include "ese/ese_recovery.h"
#include "token/token.h"
#include "verify/file_reader.h"

/* Zero-initialise; backup_check_fini in every state. */
struct backup_check
{
    struct ese_recovery_log *logs; /* one for every file; without a header: no log, or not taken */
    size_t file_count;
    bool has_temporary_log;
    bool *out_of_order; /* of every file */
};

/* S_OK or ERROR_NOT_ENOUGH_MEMORY. */
legacy_result backup_check_init(struct backup_check *check, size_t file_count);

/* Takes note of a file that was read to its end, in place of what it was when it was before. */
void backup_check_take(struct backup_check *check, const struct backup_files *files, size_t index,
                       const struct file_reader *reader);

/*
 * S_OK, also where nothing was checked; hrLogReadVerifyFailure, said in the log, where a restore of
 * these logs with any of the databases would be refused. Once, after all required files have been
 * taken: nothing can be taken any more.
 */
legacy_result backup_check_judge(struct backup_check *check, const struct backup_files *files,
                                 const struct token_database *databases);

void backup_check_fini(struct backup_check *check);

#endif
