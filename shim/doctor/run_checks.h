/*
 * run_checks.h - the checks that are made if no action is asked for, each under a limit.
 */
#ifndef NTDSDOCTOR_RUN_CHECKS_H
#define NTDSDOCTOR_RUN_CHECKS_H

#include "doctor_options.h"
#include "findings.h"

/* options: must be valid until the process ends. */
void run_checks(struct findings *findings, const struct doctor_options *options);

#endif
