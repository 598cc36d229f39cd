/* What was found in one file, for people. */
#ifndef ESE_VERIFY_REPORT_H
#define ESE_VERIFY_REPORT_H

#include "check.h"

/* "good", "damaged" ...; never NULL. */
const char *report_outcome_name(enum check_outcome outcome);

/* Prints all of it. */
void report_file(const struct check *check, const char *path);

#endif
