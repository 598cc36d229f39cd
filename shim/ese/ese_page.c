/*
 * Pages: where their sums lie, the verdict over one, correction of single bits, sealing.
 *
 * Knows memory only; which page it should be comes from the caller.
 */
#include "ese_page.h"

#include <string.h>

#define PAGE_NUMBER_OLD   4u /* dword 1, old format */
#define PAGE_FLAGS        36u
#define PAGE_MORE_SUMS    40u /* blocks 1..3 of large pages */
#define PAGE_NUMBER_LARGE 64u
#define SMALL_PAGE_BYTES  8192u
#define SUM_BYTES         8u
#define SUM_BITS          (SUM_BYTES * 8u)
#define FORMAT_BIT        (PAGE_FLAGS * 8u + 13u) /* of 0x2000 in the flags */
#define PAGE_NUMBER_MAX   0x7FFFFFFFu
#define LAST_ROOT_PAGE    4u /* of those that every database has */

struct block_sums
{
    struct ese_sum stored;
    struct ese_sum computed;
};

bool ese_page_size_is_legal(size_t bytes)
{
    return bytes >= ESE_PAGE_BYTES_MIN && bytes <= ESE_PAGE_BYTES_MAX && (bytes & (bytes - 1)) == 0;
}

static uint32_t block_count(size_t page_bytes)
{
    return page_bytes > SMALL_PAGE_BYTES ? ESE_SUMS_MAX : 1u;
}

static size_t sum_offset(uint32_t block)
{
    return block == 0 ? 0 : PAGE_MORE_SUMS + SUM_BYTES * (block - 1);
}

static struct ese_sum stored_sum(const uint8_t *page, uint32_t block)
{
    const uint8_t *at = page + sum_offset(block);
    struct ese_sum sum = {.exclusive_or = ese_get32(at), .ecc = ese_get32(at + 4)};

    return sum;
}

static bool sums_equal(struct ese_sum a, struct ese_sum b)
{
    return a.exclusive_or == b.exclusive_or && a.ecc == b.ecc;
}

static struct ese_sum computed_sum(const uint8_t *page, size_t page_bytes, uint32_t block,
                                   uint32_t page_number)
{
    size_t block_bytes = page_bytes / block_count(page_bytes);

    return ese_block_sum(page + block * block_bytes, block_bytes, block == 0 ? SUM_BYTES : 0,
                         page_number);
}

/*
 * Finds the one flipped bit that explains the difference, as its place in the block. With one
 * flip the low half of the difference is the bit's number and the high half its complement; any
 * other pattern (two flips give equal halves) is refused. The XOR sums must tell the same column.
 * These three together mean that the block is right once the bit is flipped back.
 */
static bool locate_bit(const struct block_sums *sums, size_t block_bytes, uint32_t *place)
{
    uint32_t mask = (uint32_t)block_bytes * 8u - 1u;
    uint32_t ecc = sums->stored.ecc ^ sums->computed.ecc;
    uint32_t bit = ecc & 0xFFFFu;

    if (bit > mask || ecc != ((bit ^ mask) << 16 | bit))
        return false;
    if ((sums->stored.exclusive_or ^ sums->computed.exclusive_or) != 1u << (bit % 32u))
        return false;
    *place = bit;
    return true;
}

/* The sums of later blocks lie in block 0: a bit put right there changes what is expected. */
static void correct_expectation(struct block_sums *sums, uint32_t count, uint32_t place)
{
    uint32_t block;

    for (block = 1; block < count; block++) {
        uint32_t first = (uint32_t)sum_offset(block) * 8u;
        uint32_t bit = place - first;

        if (place < first || bit >= SUM_BITS)
            continue;
        if (bit < 32u)
            sums[block].stored.exclusive_or ^= 1u << bit;
        else
            sums[block].stored.ecc ^= 1u << (bit - 32u);
    }
}

/* Fills report->bits and ->bit; false when the page is beyond that. */
static bool locate_bits(struct block_sums *sums, size_t page_bytes, struct ese_page_report *report)
{
    uint32_t count = block_count(page_bytes);
    uint32_t block_bytes = (uint32_t)page_bytes / count;
    uint32_t bits = 0;
    uint32_t block;

    for (block = 0; block < count; block++) {
        uint32_t place;

        if (sums_equal(sums[block].stored, sums[block].computed))
            continue;
        if (!locate_bit(&sums[block], block_bytes, &place))
            return false;
        /* The sum's own bits count as zero, and the format bit decides how to read the page. */
        if (block == 0 && (place < SUM_BITS || place == FORMAT_BIT))
            return false;
        if (block == 0)
            correct_expectation(sums, count, place);
        report->bit[bits] = block * block_bytes * 8u + place;
        bits++;
    }
    report->bits = bits;
    return true;
}

