/* Paths that may be longer than MAX_PATH, and the folders they lead through. */
#ifndef SAMPLES_PATHS_H
#define SAMPLES_PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include <windows.h>

#define FILE_NAME_CHARS 256

/*
 * What follows the last backslash of PATH, into NAME of FILE_NAME_CHARS. False where that is no
 * name for a file, or too long.
 */
bool paths_file_name(const wchar_t *path, wchar_t *name);

/*
 * The full path of what a user or the API wrote, in the \\?\ form that has no length limit, without
 * a backslash at its end; on the heap. NULL with the last error set.
 */
wchar_t *paths_full(const wchar_t *shown);

/*
 * PATH, of paths_full, as people write it: LEAD and what is returned, printed one after the other.
 * Other paths stay as they are.
 */
const wchar_t *paths_shown(const wchar_t *path, const wchar_t **lead);

/*
 * Creates the folder PATH, a full path, and what is missing above it. *created tells whether PATH
 * itself was missing. Returns a Windows error; PATH is the same afterwards.
 */
DWORD paths_create_folders(wchar_t *path, bool *created);

#endif
