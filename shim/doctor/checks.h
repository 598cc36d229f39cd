/*
 * checks.h - what the doctor looks at, one function for each area, and what it can be asked to do.
 *
 * The checks change nothing on the computer. Each adds at least one finding.
 */
#ifndef NTDSDOCTOR_CHECKS_H
#define NTDSDOCTOR_CHECKS_H

#include "findings.h"

#include <stdint.h>

/*
 * Which ntdsbcli.dll would the program load, of which bitness, with which broker? program: a path;
 * NULL: this package's own folder.
 */
void check_program(struct findings *findings, const wchar_t *program);

void check_rights(struct findings *findings);
void check_directory(struct findings *findings);
void check_volumes(struct findings *findings);

/* The service, its writers, the shadow copies that exist. Gives up after some time. */
void check_vss(struct findings *findings);

void check_leftovers(struct findings *findings);
void check_settings(struct findings *findings);

/* program: as above; where it is named, its own log is looked for. */
void check_log(struct findings *findings, const wchar_t *program);

/* A backup up to the shadow copy, and back, through the broker. */
void backup_test(struct findings *findings);

/*
 * --- actions -----------------------------------------------------------------------------------
 *
 * Each says in findings of AREA_ACTION what was done, or what was not and why.
 */

/*
 * Removes an interlock whose owner is gone, after the checks of DsRestoreRegisterComplete against
 * the token in a file. force: also where they fail or there is no token (NULL).
 */
void action_fix_restore_lock(struct findings *findings, const wchar_t *token_file, bool force);

/* Sets the value that makes the directory take a new invocation id. */
void action_mark_restored(struct findings *findings, bool force);

/* Tells Windows where the texts of the Event Log entries are, or takes that back. */
void action_register_events(struct findings *findings, bool registered);

#endif
