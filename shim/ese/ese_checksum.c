/*
 * Sums of headers and blocks, and what the verdicts are called.
 *
 * Knows no page layout: that is ese_page.c.
 */
#include "ese_checksum.h"

#include "ese_kernel.h"

const char *ese_verdict_name(enum ese_verdict verdict)
{
    static const char *const names[] = {
        [ESE_GOOD] = "good",
        [ESE_BLANK] = "blank",
        [ESE_SHADOW] = "shadow segment",
        [ESE_TRAILER] = "backup trailer",
        [ESE_CORRECTED] = "corrected",
        [ESE_CORRECTABLE] = "single wrong bit",
        [ESE_BAD_CHECKSUM] = "bad checksum",
        [ESE_WRONG_PAGE_NUMBER] = "wrong page number",
        [ESE_BAD_PAGE_SIZE] = "bad page size",
        [ESE_BAD_GEOMETRY] = "impossible sizes",
        [ESE_TRUNCATED] = "truncated",
        [ESE_NOT_RECOGNISED] = "not recognised",
        [ESE_OUT_OF_ORDER] = "out of order",
    };
    _Static_assert(sizeof(names) / sizeof(names[0]) == ESE_VERDICT_COUNT, "one name each");

    if ((unsigned int)verdict >= ESE_VERDICT_COUNT)
        return "unknown verdict";
    return names[verdict];
}

bool ese_verdict_is_sound(enum ese_verdict verdict)
{
    switch (verdict) {
    case ESE_GOOD:
    case ESE_BLANK:
    case ESE_SHADOW:
    case ESE_TRAILER:
    case ESE_CORRECTED:
        return true;
    default:
        return false;
    }
}

uint32_t ese_header_sum(const void *header, size_t bytes)
{
    const uint8_t *byte = header;

    return ese_kernel()->exclusive_or(byte + 4, bytes - 4) ^ ESE_HEADER_SEED;
}

bool ese_header_is_good(const void *header, size_t bytes)
{
    return ese_get32(header) == ese_header_sum(header, bytes);
}

void ese_header_seal(void *header, size_t bytes)
{
    ese_put32(header, ese_header_sum(header, bytes));
}

struct ese_sum ese_block_sum(const void *block, size_t bytes, size_t skip_bytes,
                             uint32_t page_number)
{
    struct ese_kernel_sum raw = ese_kernel()->block(block, bytes, skip_bytes);
    struct ese_sum sum = {.exclusive_or = raw.exclusive_or ^ page_number, .ecc = raw.ecc};

    return sum;
}
