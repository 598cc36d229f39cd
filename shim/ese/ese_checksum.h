/*
 * Checksums of ESE blocks and pages: compute, judge, correct one flipped bit, write.
 *
 * Knows memory only. Page and segment numbers come from the caller. All functions may be called
 * from any thread; none allocates, and no pointer is kept.
 */
#ifndef NTDSBCLI_ESE_CHECKSUM_H
#define NTDSBCLI_ESE_CHECKSUM_H

#include "ese_fields.h"

#define ESE_PAGE_BYTES_MIN  2048u
#define ESE_PAGE_BYTES_MAX  32768u
#define ESE_PAGE_HEADER     40u /* bytes; 80 in pages above 8192 */
#define ESE_SUMS_MAX        4u  /* blocks a page can have */
#define ESE_HEADER_SEED     0x89ABCDEFu
#define ESE_PAGE_NEW_FORMAT 0x2000u /* in the flags at 36: XOR + ECC instead of XOR + number */

/* What is true of one page, header or log segment. */
enum ese_verdict
{
    ESE_GOOD = 0,
    ESE_BLANK,             /* every byte zero: never used or trimmed; legal from page 5 on */
    ESE_SHADOW,            /* log segment: the copy of the segment before it; legal */
    ESE_TRAILER,           /* the extra last page of a database that was streamed; legal */
    ESE_CORRECTED,         /* one bit was wrong and has been put right in the buffer */
    ESE_CORRECTABLE,       /* one bit is wrong, its place is known, the buffer is untouched */
    ESE_BAD_CHECKSUM,      /* content and checksum disagree (the engine's -1018) */
    ESE_WRONG_PAGE_NUMBER, /* intact content of another page (-1018, large pages -1118) */
    ESE_BAD_PAGE_SIZE,     /* the header's page size is none of the five, or not the real one */
    ESE_BAD_GEOMETRY,      /* log: sizes in the header impossible, or not the file's */
    ESE_TRUNCATED,         /* the file ends inside this unit, or before it should begin */
    ESE_NOT_RECOGNISED,    /* not the kind of file it was said to be */
    ESE_OUT_OF_ORDER,      /* log segment: sound, but recovery does not accept it there (-501) */
    ESE_VERDICT_COUNT
};

/* A short English name ("bad checksum"); never NULL. */
const char *ese_verdict_name(enum ese_verdict verdict);
/* GOOD, BLANK, SHADOW, TRAILER and CORRECTED: the bytes in the buffer are sound. */
bool ese_verdict_is_sound(enum ese_verdict verdict);

/* One block's checksum. Headers and old-format pages have no ecc: it is then 0. */
struct ese_sum
{
    uint32_t exclusive_or;
    uint32_t ecc;
};

/* What was found, and enough of it to write a useful line into a log. */
struct ese_page_report
{
    enum ese_verdict verdict;
    bool new_format;
    uint32_t block;             /* the block stored and computed belong to: the first that is not
                                   right, else block 0 */
    struct ese_sum stored;      /* as found in the page, before any correction */
    struct ese_sum computed;    /* for the expected page number */
    uint32_t real_page;         /* ESE_WRONG_PAGE_NUMBER: the page the content belongs to, else the
                                   expected number */
    uint32_t bits;              /* CORRECTED, CORRECTABLE: how many bits (at most one per block) */
    uint32_t bit[ESE_SUMS_MAX]; /* their places in the page: byte*8 + bit, least significant
                                   bit first; the first `bits` entries count */
};

/* True for 2048, 4096, 8192, 16384 and 32768. */
bool ese_page_size_is_legal(size_t bytes);

/*
 * Sum of a header (database, log, checkpoint, flush map, backup trailer): all dwords but the
 * first. bytes: a multiple of 4, at least 4; no alignment is needed, here and below.
 */
uint32_t ese_header_sum(const void *header, size_t bytes);
bool ese_header_is_good(const void *header, size_t bytes);
void ese_header_seal(void *header, size_t bytes);

/* Sum of one new-format block: 2048, 4096 or 8192 bytes; skip_bytes: 8 in the block that starts
 * with the page header (the sum itself counts as zero), else 0. */
struct ese_sum ese_block_sum(const void *block, size_t bytes, size_t skip_bytes,
                             uint32_t page_number);

/*
 * Judges a page of a database, old or new format by its own flag, without changing it.
 * page_bytes: a legal page size. page_number: counted from 1 (headers have none). Pages 1 to 4 hold
 * the roots of the database and of its catalog: blank, they are BAD_CHECKSUM.
 * Verdicts: GOOD, BLANK, CORRECTABLE, BAD_CHECKSUM, WRONG_PAGE_NUMBER; BAD_PAGE_SIZE for a size
 * that is not legal. report may be NULL.
 */
enum ese_verdict ese_page_verify(const void *page, size_t page_bytes, uint32_t page_number,
                                 struct ese_page_report *report);

/* The same, but puts single flipped bits right in the page: CORRECTED instead of CORRECTABLE.
 * With any other verdict the page is untouched. */
enum ese_verdict ese_page_correct(void *page, size_t page_bytes, uint32_t page_number,
                                  struct ese_page_report *report);

/* Renews a page's checksums in the format its flag tells; a page above 8192 bytes is made new
 * format and gets its number at 64. page_bytes must be legal. */
void ese_page_seal(void *page, size_t page_bytes, uint32_t page_number);

/* True when the page is what a streaming backup appends to a database: bytes 4..39 zero and a
 * header checksum that is right. */
bool ese_page_is_trailer(const void *page, size_t page_bytes);

#endif
