/*
 * directory.h - this computer's directory service: is it a domain controller, does it run, where
 * are its files.
 */
#ifndef NTDSBCLI_DIRECTORY_H
#define NTDSBCLI_DIRECTORY_H

#include "result.h"

#include "common/registration.h"

#include <windows.h>

enum ntdsvss_state directory_query_state(void);

/*
 * The registered local path; free it with free. *path is untouched where the result is not S_OK: a
 * Win32 code (2: the value is missing).
 */
legacy_result directory_location(enum directory_location which, wchar_t **path);

#endif
