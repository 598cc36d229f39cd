/*
 * Pages: what damage is told, what is put right, and what never is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ese_samples.h"

#define NUMBER     777u
#define FORMAT_BIT 301u

static const size_t sizes[] = {2048, 4096, 8192, 16384, 32768};
#define SIZE_COUNT (sizeof(sizes) / sizeof(sizes[0]))

static uint8_t intact[ESE_PAGE_BYTES_MAX];
static uint8_t page[ESE_PAGE_BYTES_MAX];

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void verify__good_page_of_each_size_and_format__is_good(void **state)
{
    struct ese_page_report report;
    size_t i;

    (void)state;
    for (i = 0; i < SIZE_COUNT; i++) {
        memset(&report, 0xA5, sizeof(report));
        sample_page(page, sizes[i], NUMBER, true);
        assert_int_equal(ese_page_verify(page, sizes[i], NUMBER, &report), ESE_GOOD);
        assert_true(report.new_format);
        assert_int_equal(report.bits, 0);
        assert_int_equal(report.stored.ecc, report.computed.ecc);
        if (sizes[i] > 8192)
            continue;
        sample_page(page, sizes[i], NUMBER, false);
        assert_int_equal(ese_page_verify(page, sizes[i], NUMBER, &report), ESE_GOOD);
        assert_false(report.new_format);
    }
}

static void verify__all_zero__is_blank_but_one_byte_more_is_not(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < SIZE_COUNT; i++) {
        memset(page, 0, sizes[i]);
        assert_int_equal(ese_page_verify(page, sizes[i], NUMBER, NULL), ESE_BLANK);
        page[sizes[i] - 1] = 0x10;
        assert_false(ese_verdict_is_sound(ese_page_verify(page, sizes[i], NUMBER, NULL)));
        memset(page, 0, sizes[i]);
        page[0] = 1;
        assert_false(ese_verdict_is_sound(ese_page_verify(page, sizes[i], NUMBER, NULL)));
    }
}

static void verify__root_pages_all_zero__are_damaged(void **state)
{
    size_t i;
    uint32_t number;

    (void)state;
    for (i = 0; i < SIZE_COUNT; i++) {
        memset(page, 0, sizes[i]);
        for (number = 1; number <= 4; number++) {
            assert_int_equal(ese_page_verify(page, sizes[i], number, NULL), ESE_BAD_CHECKSUM);
            assert_int_equal(ese_page_correct(page, sizes[i], number, NULL), ESE_BAD_CHECKSUM);
        }
        assert_int_equal(ese_page_verify(page, sizes[i], 5, NULL), ESE_BLANK);
    }
}

static void verify__checksum_wiped_from_a_used_page__is_not_blank(void **state)
{
    (void)state;
    sample_page(page, 8192, NUMBER, true);
    memset(page, 0, 8);
    assert_int_equal(ese_page_verify(page, 8192, NUMBER, NULL), ESE_BAD_CHECKSUM);
}

static void verify__illegal_size__says_so_and_reads_nothing(void **state)
{
    static const size_t illegal[] = {0, 1024, 4095, 6144, 65536};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(illegal) / sizeof(illegal[0]); i++)
        assert_int_equal(ese_page_verify("", illegal[i], NUMBER, NULL), ESE_BAD_PAGE_SIZE);
}

/* One flip: where it may be put right, and what else it is reported as. */
static void check_flip(size_t page_bytes, uint32_t bit)
{
    struct ese_page_report report;
    enum ese_verdict verdict;

    memcpy(page, intact, page_bytes);
    sample_flip(page, bit);
    memset(&report, 0xA5, sizeof(report));
    verdict = ese_page_verify(page, page_bytes, NUMBER, &report);
    if (bit < 64 || bit == FORMAT_BIT) {
        if (ese_verdict_is_sound(verdict) || verdict == ESE_CORRECTABLE)
            fail_msg("%zu bytes, bit %u: %s", page_bytes, bit, ese_verdict_name(verdict));
        assert_int_equal(ese_page_correct(page, page_bytes, NUMBER, NULL), verdict);
        sample_flip(page, bit);
        assert_memory_equal(page, intact, page_bytes);
        return;
    }
    if (verdict != ESE_CORRECTABLE || report.bits != 1 || report.bit[0] != bit)
        fail_msg("%zu bytes, bit %u: %s at %u (%u)", page_bytes, bit, ese_verdict_name(verdict),
                 report.bit[0], report.bits);
    assert_memory_not_equal(page, intact, page_bytes);
    assert_int_equal(ese_page_correct(page, page_bytes, NUMBER, &report), ESE_CORRECTED);
    assert_int_equal(report.bit[0], bit);
    assert_memory_equal(page, intact, page_bytes);
}

