/*
 * Fault injection: VSSAPI_FAULT (or the value Fault) = Call[:phase][:nth]=HRESULT[,delay ms];...
 *
 * README.md has the list of calls and phases.
 */
#ifndef NTDSBCLI_EMBEDDED_FAULT_H
#define NTDSBCLI_EMBEDDED_FAULT_H

#include <windows.h>

enum fault_phase
{
    FAULT_CALL,   /* the call itself returns it */
    FAULT_ASYNC,  /* the asynchronous operation ends with it */
    FAULT_WRITER, /* the NTDS writer reports it after the call */
    FAULT_PHASE_COUNT
};

/* What is to happen at this call in this phase. Counts the call (for `nth`); waits the delay, or
 * until `cancel` (may be NULL) is signalled. Returns S_OK when nothing is injected. Any thread. */
HRESULT fault_at(const char *call, enum fault_phase phase, HANDLE cancel);

#endif
