/*
 * Stamps: the same number in K pages of a live database, so that a copy shows whether it is of
 * one instant.
 *
 * Knows pages and numbers; the file is reached through the caller's functions only, so the same
 * code serves the lab's directory service (Windows) and the tools (any machine).
 *
 * What the service does, each round, with its database open for reading and writing:
 *   once  ese_stamp_pages(&source, ESE_STAMP_COUNT, &set)           which pages, which page size
 *         first value = max(dbtime of the header, any old stamp) + 1
 *   round stamp = stamp + 1
 *         for each page of set.pages, in a scattered order (not ascending):
 *             read set.page_bytes at ese_page_offset(page, set.page_bytes)
 *             ese_stamp_write(buffer, set.page_bytes, page, stamp)  false: leave the page alone
 *             write it back
 *         for both header copies (offsets 0 and set.page_bytes):
 *             read, ese_stamp_header(buffer, set.page_bytes, stamp), write back
 *   freeze: only between rounds; the stamp of the last round is the one to log.
 * The choice of pages depends on which pages are blank only, which stamping does not change: it
 * is the same for the live database and for every copy of it.
 */
#ifndef NTDSBCLI_LAB_STAMPS_H
#define NTDSBCLI_LAB_STAMPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ESE_STAMP_COUNT     64u /* the usual K */
#define ESE_STAMP_COUNT_MAX 1024u

/* How to reach the file. Lives with the caller. */
struct ese_stamp_source
{
    /* Reads exactly `bytes` at `offset`; false if that is not possible. */
    bool (*read)(void *context, uint64_t offset, void *buffer, size_t bytes);
    void *context;
    uint64_t file_bytes;
};

struct ese_stamp_set
{
    uint32_t page_bytes;
    uint32_t count; /* <= wanted: fewer in a database with few pages that are not blank */
    uint32_t pages[ESE_STAMP_COUNT_MAX]; /* ascending page numbers */
};

/*
 * Chooses up to `wanted` (1..ESE_STAMP_COUNT_MAX) pages above page 4 that are not blank, spread
 * over the database. Returns false, *set untouched, when the file is no database with a good
 * header, or cannot be read. Allocates and frees its memory. Looks at 65536 pages at most.
 */
bool ese_stamp_pages(const struct ese_stamp_source *source, size_t wanted,
                     struct ese_stamp_set *set);

/*
 * Stamps a page in memory: dbtime at offset 8, checksums renewed, in old and new format alike;
 * the rest of the page, its place in the tree included, stays. False, the page untouched, when
 * the page is not sound as it is (a damaged page must not get a good checksum).
 */
bool ese_stamp_write(void *page, size_t page_bytes, uint32_t page_number, uint64_t stamp);

/* The same for a header page: dbtime at offset 16. */
bool ese_stamp_header(void *page, size_t page_bytes, uint64_t stamp);

/* The stamp in a page, and in a header page. */
uint64_t ese_stamp_of_page(const void *page);
uint64_t ese_stamp_of_header(const void *page);

struct ese_stamp_result
{
    uint64_t first;      /* the primary header's stamp */
    uint32_t checked;    /* stamps compared, headers included */
    uint32_t different;  /* of these, how many are not `first` */
    uint32_t unreadable; /* pages that could not be read, or are damaged: also not in agreement */
};

/* Compares the stamps of both headers and of the set's pages. False when a header cannot be
 * read; *result is untouched then. Agreement: different and unreadable are 0. */
bool ese_stamp_compare(const struct ese_stamp_source *source, const struct ese_stamp_set *set,
                       struct ese_stamp_result *result);

#endif
