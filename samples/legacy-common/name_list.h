/* The lists of names that the API returns, and that a backup keeps byte by byte. */
#ifndef SAMPLES_NAME_LIST_H
#define SAMPLES_NAME_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <windows.h>

#include "paths.h"

/* One list. Whoever fills it in says how its data is freed. */
struct name_list
{
    void *data;
    DWORD bytes;
    bool ansi;
};

/* A position in a list. Starts as {0}. */
struct name_cursor
{
    DWORD offset_bytes;
};

/* One entry of a list. */
struct name_entry
{
    const void *name;   /* as the API wants it back; lives as long as the list */
    unsigned char type; /* its first character, a BFT_ value */
    wchar_t file_name[FILE_NAME_CHARS];
};

/*
 * Fetches the next entry. False at the end of the list, which may be any bytes. *valid is false for
 * an entry that is no full path or whose file name is too long.
 */
bool name_list_next(const struct name_list *list, struct name_cursor *cursor,
                    struct name_entry *entry, bool *valid);

/* How many entries a list has. */
unsigned name_list_count(const struct name_list *list);

/* True where BYTES of DATA look like a list of the A functions rather than of the W ones. */
bool name_list_looks_ansi(const void *data, DWORD bytes);

/* The path of an entry, without its first character; on the heap, NULL when there is no memory. */
wchar_t *name_entry_path(const struct name_list *list, const struct name_entry *entry);

#endif