/*
 * The number goes into the XOR sums only. So a page whose ECCs are right, and whose XORs are all
 * wrong by the same value, is some other page. A flip in the stored XOR of a one-block page looks
 * the same; nothing in the page can tell the two apart.
 */
static bool is_other_page(const struct block_sums *sums, size_t page_bytes,
                          struct ese_page_report *report, uint32_t page_number)
{
    uint32_t count = block_count(page_bytes);
    uint32_t difference = sums[0].stored.exclusive_or ^ sums[0].computed.exclusive_or;
    uint32_t real = page_number ^ difference;
    uint32_t block;

    if (difference == 0 || real == 0 || real > PAGE_NUMBER_MAX)
        return false;
    for (block = 0; block < count; block++) {
        if (sums[block].stored.ecc != sums[block].computed.ecc)
            return false;
        if ((sums[block].stored.exclusive_or ^ sums[block].computed.exclusive_or) != difference)
            return false;
    }
    report->real_page = real;
    return true;
}

/* The number in a large page as it will be once the bits found are put right. */
static uint32_t number_in_large_page(const uint8_t *page, const struct ese_page_report *report)
{
    uint32_t number = ese_get32(page + PAGE_NUMBER_LARGE);
    uint32_t i;

    for (i = 0; i < report->bits; i++) {
        uint32_t bit = report->bit[i] - PAGE_NUMBER_LARGE * 8u;

        if (report->bit[i] >= PAGE_NUMBER_LARGE * 8u && bit < 32u)
            number ^= 1u << bit;
    }
    return number;
}

enum ese_verdict ese_page_judge_new(const void *page, size_t page_bytes, uint32_t page_number,
                                    struct ese_page_report *report)
{
    struct block_sums sums[ESE_SUMS_MAX];
    uint32_t count = block_count(page_bytes);
    uint32_t block;
    uint32_t wrong = count; /* the first block that is not right */

    memset(report, 0, sizeof(*report));
    report->new_format = true;
    report->real_page = page_number;
    for (block = 0; block < count; block++) {
        sums[block].stored = stored_sum(page, block);
        sums[block].computed = computed_sum(page, page_bytes, block, page_number);
        if (wrong == count && !sums_equal(sums[block].stored, sums[block].computed))
            wrong = block;
    }
    report->block = wrong == count ? 0 : wrong;
    report->stored = sums[report->block].stored;
    report->computed = sums[report->block].computed;

    if (wrong == count)
        report->verdict = ESE_GOOD;
    else if (is_other_page(sums, page_bytes, report, page_number))
        report->verdict = ESE_WRONG_PAGE_NUMBER;
    else if (locate_bits(sums, page_bytes, report))
        report->verdict = ESE_CORRECTABLE;
    else
        report->verdict = ESE_BAD_CHECKSUM;

    if ((report->verdict == ESE_GOOD || report->verdict == ESE_CORRECTABLE) && count > 1 &&
        number_in_large_page(page, report) != page_number) {
        report->verdict = ESE_WRONG_PAGE_NUMBER;
        report->real_page = number_in_large_page(page, report);
    }
    if (report->verdict != ESE_CORRECTABLE)
        report->bits = 0;
    return report->verdict;
}

static enum ese_verdict judge_old(const uint8_t *page, size_t page_bytes, uint32_t page_number,
                                  struct ese_page_report *report)
{
    uint32_t number = ese_get32(page + PAGE_NUMBER_OLD);

    memset(report, 0, sizeof(*report));
    report->real_page = page_number;
    report->stored.exclusive_or = ese_get32(page);
    report->computed.exclusive_or = ese_header_sum(page, page_bytes);
    if (report->stored.exclusive_or != report->computed.exclusive_or) {
        report->verdict = ESE_BAD_CHECKSUM;
    } else if (number == page_number) {
        report->verdict = ESE_GOOD;
    } else if (number == 0 || number > PAGE_NUMBER_MAX) {
        report->verdict = ESE_BAD_CHECKSUM;
    } else {
        report->verdict = ESE_WRONG_PAGE_NUMBER;
        report->real_page = number;
    }
    return report->verdict;
}

