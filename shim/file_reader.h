/*
 * file_reader.h - reads one file of the backup in order, and checks every page and log segment as
 * it passes.
 */
#ifndef NTDSBCLI_FILE_READER_H
#define NTDSBCLI_FILE_READER_H

#include "ese/ese_stream.h"
#include "hash.h"

#include <windows.h>
#include <stdbool.h>
#include <stdint.h>

enum file_check
{
    FILE_CHECK_DATABASE,
    FILE_CHECK_LOG,
    FILE_CHECK_NONE
};

struct file_reader;

/*
 * Takes ownership of file, bytes long; closes it also where NULL (out of memory) is returned. name
 * is for the log and copied.
 */
struct file_reader *file_reader_create(HANDLE file, uint64_t bytes, enum file_check check,
                                       const wchar_t *name);

/*
 * From now on a single flipped bit is a failure like any other damage, and not corrected in what is
 * handed out: for judging what lies on a disk. Before the first read.
 */
void file_reader_refuse_correctable(struct file_reader *reader);

/*
 * Fills the buffer, except at the end of the file. *read_bytes is written in every case.
 *
 * S_OK; ERROR_HANDLE_EOF once everything was delivered. hrReadVerifyFailure: a bad database page or
 * header; hrLogReadVerifyFailure: a bad log segment or header; hrDiskIO: the file is shorter than
 * it was, or cannot be read. A failure stays.
 */
HRESULT file_reader_read(struct file_reader *reader, uint8_t *buffer, uint32_t buffer_bytes,
                         uint32_t *read_bytes);

/* True once the last byte was delivered and everything was found good. */
bool file_reader_is_delivered(const struct file_reader *reader);

/*
 * Read all that is left, for its verification, or its SHA-256 as well. S_OK, what file_reader_read
 * returned, or ERROR_NOT_ENOUGH_MEMORY; result is written with S_OK only.
 */
HRESULT file_reader_verify(struct file_reader *reader);
HRESULT file_reader_hash(struct file_reader *reader, uint8_t result[HASH_BYTES]);

/* What failed first in a database or a log; NULL where no page, segment or header did. */
const struct ese_fault *file_reader_fault(const struct file_reader *reader);

/* NULL is ignored. */
void file_reader_destroy(struct file_reader *reader);

#endif
