/*
 * record_file.h - text files that are kept in the log folder.
 */
#ifndef NTDSBCLI_RECORD_FILE_H
#define NTDSBCLI_RECORD_FILE_H

#include "host/folder_file.h"
#include "host/result.h"

#include <windows.h>
#include <stdbool.h>
#include <stdint.h>

/* Enough for path. */
#define RECORD_FILE_PATH_CHARS (4u * MAX_PATH)

/*
 * Opens a record by its name, as folder_file.h and log_folder.h say: no link is followed, and what
 * another account could have written is not read. log_folder: the setting; a record that is to be
 * read may also be in the account's own folder. ERROR_ACCESS_DENIED, with a line in the log, if
 * folder or file does not count. Close *file with CloseHandle. path receives its name, and may be
 * NULL.
 */
legacy_result record_file_open(const wchar_t *log_folder, const wchar_t *name,
                               enum folder_file_use use, HANDLE *file, wchar_t *path,
                               size_t path_chars);

typedef bool (*record_file_taker)(void *context, const wchar_t *name, uint64_t changed);

/*
 * Calls each for the name of every file that matches, and the time of its last change, in no order,
 * in the configured folder and the account's own. False from it ends a folder. Without a folder
 * there are none: S_OK. Any other code: there may be more than those.
 */
legacy_result record_file_each(const wchar_t *log_folder, const wchar_t *pattern,
                               record_file_taker each, void *context);

/* Writes the text as UTF-8. ERROR_NOT_ENOUGH_MEMORY, or why it could not. */
legacy_result record_file_write(HANDLE file, const wchar_t *text, size_t char_count);

/* The whole file as text in new memory (free), terminated. ERROR_INVALID_DATA: over max_bytes, or
 * with a zero in it. */
legacy_result record_file_read(HANDLE file, DWORD max_bytes, wchar_t **text);

#endif
