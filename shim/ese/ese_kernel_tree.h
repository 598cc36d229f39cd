/*
 * The checksum loops over vectors; what ese_kernel_sse2.c and ese_kernel_avx2.c have in common.
 *
 * Included by these two only, each built for its instruction set (CMakeLists.txt), with
 * VECTOR_BYTES set. Knows no instruction by name: the compiler has them from the vector types.
 *
 * The ECC is the XOR of the numbers of all set bits. A number is made of the bit's place in its
 * vector and of the vector's number; bit k of the sum is the parity of all set bits in whose number
 * bit k is set. So per bit of the vector's number the XOR of those vectors is wanted, whose parity
 * is taken once per block, and the XOR of all vectors gives the rest. A binary tree has both: of
 * each pair the second goes into the level's sum, and the XOR of both goes up one level. That is
 * two XORs per vector and nothing else in the loop.
 *
 * The memory is the limit, so it is asked for early: with the lines AHEAD_BYTES further on called
 * into the first-level cache, blocks in the second-level one are done a fifth faster.
 */
#ifndef VECTOR_BYTES
#error "included by the kernels only"
#endif

#include "ese_kernel.h"

#include <string.h>

#define VECTOR_WORDS (VECTOR_BYTES / 8u)
#define VECTOR_BITS  (VECTOR_WORDS == 2 ? 7u : 8u) /* of a bit's number: its place in a vector */
#define SUMS_MAX     (8192u / VECTOR_BYTES / 8u)   /* after the first pass over the largest block */
#define LINE_BYTES   64u
#define AHEAD_BYTES  1024u /* 768 to 2048 are as good */

typedef uint64_t vector __attribute__((vector_size(VECTOR_BYTES), may_alias));
/* In memory: nothing here relies on alignment, as compilers for Win64 do not align the stack to
 * more than 16 bytes. */
typedef uint64_t stored __attribute__((vector_size(VECTOR_BYTES), aligned(1), may_alias));

#define INLINE static inline __attribute__((always_inline))

INLINE vector load(const uint8_t *from, size_t index)
{
    return *(const stored *)(from + index * VECTOR_BYTES);
}

INLINE uint64_t fold(vector value)
{
    uint64_t sum = value[0];
    uint32_t i;

    for (i = 1; i < VECTOR_WORDS; i++)
        sum ^= value[i];
    return sum;
}

/* 1 for an odd number of set bits. */
INLINE uint32_t parity(uint64_t value)
{
    return (uint32_t)__builtin_parityll(value);
}

/* Each returns the XOR of its vectors, and adds to the sums of its levels. */
INLINE vector tree2(const uint8_t *from, vector *level)
{
    vector second = load(from, 1);

    level[0] ^= second;
    return load(from, 0) ^ second;
}

INLINE vector tree4(const uint8_t *from, vector *level)
{
    vector first = tree2(from, level);
    vector second = tree2(from + 2 * VECTOR_BYTES, level);

    level[1] ^= second;
    return first ^ second;
}

INLINE vector tree8(const uint8_t *from, vector *level)
{
    vector first = tree4(from, level);
    vector second = tree4(from + 4 * VECTOR_BYTES, level);

    level[2] ^= second;
    return first ^ second;
}

/* The bits of the ECC that tell the place in a vector. */
INLINE uint32_t place_bits(vector all, uint64_t folded)
{
    uint32_t bits = parity(folded & 0xAAAAAAAAAAAAAAAAu);

    bits |= parity(folded & 0xCCCCCCCCCCCCCCCCu) << 1;
    bits |= parity(folded & 0xF0F0F0F0F0F0F0F0u) << 2;
    bits |= parity(folded & 0xFF00FF00FF00FF00u) << 3;
    bits |= parity(folded & 0xFFFF0000FFFF0000u) << 4;
    bits |= parity(folded & 0xFFFFFFFF00000000u) << 5;
#if VECTOR_BYTES == 16
    bits |= parity(all[1]) << 6;
#else
    bits |= parity(all[1] ^ all[3]) << 6;
    bits |= parity(all[2] ^ all[3]) << 7;
#endif
    return bits;
}

/* What eight vectors need that come later. It may lie behind the data's end: a prefetch of what is
 * not there does nothing. */
INLINE void call_ahead(const uint8_t *from)
{
    uintptr_t ahead = (uintptr_t)from + AHEAD_BYTES;
    size_t line;

    for (line = 0; line < 8 * VECTOR_BYTES; line += LINE_BYTES)
        __builtin_prefetch((const void *)(ahead + line));
}

