/*
 * backup_set.h - the files of a backup where it is kept, and what says whose they are: a folder of
 * legacy-backup or vss-backup, or files and a token that another product kept. Nothing of it is
 * changed.
 */
#ifndef NTDSDOCTOR_BACKUP_SET_H
#define NTDSDOCTOR_BACKUP_SET_H

#include "findings.h"
#include "token/token.h"
#include "vss_manifest.h"

/* Zero-initialise; backup_set_fini in every state. */
struct backup_set
{
    wchar_t *folder;            /* NULL: single files */
    struct ntdsvss_file *files; /* the database first if there is one; the paths are owned */
    size_t file_count, file_capacity;
    void *token;                /* NULL: there is none */
    struct token_fields fields; /* point into the token */
    bool has_manifest;
    struct vss_manifest manifest; /* if there is no token */
};

/*
 * Finds out what belongs to a backup. paths: one folder, or files if there is a token_file, which
 * may be NULL for a folder. False: there is no backup, or one that cannot be judged. Findings say
 * why, and which files are missing.
 */
bool backup_set_open(struct backup_set *set, struct findings *findings, const wchar_t *token_file,
                     wchar_t **paths, size_t path_count);

/* Whether the first file is a database. */
bool backup_set_has_database(const struct backup_set *set);

void backup_set_fini(struct backup_set *set);

#endif
