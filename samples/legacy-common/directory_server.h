/* The calls and codes of ntdsbcli.h that backup and restore have in common. */
#ifndef SAMPLES_DIRECTORY_SERVER_H
#define SAMPLES_DIRECTORY_SERVER_H

#include <stdbool.h>
#include <windows.h>
#include <ntdsbcli.h>

#include "messages.h"
#include "name_list.h"

#define DIRECTORY_SERVER_ADVICE_REMOTE                                                             \
    L"A directory can only be backed up and restored on its own server. Run this program there, "  \
    L"or give this computer's name."

enum directory_server_list
{
    LIST_DATABASES,
    LIST_LOGS,
    LIST_LOCATIONS,
};

/* These return what the function of the API returned. Free the data of a list with DsBackupFree. */
HRESULT directory_server_is_online(bool ansi, const wchar_t *server, BOOL *online);
HRESULT directory_server_get_list(bool ansi, HBC hbc, enum directory_server_list kind,
                                  struct name_list *list);

/* The name of the function that returns the list, for messages. */
const wchar_t *directory_server_list_function(enum directory_server_list kind);

/* Kinds of codes. */
bool directory_server_is_access_denied(HRESULT hr);
bool directory_server_is_rpc_code(HRESULT hr);     /* a raw code of RPC */
bool directory_server_is_service_code(HRESULT hr); /* of a service behind the API, such as VSS */

/* The advice for HR in TABLE, else the general one; NULL if there is none. */
const wchar_t *directory_server_find_advice(HRESULT hr, const struct messages_advice *table,
                                            size_t count);

#endif
