/*
 * file_reader.h - reads one file of the backup in order, and hands out nothing that it has not
 * checked: every header, page and log segment, whatever the size of the caller's buffers.
 *
 * Bytes go straight into the caller's buffer, in pieces that are checked while the processor's
 * cache has them. Only what is read in buffers of less than 32 KiB, and the page in which a buffer
 * ends, goes through a buffer of the reader's own, so that a page is whole when it is judged (and a
 * single flipped bit put right). Memory does not depend on the size of the file; the one exception
 * are logs of version 7 (Windows Server 2008 R2 and older), of at most 32 MiB, which can only be
 * judged as a whole.
 *
 * A page that is bad is read again, three times, past the cache, before it counts.
 */
#ifndef NTDSBCLI_FILE_READER_H
#define NTDSBCLI_FILE_READER_H

#include "host/result.h"

#include "ese/ese_stream.h"
#include "host/hash.h"

#include <windows.h>
#include <stdbool.h>
#include <stdint.h>

enum file_check
{
    FILE_CHECK_DATABASE,
    /* A log by its content; a file that is not called as logs are and is none passes unchecked. */
    FILE_CHECK_LOG,
    FILE_CHECK_NONE
};

struct file_reader;
struct file_source;

/*
 * Takes ownership of file, bytes long; closes it also where NULL (out of memory) is returned. name
 * is for the log and copied; its last component tells logs from other files.
 */
struct file_reader *file_reader_create(HANDLE file, uint64_t bytes, enum file_check check,
                                       const wchar_t *name);

/* The same over a source, which is closed in file_reader_destroy, or at once with NULL. */
struct file_reader *file_reader_create_from(struct file_source *source, uint64_t bytes,
                                            enum file_check check, const wchar_t *name);

/*
 * For judging what lies on a disk and is to be recovered: a single flipped bit is a failure like
 * any other damage, and a log's segments must be in the order that recovery wants. Before the first
 * read.
 */
void file_reader_for_recovery(struct file_reader *reader);

/* Before the first read; once is enough. As hash_create. */
legacy_result file_reader_want_digest(struct file_reader *reader);

/*
 * What identifies the file, once it was delivered: SHA-256 of the sums of all pages or segments
 * (ese_sums.h), or of all bytes if it has no sums, or they were not checked. Only if it was wanted.
 * ERROR_GEN_FAILURE: the system could not.
 */
legacy_result file_reader_digest(struct file_reader *reader, uint8_t result[HASH_BYTES]);
bool file_reader_digest_is_of_sums(const struct file_reader *reader);

/* The header of a database, after the first read; NULL: none was judged. The reader's. */
const struct ese_database_header *file_reader_database(const struct file_reader *reader);

/* The same of a log. */
const struct ese_log_header *file_reader_log(const struct file_reader *reader);

/* After it was read to its end: are a log's segments in the order that recovery wants? True for
 * what is none. */
bool file_reader_log_is_in_order(const struct file_reader *reader);

/* XOR of the sums of a log's data segments, after it was read to its end; false: not known. */
bool file_reader_log_sum(const struct file_reader *reader, uint64_t *sum);

/*
 * Fills the buffer, except at the end of the file. *read_bytes is written in every case.
 *
 * S_OK; ERROR_HANDLE_EOF once everything was delivered. hrReadVerifyFailure: a bad database page or
 * header; hrLogReadVerifyFailure: a bad log segment or header; hrDiskIO: the file is shorter than
 * it was, or cannot be read; ERROR_NOT_ENOUGH_MEMORY. A failure stays.
 */
legacy_result file_reader_read(struct file_reader *reader, uint8_t *buffer, uint32_t buffer_bytes,
                               uint32_t *read_bytes);

/* True once the last byte was delivered and everything was found good. */
bool file_reader_is_delivered(const struct file_reader *reader);

/*
 * Read all that is left, for its verification; for its SHA-256 as well; or from the first byte on,
 * for what identifies it (file_reader_digest). S_OK, what file_reader_read returned,
 * ERROR_NOT_ENOUGH_MEMORY, or what hash_create returned; result is written with S_OK only.
 */
legacy_result file_reader_verify(struct file_reader *reader);
legacy_result file_reader_identify(struct file_reader *reader, uint8_t result[HASH_BYTES]);
legacy_result file_reader_hash(struct file_reader *reader, uint8_t result[HASH_BYTES]);

/* What failed first in a database or a log; NULL where no page, segment or header did. */
const struct ese_fault *file_reader_fault(const struct file_reader *reader);

/* NULL is ignored. */
void file_reader_destroy(struct file_reader *reader);

#endif
