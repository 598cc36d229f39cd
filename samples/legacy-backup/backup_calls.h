/* One name for the A and the W function of each call of a backup. */
#ifndef LEGACY_BACKUP_CALLS_H
#define LEGACY_BACKUP_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <windows.h>
#include <ntdsbcli.h>

#include "name_list.h"

/* These return what the function of the API returned. */
HRESULT backup_calls_prepare(bool ansi, const wchar_t *server, void **token, DWORD *token_bytes,
                             HBC *hbc);
HRESULT backup_calls_open_file(const struct name_list *list, HBC hbc,
                               const struct name_entry *entry, DWORD read_hint_bytes,
                               LARGE_INTEGER *size);

#endif
