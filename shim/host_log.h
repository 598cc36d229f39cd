/*
 * host_log.h - opens the log of this host program: <LogFolder>\<program>.log.
 */
#ifndef NTDSBCLI_HOST_LOG_H
#define NTDSBCLI_HOST_LOG_H

#include "settings.h"

#include <stdbool.h>

#define HOST_LOG_CHARS (2 * MAX_PATH)

/* The first call opens it and proves in it that the DLL was loaded. path receives its name, "" for
 * none. */
void host_log_open(const struct settings *settings, wchar_t path[HOST_LOG_CHARS]);

/* Its name; "" where none is open. */
void host_log_path(wchar_t path[HOST_LOG_CHARS]);

/* Makes the log folder where it is not there. False where it cannot be used: also where it is a
 * reparse point. */
bool host_log_make_folder(const wchar_t *folder);

#endif
