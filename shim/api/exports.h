/*
 * exports.h - what the files of exported functions share.
 */
#ifndef NTDSBCLI_EXPORTS_H
#define NTDSBCLI_EXPORTS_H

#include "host/directory.h"

#include <windows.h>
#include <stdbool.h>

/* hrCouldNotConnect for a name that is not valid in the ANSI code page; free *wide in every case.
 */
HRESULT server_from_ansi(const char *server, wchar_t **wide);

/*
 * ERROR_ACCESS_DENIED unless the privilege is held, and the account is an administrator's where it
 * must be, by whoever the broker will run as; the logon's error where that failed.
 */
HRESULT check_identity(const wchar_t *privilege, bool must_be_administrator);

/* hrCouldNotConnect, with a line in the log, unless the directory is in that state. */
HRESULT check_directory(enum directory_state wanted);

/* ERROR_INVALID_PARAMETER where one is NULL. */
HRESULT clear_list_outputs(void **list, LPDWORD list_bytes);

#endif
