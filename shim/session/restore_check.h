/*
 * restore_check.h - are these files, in the directory's folders or in a backup's, the backup that a
 * token belongs to, and undamaged?
 */
#ifndef NTDSBCLI_RESTORE_CHECK_H
#define NTDSBCLI_RESTORE_CHECK_H

#include "host/result.h"

#include "ese/ese_recovery.h"
#include "record/backup_record.h"
#include "restore_record.h"
#include "restore_rights.h"
#include "token/token.h"

#include <ntdsvss.h>

/* Where the files come from: the broker, or a backup's folder. */
struct restore_source
{
    void *context;
    /* A handle to read with, also its access list; the caller's to close; at the file's beginning.
     */
    legacy_result (*open)(void *context, uint32_t index, HANDLE *file, uint64_t *bytes);
    /* Renames a checkpoint; of a backup that is kept, only takes note of it. */
    legacy_result (*set_aside)(void *context, uint32_t index);
};

struct restore_check
{
    const struct restore_source *source;
    const struct ntdsvss_file *files; /* the database first */
    size_t file_count;
    /*
     * Parsed, with one database. NULL: there is none, and no file is compared with the backup's
     * signatures, sizes, generations and hashes. What is left are the engine's rule, all sums, and
     * the record.
     */
    const struct token_fields *token;
    const struct backup_record *backup; /* of this backup on this computer; NULL: there is none */
    bool headers_only;                  /* pages and log segments are not read */
    /* Files of a backup that is kept, not restored: their attributes do not matter, and the caller
     * says what the record is. */
    bool is_kept;
    struct restore_rights *rights; /* gets those of each file; NULL: they do not matter */
    struct restore_record *record;
};

/*
 * S_OK: all that is needed is there, is the backup's, and is sound; a checkpoint that is not the
 * backup's own (without a token: not of the database's logs) has been set aside. Otherwise the
 * first fault, said in the record:
 *
 *   hrDatabaseNotFound        no database file
 *   hrBadDbSignature          another database, or this one of another backup; or the current log
 *                             is another backup's
 *   hrBadLogSignature         the database or a log belongs to another series of logs
 *   hrReadVerifyFailure       a header, a page or the size of the database
 *   hrLogFileCorrupt          a header, a segment or the size of a log
 *   hrRestoreLogTooLow, hrRestoreLogTooHigh   a log outside the backup's range
 *   hrInvalidLogSequence      a log that its name, or the log before it, contradicts
 *   hrMissingRestoreLogFiles  the engine would miss a log, or edbtmp.log where there is no edb.log
 *   hrFileAccessDenied        a file is read-only or encrypted
 *   hrDiskIO                  reading failed
 *
 * or a Win32 code where a file cannot be opened or set aside. Nothing is changed then.
 */
legacy_result restore_check(const struct restore_check *check);

/* The part that is about logs. database: the header found; checkpoint: the backup's own, NULL if it
 * is not there. */
legacy_result restore_check_logs(const struct restore_check *check,
                                 const struct ese_database_header *database,
                                 const struct ese_checkpoint *checkpoint);

#endif
