/*
 * directory.h - this computer's directory service: is it a domain controller, does it run, where
 * are its files.
 */
#ifndef NTDSBCLI_DIRECTORY_H
#define NTDSBCLI_DIRECTORY_H

#include "result.h"

#include "common/registration.h"

#include <stdbool.h>
#include <windows.h>

/* NTDSVSS_STATE_UNKNOWN: a Win32 code says why; S_OK otherwise. */
legacy_result directory_query_state(enum ntdsvss_state *state);

/* What is not known to be stopped is not. */
bool directory_is_stopped(void);

/*
 * The registered local path; free it with free. *path is untouched where the result is not S_OK: a
 * Win32 code (2: the value is missing).
 */
legacy_result directory_location(enum directory_location which, wchar_t **path);

#endif
