/*
 * server_name.h - is the server that a caller named this computer?
 */
#ifndef NTDSBCLI_SERVER_NAME_H
#define NTDSBCLI_SERVER_NAME_H

#include "result.h"

#include <windows.h>
#include <stdbool.h>

#define SERVER_NAME_CHARS 256

/*
 * S_OK: this computer. hrCouldNotConnect: malformed, or with an underscore. RPC_S_INVALID_BINDING:
 * another computer. NULL and "" are S_OK where may_be_empty, ERROR_INVALID_PARAMETER otherwise.
 */
legacy_result server_name_check(const wchar_t *server, bool may_be_empty);

/* This computer's NetBIOS name, under which lists name it. */
bool server_name_own(wchar_t name[SERVER_NAME_CHARS]);

#endif