/* What this costs is what verification costs. */
bool ese_page_is_plainly_good(const void *page, size_t page_bytes, uint32_t page_number)
{
    return page_bytes <= SMALL_PAGE_BYTES &&
           (ese_get32((const uint8_t *)page + PAGE_FLAGS) & ESE_PAGE_NEW_FORMAT) != 0 &&
           sums_equal(stored_sum(page, 0), ese_block_sum(page, page_bytes, SUM_BYTES, page_number));
}

void ese_page_report_good(const void *page, uint32_t page_number, struct ese_page_report *report)
{
    *report = (struct ese_page_report){.verdict = ESE_GOOD,
                                       .new_format = true,
                                       .stored = stored_sum(page, 0),
                                       .computed = stored_sum(page, 0),
                                       .real_page = page_number};
}

static enum ese_verdict judge(const uint8_t *page, size_t page_bytes, uint32_t page_number,
                              struct ese_page_report *report)
{
    if (!ese_page_size_is_legal(page_bytes)) {
        memset(report, 0, sizeof(*report));
        report->real_page = page_number;
        report->verdict = ESE_BAD_PAGE_SIZE;
        return report->verdict;
    }
    if (ese_page_is_plainly_good(page, page_bytes, page_number)) {
        ese_page_report_good(page, page_number, report);
        return report->verdict;
    }
    /* Two thirds of a usual database are blank; these have no flags, and most other pages leave at
     * their first bytes. */
    if ((page_number == 0 || page_number > LAST_ROOT_PAGE) && ese_is_zero(page, page_bytes)) {
        memset(report, 0, sizeof(*report));
        report->real_page = page_number;
        report->verdict = ESE_BLANK;
        return report->verdict;
    }
    /* Large pages never had the old format. */
    if (page_bytes <= SMALL_PAGE_BYTES && (ese_get32(page + PAGE_FLAGS) & ESE_PAGE_NEW_FORMAT) == 0)
        return judge_old(page, page_bytes, page_number, report);
    return ese_page_judge_new(page, page_bytes, page_number, report);
}

void ese_page_apply(void *page, struct ese_page_report *report)
{
    uint8_t *byte = page;
    uint32_t i;

    for (i = 0; i < report->bits; i++)
        byte[report->bit[i] / 8u] ^= (uint8_t)(1u << (report->bit[i] % 8u));
    report->verdict = ESE_CORRECTED;
}

enum ese_verdict ese_page_verify(const void *page, size_t page_bytes, uint32_t page_number,
                                 struct ese_page_report *report)
{
    struct ese_page_report own;

    return judge(page, page_bytes, page_number, report != NULL ? report : &own);
}

enum ese_verdict ese_page_correct(void *page, size_t page_bytes, uint32_t page_number,
                                  struct ese_page_report *report)
{
    struct ese_page_report own;

    if (report == NULL)
        report = &own;
    if (judge(page, page_bytes, page_number, report) == ESE_CORRECTABLE)
        ese_page_apply(page, report);
    return report->verdict;
}

void ese_page_seal(void *page, size_t page_bytes, uint32_t page_number)
{
    uint8_t *byte = page;
    uint32_t flags = ese_get32(byte + PAGE_FLAGS);
    uint32_t block;

    if (page_bytes > SMALL_PAGE_BYTES) {
        flags |= ESE_PAGE_NEW_FORMAT;
        ese_put32(byte + PAGE_FLAGS, flags);
        ese_put32(byte + PAGE_NUMBER_LARGE, page_number);
    }
    if ((flags & ESE_PAGE_NEW_FORMAT) == 0) {
        ese_put32(byte + PAGE_NUMBER_OLD, page_number);
        ese_header_seal(byte, page_bytes);
        return;
    }
    /* Block 0 last: it holds the sums of the others. */
    for (block = block_count(page_bytes); block-- > 0;) {
        struct ese_sum sum = computed_sum(byte, page_bytes, block, page_number);

        ese_put32(byte + sum_offset(block), sum.exclusive_or);
        ese_put32(byte + sum_offset(block) + 4, sum.ecc);
    }
}

bool ese_page_is_trailer(const void *page, size_t page_bytes)
{
    const uint8_t *byte = page;

    return ese_page_size_is_legal(page_bytes) && ese_is_zero(byte + 4, ESE_PAGE_HEADER - 4) &&
           !ese_is_zero(byte + ESE_PAGE_HEADER, page_bytes - ESE_PAGE_HEADER) &&
           ese_header_is_good(byte, page_bytes);
}
