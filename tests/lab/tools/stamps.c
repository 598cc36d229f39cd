/*
 * Stamps: choice of the pages, writing, comparison.
 *
 * Knows pages and numbers only; the caller's functions reach the file.
 */
#include "stamps.h"

#include "ese/ese_database.h"

#include <stdlib.h>
#include <string.h>

#define PAGE_DBTIME 8u
#define FIRST_PAGE  5u     /* 1..4 are the root, its space trees and the catalog */
#define SCAN_PAGES  65536u /* looked at, at most: a huge database is not read to its end */

static bool read_header(const struct ese_stamp_source *source, struct ese_database_header *header)
{
    size_t bytes = ESE_DATABASE_HEAD_BYTES;
    uint8_t *head;
    bool good;

    if (source->file_bytes < bytes)
        bytes = (size_t)source->file_bytes;
    head = malloc(bytes + 1); /* never 0 */
    if (head == NULL)
        return false;
    good = source->read(source->context, 0, head, bytes) &&
           ese_database_parse(head, bytes, header) == ESE_GOOD;
    free(head);
    return good;
}

/* The header of a page that is in use cannot be all zero: its flags or its number are not. So 40
 * bytes tell, and the stamp itself plays no part in the answer. */
static bool page_is_used(const struct ese_stamp_source *source, uint32_t page, uint32_t page_bytes,
                         bool *used)
{
    uint8_t header[ESE_PAGE_HEADER];

    if (!source->read(source->context, ese_page_offset(page, page_bytes), header, sizeof(header)))
        return false;
    *used = !ese_is_zero(header + 16, sizeof(header) - 16);
    return true;
}

/*
 * Lists the pages in use of up to SCAN_PAGES pages: all of them in a small database, else the
 * first ones of `wanted` stripes of equal width. Caller frees *pages.
 */
static bool list_used(const struct ese_stamp_source *source, uint32_t page_bytes, uint64_t wanted,
                      uint32_t **pages, uint64_t *count)
{
    uint64_t units = source->file_bytes / page_bytes;
    uint64_t first_free = units > ESE_DATABASE_HEADERS ? units - ESE_DATABASE_HEADERS + 1 : 0;
    uint64_t span = first_free > FIRST_PAGE ? first_free - FIRST_PAGE : 0;
    uint32_t *list = malloc(SCAN_PAGES * sizeof(*list));
    uint64_t found = 0;
    uint64_t stripe;

    if (list == NULL)
        return false;
    for (stripe = 0; stripe < wanted; stripe++) {
        uint64_t page = FIRST_PAGE + span * stripe / wanted;
        uint64_t end = FIRST_PAGE + span * (stripe + 1) / wanted;

        if (end > page + SCAN_PAGES / wanted)
            end = page + SCAN_PAGES / wanted;
        for (; page < end; page++) {
            bool used;

            if (!page_is_used(source, (uint32_t)page, page_bytes, &used)) {
                free(list);
                return false;
            }
            list[found] = (uint32_t)page;
            found += used ? 1 : 0;
        }
    }
    *pages = list;
    *count = found;
    return true;
}

bool ese_stamp_pages(const struct ese_stamp_source *source, size_t wanted,
                     struct ese_stamp_set *set)
{
    struct ese_database_header header;
    struct ese_stamp_set found = {0};
    uint32_t *used = NULL;
    uint64_t used_count = 0;
    uint32_t i;

    if (wanted == 0 || wanted > ESE_STAMP_COUNT_MAX || !read_header(source, &header) ||
        !list_used(source, header.page_bytes, wanted, &used, &used_count))
        return false;
    found.page_bytes = header.page_bytes;
    found.count = (uint32_t)(used_count < wanted ? used_count : wanted);
    for (i = 0; i < found.count; i++)
        found.pages[i] = used[used_count * i / found.count];
    free(used);
    *set = found;
    return true;
}

bool ese_stamp_write(void *page, size_t page_bytes, uint32_t page_number, uint64_t stamp)
{
    if (ese_page_verify(page, page_bytes, page_number, NULL) != ESE_GOOD)
        return false;
    ese_put64((uint8_t *)page + PAGE_DBTIME, stamp);
    ese_page_seal(page, page_bytes, page_number);
    return true;
}

bool ese_stamp_header(void *page, size_t page_bytes, uint64_t stamp)
{
    if (!ese_page_size_is_legal(page_bytes) || !ese_database_copy_is_good(page, page_bytes))
        return false;
    ese_put64((uint8_t *)page + ESE_DB_DBTIME, stamp);
    ese_header_seal(page, page_bytes);
    return true;
}

uint64_t ese_stamp_of_page(const void *page)
{
    return ese_get64((const uint8_t *)page + PAGE_DBTIME);
}

uint64_t ese_stamp_of_header(const void *page)
{
    return ese_get64((const uint8_t *)page + ESE_DB_DBTIME);
}

/* One page or header (page_number 0) against result->first. */
static void compare_one(const struct ese_stamp_source *source, uint64_t offset,
                        uint32_t page_number, uint32_t page_bytes, uint8_t *page,
                        struct ese_stamp_result *result)
{
    bool good = source->read(source->context, offset, page, page_bytes);
    uint64_t stamp;

    result->checked++;
    if (good && page_number != 0)
        good = ese_page_verify(page, page_bytes, page_number, NULL) == ESE_GOOD;
    else if (good)
        good = ese_database_copy_is_good(page, page_bytes);
    if (!good) {
        result->unreadable++;
        return;
    }
    stamp = page_number != 0 ? ese_stamp_of_page(page) : ese_stamp_of_header(page);
    if (stamp != result->first)
        result->different++;
}

bool ese_stamp_compare(const struct ese_stamp_source *source, const struct ese_stamp_set *set,
                       struct ese_stamp_result *result)
{
    struct ese_stamp_result found = {0};
    uint8_t *page = malloc(set->page_bytes);
    bool good = false;
    uint32_t i;

    if (page == NULL || !source->read(source->context, 0, page, set->page_bytes) ||
        !ese_database_copy_is_good(page, set->page_bytes))
        goto out;
    found.first = ese_stamp_of_header(page);
    found.checked = 1;
    compare_one(source, set->page_bytes, 0, set->page_bytes, page, &found);
    for (i = 0; i < set->count; i++)
        compare_one(source, ese_page_offset(set->pages[i], set->page_bytes), set->pages[i],
                    set->page_bytes, page, &found);
    *result = found;
    good = true;
out:
    free(page);
    return good;
}
