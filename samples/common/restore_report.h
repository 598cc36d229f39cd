/* What a restore says of itself as a whole. */
#ifndef SAMPLES_RESTORE_REPORT_H
#define SAMPLES_RESTORE_REPORT_H

#include "destination.h"

/* What the directory is like, should the program end now. */
enum restore_state
{
    RESTORE_UNCHANGED,
    RESTORE_INCOMPLETE, /* registered, so the computer knows of it */
    RESTORE_DONE,
};

/* What would go where, and what would be deleted. */
void restore_report_plan(const struct plan *plan, const struct destination *destination);

void restore_report_success(const struct plan *plan, bool dry_run, uint64_t milliseconds);
void restore_report_failure(enum restore_state state);

#endif
