/*
 * Names of the files an ESE instance keeps: what a name says of a file, and the names of logs.
 *
 * Knows names only, never looks at files. A log's generation is to be taken from its header; the
 * name is a hint.
 */
#ifndef NTDSBCLI_ESE_NAMES_H
#define NTDSBCLI_ESE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#define ESE_NTDS_BASE_NAME "edb"

enum ese_name_kind
{
    ESE_NAME_OTHER,         /* a database, or nothing of ESE's */
    ESE_NAME_ARCHIVED_LOG,  /* edb0001A.log, edb00100000.log */
    ESE_NAME_CURRENT_LOG,   /* edb.log */
    ESE_NAME_TEMPORARY_LOG, /* edbtmp.log: being prepared, often an old generation; not backed up */
    ESE_NAME_RESERVE_LOG,   /* edbres00001.jrs, res1.log; not backed up */
    ESE_NAME_CHECKPOINT,    /* edb.chk, edb.jcp; not backed up */
    ESE_NAME_FLUSH_MAP,     /* *.jfm; not backed up */
    ESE_NAME_PATCH,         /* *.pat: empty patch file of old backups */
    ESE_NAME_TEMPORARY_DATABASE /* temp.edb, tmp.edb; not backed up */
};

struct ese_name
{
    enum ese_name_kind kind;
    uint32_t generation; /* archived logs, else 0 */
    uint8_t hex_digits;  /* archived logs: 5 or 8, else 0 */
};

/*
 * Classifies the last component of a path (no separators), whatever its case. base: the three
 * characters of the instance, ESE_NTDS_BASE_NAME for the directory.
 */
struct ese_name ese_name_classify(const char *name, const char *base);
/* The same for wide names; a name with characters outside ASCII is ESE_NAME_OTHER. */
struct ese_name ese_name_classify_wide(const wchar_t *name, const char *base);

/* Logs that belong into a backup: archived or current. */
bool ese_name_is_backed_up_log(const struct ese_name *name);

/* Enough for base, eight digits, ".log" and the NUL, for a base of up to 3 characters. */
#define ESE_LOG_NAME_CHARS 16u

/* Name of the archived log of a generation: five digits up to 0xFFFFF, then eight. */
void ese_log_name(char name[ESE_LOG_NAME_CHARS], const char *base, uint32_t generation);

#endif
