/*
 * host_log.h - opens the log of this host program: <program>.log in the folder of logs.
 *
 * One process holds the file, so that nobody else can write to it or exchange it, and gives handles
 * of it to its brokers. Another process of the same program, or one of an account that cannot write
 * to that file, has <program>.2.log and so on, up to 9.
 *
 * A file that is full becomes <name>.old, in the place of the one before. If there is no log, the
 * Event Log says why (217).
 */
#ifndef NTDSBCLI_HOST_LOG_H
#define NTDSBCLI_HOST_LOG_H

#include "host/settings.h"

#include <windows.h>

#define HOST_LOG_CHARS     (4 * MAX_PATH)
#define HOST_LOG_FILES_MAX 9u

/* At the first call of the process, so that a refusal is in the log, too. */
void host_log_begin(void);

/* If none is open: opens it and proves in it that the DLL was loaded. */
void host_log_open(const struct settings *settings);

/* Its name; "" where none is open. */
void host_log_path(wchar_t path[HOST_LOG_CHARS]);

void host_log_close(void);

/* The name of a program's log. number: 1 to HOST_LOG_FILES_MAX. False: it is too long. */
bool host_log_name(const wchar_t *program, unsigned int number, wchar_t name[MAX_PATH]);

#endif
