/*
 * The checksum loops: every set this processor can run agrees with the plain one, which
 * test_ese_checksum.c pins to the definition.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ese/ese_kernel.h"
#include "ese_samples.h"

#define BLOCK_BYTES_MAX 8192u
#define SHIFTS          64u

static uint8_t area[BLOCK_BYTES_MAX + SHIFTS];

static void check_block(const uint8_t *block, size_t bytes, size_t skip, const char *label)
{
    struct ese_kernel_sum expected = ese_kernel_scalar.block(block, bytes, skip);
    const struct ese_kernel *const *kernel;

    for (kernel = ese_kernel_list(); *kernel != NULL; kernel++) {
        struct ese_kernel_sum found = (*kernel)->block(block, bytes, skip);

        if (found.exclusive_or != expected.exclusive_or || found.ecc != expected.ecc)
            fail_msg("%s, %zu bytes of %s, %zu skipped: %08x:%08x, expected %08x:%08x",
                     (*kernel)->name, bytes, label, skip, found.exclusive_or, found.ecc,
                     expected.exclusive_or, expected.ecc);
        if (skip == 0)
            assert_int_equal((*kernel)->exclusive_or(block, bytes), expected.exclusive_or);
        assert_int_equal((*kernel)->is_zero(block, bytes), ese_kernel_scalar.is_zero(block, bytes));
    }
}

static void list__here__ends_with_the_plain_set_and_begins_with_the_one_in_use(void **state)
{
    const struct ese_kernel *const *kernel = ese_kernel_list();

    (void)state;
    ese_kernel_use(NULL);
    assert_ptr_equal(ese_kernel(), kernel[0]);
    while (kernel[1] != NULL) {
        assert_string_not_equal(kernel[0]->name, kernel[1]->name);
        kernel++;
    }
    assert_ptr_equal(kernel[0], &ese_kernel_scalar);
    ese_kernel_use(&ese_kernel_scalar);
    assert_ptr_equal(ese_kernel(), &ese_kernel_scalar);
    ese_kernel_use(NULL);
    assert_ptr_equal(ese_kernel(), ese_kernel_list()[0]);
}

static void block__random_content_at_any_alignment__is_the_same_in_all_sets(void **state)
{
    size_t bytes, shift;

    (void)state;
    for (bytes = 2048; bytes <= BLOCK_BYTES_MAX; bytes *= 2) {
        for (shift = 0; shift < SHIFTS; shift++) {
            /* Freshly allocated: nothing readable follows the block. */
            uint8_t *memory = malloc(shift + bytes);

            assert_non_null(memory);
            sample_fill_from(memory, shift + bytes, (uint32_t)(bytes + shift));
            check_block(memory + shift, bytes, 0, "noise");
            check_block(memory + shift, bytes, 8, "noise");
            free(memory);
        }
    }
}

static void block__every_single_bit__is_the_same_in_all_sets(void **state)
{
    size_t bytes;
    uint32_t bit;

    (void)state;
    memset(area, 0, sizeof(area));
    for (bytes = 2048; bytes <= BLOCK_BYTES_MAX; bytes *= 2) {
        check_block(area, bytes, 8, "zeros");
        /* All of the first bits and all powers of two, then a stride that meets every column. */
        for (bit = 0; bit < bytes * 8; bit += bit < 600 ? 1 : 61) {
            sample_flip(area, bit);
            check_block(area, bytes, 0, "one bit");
            check_block(area, bytes, 8, "one bit");
            sample_flip(area, bit);
        }
        for (bit = 1; bit < bytes * 8; bit *= 2) {
            sample_flip(area, bit);
            check_block(area, bytes, 0, "one bit");
            sample_flip(area, bit);
        }
    }
}

static void exclusive_or__any_length__is_the_same_in_all_sets(void **state)
{
    const struct ese_kernel *const *kernel;
    size_t bytes, shift;

    (void)state;
    sample_fill(area, sizeof(area));
    for (kernel = ese_kernel_list(); *kernel != NULL; kernel++) {
        for (shift = 0; shift < 8; shift++) {
            for (bytes = 0; bytes <= 1024; bytes += 4) {
                uint32_t expected = ese_kernel_scalar.exclusive_or(area + shift, bytes);

                if ((*kernel)->exclusive_or(area + shift, bytes) != expected)
                    fail_msg("%s, %zu bytes at %zu", (*kernel)->name, bytes, shift);
            }
        }
    }
}

