/* Paths that may be longer than MAX_PATH, and the folders on them. */
#ifndef SAMPLES_PATHS_H
#define SAMPLES_PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include <windows.h>

#define FILE_NAME_CHARS 256

/*
 * Copies what follows the last backslash of PATH into NAME, of FILE_NAME_CHARS. False if that is
 * not a valid file name, or too long.
 */
bool paths_file_name(const wchar_t *path, wchar_t *name);

/* True if A and B are the same name or path for Windows, which ignores case. */
bool paths_equal(const wchar_t *a, const wchar_t *b);

/* The order in which equal ones are neighbours: below, at or above 0, as for qsort. */
int paths_compare(const wchar_t *a, const wchar_t *b);

/*
 * The full path of SHOWN, in the \\?\ form, which has no length limit, and without a backslash at
 * its end; on the heap. NULL with the last error set.
 */
wchar_t *paths_full(const wchar_t *shown);

/* The file or folder NAME in FOLDER, which may be the root of a drive; on the heap. NULL if memory
 * ran out. */
wchar_t *paths_join(const wchar_t *folder, const wchar_t *name);

/* The folder of PATH, a full path; the root of a drive keeps its backslash. On the heap; NULL if
 * memory ran out. */
wchar_t *paths_parent(const wchar_t *path);

/*
 * The usual form of PATH, which comes from paths_full: print *lead, then what is returned. Other
 * paths stay as they are.
 */
const wchar_t *paths_shown(const wchar_t *path, const wchar_t **lead);

/*
 * Creates the folder PATH, a full path, and the missing folders above it, all of them private
 * (private_folder.h). *created: PATH itself was missing. Returns a Windows error. PATH is changed
 * meanwhile.
 */
DWORD paths_create_folders(wchar_t *path, bool *created);

#endif
