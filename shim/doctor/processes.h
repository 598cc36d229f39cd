/*
 * processes.h - brokers that run.
 */
#ifndef NTDSDOCTOR_PROCESSES_H
#define NTDSDOCTOR_PROCESSES_H

#include <windows.h>
#include <stdbool.h>
#include <stddef.h>

struct broker_found
{
    DWORD process;
    DWORD parent;
    bool has_parent; /* the program it works for is alive */
};

/* At most most of them; the number of all. */
size_t processes_find_brokers(struct broker_found *found, size_t most);

#endif
