/*
 * Checksum loops in plain C, eight 64-bit columns to a row.
 *
 * Knows no pages and needs nothing of the processor. Fields are little-endian, so on a big-endian
 * machine rows are swapped as they are loaded.
 */
#include "ese_kernel.h"

#include "ese_fields.h"

#include <string.h>

#define COLUMNS   8u
#define ROW_BYTES (COLUMNS * 8u)

static inline uint64_t load64(const uint8_t *from)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t value;

    memcpy(&value, from, sizeof(value));
    return value;
#else
    return ese_get64(from);
#endif
}

/* 1 for an odd number of set bits. */
static inline uint32_t parity64(uint64_t value)
{
    return (uint32_t)__builtin_parityll(value);
}

static uint32_t scalar_exclusive_or(const uint8_t *data, size_t bytes)
{
    uint64_t sum[4] = {0};
    uint64_t all;
    uint32_t rest = 0;

    for (; bytes >= sizeof(sum); data += sizeof(sum), bytes -= sizeof(sum)) {
        sum[0] ^= load64(data);
        sum[1] ^= load64(data + 8);
        sum[2] ^= load64(data + 16);
        sum[3] ^= load64(data + 24);
    }
    for (; bytes >= 4; data += 4, bytes -= 4)
        rest ^= ese_get32(data);
    all = sum[0] ^ sum[1] ^ sum[2] ^ sum[3];
    return (uint32_t)all ^ (uint32_t)(all >> 32) ^ rest;
}

/*
 * The XOR of the numbers of all set bits. A bit's number is made of its place in the word (6
 * bits), its column (3 bits) and its row. A number bit of the sum is the parity of all set bits
 * whose number has that bit, so places and columns can be told from the columns' sums at the end,
 * and only the rows need a parity in the loop.
 */
static uint32_t place_bits(const uint64_t *column)
{
    static const uint64_t has_bit[6] = {0xAAAAAAAAAAAAAAAAu, 0xCCCCCCCCCCCCCCCCu,
                                        0xF0F0F0F0F0F0F0F0u, 0xFF00FF00FF00FF00u,
                                        0xFFFF0000FFFF0000u, 0xFFFFFFFF00000000u};
    uint64_t all = 0;
    uint32_t bits = 0;
    uint32_t i;

    for (i = 0; i < COLUMNS; i++) {
        all ^= column[i];
        bits ^= (0u - parity64(column[i])) & (i << 6);
    }
    for (i = 0; i < 6; i++)
        bits |= parity64(all & has_bit[i]) << i;
    return bits;
}

/* Unrolled by hand: the columns must live in registers, and compilers keep an array in memory. */
static struct ese_kernel_sum scalar_block(const uint8_t *data, size_t bytes, size_t skip_bytes)
{
    uint64_t c0 = 0, c1 = 0, c2 = 0, c3 = 0, c4 = 0, c5 = 0, c6 = 0, c7 = 0;
    uint64_t all;
    uint32_t row_bits = 0;
    uint32_t low, high;
    uint32_t row;
    struct ese_kernel_sum sum;

    for (row = 0; row < bytes / ROW_BYTES; row++, data += ROW_BYTES) {
        uint64_t w0 = load64(data), w1 = load64(data + 8), w2 = load64(data + 16);
        uint64_t w3 = load64(data + 24), w4 = load64(data + 32), w5 = load64(data + 40);
        uint64_t w6 = load64(data + 48), w7 = load64(data + 56);

        if (row == 0 && skip_bytes != 0)
            w0 = 0;
        c0 ^= w0;
        c1 ^= w1;
        c2 ^= w2;
        c3 ^= w3;
        c4 ^= w4;
        c5 ^= w5;
        c6 ^= w6;
        c7 ^= w7;
        row_bits ^= (0u - parity64(w0 ^ w1 ^ w2 ^ w3 ^ w4 ^ w5 ^ w6 ^ w7)) & row;
    }
    const uint64_t column[COLUMNS] = {c0, c1, c2, c3, c4, c5, c6, c7};
    all = c0 ^ c1 ^ c2 ^ c3 ^ c4 ^ c5 ^ c6 ^ c7;
    low = row_bits << 9 | place_bits(column);
    high = parity64(all) != 0 ? low ^ ((uint32_t)bytes * 8u - 1u) : low;
    sum.exclusive_or = (uint32_t)all ^ (uint32_t)(all >> 32);
    sum.ecc = high << 16 | low;
    return sum;
}

static bool scalar_is_zero(const uint8_t *data, size_t bytes)
{
    uint64_t row[8];

    for (; bytes >= sizeof(row); data += sizeof(row), bytes -= sizeof(row)) {
        memcpy(row, data, sizeof(row));
        if ((row[0] | row[1] | row[2] | row[3] | row[4] | row[5] | row[6] | row[7]) != 0)
            return false;
    }
    for (; bytes > 0; data++, bytes--) {
        if (*data != 0)
            return false;
    }
    return true;
}

const struct ese_kernel ese_kernel_scalar = {
    .name = "scalar",
    .exclusive_or = scalar_exclusive_or,
    .block = scalar_block,
    .is_zero = scalar_is_zero,
};
