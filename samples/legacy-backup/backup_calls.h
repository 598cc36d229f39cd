/* The backup functions in their A and W halves behind one set of names, so that the rest of the
 * program is written once. */
#ifndef LEGACY_BACKUP_CALLS_H
#define LEGACY_BACKUP_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <windows.h>
#include <ntdsbcli.h>

#include "name_list.h"

enum name_list_kind
{
    LIST_DATABASES,
    LIST_LOCATIONS,
    LIST_LOGS,
};

/* All of these return what the function of the API returned. */
HRESULT backup_calls_prepare(bool ansi, const wchar_t *server, void **token, DWORD *token_bytes,
                             HBC *hbc);
HRESULT backup_calls_get_list(bool ansi, HBC hbc, enum name_list_kind kind, struct name_list *list);
HRESULT backup_calls_open_file(const struct name_list *list, HBC hbc,
                               const struct name_entry *entry, DWORD read_hint_bytes,
                               LARGE_INTEGER *size);

/* The name of the function that fetches a list, for messages. */
const wchar_t *backup_calls_list_function(enum name_list_kind kind);

/* Frees what backup_calls_get_list filled in; a list that was never fetched is fine. */
void backup_calls_free_list(struct name_list *list);

#endif
