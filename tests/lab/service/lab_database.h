/*
 * The live database: held open exclusively, as ESE holds it, and stamped page by page.
 *
 * Not for several threads at a time.
 */
#ifndef NTDSBCLI_LAB_DATABASE_H
#define NTDSBCLI_LAB_DATABASE_H

#include <windows.h>
#include <stdint.h>

#include "stamps.h"

#define DATABASE_HASH_CHARS 65 /* SHA-256 in hexadecimal, with its NUL */

struct database
{
    HANDLE file;
    const wchar_t *path; /* the caller's, for messages */
    uint64_t file_bytes;
    struct ese_stamp_set set;
    uint32_t stride; /* visits every page of the set once, in a scattered order */
    uint64_t stamp;  /* of the last whole round, or what the file had at most */
    BYTE *page;      /* set.page_bytes */
};

/*
 * Opens the database at `path`, which has to live until database_close, with share mode 0.
 * On failure *database needs no closing.
 */
HRESULT database_open(struct database *database, const wchar_t *path);
void database_close(struct database *database);

/* Stamps the page that comes `step` th in this round (0..set.count-1). */
HRESULT database_stamp_page(struct database *database, uint32_t step, uint64_t stamp);

/* Stamps both header copies: the end of a round. */
HRESULT database_stamp_headers(struct database *database, uint64_t stamp);

/*
 * The lab's epoch of the database, 0 in one that no lab has run. It stands at the end of both
 * header copies, where ESE has nothing; writing flushes it.
 */
HRESULT database_read_epoch(struct database *database, uint32_t *epoch);
HRESULT database_write_epoch(struct database *database, uint32_t epoch);

HRESULT database_flush(struct database *database);

/* SHA-256 of the whole file as it stands. */
HRESULT database_hash(struct database *database, char hash[DATABASE_HASH_CHARS]);

#endif