static void correct__any_single_flip__is_located_and_put_right(void **state)
{
    size_t i;
    uint32_t bit, n;
    uint32_t random = 7;

    (void)state;
    for (i = 0; i < SIZE_COUNT; i++) {
        sample_page(intact, sizes[i], NUMBER, true);
        /* All of the page header (own sums, sums of blocks 1..3, number at 64) ... */
        for (bit = 0; bit < 96 * 8; bit++)
            check_flip(sizes[i], bit);
        /* ... the last ones, and some from everywhere. */
        for (bit = (uint32_t)sizes[i] * 8 - 64; bit < sizes[i] * 8; bit++)
            check_flip(sizes[i], bit);
        for (n = 0; n < 300; n++)
            check_flip(sizes[i], next_random(&random) % ((uint32_t)sizes[i] * 8));
    }
}

static void correct__two_flips_in_one_block__are_never_fixed(void **state)
{
    size_t i;
    uint32_t n;
    uint32_t random = 11;

    (void)state;
    for (i = 0; i < SIZE_COUNT; i++) {
        uint32_t block_bits = (uint32_t)(sizes[i] > 8192 ? sizes[i] / 4 : sizes[i]) * 8;
        uint32_t blocks = sizes[i] > 8192 ? 4 : 1;

        sample_page(intact, sizes[i], NUMBER, true);
        for (n = 0; n < 600; n++) {
            uint32_t start = next_random(&random) % blocks * block_bits;
            uint32_t a = start + next_random(&random) % block_bits;
            uint32_t b = start + next_random(&random) % block_bits;
            enum ese_verdict verdict;

            /* The same column of another dword is the pair a plain XOR does not see. */
            if (n % 3 == 0)
                b = start + (a - start + 32 * (1 + n)) % block_bits;
            if (a == b)
                continue;
            memcpy(page, intact, sizes[i]);
            sample_flip(page, a);
            sample_flip(page, b);
            verdict = ese_page_correct(page, sizes[i], NUMBER, NULL);
            if (ese_verdict_is_sound(verdict))
                fail_msg("%zu bytes, bits %u and %u: %s", sizes[i], a, b,
                         ese_verdict_name(verdict));
            sample_flip(page, a);
            sample_flip(page, b);
            assert_memory_equal(page, intact, sizes[i]);
        }
    }
}

static void correct__one_flip_in_each_block_of_a_large_page__puts_all_right(void **state)
{
    struct ese_page_report report;
    size_t i;
    uint32_t block;

    (void)state;
    for (i = 3; i < SIZE_COUNT; i++) {
        uint32_t block_bits = (uint32_t)sizes[i] * 2;

        sample_page(intact, sizes[i], NUMBER, true);
        memcpy(page, intact, sizes[i]);
        for (block = 0; block < 4; block++)
            sample_flip(page, block * block_bits + 5000 + block);
        assert_int_equal(ese_page_verify(page, sizes[i], NUMBER, &report), ESE_CORRECTABLE);
        assert_int_equal(report.bits, 4);
        assert_int_equal(ese_page_correct(page, sizes[i], NUMBER, &report), ESE_CORRECTED);
        assert_memory_equal(page, intact, sizes[i]);
    }
}

static void correct__flip_in_a_stored_sum_and_in_its_block__puts_both_right(void **state)
{
    (void)state;
    sample_page(intact, 16384, NUMBER, true);
    memcpy(page, intact, 16384);
    sample_flip(page, 48 * 8 + 3);           /* XOR of block 2 */
    sample_flip(page, 2 * 4096 * 8 + 12345); /* and a bit of block 2 */
    assert_int_equal(ese_page_correct(page, 16384, NUMBER, NULL), ESE_CORRECTED);
    assert_memory_equal(page, intact, 16384);
}

static void correct__one_block_beyond_repair__leaves_the_others_alone(void **state)
{
    uint8_t damaged[16384];
    struct ese_page_report report;

    (void)state;
    sample_page(page, 16384, NUMBER, true);
    sample_flip(page, 4096 * 8 + 100);
    sample_flip(page, 3 * 4096 * 8 + 100);
    sample_flip(page, 3 * 4096 * 8 + 170);
    memcpy(damaged, page, sizeof(damaged));
    assert_int_equal(ese_page_correct(page, 16384, NUMBER, &report), ESE_BAD_CHECKSUM);
    assert_int_equal(report.block, 1);
    assert_int_equal(report.bits, 0);
    assert_memory_equal(page, damaged, sizeof(damaged));
}

