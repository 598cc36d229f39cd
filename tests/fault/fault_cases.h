/*
 * fault_cases.h - what can go wrong in VSS, and what the caller of the old API is told then.
 */
#ifndef FAULT_CASES_H
#define FAULT_CASES_H

#include <windows.h>
#include <stdbool.h>
#include <stddef.h>

struct fault_case
{
    const wchar_t *fault;  /* for the embedded VSS, see its README */
    const char *call;      /* of the old API that fails; NULL: the backup succeeds all the same */
    HRESULT expected;      /* what it returns */
    const char *operation; /* stands in one line of the product's log, followed ... */
    const char *symbol;    /* ... by this; NULL: nothing is to be logged */

    unsigned int attempts;  /* sessions with VSS; 0 means 1 */
    unsigned int retry_s;   /* NTDSBCLI_RETRY_S */
    unsigned int timeout_s; /* NTDSBCLI_TIMEOUT_S; 0: the product's own */
    unsigned int limit_s;   /* the walkthrough takes no longer; 0: no matter */
    bool cut_off;           /* the broker is ended in a VSS call: VSS, not AbortBackup, cleans up */
    bool long_only;         /* with NTDSBCLI_TEST_LONG=1 only */
};

extern const struct fault_case fault_cases[];
extern const size_t fault_case_count;

#endif
