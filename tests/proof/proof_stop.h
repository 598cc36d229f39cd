/*
 * proof_stop.h - Ctrl-C, or the window is closed: what runs is ended, nothing more begins, and what
 * the kit has made is removed.
 */
#ifndef PROOF_STOP_H
#define PROOF_STOP_H

#include <windows.h>
#include <stdbool.h>

/* From now on; false: Windows does not allow it. */
bool proof_stop_arm(void);

/* Before the clean-up, which runs programs, too. True: a stop was asked for. */
bool proof_stop_disarm(void);

/* Signalled from the request until proof_stop_disarm; NULL if not armed. */
HANDLE proof_stop_event(void);
bool proof_stop_requested(void);

/* Waits so long at most. True: a stop is asked for. */
bool proof_stop_wait(DWORD limit_ms);

#endif
