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

    unsigned int attempts;      /* sessions with VSS; 0 means 1 */
    unsigned int attempts_most; /* where it depends on chance; 0: as attempts */
    unsigned int retry_s;       /* NTDSBCLI_RETRY_S */
    unsigned int timeout_s;     /* NTDSBCLI_TIMEOUT_S; 0: the product's own */
    unsigned int limit_s;       /* the walkthrough takes no longer; 0: no matter */
    bool cut_off;   /* the broker is ended in a VSS call: VSS, not AbortBackup, cleans up */
    bool long_only; /* with NTDSBCLI_TEST_LONG=1 only */

    bool restore;               /* the case is a restore; the rest is of those only */
    unsigned int pre_restores;  /* calls of PreRestore ... */
    unsigned int post_restores; /* ... and of PostRestore, until the session is closed */
    bool interlock;             /* "Restore In Progress" and the marker stay */
    bool without_vss;           /* it goes on without VSS, and says so */
};

/* Rows. HOW is the fault; WHERE fails with CODE; one line of the log says WHAT and SAYS, or CODE.
 */
#define TOLD(how, where, code, what, says)                                                         \
    .fault = L##how, .call = where, .expected = code, .operation = what, .symbol = says
#define FAILS(how, where, code, what) TOLD(how, where, code, what, #code)
/* The limit of rows about a call that takes longer; all others come to their end within it, on a
 * busy machine too. */
#define LIMIT_S 4
/* An operation that does not finish: cancelled at the limit. */
#define CANCELLED(how, where, what)                                                                \
    TOLD(how "=0,600000", where, ERROR_TIMEOUT, what " failed", "ERROR_TIMEOUT"),                  \
        .timeout_s = LIMIT_S, .limit_s = 25
/* A call that does not return: its broker is ended, see OVERDUE_MARGIN_MAX_MS of the broker. */
#define STUCK(how, where, what)                                                                    \
    TOLD(how "=0,600000", where, ERROR_TIMEOUT, what, "has not returned"), .timeout_s = LIMIT_S,   \
                                                                           .limit_s = 45

/* Written by hand: what is peculiar to a call. */
extern const struct fault_case fault_cases[];
extern const size_t fault_case_count;
extern const struct fault_case restore_cases[];
extern const size_t restore_case_count;

/* Made of lists: each call with each code that it is documented to fail with, at once and from its
 * operation; each phase of the writer with each code of a writer. */
size_t fault_matrix(bool restore, const struct fault_case **rows);

#endif
