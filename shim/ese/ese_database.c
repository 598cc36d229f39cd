/*
 * Database headers: which copy is right, what it says, how to make it say "clean".
 *
 * Knows memory only.
 */
#include "ese_database.h"

#include <string.h>

#define DEFAULT_PAGE_BYTES 4096u /* what a stored page size of 0 means */

const char *ese_header_copies_name(enum ese_header_copies copies)
{
    switch (copies) {
    case ESE_COPIES_BOTH:
        return "both header copies right";
    case ESE_COPIES_DIFFER:
        return "second header copy stale";
    case ESE_COPIES_PRIMARY_ONLY:
        return "second header copy damaged";
    case ESE_COPIES_SHADOW_ONLY:
        return "first header copy damaged";
    case ESE_COPIES_NONE:
        return "both header copies damaged";
    }
    return "unknown";
}

uint32_t ese_database_claimed_page_bytes(const void *page)
{
    uint32_t claimed = ese_get32((const uint8_t *)page + ESE_DB_PAGE_SIZE);

    return claimed == 0 ? DEFAULT_PAGE_BYTES : claimed;
}

static bool has_magic(const void *page)
{
    return ese_get32((const uint8_t *)page + ESE_DB_MAGIC) == ESE_DATABASE_MAGIC;
}

bool ese_database_copy_is_good(const void *page, size_t page_bytes)
{
    return has_magic(page) && ese_database_claimed_page_bytes(page) == page_bytes &&
           ese_page_size_is_legal(page_bytes) && ese_header_is_good(page, page_bytes);
}

bool ese_database_type_is_right(const void *page)
{
    return ((const uint8_t *)page)[ESE_DB_FILE_TYPE] <= ESE_DATABASE_FILE_TYPE;
}

void ese_database_fields(const void *page, struct ese_database_header *header)
{
    const uint8_t *at = page;

    memset(header, 0, sizeof(*header));
    header->copies = ESE_COPIES_BOTH;
    header->checksum = ese_get32(at + ESE_DB_CHECKSUM);
    header->page_bytes = ese_database_claimed_page_bytes(page);
    header->version = ese_get32(at + ESE_DB_VERSION);
    header->format_update = ese_get32(at + ESE_DB_FORMAT_UPDATE);
    header->type = ese_get32(at + ESE_DB_TYPE);
    header->state = ese_get32(at + ESE_DB_STATE);
    header->dbtime = ese_get64(at + ESE_DB_DBTIME);
    header->signature = ese_get_signature(at + ESE_DB_SIGNATURE);
    header->log_signature = ese_get_signature(at + ESE_DB_LOG_SIGNATURE);
    header->consistent = ese_get_lgpos(at + ESE_DB_CONSISTENT_POSITION);
    header->consistent_time = ese_get_logtime(at + ESE_DB_CONSISTENT_TIME);
    header->attach = ese_get_lgpos(at + ESE_DB_ATTACH_POSITION);
    header->detach = ese_get_lgpos(at + ESE_DB_DETACH_POSITION);
    header->required_low = ese_get32(at + ESE_DB_REQUIRED_LOW);
    header->required_high = ese_get32(at + ESE_DB_REQUIRED_HIGH);
    header->committed_high = ese_get32(at + ESE_DB_COMMITTED_HIGH);
    header->backup_full = ese_get_bkinfo(at + ESE_DB_BACKUP_FULL);
    header->backup_incremental = ese_get_bkinfo(at + ESE_DB_BACKUP_INCREMENTAL);
    header->backup_current = ese_get_bkinfo(at + ESE_DB_BACKUP_CURRENT);
    header->os_major = ese_get32(at + ESE_DB_OS_VERSION);
    header->os_minor = ese_get32(at + ESE_DB_OS_VERSION + 4);
    header->os_build = ese_get32(at + ESE_DB_OS_VERSION + 8);
    header->file_type = at[ESE_DB_FILE_TYPE];
}

/* A copy with only its shadow right must be found at an unknown place: try each page size. */
static size_t find_shadow(const uint8_t *head, size_t bytes)
{
    size_t size;

    for (size = ESE_PAGE_BYTES_MIN; size <= ESE_PAGE_BYTES_MAX; size *= 2) {
        if (bytes >= 2 * size && ese_database_copy_is_good(head + size, size))
            return size;
    }
    return 0;
}

enum ese_verdict ese_database_parse(const void *head, size_t bytes,
                                    struct ese_database_header *header)
{
    const uint8_t *at = head;
    size_t size;

    if (bytes < ESE_PAGE_BYTES_MIN)
        return ESE_TRUNCATED;
    size = ese_database_claimed_page_bytes(at);
    if (size <= bytes && ese_database_copy_is_good(at, size)) {
        if (!ese_database_type_is_right(at))
            return ESE_NOT_RECOGNISED;
        ese_database_fields(at, header);
        if (bytes < 2 * size || !ese_database_copy_is_good(at + size, size))
            header->copies = ESE_COPIES_PRIMARY_ONLY;
        else if (memcmp(at, at + size, size) != 0)
            header->copies = ESE_COPIES_DIFFER;
        return ESE_GOOD;
    }
    size = find_shadow(at, bytes);
    if (size != 0) {
        if (!ese_database_type_is_right(at + size))
            return ESE_NOT_RECOGNISED;
        ese_database_fields(at + size, header);
        header->copies = ESE_COPIES_SHADOW_ONLY;
        return ESE_GOOD;
    }
    return has_magic(at) ? ESE_BAD_CHECKSUM : ESE_NOT_RECOGNISED;
}

bool ese_database_is_dirty(const struct ese_database_header *header)
{
    return header->state != ESE_DBSTATE_CLEAN && header->state != ESE_DBSTATE_JUST_CREATED;
}

bool ese_database_make_clean(void *page, size_t page_bytes)
{
    uint8_t *at = page;

    if (!ese_page_size_is_legal(page_bytes) || !ese_database_copy_is_good(page, page_bytes))
        return false;
    ese_put32(at + ESE_DB_STATE, ESE_DBSTATE_CLEAN);
    ese_put32(at + ESE_DB_REQUIRED_LOW, 0);
    ese_put32(at + ESE_DB_REQUIRED_HIGH, 0);
    ese_put32(at + ESE_DB_COMMITTED_HIGH, 0);
    memset(at + ESE_DB_COMMITTED_TIME, 0, ESE_LOGTIME_BYTES);
    memset(at + ESE_DB_REQUIRED_TIME, 0, ESE_LOGTIME_BYTES);
    ese_header_seal(at, page_bytes);
    return true;
}

bool ese_trailer_parse(const void *page, size_t page_bytes, struct ese_trailer *trailer)
{
    const uint8_t *at = page;

    if (!ese_page_is_trailer(page, page_bytes))
        return false;
    trailer->backup = ese_get_bkinfo(at + 40);
    trailer->signature = ese_get_signature(at + 64);
    trailer->log_signature = ese_get_signature(at + 92);
    return true;
}
