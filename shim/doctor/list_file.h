/*
 * list_file.h - a list of names as the old API returns it, kept by a backup program in a file.
 */
#ifndef NTDSDOCTOR_LIST_FILE_H
#define NTDSDOCTOR_LIST_FILE_H

#include "host/result.h"

#include <wchar.h>

/*
 * Reads a list of the A or the W functions as UTF-16: *list ends with an empty name; free it with
 * free. ERROR_INVALID_DATA: it is no list. Otherwise as whole_file_read.
 */
legacy_result list_file_read(const wchar_t *path, wchar_t **list);

/* The file name in an entry, which is a BFT character and a path. */
const wchar_t *list_file_name(const wchar_t *entry);

#endif
