/*
 * findings.h - the results of the checks: at least one finding per check.
 */
#ifndef NTDSDOCTOR_FINDINGS_H
#define NTDSDOCTOR_FINDINGS_H

#include <windows.h>
#include <stdbool.h>
#include <stddef.h>

enum finding_level
{
    FINDING_OK,
    FINDING_NOTE,    /* worth knowing, nothing to do */
    FINDING_WARNING, /* works, but not completely or not for long */
    FINDING_ERROR    /* backups or restores fail */
};

/* In the order of the exit codes. */
enum finding_area
{
    AREA_PROGRAM,
    AREA_RIGHTS,
    AREA_DIRECTORY,
    AREA_VSS,
    AREA_VOLUMES,
    AREA_LEFTOVERS,
    AREA_SETTINGS,
    AREA_LOG,
    AREA_BACKUP_TEST,
    AREA_BACKUP,  /* --check-backup */
    AREA_ACTION,  /* --fix-restore-lock and the like */
    AREA_RECORDS, /* --backups */
    AREA_AFTER_RESTORE
};

/* Exit codes besides EXIT_AREA + the area of the first error. */
#define EXIT_HEALTHY  0
#define EXIT_BROKEN   1 /* the doctor itself failed */
#define EXIT_USAGE    2
#define EXIT_WARNINGS 3
#define EXIT_AREA     10
#define EXIT_REFUSED  20
#define EXIT_FAILED   21
#define EXIT_TOO_OLD  22 /* no backup is new enough */
#define EXIT_AFTER    23 /* something is wrong after a restore */

/* What to do where only the account is in the way. */
#define NEXT_ELEVATED L"Run ntdsdoctor elevated, as an administrator."

struct finding
{
    enum finding_level level;
    enum finding_area area;
    const wchar_t *id;   /* stable, for programs; a literal */
    wchar_t *text;       /* what was found */
    const wchar_t *next; /* what to do, or NULL; a literal */
};

/* Zero-initialise; release with findings_fini. */
struct findings
{
    SRWLOCK lock; /* of all below: a check that is late may go on while its findings are taken */
    struct finding *items;
    size_t count, capacity;
    bool is_incomplete; /* out of memory: a finding is missing */
    bool is_refused;    /* the action was not attempted */
    /* What a check under a limit says that its being late is; FINDING_OK: an error. */
    enum finding_level late_as;
};

/* id and next are not copied. The text is cut off at 1999 characters. */
void findings_add(struct findings *findings, enum finding_area area, enum finding_level level,
                  const wchar_t *id, const wchar_t *next, const wchar_t *format, ...);

/* Appends all of more, which is empty afterwards and can be added to. */
void findings_move(struct findings *findings, struct findings *more);

bool findings_has_error(const struct findings *findings, enum finding_area area);

/* One of EXIT_*; README.md lists them. */
int findings_exit_code(const struct findings *findings);

const wchar_t *findings_area_name(enum finding_area area);
const wchar_t *findings_level_name(enum finding_level level);

void findings_fini(struct findings *findings);

#endif