static void verify__page_in_anothers_place__names_the_real_page(void **state)
{
    struct ese_page_report report;
    size_t i;
    int format;

    (void)state;
    for (i = 0; i < SIZE_COUNT; i++) {
        for (format = 0; format < (sizes[i] > 8192 ? 1 : 2); format++) {
            sample_page(page, sizes[i], 1234, format == 0);
            assert_int_equal(ese_page_verify(page, sizes[i], NUMBER, &report),
                             ESE_WRONG_PAGE_NUMBER);
            assert_int_equal(report.real_page, 1234);
            assert_int_equal(ese_page_correct(page, sizes[i], NUMBER, NULL), ESE_WRONG_PAGE_NUMBER);
            assert_int_equal(ese_page_verify(page, sizes[i], 1234, NULL), ESE_GOOD);
        }
    }
}

static void verify__large_page_with_another_number_at_64__is_wrong_page(void **state)
{
    static const uint32_t others[] = {NUMBER - 1, NUMBER + 1, 4321};
    struct ese_page_report report;
    struct ese_sum sum;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        sample_page(page, 32768, NUMBER, true);
        ese_put32(page + 64, others[i]);
        sum = ese_block_sum(page, 8192, 8, NUMBER);
        ese_put32(page, sum.exclusive_or);
        ese_put32(page + 4, sum.ecc);
        assert_int_equal(ese_page_verify(page, 32768, NUMBER, &report), ESE_WRONG_PAGE_NUMBER);
        assert_int_equal(report.real_page, others[i]);
    }
}

static void verify__old_format_with_flip__is_bad_and_reports_both_sums(void **state)
{
    struct ese_page_report report;

    (void)state;
    sample_page(page, 8192, NUMBER, false);
    sample_flip(page, 9000);
    assert_int_equal(ese_page_correct(page, 8192, NUMBER, &report), ESE_BAD_CHECKSUM);
    assert_int_equal(report.stored.exclusive_or ^ report.computed.exclusive_or, 1u << 9000 % 32);
}

static void is_trailer__only_a_sealed_header_type_page_is_one(void **state)
{
    struct ese_trailer trailer;
    size_t i;

    (void)state;
    for (i = 0; i < SIZE_COUNT; i++) {
        sample_trailer(page, sizes[i]);
        assert_true(ese_page_is_trailer(page, sizes[i]));
        assert_false(ese_verdict_is_sound(ese_page_verify(page, sizes[i], NUMBER, NULL)));
        memset(&trailer, 0xA5, sizeof(trailer));
        assert_true(ese_trailer_parse(page, sizes[i], &trailer));
        assert_int_equal(trailer.backup.generation_low, 5);
        assert_int_equal(trailer.backup.generation_high, 9);
        page[100] ^= 1;
        assert_false(ese_page_is_trailer(page, sizes[i]));
        assert_false(ese_trailer_parse(page, sizes[i], &trailer));
        sample_page(page, sizes[i], NUMBER, true);
        assert_false(ese_page_is_trailer(page, sizes[i]));
        if (sizes[i] <= 8192) { /* the old format's sum is a header's */
            sample_page(page, sizes[i], NUMBER, false);
            assert_false(ese_page_is_trailer(page, sizes[i]));
        }
        memset(page, 0, sizes[i]);
        ese_header_seal(page, sizes[i]);
        assert_false(ese_page_is_trailer(page, sizes[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verify__good_page_of_each_size_and_format__is_good),
        cmocka_unit_test(verify__all_zero__is_blank_but_one_byte_more_is_not),
        cmocka_unit_test(verify__root_pages_all_zero__are_damaged),
        cmocka_unit_test(verify__checksum_wiped_from_a_used_page__is_not_blank),
        cmocka_unit_test(verify__illegal_size__says_so_and_reads_nothing),
        cmocka_unit_test(correct__any_single_flip__is_located_and_put_right),
        cmocka_unit_test(correct__two_flips_in_one_block__are_never_fixed),
        cmocka_unit_test(correct__one_flip_in_each_block_of_a_large_page__puts_all_right),
        cmocka_unit_test(correct__flip_in_a_stored_sum_and_in_its_block__puts_both_right),
        cmocka_unit_test(correct__one_block_beyond_repair__leaves_the_others_alone),
        cmocka_unit_test(verify__page_in_anothers_place__names_the_real_page),
        cmocka_unit_test(verify__large_page_with_another_number_at_64__is_wrong_page),
        cmocka_unit_test(verify__old_format_with_flip__is_bad_and_reports_both_sums),
        cmocka_unit_test(is_trailer__only_a_sealed_header_type_page_is_one),
    };

    return cmocka_run_group_tests_name("ese_page", tests, NULL, NULL);
}
