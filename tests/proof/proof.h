/*
 * proof.h - one run of ntdsprove: where everything is, and the checks of each level.
 */
#ifndef PROOF_H
#define PROOF_H

#include "proof_report.h"
#include "proof_run.h"

#include <stdint.h>

#define PROOF_PATH_CHARS 600
#define PROOF_BACKUP_MS  43200000u /* twelve hours: 100 GB at little more than 2 MB/s */
#define PROOF_LINE_CHARS (3 * PROOF_PATH_CHARS)

struct proof
{
    unsigned int level;
    const wchar_t *adlds;        /* instance, or NULL */
    unsigned int port;           /* its LDAP port; 0: not known */
    unsigned int wait_s;         /* how long Windows may take to delete what a requestor left */
    wchar_t kit[MAX_PATH];       /* the folder of prove.cmd */
    const wchar_t *native;       /* its folder for the bitness of Windows: L"x64" or L"x86" */
    wchar_t work[MAX_PATH];      /* protected, deleted at the end */
    const wchar_t *from;         /* a backup that is there, or NULL */
    wchar_t instances[MAX_PATH]; /* the folder of those that the kit makes */
    bool has_instances;
    bool has_links;     /* their files are behind a mounted folder and a junction */
    wchar_t server[32]; /* this computer's name; not in any evidence */
    uint64_t began;     /* FILETIME */
    bool is_controller;
    bool may_make_account;
    struct proof_report report;
};

/*
 * Runs a program of the kit (L"x64\\ntdsdoctor.exe"), one of it for the bitness of Windows
 * (L"ese-verify.exe"), or one of Windows (L"vssadmin.exe", from System32) with arguments to its
 * end.
 */
void proof_run_kit(const struct proof *proof, struct proof_run *run, const wchar_t *program,
                   const wchar_t *arguments, DWORD limit_ms);
void proof_run_native(const struct proof *proof, struct proof_run *run, const wchar_t *program,
                      const wchar_t *arguments, DWORD limit_ms);
void proof_run_system(const struct proof *proof, struct proof_run *run, const wchar_t *program,
                      const wchar_t *arguments, DWORD limit_ms);

/* One in any folder. */
void proof_run_in(const struct proof *proof, struct proof_run *run, const wchar_t *folder,
                  const wchar_t *program, const wchar_t *arguments, DWORD limit_ms);

/* False on a 32-bit Windows: a program of the kit in x64. */
bool proof_can_run(const struct proof *proof, const wchar_t *program);

/* Which computer and which files this is: before everything else. */
void proof_read_facts(struct proof *proof);

/* Reads only. */
void proof_read_checks(struct proof *proof);

/* Makes shadow copies and backups in the work folder. */
void proof_backup_checks(struct proof *proof);

/* before: how many shadow copies there were. */
void proof_cruel_checks(struct proof *proof, int before);
void proof_accounts_checks(struct proof *proof, int before);

/* With an account that is made and deleted here. */
void proof_operator_checks(struct proof *proof);

/* A backup by us while diskshadow makes a shadow copy. */
void proof_foreign_check(struct proof *proof);

/* A folder below the work folder, which an account may only pass through, for that account. sid: as
 * text. False: the last error says why. */
bool proof_make_folder_of(const wchar_t *folder, const wchar_t *sid);

/* NULL: a backup can be made here, of the directory or of the instance that was named. */
const wchar_t *proof_why_no_backup(const struct proof *proof);

/* The command line of such a backup. programs: the folder of legacy-backup and vss-backup. */
void proof_backup_line(const struct proof *proof, const wchar_t *programs, const wchar_t *folder,
                       wchar_t line[PROOF_LINE_CHARS]);

/* The broker of this program, to be ended and waited for, or NULL: that of another backup must not
 * die for a proof. */
HANDLE proof_open_broker(HANDLE program);

/* As vssadmin lists them; -1: not known. */
int proof_count_shadows(const struct proof *proof);

/* Are all files of a backup good, by ese-verify? */
bool proof_is_whole(const struct proof *proof, const wchar_t *folder);

#endif
