/*
 * Makes a database that verifies, opens in other readers of the format, and belongs to logs.
 *
 * Knows nothing of the logs' content.
 */
#ifndef NTDSBCLI_LAB_MAKE_DATABASE_H
#define NTDSBCLI_LAB_MAKE_DATABASE_H

#include "ese/ese_database.h"
#include "host_file.h"

#define MAKE_PAGES_MIN 32u

struct make_database
{
    uint32_t page_bytes;   /* 2048, 4096, 8192, 16384 or 32768 */
    uint32_t pages;        /* >= MAKE_PAGES_MIN: from page 1 on, without the headers */
    uint64_t sparse_bytes; /* 0, or the least size of the file: a hole follows `pages`, and one
                              used page is at the very end */
    uint32_t old_every;    /* 0, or: page numbers it divides get the old format; up to 8192 bytes */
    uint64_t seed;
    bool dirty;
    struct ese_signature log_signature;
    struct ese_lgpos consistent;
    uint32_t required_low; /* dirty ones only */
    uint32_t required_high;
    uint32_t committed_high;
    struct ese_logtime committed_time;
};

/* What was made. */
struct make_database_counts
{
    uint32_t last_page;
    uint64_t good;
    uint64_t old_format; /* of the good ones */
    uint64_t blank;
};

/* Writes the database into an empty file. False: writing failed, see errno, or the options are
 * out of bounds. counts may be NULL. */
bool make_database(struct host_file *file, const struct make_database *options,
                   struct make_database_counts *counts);

#endif