/*
 * One pass up the tree: three levels, from `count` vectors to an eighth of them. Three levels' sums
 * and what lies between fit into the eight registers of 32-bit programs; eight vectors at a time go
 * through them, so the passes after the first cost little.
 */
INLINE uint32_t pass(const uint8_t *from, size_t count, stored *to)
{
    const vector zero = {0};
    vector level[3] = {zero, zero, zero};
    size_t group;
    uint32_t bits;

    for (group = 0; group < count / 8; group++) {
        call_ahead(from + group * 8 * VECTOR_BYTES);
        to[group] = tree8(from + group * 8 * VECTOR_BYTES, level);
    }
    bits = parity(fold(level[0]));
    bits |= parity(fold(level[1])) << 1;
    bits |= parity(fold(level[2])) << 2;
    return bits;
}

/* What is left at the top: 1, 2, 4 or 8 vectors, whose XOR comes to lie in the first. */
INLINE uint32_t top(stored *sums, size_t count)
{
    const vector zero = {0};
    vector level[3] = {zero, zero, zero};
    uint32_t bits;

    if (count == 8) {
        sums[0] = tree8((const uint8_t *)sums, level);
    } else if (count == 4) {
        sums[0] = tree4((const uint8_t *)sums, level);
    } else if (count == 2) {
        sums[0] = tree2((const uint8_t *)sums, level);
    }
    bits = parity(fold(level[0]));
    if (count > 2)
        bits |= parity(fold(level[1])) << 1;
    if (count > 4)
        bits |= parity(fold(level[2])) << 2;
    return bits;
}

static struct ese_kernel_sum tree_block(const uint8_t *data, size_t bytes, size_t skip_bytes)
{
    size_t count = bytes / VECTOR_BYTES;
    stored sums[SUMS_MAX];
    struct ese_kernel_sum sum;
    uint64_t folded;
    uint32_t low;
    vector all;

    if (bytes < 2048)
        __builtin_unreachable(); /* no block is smaller; the compiler sees uninitialised sums */
    low = pass(data, count, sums);
    low |= pass((const uint8_t *)sums, count / 8, sums) << 3;
    low |= top(sums, count / 64) << 6;
    low <<= VECTOR_BITS;
    all = sums[0];
    /* What is not to count lies in the first vector, which is in no level's sum. */
    if (skip_bytes != 0) {
        uint64_t skipped;

        memcpy(&skipped, data, sizeof(skipped));
        all[0] ^= skipped;
    }
    folded = fold(all);
    low |= place_bits(all, folded);
    sum.exclusive_or = (uint32_t)folded ^ (uint32_t)(folded >> 32);
    sum.ecc = (parity(folded) != 0 ? low ^ ((uint32_t)bytes * 8u - 1u) : low) << 16 | low;
    return sum;
}

static uint32_t tree_exclusive_or(const uint8_t *data, size_t bytes)
{
    vector first = {0}, second = {0}, third = {0}, fourth = {0};
    uint64_t folded;
    uint32_t rest = 0;

    for (; bytes >= 4 * VECTOR_BYTES; data += 4 * VECTOR_BYTES, bytes -= 4 * VECTOR_BYTES) {
        first ^= load(data, 0);
        second ^= load(data, 1);
        third ^= load(data, 2);
        fourth ^= load(data, 3);
    }
    for (; bytes >= 4; data += 4, bytes -= 4) {
        uint32_t word;

        memcpy(&word, data, sizeof(word));
        rest ^= word;
    }
    folded = fold(first ^ second ^ third ^ fourth);
    return (uint32_t)folded ^ (uint32_t)(folded >> 32) ^ rest;
}

static bool tree_is_zero(const uint8_t *data, size_t bytes)
{
    for (; bytes >= 4 * VECTOR_BYTES; data += 4 * VECTOR_BYTES, bytes -= 4 * VECTOR_BYTES) {
        vector any = load(data, 0) | load(data, 1) | load(data, 2) | load(data, 3);
        uint64_t word = 0;
        uint32_t i;

        for (i = 0; i < VECTOR_WORDS; i++)
            word |= any[i];
        if (word != 0)
            return false;
    }
    for (; bytes > 0; data++, bytes--) {
        if (*data != 0)
            return false;
    }
    return true;
}