static void is_zero__one_byte_anywhere__is_seen_by_all_sets(void **state)
{
    const struct ese_kernel *const *kernel;
    size_t bytes, at;

    (void)state;
    memset(area, 0, sizeof(area));
    for (kernel = ese_kernel_list(); *kernel != NULL; kernel++) {
        for (bytes = 0; bytes <= 600; bytes += bytes < 280 ? 1 : 37) {
            area[bytes] = 0x80; /* does not belong to it */
            assert_true((*kernel)->is_zero(area, bytes));
            area[bytes] = 0;
            for (at = 0; at < bytes; at++) {
                area[at] = (uint8_t)(1u << at % 8);
                if ((*kernel)->is_zero(area, bytes))
                    fail_msg("%s, %zu bytes, byte %zu", (*kernel)->name, bytes, at);
                area[at] = 0;
            }
        }
    }
}

static void check_genuine(const char *name, size_t bytes)
{
    size_t file_bytes, at;
    uint8_t *file = sample_genuine(name, &file_bytes);

    for (at = 0; at + bytes <= file_bytes; at += bytes)
        check_block(file + at, bytes, at / bytes % 2 == 0 ? 8 : 0, name);
    free(file);
}

#define GENUINE(what, name, bytes)                                                                 \
    static void block__genuine_##what##__is_the_same_in_all_sets(void **state)                     \
    {                                                                                              \
        (void)state;                                                                               \
        check_genuine(name, bytes);                                                                \
    }
GENUINE(ntds_dit, "ntds/ntds.dit", 8192)
GENUINE(ntds_dit_in_small_blocks, "ntds/ntds.dit", 2048)
GENUINE(qmgr_db, "ese16k/qmgr.db", 4096)
GENUINE(large_edb, "ese32k/large.edb", 8192)
GENUINE(log, "logs/edb00058.log", 4096)

/* Field by field: what is between the fields is nobody's. */
static void assert_same_report(const struct ese_page_report *found,
                               const struct ese_page_report *expected)
{
    uint32_t i;

    assert_int_equal(found->verdict, expected->verdict);
    assert_int_equal(found->new_format, expected->new_format);
    assert_int_equal(found->block, expected->block);
    assert_int_equal(found->stored.exclusive_or, expected->stored.exclusive_or);
    assert_int_equal(found->stored.ecc, expected->stored.ecc);
    assert_int_equal(found->computed.exclusive_or, expected->computed.exclusive_or);
    assert_int_equal(found->computed.ecc, expected->computed.ecc);
    assert_int_equal(found->real_page, expected->real_page);
    assert_int_equal(found->bits, expected->bits);
    for (i = 0; i < expected->bits; i++)
        assert_int_equal(found->bit[i], expected->bit[i]);
}

/* The whole verdict, not only the sums: damage is judged alike, whichever set is in use. */
static void verify__damaged_pages__is_the_same_in_all_sets(void **state)
{
    static const size_t sizes[] = {2048, 4096, 8192, 16384, 32768};
    static uint8_t page[ESE_PAGE_BYTES_MAX];
    uint32_t random = 77;
    size_t i;
    int round;

    (void)state;
    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        for (round = 0; round < 60; round++) {
            const struct ese_kernel *const *kernel = ese_kernel_list();
            struct ese_page_report expected, found;
            int flips;

            sample_page(page, sizes[i], 9, round % 4 != 3 || sizes[i] > 8192);
            for (flips = round % 3; flips > 0; flips--) {
                random = random * 1664525u + 1013904223u;
                sample_flip(page, (random >> 8) % (uint32_t)(sizes[i] * 8));
            }
            ese_kernel_use(&ese_kernel_scalar);
            ese_page_verify(page, sizes[i], 9, &expected);
            for (; *kernel != NULL; kernel++) {
                ese_kernel_use(*kernel);
                ese_page_verify(page, sizes[i], 9, &found);
                assert_same_report(&found, &expected);
            }
        }
    }
    ese_kernel_use(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list__here__ends_with_the_plain_set_and_begins_with_the_one_in_use),
        cmocka_unit_test(block__random_content_at_any_alignment__is_the_same_in_all_sets),
        cmocka_unit_test(block__every_single_bit__is_the_same_in_all_sets),
        cmocka_unit_test(exclusive_or__any_length__is_the_same_in_all_sets),
        cmocka_unit_test(is_zero__one_byte_anywhere__is_seen_by_all_sets),
        cmocka_unit_test(block__genuine_ntds_dit__is_the_same_in_all_sets),
        cmocka_unit_test(block__genuine_ntds_dit_in_small_blocks__is_the_same_in_all_sets),
        cmocka_unit_test(block__genuine_qmgr_db__is_the_same_in_all_sets),
        cmocka_unit_test(block__genuine_large_edb__is_the_same_in_all_sets),
        cmocka_unit_test(block__genuine_log__is_the_same_in_all_sets),
        cmocka_unit_test(verify__damaged_pages__is_the_same_in_all_sets),
    };

    return cmocka_run_group_tests_name("ese_kernel", tests, NULL, NULL);
}
