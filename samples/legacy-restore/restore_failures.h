/* What a failed call means for a restore: advice and exit code. */
#ifndef LEGACY_RESTORE_FAILURES_H
#define LEGACY_RESTORE_FAILURES_H

#include "messages.h"

/* What the restore was about when a call failed: the same code means different things. */
enum restore_step
{
    STEP_CONNECT, /* DsIsNTDSOnline */
    STEP_PREPARE,
    STEP_REGISTER, /* locations, register */
    STEP_COMPLETE,
    STEP_END,
};

/*
 * Reports that FUNCTION (about WHAT, a server or folder, or NULL) returned HR: code, its text from
 * the DLL or the system, and what to do. Returns the exit code that belongs to it, never EXIT_OK.
 */
enum exit_code restore_failures_report(const wchar_t *function, const wchar_t *what, HRESULT hr,
                                       enum restore_step step);

#endif
