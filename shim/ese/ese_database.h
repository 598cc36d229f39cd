/*
 * Headers of ESE databases: find the page size, choose between header and shadow, read and
 * write the fields a backup cares about.
 *
 * Knows memory only. Any thread; nothing is allocated or kept.
 */
#ifndef NTDSBCLI_ESE_DATABASE_H
#define NTDSBCLI_ESE_DATABASE_H

#include "ese_checksum.h"

#define ESE_DATABASE_MAGIC     0x89ABCDEFu
#define ESE_DATABASE_VERSION   0x620u
#define ESE_DATABASE_HEADERS   2u /* header and shadow, before page 1 */
#define ESE_DATABASE_FILE_TYPE 1u

/* Offsets in a header page; fields that are written here or by the lab's tools. */
enum ese_database_offset
{
    ESE_DB_CHECKSUM = 0,
    ESE_DB_MAGIC = 4,
    ESE_DB_VERSION = 8,
    ESE_DB_TYPE = 12,
    ESE_DB_DBTIME = 16,
    ESE_DB_SIGNATURE = 24,
    ESE_DB_STATE = 52,
    ESE_DB_CONSISTENT_POSITION = 56,
    ESE_DB_CONSISTENT_TIME = 64,
    ESE_DB_ATTACH_TIME = 72,
    ESE_DB_ATTACH_POSITION = 80,
    ESE_DB_DETACH_TIME = 88,
    ESE_DB_DETACH_POSITION = 96,
    ESE_DB_DBID = 104,
    ESE_DB_LOG_SIGNATURE = 108,
    ESE_DB_BACKUP_FULL = 136,
    ESE_DB_BACKUP_INCREMENTAL = 160,
    ESE_DB_BACKUP_CURRENT = 184,
    ESE_DB_LAST_OBJECT = 212,
    ESE_DB_OS_VERSION = 216, /* major, minor, build, service pack */
    ESE_DB_FORMAT_UPDATE = 232,
    ESE_DB_PAGE_SIZE = 236,
    ESE_DB_REQUIRED_LOW = 296,
    ESE_DB_REQUIRED_HIGH = 300,
    ESE_DB_CREATED_VERSION = 340,
    ESE_DB_CREATED_UPDATE = 344,
    ESE_DB_COMMITTED_TIME = 348,
    ESE_DB_COMMITTED_HIGH = 416,
    ESE_DB_FILE_TYPE = 667,
    ESE_DB_REQUIRED_TIME = 672,
    ESE_DB_HEADER_FIELDS = 748 /* bytes: the fields end here in the newest format known */
};

enum ese_dbstate
{
    ESE_DBSTATE_JUST_CREATED = 1,
    ESE_DBSTATE_DIRTY = 2,
    ESE_DBSTATE_CLEAN = 3,
    ESE_DBSTATE_CONVERTING = 4,
    ESE_DBSTATE_FORCE_DETACH = 5,
    ESE_DBSTATE_RESEEDING = 6,
    ESE_DBSTATE_DIRTY_PATCHED = 7,
    ESE_DBSTATE_REVERTING = 8
};

/* Which of the two header copies were found right. */
enum ese_header_copies
{
    ESE_COPIES_BOTH,         /* right and equal */
    ESE_COPIES_DIFFER,       /* both right, not equal: the primary is used, the shadow is stale */
    ESE_COPIES_PRIMARY_ONLY, /* the shadow is damaged, or was not given */
    ESE_COPIES_SHADOW_ONLY,  /* the primary is damaged */
    ESE_COPIES_NONE          /* both damaged */
};

const char *ese_header_copies_name(enum ese_header_copies copies);

struct ese_database_header
{
    enum ese_header_copies copies;
    uint32_t checksum; /* of the copy that the fields are of */
    uint32_t page_bytes;
    uint32_t version;       /* 0x620 */
    uint32_t format_update; /* 9, 0xB, 0xC, 0x11, 0x14 ... */
    uint32_t type;          /* 0 database, 1 streaming file */
    uint32_t state;         /* enum ese_dbstate, or a number of a later engine */
    uint64_t dbtime;
    struct ese_signature signature;
    struct ese_signature log_signature; /* zero: never logged */
    struct ese_lgpos consistent;
    struct ese_logtime consistent_time;
    struct ese_lgpos attach;
    struct ese_lgpos detach;
    uint32_t required_low; /* generations a dirty database needs; 0 in a clean one */
    uint32_t required_high;
    uint32_t committed_high; /* newest generation with anything of this database; 0 if clean */
    struct ese_bkinfo backup_full;
    struct ese_bkinfo backup_incremental;
    struct ese_bkinfo backup_current; /* set only in what a streaming backup hands out */
    uint32_t os_major, os_minor, os_build;
    uint8_t file_type; /* 1, or 0 in old files */
};

/* Bytes from the start of a database that ese_database_parse can need at most: two of the
 * largest pages. */
#define ESE_DATABASE_HEAD_BYTES (2u * ESE_PAGE_BYTES_MAX)

/*
 * Reads header and shadow from the start of a file, as the engine does: one of the copies must
 * have a right checksum over a whole page and say that page's size.
 *
 * head, bytes: the first bytes of the file; ESE_DATABASE_HEAD_BYTES, or the whole file if it is
 * shorter. With fewer a copy that does not lie in it wholly counts as damaged.
 * Returns ESE_GOOD and fills *header (also with one good copy only: look at copies);
 * ESE_NOT_RECOGNISED when neither copy carries a database's magic, or the right one has another
 * file type (the engine's -1812); ESE_BAD_CHECKSUM when one has the magic, but no copy is right;
 * ESE_TRUNCATED below 2048 bytes. *header is untouched then.
 */
enum ese_verdict ese_database_parse(const void *head, size_t bytes,
                                    struct ese_database_header *header);

/* Reads the fields of one header page that is known to be right; sets copies to BOTH. page must
 * hold at least ESE_DB_HEADER_FIELDS bytes. */
void ese_database_fields(const void *page, struct ese_database_header *header);

/* True for the file type of a database: 1, or 0 in old files. */
bool ese_database_type_is_right(const void *page);

/* The page size a header page claims: 0 is 4096. Not checked. */
uint32_t ese_database_claimed_page_bytes(const void *page);

/* True when this page's checksum is right over page_bytes, with the magic, and it says that it
 * has this size. */
bool ese_database_copy_is_good(const void *page, size_t page_bytes);

/* True when the state says that logs are needed before the database can be used. */
bool ese_database_is_dirty(const struct ese_database_header *header);

/*
 * Makes a header page say "clean shutdown": state 3, no generation required or committed (and
 * their times cleared), checksum renewed. To be done to both copies of the file.
 * Returns false, the page untouched, when the page is no good header of this size.
 */
bool ese_database_make_clean(void *page, size_t page_bytes);

/* Offset of a page in the file; page 0 is not in use, page 1 follows the two headers. */
static inline uint64_t ese_page_offset(uint32_t page_number, uint32_t page_bytes)
{
    return ((uint64_t)page_number + 1u) * page_bytes;
}

/* The extra last page of a streamed database. */
struct ese_trailer
{
    struct ese_bkinfo backup;
    struct ese_signature signature;
    struct ese_signature log_signature;
};

/* Reads it; false, *trailer untouched, when the page is none. */
bool ese_trailer_parse(const void *page, size_t page_bytes, struct ese_trailer *trailer);

#endif
