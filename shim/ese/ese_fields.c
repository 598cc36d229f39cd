/*
 * The record types that ESE headers share: log positions, times, signatures, backup marks.
 *
 * Knows nothing of the headers they lie in.
 */
#include "ese_fields.h"

#include "ese_kernel.h"

#include <string.h>

/* Bytes 6 and 7 of a time hold two flags and a 10-bit millisecond count around them. */
#define LOGTIME_UTC         0x01u
#define LOGTIME_SNAPSHOT    0x01u
#define LOGTIME_MILLIS_LOW  7u
#define LOGTIME_MILLIS_HIGH 0x07u

struct ese_lgpos ese_get_lgpos(const void *from)
{
    const uint8_t *byte = from;
    struct ese_lgpos position = {
        .generation = ese_get32(byte + 4), .sector = ese_get16(byte + 2), .byte = ese_get16(byte)};

    return position;
}

void ese_put_lgpos(void *to, struct ese_lgpos position)
{
    uint8_t *byte = to;

    ese_put16(byte, position.byte);
    ese_put16(byte + 2, position.sector);
    ese_put32(byte + 4, position.generation);
}

int ese_lgpos_compare(struct ese_lgpos a, struct ese_lgpos b)
{
    if (a.generation != b.generation)
        return a.generation < b.generation ? -1 : 1;
    if (a.sector != b.sector)
        return a.sector < b.sector ? -1 : 1;
    if (a.byte != b.byte)
        return a.byte < b.byte ? -1 : 1;
    return 0;
}

struct ese_logtime ese_get_logtime(const void *from)
{
    const uint8_t *byte = from;
    struct ese_logtime time = {0};

    if (ese_is_zero(byte, ESE_LOGTIME_BYTES))
        return time;
    time.present = true;
    time.second = byte[0];
    time.minute = byte[1];
    time.hour = byte[2];
    time.day = byte[3];
    time.month = byte[4];
    time.year = (uint16_t)(1900u + byte[5]);
    time.utc = (byte[6] & LOGTIME_UTC) != 0;
    time.snapshot = (byte[7] & LOGTIME_SNAPSHOT) != 0;
    time.millis =
        (uint16_t)((byte[6] >> 1) | ((byte[7] >> 1) & LOGTIME_MILLIS_HIGH) << LOGTIME_MILLIS_LOW);
    return time;
}

void ese_put_logtime(void *to, struct ese_logtime time)
{
    uint8_t *byte = to;

    memset(byte, 0, ESE_LOGTIME_BYTES);
    if (!time.present)
        return;
    byte[0] = time.second;
    byte[1] = time.minute;
    byte[2] = time.hour;
    byte[3] = time.day;
    byte[4] = time.month;
    byte[5] = (uint8_t)(time.year - 1900u);
    byte[6] = (uint8_t)((time.millis & 0x7Fu) << 1 | (time.utc ? LOGTIME_UTC : 0u));
    byte[7] = (uint8_t)(((time.millis >> LOGTIME_MILLIS_LOW) & LOGTIME_MILLIS_HIGH) << 1 |
                        (time.snapshot ? LOGTIME_SNAPSHOT : 0u));
}

struct ese_signature ese_get_signature(const void *from)
{
    struct ese_signature signature;

    memcpy(signature.bytes, from, ESE_SIGNATURE_BYTES);
    return signature;
}

void ese_put_signature(void *to, const struct ese_signature *signature)
{
    memcpy(to, signature->bytes, ESE_SIGNATURE_BYTES);
}

struct ese_signature ese_signature_make(uint32_t random, struct ese_logtime created)
{
    struct ese_signature signature = {{0}};

    ese_put32(signature.bytes, random);
    ese_put_logtime(signature.bytes + 4, created);
    return signature;
}

bool ese_signature_equal(const struct ese_signature *a, const struct ese_signature *b)
{
    return memcmp(a->bytes, b->bytes, ESE_SIGNATURE_BYTES) == 0;
}

bool ese_signature_is_zero(const struct ese_signature *signature)
{
    return ese_is_zero(signature->bytes, ESE_SIGNATURE_BYTES);
}

struct ese_bkinfo ese_get_bkinfo(const void *from)
{
    const uint8_t *byte = from;
    struct ese_bkinfo info = {.mark = ese_get_lgpos(byte),
                              .mark_time = ese_get_logtime(byte + 8),
                              .generation_low = ese_get32(byte + 16),
                              .generation_high = ese_get32(byte + 20)};

    return info;
}

void ese_put_bkinfo(void *to, const struct ese_bkinfo *info)
{
    uint8_t *byte = to;

    ese_put_lgpos(byte, info->mark);
    ese_put_logtime(byte + 8, info->mark_time);
    ese_put32(byte + 16, info->generation_low);
    ese_put32(byte + 20, info->generation_high);
}

bool ese_is_zero(const void *from, size_t bytes)
{
    return ese_kernel()->is_zero(from, bytes);
}
