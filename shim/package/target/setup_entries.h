/*
 * setup_entries.h - the entries of this product among the installed programs: one for each folder.
 */
#ifndef SETUP_ENTRIES_H
#define SETUP_ENTRIES_H

#include <windows.h>
#include <stdbool.h>

#define SETUP_ENTRY_CHARS 1024

struct setup_entry
{
    wchar_t key[64];
    wchar_t folder[SETUP_ENTRY_CHARS];
    wchar_t program[SETUP_ENTRY_CHARS];
};

/* False: there is no such entry. */
bool setup_entries_read(const wchar_t *key, struct setup_entry *entry);

/* Not a failure if there is none. */
void setup_entries_forget(const wchar_t *key);

/* The index-th entry, but for that of the key except. False: there are no more. */
bool setup_entries_other(DWORD index, const wchar_t *except, struct setup_entry *entry);

#endif
