/* What backup and restore ask the server alike, in the A and W halves of the API. */
#ifndef SAMPLES_DIRECTORY_SERVER_H
#define SAMPLES_DIRECTORY_SERVER_H

#include <stdbool.h>
#include <windows.h>
#include <ntdsbcli.h>

#include "messages.h"
#include "name_list.h"

/* Both return what the function of the API returned. The list is freed with DsBackupFree. */
HRESULT directory_server_is_online(bool ansi, const wchar_t *server, BOOL *online);
HRESULT directory_server_locations(bool ansi, HBC hbc, struct name_list *list);

/* What a code of the API is about. */
bool directory_server_is_access_denied(HRESULT hr);
bool directory_server_is_rpc_code(HRESULT hr); /* the raw ones of RPC */
bool directory_server_is_service_code(
    HRESULT hr); /* made by a service behind the API, not by the API */

/* The advice for HR in a table, then in that of the codes which mean the same everywhere; NULL. */
const wchar_t *directory_server_find_advice(HRESULT hr, const struct messages_advice *table,
                                            size_t count);

#endif
