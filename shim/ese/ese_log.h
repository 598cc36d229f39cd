/*
 * Transaction logs: the header, the segments of version 8 and the checksum records of version 7.
 *
 * Knows memory only. Any thread; nothing is allocated or kept.
 */
#ifndef NTDSBCLI_ESE_LOG_H
#define NTDSBCLI_ESE_LOG_H

#include "ese_checksum.h"

#define ESE_LOG_HEADER_BYTES  4096u
#define ESE_LOG_SEGMENT_BYTES 4096u /* version 8; version 7 has 512-byte sectors */
#define ESE_LOG_FILE_TYPE     3u

enum ese_log_offset
{
    ESE_LOG_CHECKSUM = 0,
    ESE_LOG_GENERATION = 4,
    ESE_LOG_SECTOR_BYTES = 8,
    ESE_LOG_HEADER_SECTORS = 10,
    ESE_LOG_SECTORS = 12,
    ESE_LOG_PAGE_SIZE = 14,
    ESE_LOG_CREATED = 16,
    ESE_LOG_PREVIOUS_CREATED = 24,
    ESE_LOG_MAJOR = 32,
    ESE_LOG_MINOR = 36,
    ESE_LOG_UPDATE = 40,
    ESE_LOG_SIGNATURE = 44,
    ESE_LOG_SYSTEM_PATH = 72, /* 261 characters */
    ESE_LOG_LOG_PATH = 333,   /* 261 characters */
    ESE_LOG_FLAGS = 639,
    ESE_LOG_CHECKPOINT = 640,
    ESE_LOG_UPDATE_MINOR = 648,
    ESE_LOG_PREVIOUS_SUM = 653, /* u64, unaligned */
    ESE_LOG_FILE_TYPE_AT = 667,
    ESE_LOG_ATTACH_LIST = 671
};

enum ese_segment_offset
{
    ESE_SEGMENT_POSITION = 8,
    ESE_SEGMENT_TIME = 16,
    ESE_SEGMENT_FLAGS = 36,
    ESE_SEGMENT_HEADER_BYTES = 40
};

struct ese_log_header
{
    uint32_t generation;
    uint32_t sector_bytes;
    uint32_t header_sectors;
    uint32_t sectors;    /* of the whole file, header included */
    uint64_t file_bytes; /* sector_bytes * sectors */
    uint32_t page_bytes; /* of the databases */
    uint32_t major, minor, update, update_minor;
    uint8_t created_raw[ESE_LOGTIME_BYTES]; /* compare these for the chain check */
    uint8_t previous_created_raw[ESE_LOGTIME_BYTES];
    struct ese_logtime created;
    struct ese_logtime previous_created;
    struct ese_signature signature;
    struct ese_lgpos checkpoint; /* when this log was created */
    uint8_t flags;               /* 1 reserve log, 2 circular now, 4 was circular */
    uint8_t file_type;           /* 3, or 0 in old files */
    uint64_t previous_sum;       /* XOR of the previous generation's segment sums; 0 unknown */
};

/*
 * Reads a log's header. bytes: at least ESE_LOG_HEADER_BYTES, else ESE_TRUNCATED.
 * Returns ESE_GOOD; ESE_BAD_CHECKSUM when it looks like a log's header but its sum is wrong;
 * ESE_BAD_GEOMETRY when the sum is right, but sector size and counts make no log;
 * ESE_NOT_RECOGNISED for anything else. *header is filled with ESE_GOOD only.
 */
enum ese_verdict ese_log_parse(const void *data, size_t bytes, struct ese_log_header *header);

/*
 * Judges one 4096-byte segment of a version 8 log. index: its number in the file, the header
 * being 0. Verdicts: GOOD, BLANK, SHADOW (it is the copy of segment index-1), CORRECTABLE,
 * BAD_CHECKSUM, WRONG_PAGE_NUMBER. A sound segment can still be left over from an earlier life of
 * the file: compare ese_segment_generation with the header's. report may be NULL.
 */
enum ese_verdict ese_segment_verify(const void *segment, uint32_t index,
                                    struct ese_page_report *report);
/* The same, putting a single flipped bit right. */
enum ese_verdict ese_segment_correct(void *segment, uint32_t index, struct ese_page_report *report);
uint32_t ese_segment_generation(const void *segment);

/* True when b is the log that follows a: next generation, same signature, and b says that its
 * predecessor was created when a was. */
bool ese_log_follows(const struct ese_log_header *a, const struct ese_log_header *b);

/*
 * Where segments may lie, for recovery; the engine's backup read does not ask. From the first on
 * there are data segments, then at most one shadow, then only blank ones and what earlier lives of
 * the file have left, the younger life first. The last segment of a file never holds data, and
 * recovery does not look at it.
 */
struct ese_log_order
{
    uint32_t generation;
    uint32_t segments; /* of the whole file, header included */
    uint32_t life;     /* generation of the segment before; 0 after a blank one */
    bool ended;        /* a segment without data of this generation was seen */
    bool broken;
    uint64_t sum; /* XOR of the checksums of the data segments: the next log's previous_sum */
};

/* header: of version 8. */
void ese_log_order_init(struct ese_log_order *order, const struct ese_log_header *header);

/* Takes the segments one after the other. verdict: the segment's own, one of the sound ones.
 * Returns false for the first that may not lie there, and true for all behind it. */
bool ese_log_order_take(struct ese_log_order *order, const void *segment, uint32_t index,
                        enum ese_verdict verdict);

/* The same for a good segment with which the data goes on, as most do. Takes no other: false. */
bool ese_log_order_take_next(struct ese_log_order *order, const void *segment, uint32_t index);

/* Renew the checksum of a 4096-byte header, or of a segment (sets its format flag). */
void ese_log_header_seal(void *header);
void ese_segment_seal(void *segment, uint32_t index);

/* Logs of major versions before this one have no segments: they are judged as a whole. */
#define ESE_LOG_VERSION_SEGMENTED 8u
#define ESE_LOG7_BYTES_MAX        (32u * 1024u * 1024u) /* 65535 sectors of 512 bytes */

struct ese_log7_fault
{
    uint64_t offset; /* of the checksum record in the file */
    uint32_t stored;
    uint32_t computed;
};

/*
 * Walks the checksum records of a whole version 7 log in memory (file, bytes: header included).
 * Returns ESE_GOOD and the number of ranges checked (also for the newest log of a database, whose
 * chain ends early); ESE_BAD_CHECKSUM or ESE_TRUNCATED with the place in *fault. Both outputs may
 * be NULL.
 */
enum ese_verdict ese_log7_verify(const void *file, size_t bytes, uint32_t *ranges,
                                 struct ese_log7_fault *fault);

#endif
