/*
 * The body of version 7 logs: ranges of bytes covered by checksum records.
 *
 * Knows memory only. Needs the whole file, since a record covers bytes before it as well.
 */
#include "ese_log.h"

#include "ese_kernel.h"

#define RECORD_BYTES      22u
#define RECORD_TYPE       42u
#define RECORD_BACKWARDS  1u
#define RECORD_FORWARDS   5u
#define RECORD_NEXT       9u
#define RECORD_SUM        13u
#define RECORD_SHORT_FLAG 21u
#define SHORT_ON          0x9Au
#define SHORT_OFF         0xD1u
#define RECORD_SEED       0xFEEDBEAFu

/* XOR of the dwords of a range, counted from its own start, the last one padded with zeros. */
static uint32_t range_sum(const uint8_t *from, size_t bytes)
{
    size_t whole = bytes - bytes % 4u;
    uint32_t sum = ese_kernel()->exclusive_or(from, whole);
    size_t i;

    for (i = whole; i < bytes; i++)
        sum ^= (uint32_t)from[i] << (8u * (i % 4u));
    return sum;
}

static bool record_is_possible(const uint8_t *file, size_t bytes, size_t at)
{
    const uint8_t *record = file + at;

    return record[0] == RECORD_TYPE &&
           (record[RECORD_SHORT_FLAG] == SHORT_ON || record[RECORD_SHORT_FLAG] == SHORT_OFF) &&
           ese_get32(record + RECORD_BACKWARDS) <= at - ESE_LOG_HEADER_BYTES &&
           ese_get32(record + RECORD_FORWARDS) <= bytes - at - RECORD_BYTES;
}

static uint32_t record_sum(const uint8_t *file, size_t at, uint32_t generation)
{
    const uint8_t *record = file + at;
    uint32_t backwards = ese_get32(record + RECORD_BACKWARDS);
    uint32_t forwards = ese_get32(record + RECORD_FORWARDS);

    return RECORD_SEED ^ backwards ^ forwards ^ ese_get32(record + RECORD_NEXT) ^
           record[RECORD_SHORT_FLAG] ^ generation ^ range_sum(record - backwards, backwards) ^
           range_sum(record + RECORD_BYTES, forwards);
}

enum ese_verdict ese_log7_verify(const void *file, size_t bytes, uint32_t *ranges,
                                 struct ese_log7_fault *fault)
{
    const uint8_t *data = file;
    enum ese_verdict verdict = ESE_GOOD;
    struct ese_log7_fault found = {0};
    uint32_t count = 0;
    size_t at = ESE_LOG_HEADER_BYTES;

    for (;;) {
        uint32_t next;

        found.offset = at;
        if (bytes < RECORD_BYTES || at > bytes - RECORD_BYTES) {
            verdict = ESE_TRUNCATED;
            break;
        }
        if (!record_is_possible(data, bytes, at)) {
            verdict = ESE_BAD_CHECKSUM;
            break;
        }
        found.stored = ese_get32(data + at + RECORD_SUM);
        found.computed = record_sum(data, at, ese_get32(data + ESE_LOG_GENERATION));
        if (found.stored != found.computed) {
            verdict = ESE_BAD_CHECKSUM;
            break;
        }
        count++;
        next = ese_get32(data + at + RECORD_NEXT);
        if (next == 0)
            break;
        if (next > bytes - at - RECORD_BYTES) {
            verdict = ESE_TRUNCATED;
            break;
        }
        at += RECORD_BYTES + next;
    }
    if (ranges != NULL)
        *ranges = count;
    if (verdict != ESE_GOOD && fault != NULL)
        *fault = found;
    return verdict;
}
