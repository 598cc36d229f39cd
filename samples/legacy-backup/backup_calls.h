/* One name for the A and the W function of each call of a backup. */
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

/* These return what the function of the API returned. */
HRESULT backup_calls_prepare(bool ansi, const wchar_t *server, void **token, DWORD *token_bytes,
                             HBC *hbc);
HRESULT backup_calls_get_list(bool ansi, HBC hbc, enum name_list_kind kind, struct name_list *list);
HRESULT backup_calls_open_file(const struct name_list *list, HBC hbc,
                               const struct name_entry *entry, DWORD read_hint_bytes,
                               LARGE_INTEGER *size);

/* The name of the function that returns the list, for messages. */
const wchar_t *backup_calls_list_function(enum name_list_kind kind);

/* Frees a list of backup_calls_get_list; a zeroed one is ignored. */
void backup_calls_free_list(struct name_list *list);

#endif
