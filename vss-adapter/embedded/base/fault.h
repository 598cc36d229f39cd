/*
 * fault.h - fault injection: VSSAPI_FAULT, or the value Fault, names calls and how they fail.
 *
 * README.md has the syntax, the calls and the phases.
 */
#ifndef NTDSBCLI_EMBEDDED_FAULT_H
#define NTDSBCLI_EMBEDDED_FAULT_H

#include <windows.h>

enum fault_phase
{
    FAULT_CALL,   /* the call itself returns the fault */
    FAULT_ASYNC,  /* the asynchronous operation ends with it */
    FAULT_WRITER, /* the writer reports it after the call */
    FAULT_PHASE_COUNT
};

/*
 * Counts the call in this phase and waits the fault's delay, or until cancel (may be NULL) is
 * signalled. Returns the injected result; S_OK if there is none. Any thread.
 */
HRESULT fault_at(const char *call, enum fault_phase phase, HANDLE cancel);

#endif
