/*
 * processes.h - the brokers that are running.
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
    bool has_parent; /* the program that started it is still running */
};

/* Fills in at most max of them; returns the number of all. */
size_t processes_find_brokers(struct broker_found *found, size_t max);

#endif
