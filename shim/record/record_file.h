/*
 * record_file.h - text files that are kept in the log folder.
 */
#ifndef NTDSBCLI_RECORD_FILE_H
#define NTDSBCLI_RECORD_FILE_H

#include "host/result.h"

#include <windows.h>
#include <stdbool.h>

/*
 * Opens folder\name. disposition: CREATE_NEW to write, OPEN_ALWAYS to append, OPEN_EXISTING to
 * read. Other accounts may add files to the folder, so no link is followed, of either kind:
 * ERROR_ACCESS_DENIED. Close *file with CloseHandle. path receives its name, and may be NULL.
 */
legacy_result record_file_open(const wchar_t *folder, const wchar_t *name, DWORD disposition,
                               HANDLE *file, wchar_t *path, size_t path_chars);

/* Enough for path. */
#define RECORD_FILE_PATH_CHARS (2u * MAX_PATH)

/* Writes the text as UTF-8. ERROR_NOT_ENOUGH_MEMORY, or why it could not. */
legacy_result record_file_write(HANDLE file, const wchar_t *text, size_t char_count);

/* The whole file as text in new memory (free), terminated. ERROR_INVALID_DATA: over max_bytes. */
legacy_result record_file_read(HANDLE file, DWORD max_bytes, wchar_t **text);

#endif
