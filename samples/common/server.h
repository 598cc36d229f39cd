/* What backup and restore ask the server alike, in the A and W halves of the API. */
#ifndef SAMPLES_SERVER_H
#define SAMPLES_SERVER_H

#include <stdbool.h>
#include <windows.h>
#include <ntdsbcli.h>

#include "names.h"

/* TEXT in the ANSI code page, on the heap; NULL when there is no memory or it cannot be said so. */
char *server_to_ansi(const wchar_t *text);

/* Both return what the function of the API returned. The list is freed with DsBackupFree. */
HRESULT server_is_online(bool ansi, const wchar_t *server, BOOL *online);
HRESULT server_locations(bool ansi, HBC hbc, struct name_list *list);

/*
 * Switches on a privilege for this process. Where the account does not hold it the API says so, and
 * the message about that is the better one.
 */
void server_enable_privilege(const wchar_t *name);

#endif
