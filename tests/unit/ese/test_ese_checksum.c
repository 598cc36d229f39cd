/*
 * Checksums: the published vectors, and agreement with a bit-by-bit reference.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ese_samples.h"

static const struct
{
    size_t page_bytes;
    uint32_t blocks;
    struct ese_sum sum[ESE_SUMS_MAX];
} vectors[] = {
    {2048, 1, {{0xfa359352, 0x2f1d10e2}}},
    {4096, 1, {{0x06801b46, 0x78b578b5}}},
    {8192, 1, {{0xd325e849, 0x4ef4b10b}}},
    {16384,
     4,
     {{0x2723f821, 0x7bbe7bbe},
      {0xd5a5f30a, 0x364149be},
      {0x6002bf2e, 0x00fb00fb},
      {0x88b0d3cd, 0x52c32d3c}}},
    {32768,
     4,
     {{0x1baff4fd, 0xb34db34d},
      {0xe8b26ce6, 0x5238adc7},
      {0xba21b26b, 0x66dd66dd},
      {0xfc5f3bba, 0x2a6e2a6e}}},
};

static uint8_t page[ESE_PAGE_BYTES_MAX];

static void seal__published_vectors__writes_these_sums(void **state)
{
    size_t i;
    uint32_t block;

    (void)state;
    for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        sample_fill(page, vectors[i].page_bytes);
        ese_put32(page + 36, 0x2802);
        ese_page_seal(page, vectors[i].page_bytes, 5);
        for (block = 0; block < vectors[i].blocks; block++) {
            const uint8_t *at = block == 0 ? page : page + 32 + 8 * block;

            if (ese_get32(at) != vectors[i].sum[block].exclusive_or ||
                ese_get32(at + 4) != vectors[i].sum[block].ecc)
                fail_msg("%zu bytes, block %u: %08x:%08x", vectors[i].page_bytes, block,
                         ese_get32(at), ese_get32(at + 4));
        }
        assert_int_equal(ese_page_verify(page, vectors[i].page_bytes, 5, NULL), ESE_GOOD);
    }
}

static void seal__published_old_format_vector__writes_this_sum(void **state)
{
    (void)state;
    sample_fill(page, 4096);
    ese_put32(page + 36, 0x0802);
    ese_page_seal(page, 4096, 5);
    assert_int_equal(ese_get32(page), 0x8f2bf6a9u);
    assert_int_equal(ese_get32(page + 4), 5);
    assert_int_equal(ese_page_verify(page, 4096, 5, NULL), ESE_GOOD);
}

static void header_sum__published_vector__is_this(void **state)
{
    (void)state;
    sample_fill(page, 8192);
    assert_int_equal(ese_header_sum(page, 8192), 0x79cd7338u);
    assert_false(ese_header_is_good(page, 8192));
    ese_header_seal(page, 8192);
    assert_true(ese_header_is_good(page, 8192));
    assert_int_equal(ese_get32(page), 0x79cd7338u);
}

static void block_sum__single_bit_at_byte_8__gives_its_number_and_complement(void **state)
{
    static const struct
    {
        size_t bytes;
        uint32_t ecc;
    } rows[] = {{4096, 0x7fbf0040}, {8192, 0xffbf0040}};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ese_sum sum;

        memset(page, 0, sizeof(page));
        page[8] = 1;
        sum = ese_block_sum(page, rows[i].bytes, 8, 0);
        assert_int_equal(sum.exclusive_or, 1);
        assert_int_equal(sum.ecc, rows[i].ecc);
    }
}

/* The definition, bit by bit. */
static struct ese_sum reference(const uint8_t *block, size_t bytes, size_t skip, uint32_t number)
{
    struct ese_sum sum = {.exclusive_or = number};
    uint32_t low = 0;
    uint32_t set = 0;
    uint32_t bit;

    for (bit = (uint32_t)skip * 8; bit < bytes * 8; bit++) {
        if ((block[bit / 8] >> (bit % 8) & 1) == 0)
            continue;
        sum.exclusive_or ^= 1u << (bit % 32);
        low ^= bit;
        set++;
    }
    sum.ecc = (set % 2 == 0 ? low : low ^ ((uint32_t)bytes * 8 - 1)) << 16 | low;
    return sum;
}

static void block_sum__many_contents__agrees_with_the_definition(void **state)
{
    /* One spare byte: blocks need no alignment. */
    uint8_t block[8192 + 1];
    uint32_t seed;
    size_t bytes;

    (void)state;
    for (bytes = 2048; bytes <= 8192; bytes *= 2) {
        for (seed = 1; seed <= 20; seed++) {
            const uint8_t *at = block + seed % 2;
            size_t skip = seed % 3 == 0 ? 8 : 0;
            struct ese_sum expected, found;

            sample_fill_from(block, sizeof(block), seed);
            /* Some sparse ones too: long runs of zeros. */
            if (seed % 5 == 0)
                memset(block + 100, 0, bytes - 200);
            expected = reference(at, bytes, skip, seed * 77);
            found = ese_block_sum(at, bytes, skip, seed * 77);
            assert_int_equal(found.exclusive_or, expected.exclusive_or);
            assert_int_equal(found.ecc, expected.ecc);
        }
    }
}

static void header_sum__any_multiple_of_four__agrees_with_the_definition(void **state)
{
    size_t bytes, i;

    (void)state;
    sample_fill(page, 256);
    for (bytes = 4; bytes <= 256; bytes += 4) {
        uint32_t expected = 0x89ABCDEFu;

        for (i = 4; i < bytes; i += 4)
            expected ^= ese_get32(page + i);
        assert_int_equal(ese_header_sum(page, bytes), expected);
    }
}

static void verdict_name__every_verdict__has_its_own(void **state)
{
    int a, b;

    (void)state;
    for (a = 0; a < ESE_VERDICT_COUNT; a++) {
        for (b = 0; b < a; b++)
            assert_string_not_equal(ese_verdict_name((enum ese_verdict)a),
                                    ese_verdict_name((enum ese_verdict)b));
    }
    assert_non_null(ese_verdict_name((enum ese_verdict)1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seal__published_vectors__writes_these_sums),
        cmocka_unit_test(seal__published_old_format_vector__writes_this_sum),
        cmocka_unit_test(header_sum__published_vector__is_this),
        cmocka_unit_test(block_sum__single_bit_at_byte_8__gives_its_number_and_complement),
        cmocka_unit_test(block_sum__many_contents__agrees_with_the_definition),
        cmocka_unit_test(header_sum__any_multiple_of_four__agrees_with_the_definition),
        cmocka_unit_test(verdict_name__every_verdict__has_its_own),
    };

    return cmocka_run_group_tests_name("ese_checksum", tests, NULL, NULL);
}
