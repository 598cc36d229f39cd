/*
 * host_log.h - opens the log of this host program: <LogFolder>\<program>.log.
 */
#ifndef NTDSBCLI_HOST_LOG_H
#define NTDSBCLI_HOST_LOG_H

#include "host/settings.h"

#include <windows.h>

#define HOST_LOG_CHARS (2 * MAX_PATH)

/* The first call opens it and proves in it that the DLL was loaded. path receives its name, "" for
 * none. */
void host_log_open(const struct settings *settings, wchar_t path[HOST_LOG_CHARS]);

/* Its name; "" where none is open. */
void host_log_path(wchar_t path[HOST_LOG_CHARS]);

/*
 * Makes the log folder where it is not there, and opens it: while the handle is open nobody can put
 * another folder, or a link, in its place. Close it with CloseHandle. NULL where it cannot be used:
 * also where it is a reparse point.
 */
HANDLE host_log_hold_folder(const wchar_t *folder);

#endif
