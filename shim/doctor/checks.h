/*
 * checks.h - the checks, one function per area, and the actions.
 *
 * A check changes nothing on the computer and adds at least one finding. What a check asks may
 * never answer: run_checks.c runs each under a limit.
 */
#ifndef NTDSDOCTOR_CHECKS_H
#define NTDSDOCTOR_CHECKS_H

#include "backup_list.h"
#include "findings.h"

#include <stdint.h>

/*
 * Which ntdsbcli.dll would the program load, of which bitness, with which broker? program: its
 * path; NULL: check the package that the doctor is part of.
 */
void check_program(struct findings *findings, const wchar_t *program);

void check_rights(struct findings *findings);
void check_directory(struct findings *findings);
void check_volumes(struct findings *findings);

/* The part of it that knows which file system can have the directory's files. flags: as of
 * GetVolumeInformation. */
void volume_system_judge(struct findings *findings, const wchar_t *path, const wchar_t *system,
                         DWORD flags);

/* The VSS service, its writers and the shadow copies that exist. */
void check_vss(struct findings *findings);

/* The shadow storage of the directory's volumes; asks VSS too. */
void check_storage(struct findings *findings);

void check_leftovers(struct findings *findings);
void check_settings(struct findings *findings);

/* program: also check the log of this program; NULL: of none. */
void check_log(struct findings *findings, const wchar_t *program);

/*
 * Makes a shadow copy as a backup does, through the broker, and deletes it again. instance: of AD
 * LDS; NULL: the directory of a domain controller. reads: also reads and verifies every file.
 */
void backup_test(struct findings *findings, const wchar_t *instance, bool reads);

/*
 * Could the backup be restored? paths: its folder, or its files if there is a token_file, which may
 * be NULL for a folder. What is known of it is added to backups.
 */
void check_backup(struct findings *findings, struct backup_list *backups, const wchar_t *token_file,
                  wchar_t **paths, size_t path_count);

/*
 * Adds the backups that this computer has records of, newest first. newest_within_hours: an error
 * if the newest is older, or there is none; 0: it may have any age.
 */
void check_records(struct findings *findings, struct backup_list *backups,
                   uint32_t newest_within_hours);

/* Was a restore followed by a good start of the directory? Each question has a limit. */
void check_after_restore(struct findings *findings);

/*
 * --- actions -----------------------------------------------------------------------------------
 *
 * Each adds findings of AREA_ACTION: what was done, or why nothing was.
 */

/*
 * Removes an interlock whose owner has ended, after the checks of DsRestoreRegisterComplete against
 * the token in a file. force: also if they fail, or token_file is NULL; not if it cannot be read.
 */
void action_fix_restore_lock(struct findings *findings, const wchar_t *token_file, bool force);

/* Sets the value that makes the directory take a new invocation ID. */
void action_mark_restored(struct findings *findings, bool force);

/* What codes mean, by number or name. */
void action_explain(struct findings *findings, wchar_t *const *words, size_t count);

/* Registers where Windows finds the texts of the Event Log entries, or removes that. */
void action_register_events(struct findings *findings, bool registered);

#endif
