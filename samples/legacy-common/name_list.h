/* The lists of names that ntdsbcli.h returns. A backup keeps them byte by byte. */
#ifndef SAMPLES_NAME_LIST_H
#define SAMPLES_NAME_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <windows.h>

#include "paths.h"

/* One list. Its source says how to free the data. */
struct name_list
{
    void *data;
    DWORD bytes;
    bool ansi;
};

/* A position in a list; {0} is its start. */
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
 * Gets the next entry; false at the end. The list may be any bytes: *valid is false for an entry
 * that is not a path, or whose file name is too long.
 */
bool name_list_next(const struct name_list *list, struct name_cursor *cursor,
                    struct name_entry *entry, bool *valid);

/* After the last entry: true if nothing but the list's terminators follows, so that nothing was cut
 * off. */
bool name_list_is_whole(const struct name_list *list, const struct name_cursor *cursor);

/* How many entries a list has. */
unsigned name_list_count(const struct name_list *list);

/* True if DATA looks like a list of the A functions rather than of the W ones. */
bool name_list_looks_ansi(const void *data, DWORD bytes);

/* The path of an entry, on the heap; NULL if memory ran out. */
wchar_t *name_entry_path(const struct name_list *list, const struct name_entry *entry);

#endif
