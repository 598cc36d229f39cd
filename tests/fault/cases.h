/*
 * cases.h - how the programs of this folder report: "pass NAME" or "fail NAME: why" for each case,
 * "cases N" at the end (lib/fault.sh reads that).
 */
#ifndef FAULT_CASES_REPORT_H
#define FAULT_CASES_REPORT_H

#include "aftermath.h"

struct cases
{
    unsigned int count;
    unsigned int failed;
    char reason[REASON_CHARS]; /* of the case under way, the last one given */
};

/* Notes why the case fails; false, so that a check can return it. */
bool cases_wrong(struct cases *cases, const char *format, ...)
    __attribute__((format(gnu_printf, 2, 3)));

/* One case is over; the name is printf's. After a failure the call log is shown, too. */
void cases_note(struct cases *cases, bool passed, const char *format, ...)
    __attribute__((format(gnu_printf, 3, 4)));

/* The last line, and the exit code of the program. */
int cases_end(const struct cases *cases);

#endif
