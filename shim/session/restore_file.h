/*
 * restore_file.h - one file of a restored set: opened, and compared with what was backed up.
 */
#ifndef NTDSBCLI_RESTORE_FILE_H
#define NTDSBCLI_RESTORE_FILE_H

#include "restore_check.h"

#include "verify/file_reader.h"

/*
 * Opens a file of the set for reading. The engine opens its files for writing, under another
 * account: hrFileAccessDenied if it is read-only or encrypted, unless it is kept; sparse and
 * compressed files get a warning. Else as restore_source's open. The reason of a failure is in the
 * record.
 */
legacy_result restore_file_open(const struct restore_check *check, uint32_t index, HANDLE *file,
                                uint64_t *bytes);

/* What the directory service could not open a file with these attributes for; NULL: nothing. */
const wchar_t *restore_file_refusal(DWORD attributes);

/*
 * A reader of the file (takes ownership of it), for recovery, and with a digest if there is a
 * record of the backup. ERROR_NOT_ENOUGH_MEMORY.
 */
legacy_result restore_file_reader(const struct restore_check *check, uint32_t index, HANDLE file,
                                  uint64_t bytes, enum file_check kind,
                                  struct file_reader **reader);

/*
 * After the reader has read it to its end: is it what was handed out? S_OK also if there is no
 * record of the backup, and with a warning if that cannot tell. Otherwise different, with the
 * reason in the record.
 */
legacy_result restore_file_compare(const struct restore_check *check, uint32_t index,
                                   uint64_t bytes, struct file_reader *reader,
                                   legacy_result different);

#endif
