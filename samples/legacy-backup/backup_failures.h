/* What a failed call means for a backup: advice and exit code. */
#ifndef LEGACY_BACKUP_FAILURES_H
#define LEGACY_BACKUP_FAILURES_H

#include "messages.h"

/* What the backup was about when a call failed: the same code means different things. */
enum backup_step
{
    STEP_CONNECT, /* DsIsNTDSOnline */
    STEP_PREPARE,
    STEP_READ, /* lists, open, read, close, logs */
    STEP_END,
};

/*
 * Reports that FUNCTION (about WHAT, a server or file name, or NULL) returned HR: code, its text
 * from the DLL or the system, and what to do. Returns the exit code that belongs to it, never
 * EXIT_OK.
 */
enum exit_code backup_failures_report(const wchar_t *function, const wchar_t *what, HRESULT hr,
                                      enum backup_step step);

#endif
