/*
 * Little-endian fields of ESE files and the small record types all of them share.
 *
 * Knows nothing of pages, headers or checksums, and nothing of the operating system.
 */
#ifndef NTDSBCLI_ESE_FIELDS_H
#define NTDSBCLI_ESE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fields are read byte by byte, so any alignment and any byte order of the machine will do. */
static inline uint16_t ese_get16(const void *from)
{
    const uint8_t *byte = from;

    return (uint16_t)(byte[0] | (uint16_t)(byte[1] << 8));
}

static inline uint32_t ese_get32(const void *from)
{
    const uint8_t *byte = from;

    return (uint32_t)byte[0] | (uint32_t)byte[1] << 8 | (uint32_t)byte[2] << 16 |
           (uint32_t)byte[3] << 24;
}

static inline uint64_t ese_get64(const void *from)
{
    const uint8_t *byte = from;

    return (uint64_t)ese_get32(byte) | (uint64_t)ese_get32(byte + 4) << 32;
}

static inline void ese_put16(void *to, uint16_t value)
{
    uint8_t *byte = to;

    byte[0] = (uint8_t)value;
    byte[1] = (uint8_t)(value >> 8);
}

static inline void ese_put32(void *to, uint32_t value)
{
    uint8_t *byte = to;

    ese_put16(byte, (uint16_t)value);
    ese_put16(byte + 2, (uint16_t)(value >> 16));
}

static inline void ese_put64(void *to, uint64_t value)
{
    uint8_t *byte = to;

    ese_put32(byte, (uint32_t)value);
    ese_put32(byte + 4, (uint32_t)(value >> 32));
}

/* A position in the logs; printed as (generation,sector,byte) in hexadecimal. */
#define ESE_LGPOS_BYTES 8u
struct ese_lgpos
{
    uint32_t generation;
    uint16_t sector;
    uint16_t byte;
};

/* A time as the files hold it. All zero: no time. */
#define ESE_LOGTIME_BYTES 8u
struct ese_logtime
{
    uint16_t year;   /* full, 1900.. */
    uint8_t month;   /* 1..12 */
    uint8_t day;     /* 1..31 */
    uint8_t hour;    /* 0..23 */
    uint8_t minute;  /* 0..59 */
    uint8_t second;  /* 0..59 */
    uint16_t millis; /* 0..999; older engines leave it 0 */
    bool utc;        /* older engines: false, local time */
    bool snapshot;   /* a backup's time that comes from an OS snapshot */
    bool present;    /* false: all eight bytes are zero */
};

/* Ties databases, logs and checkpoints to each other; kept as its bytes, compared as a whole. */
#define ESE_SIGNATURE_BYTES 28u
struct ese_signature
{
    uint8_t bytes[ESE_SIGNATURE_BYTES];
};

/* One entry of a database's backup history. */
#define ESE_BKINFO_BYTES 24u
struct ese_bkinfo
{
    struct ese_lgpos mark;
    struct ese_logtime mark_time;
    uint32_t generation_low;
    uint32_t generation_high;
};

struct ese_lgpos ese_get_lgpos(const void *from);
void ese_put_lgpos(void *to, struct ese_lgpos position);
/* Negative, zero or positive as a lies before, at or after b. */
int ese_lgpos_compare(struct ese_lgpos a, struct ese_lgpos b);

struct ese_logtime ese_get_logtime(const void *from);
/* present false writes eight zero bytes. */
void ese_put_logtime(void *to, struct ese_logtime time);

struct ese_signature ese_get_signature(const void *from);
void ese_put_signature(void *to, const struct ese_signature *signature);
/* Builds a signature as the engine does: a random number and its creation time, no name. */
struct ese_signature ese_signature_make(uint32_t random, struct ese_logtime created);
bool ese_signature_equal(const struct ese_signature *a, const struct ese_signature *b);
bool ese_signature_is_zero(const struct ese_signature *signature);

struct ese_bkinfo ese_get_bkinfo(const void *from);
void ese_put_bkinfo(void *to, const struct ese_bkinfo *info);

/* True when every byte is zero; true for no bytes. */
bool ese_is_zero(const void *from, size_t bytes);

#endif
