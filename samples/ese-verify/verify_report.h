/* What was found in one file, for people. */
#ifndef ESE_VERIFY_REPORT_H
#define ESE_VERIFY_REPORT_H

#include "verify_file.h"

/* "good", "damaged" ...; never NULL. */
const char *verify_report_outcome_name(enum check_outcome outcome);

/* Prints all of it. */
void verify_report_file(const struct verified_file *check, const char *path);

#endif
