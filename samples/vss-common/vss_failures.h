/* What a failed call of ntdsvss.h means for a backup or a restore: advice and exit code. */
#ifndef SAMPLES_VSS_FAILURES_H
#define SAMPLES_VSS_FAILURES_H

#include "messages.h"

/* The step that failed: the same code means different things in each. */
enum vss_step
{
    FAILURES_START,   /* the session begins */
    FAILURES_READ,    /* files of a backup, in the shadow copy */
    FAILURES_RESTORE, /* a restore begins: the documents of the backup */
    FAILURES_CHECK,   /* files that were restored */
    FAILURES_END,
};

/*
 * Reports that FUNCTION, called for WHAT (a server, a file or NULL), returned HR, and what to do.
 * Returns the exit code, never EXIT_OK.
 */
enum exit_code vss_failures_report(const wchar_t *function, const wchar_t *what, HRESULT hr,
                                   enum vss_step step);

#endif
