/*
 * Freeze and thaw of the program that writes to the database, by named events.
 *
 * For the base name B: Global\B.Freeze (auto-reset, "stop writing"), Global\B.Frozen (manual-reset,
 * "stopped"), Global\B.Thaw (auto-reset, "go on"). The program creates them; where they are not
 * there, there is nothing to freeze.
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

/* Stops the program. S_OK: frozen, end with freeze_end. S_FALSE: nothing to freeze (*freeze is all
 * zero). VSS_E_WRITERERROR_TIMEOUT: it did not stop in time; it has been told to go on. E_ABORT:
 * `cancel` was signalled; likewise. */
HRESULT freeze_begin(struct freeze *freeze, const wchar_t *base, DWORD timeout_ms, HANDLE cancel);

/* Lets the program go on. VSS_E_WRITERERROR_TIMEOUT when it had already gone on by itself: what was
 * copied meanwhile is not of one instant. Fine on an all-zero structure (S_OK). */
HRESULT freeze_end(struct freeze *freeze);

/* Says "go on" without having frozen: for a process that died in between. */
void freeze_signal_thaw(const wchar_t *base);

#endif
