/*
 * findings.h - what the doctor has found: one entry for each thing it looked at.
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
    FINDING_WARNING, /* works, but not all or not for long */
    FINDING_ERROR    /* backups or restores fail with it */
};

/* The order is that of the exit codes. */
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
    AREA_ACTION /* something the doctor was asked to do */
};

/* Exit codes besides EXIT_AREA + the area of the first error. */
#define EXIT_HEALTHY  0
#define EXIT_BROKEN   1 /* the doctor itself */
#define EXIT_USAGE    2
#define EXIT_WARNINGS 3
#define EXIT_AREA     10
#define EXIT_REFUSED  20
#define EXIT_FAILED   21

struct finding
{
    enum finding_level level;
    enum finding_area area;
    const wchar_t *id;   /* stable, for programs; a literal */
    wchar_t *text;       /* what is so */
    const wchar_t *next; /* what to do; a literal, NULL for nothing */
};

/* Zero-initialise; findings_fini in every state. One thread at a time. */
struct findings
{
    struct finding *items;
    size_t count, capacity;
    bool is_incomplete; /* there was no memory for one */
    bool is_refused;    /* the action was not tried */
};

/* id and next must stay; the text is at most 1999 characters. */
void findings_add(struct findings *findings, enum finding_area area, enum finding_level level,
                  const wchar_t *id, const wchar_t *next, const wchar_t *format, ...);

/* Moves all of more behind the others; more is empty then. */
void findings_move(struct findings *findings, struct findings *more);

/* Whether there is an error of that area. */
bool findings_has_error(const struct findings *findings, enum finding_area area);

/* See README.md. */
int findings_exit_code(const struct findings *findings);

const wchar_t *finding_area_name(enum finding_area area);
const wchar_t *finding_level_name(enum finding_level level);

void findings_fini(struct findings *findings);

#endif
