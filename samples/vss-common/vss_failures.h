/* What a failed call of ntdsvss.h means for a backup or a restore: advice and exit code. */
#ifndef SAMPLES_VSS_FAILURES_H
#define SAMPLES_VSS_FAILURES_H

#include "messages.h"

/* What it was about when a call failed: the same code means different things. */
enum vss_step
{
    FAILURES_START,   /* the session begins */
    FAILURES_READ,    /* files of a backup, in the shadow copy */
    FAILURES_RESTORE, /* a restore begins: the documents of the backup */
    FAILURES_CHECK,   /* files that were restored */
    FAILURES_END,
};

/*
 * Reports that FUNCTION (about WHAT, a server or file name, or NULL) returned HR: code, its text
 * and what to do. Returns the exit code that belongs to it, never EXIT_OK.
 */
enum exit_code vss_failures_report(const wchar_t *function, const wchar_t *what, HRESULT hr,
                                   enum vss_step step);

#endif
