/*
 * What all processes of the machine (the Wine prefix) share: one short lock, and who owns what.
 */
#ifndef NTDSBCLI_EMBEDDED_MACHINE_H
#define NTDSBCLI_EMBEDDED_MACHINE_H

#include <windows.h>
#include <stdint.h>
#include <stdbool.h>

/* A process, told apart from a later one with the same id by its creation time. */
struct machine_owner
{
    DWORD pid;
    uint64_t created; /* FILETIME */
};

struct machine_owner machine_owner_self(void);

/* The process behind a handle with at least PROCESS_QUERY_LIMITED_INFORMATION. */
struct machine_owner machine_owner_of(HANDLE process);

bool machine_owner_is_self(const struct machine_owner *owner);
bool machine_owner_alive(const struct machine_owner *owner);

/* The machine-wide lock. Guards the creation slot, the numbers of shadow devices and the sweep for
 * leftovers. Held for milliseconds, never while files are copied and never around a call into a
 * writer. NULL: it could not be had within ten seconds. Release on the same thread. */
HANDLE machine_lock(void);
void machine_unlock(HANDLE lock);

#endif
