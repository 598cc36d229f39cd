/* What a failed call means for a restore: advice and exit code. */
#ifndef LEGACY_RESTORE_FAILURES_H
#define LEGACY_RESTORE_FAILURES_H

#include "messages.h"

/* The step that failed: the same code means different things in each. */
enum restore_step
{
    STEP_CONNECT, /* DsIsNTDSOnline */
    STEP_PREPARE,
    STEP_REGISTER, /* locations, register */
    STEP_COMPLETE,
    STEP_END,
};

/*
 * Reports that FUNCTION, called for WHAT (a server, a folder or NULL), returned HR, and what to do.
 * Returns the exit code, never EXIT_OK.
 */
enum exit_code restore_failures_report(const wchar_t *function, const wchar_t *what, HRESULT hr,
                                       enum restore_step step);

#endif
