/* The backup functions in their A and W halves behind one set of names, so that the rest of the
 * program is written once. */
#ifndef LEGACY_BACKUP_CALLS_H
#define LEGACY_BACKUP_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <windows.h>
#include <ntdsbcli.h>

/* One list of names as the API returned it. */
struct name_list
{
    void *data; /* freed with DsBackupFree */
    DWORD bytes;
    bool ansi;
};

/* A position in a list. Starts as {0}. */
struct name_cursor
{
    DWORD offset_bytes;
};

#define FILE_NAME_CHARS 256

/* One entry of a list. */
struct name_entry
{
    const void *name; /* as the API wants it back; lives as long as the list */
    wchar_t file_name[FILE_NAME_CHARS];
};

enum name_list_kind
{
    LIST_DATABASES,
    LIST_LOCATIONS,
    LIST_LOGS,
};

/* All of these return what the function of the API returned. */
HRESULT calls_is_online(bool ansi, const wchar_t *server, BOOL *online);
HRESULT calls_prepare(bool ansi, const wchar_t *server, void **token, DWORD *token_bytes, HBC *hbc);
HRESULT calls_get_list(bool ansi, HBC hbc, enum name_list_kind kind, struct name_list *list);
HRESULT calls_open_file(const struct name_list *list, HBC hbc, const struct name_entry *entry,
                        DWORD read_hint_bytes, LARGE_INTEGER *size);

/* The name of the function that fetches a list, for messages. */
const wchar_t *calls_list_function(enum name_list_kind kind);

/*
 * Fetches the next entry. False at the end of the list. *valid is false for an entry that is no
 * full path or whose file name is too long.
 */
bool name_list_next(const struct name_list *list, struct name_cursor *cursor,
                    struct name_entry *entry, bool *valid);

/* How many entries a list has. */
unsigned name_list_count(const struct name_list *list);

/* Frees the list; one that was never fetched is fine. */
void name_list_free(struct name_list *list);

#endif
