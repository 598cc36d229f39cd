/*
 * freeze.h - freezes and thaws the program that writes to the database, by named events.
 *
 * For the base name B: Global\B.Freeze (auto-reset, "stop writing"), Global\B.Frozen (manual-reset,
 * "stopped"), Global\B.Thaw (auto-reset, "go on"). The program creates them; if they do not exist,
 * there is nothing to freeze.
 */
#ifndef NTDSBCLI_EMBEDDED_FREEZE_H
#define NTDSBCLI_EMBEDDED_FREEZE_H

#include <windows.h>

struct freeze
{
    HANDLE freeze;
    HANDLE frozen;
    HANDLE thaw;
};

/*
 * Stops the program.
 *
 * S_OK: it is frozen, end with freeze_end. S_FALSE: there is nothing to freeze. Otherwise the
 * program has been told to go on: VSS_E_WRITERERROR_TIMEOUT, it did not stop in time; E_ABORT,
 * cancel (may be NULL) was signalled. *freeze is all zero unless S_OK.
 */
HRESULT freeze_begin(struct freeze *freeze, const wchar_t *base, DWORD timeout_ms, HANDLE cancel);

/*
 * Lets the program go on; an all-zero structure is allowed. VSS_E_WRITERERROR_TIMEOUT if it had
 * gone on by itself: what was copied meanwhile is not of one instant.
 */
HRESULT freeze_end(struct freeze *freeze);

/* Signals "go on" for a process that died between freeze_begin and freeze_end. */
void freeze_signal_thaw(const wchar_t *base);

#endif
