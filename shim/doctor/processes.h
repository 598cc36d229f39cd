/*
 * processes.h - the brokers that are running.
 */
#ifndef NTDSDOCTOR_PROCESSES_H
#define NTDSDOCTOR_PROCESSES_H

#include "host/result.h"

#include <windows.h>
#include <stdbool.h>
#include <stddef.h>

struct broker_found
{
    DWORD process;
    DWORD parent;
    bool has_parent; /* the program that started it is still running */
};

/*
 * Fills in at most max of them; *count is the number of all. Else a Win32 code: the processes
 * cannot be listed to their end, and there may be more.
 */
legacy_result processes_find_brokers(struct broker_found *found, size_t max, size_t *count);

#endif
