/*
 * preconditions.h - what the exported functions check before a session is asked.
 */
#ifndef NTDSBCLI_PRECONDITIONS_H
#define NTDSBCLI_PRECONDITIONS_H

#include "host/result.h"

#include <ntdsvss.h>

#include <windows.h>
#include <stdbool.h>

/* hrCouldNotConnect for a name that is not valid in the ANSI code page; free *wide in every case.
 */
legacy_result preconditions_server_from_ansi(const char *server, wchar_t **wide);

/*
 * ERROR_ACCESS_DENIED unless the privilege is held, and the account is an administrator's where it
 * must be, by whoever the broker will run as; the logon's error where that failed.
 */
legacy_result preconditions_identity(const wchar_t *privilege, bool must_be_administrator);

/* hrCouldNotConnect, with a line in the log, unless the directory is in that state. */
legacy_result preconditions_directory(enum ntdsvss_state wanted);

/* ERROR_INVALID_PARAMETER where one is NULL. */
legacy_result preconditions_clear_list(void **list, LPDWORD list_bytes);

#endif
