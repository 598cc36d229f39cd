/* What a failed call means for a backup: advice and exit code. */
#ifndef LEGACY_BACKUP_FAILURES_H
#define LEGACY_BACKUP_FAILURES_H

#include "messages.h"

/* The step that failed: the same code means different things in each. */
enum backup_step
{
    STEP_CONNECT, /* DsIsNTDSOnline */
    STEP_PREPARE,
    STEP_READ, /* lists, open, read, close, logs */
    STEP_END,
};

/*
 * Reports that FUNCTION, called for WHAT (a server, a file or NULL), returned HR, and what to do.
 * Returns the exit code, never EXIT_OK.
 */
enum exit_code backup_failures_report(const wchar_t *function, const wchar_t *what, HRESULT hr,
                                      enum backup_step step);

#endif
