/* Prints what was found in one file. */
#ifndef ESE_VERIFY_REPORT_H
#define ESE_VERIFY_REPORT_H

#include "verify_file.h"

/* CHECK comes from verify_file. */
void verify_report_file(const struct verified_file *check, const char *path);

#endif
