/*
 * process_id.h - a process that can be recognised after it has ended: ids are given out again,
 * times of creation are not.
 */
#ifndef NTDSBCLI_PROCESS_ID_H
#define NTDSBCLI_PROCESS_ID_H

#include <windows.h>
#include <stdbool.h>
#include <stdint.h>

/* process is 0 for none. */
struct process_id
{
    DWORD process;
    uint64_t start; /* FILETIME of its creation */
};

/* This process. HRESULT_FROM_WIN32 if its times cannot be read. */
HRESULT process_id_self(struct process_id *id);

/* Only a process that is known to have ended is dead: one that cannot be asked counts as alive. */
bool process_id_is_alive(const struct process_id *id);

#endif
