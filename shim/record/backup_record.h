/*
 * backup_record.h - what was backed up, kept on this computer: the restore of a backup is compared
 * with it, and it answers which backups there are.
 *
 * One text file for each backup that was completed, backup-<id>.txt in the log folder, protected as
 * the logs are (host/log_folder.h): UTF-8, one fact a line, "end" last. It is deleted 30 days after
 * the backup expired.
 *
 *   ntdsbcli-backup 1
 *   id <hexadecimal>
 *   <computer, program, prepared, completed, expires, verified> <value>
 *   file <kind> <bytes> <sums, bytes or none> <digest, hexadecimal> <path>
 *   end
 *
 * Times are UTC, as 2026-01-31T12:00:00Z; verified is yes or no; kind is database, log or
 * checkpoint. The digest is file_reader_digest's; "none" if the file was not delivered (a
 * checkpoint), then with 0 bytes, or it could not be computed.
 */
#ifndef NTDSBCLI_BACKUP_RECORD_H
#define NTDSBCLI_BACKUP_RECORD_H

#include "host/hash.h"
#include "host/result.h"

#include <ntdsvss.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BACKUP_RECORD_ID_CHARS   33 /* 16 bytes in hexadecimal */
#define BACKUP_RECORD_NAME_CHARS 256
#define BACKUP_RECORD_KEPT_DAYS  30u

enum backup_record_digest
{
    BACKUP_RECORD_NO_DIGEST,
    BACKUP_RECORD_OF_SUMS,
    BACKUP_RECORD_OF_BYTES
};

struct backup_record_file
{
    enum ntdsvss_file_kind kind;
    uint64_t bytes;
    enum backup_record_digest digest_of;
    uint8_t digest[HASH_BYTES];
    wchar_t *path; /* of the live file */
};

/* Zero-initialise; backup_record_fini in every state. Times are FILETIME values. */
struct backup_record
{
    wchar_t id[BACKUP_RECORD_ID_CHARS];
    wchar_t computer[BACKUP_RECORD_NAME_CHARS];
    wchar_t program[BACKUP_RECORD_NAME_CHARS];
    uint64_t prepared, completed, expires;
    bool verified; /* every page and segment was checked when it was read */
    struct backup_record_file *files;
    size_t file_count, file_capacity;
};

/* The path is copied. E_OUTOFMEMORY's legacy code otherwise. */
legacy_result backup_record_add(struct backup_record *record, enum ntdsvss_file_kind kind,
                                const wchar_t *path, struct backup_record_file **file);

/*
 * Writes it into the folder, flushes it to disk, and deletes those there that are past their time
 * and were not changed for as long as a record is kept after its time.
 * A failure is a line in the log, and its code the result.
 */
legacy_result backup_record_save(const struct backup_record *record, const wchar_t *folder);

/*
 * Reads the one of an id; record is zeros, and to be ended in every case. ERROR_FILE_NOT_FOUND,
 * ERROR_PATH_NOT_FOUND: there is none. ERROR_INVALID_DATA: it is damaged.
 */
legacy_result backup_record_load(struct backup_record *record, const wchar_t *folder,
                                 const wchar_t *id);

/*
 * Calls each for every record of the folder that can be read, in no order. False from it ends it.
 * unread_count receives how many cannot, or are damaged.
 */
legacy_result backup_record_each(const wchar_t *folder,
                                 bool (*each)(void *context, const struct backup_record *record),
                                 void *context, size_t *unread_count);

/*
 * The file of the backup that has this base name, whatever its case; NULL: there is none. first:
 * where to look first, any number. Of thousands of logs in their order each is then found at once.
 */
const struct backup_record_file *backup_record_find(const struct backup_record *record,
                                                    size_t first, const wchar_t *name);

void backup_record_fini(struct backup_record *record);

#endif
