/*
 * test_ese_sums.c - which bytes of a file identify it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ese/ese_sums.h"

#include <string.h>

#define FILE_BYTES (5u * 4096)

struct taken
{
    uint8_t bytes[FILE_BYTES];
    size_t count;
};

static void take(void *context, const void *bytes, size_t byte_count)
{
    struct taken *taken = context;

    assert_true(taken->count + byte_count <= FILE_BYTES);
    memcpy(taken->bytes + taken->count, bytes, byte_count);
    taken->count += byte_count;
}

static void fill(uint8_t *file)
{
    size_t i;

    for (i = 0; i < FILE_BYTES; i++)
        file[i] = (uint8_t)(i * 7 + i / 4096);
}

static void sums__however_the_file_is_cut__are_the_first_bytes_of_each_unit(void **state)
{
    static const size_t runs[] = {1, 7, 8, 9, 4095, 4096, 4097, FILE_BYTES};
    static uint8_t file[FILE_BYTES];
    struct ese_sums sums;
    size_t i, at, unit;

    (void)state;
    fill(file);
    for (i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
        struct taken taken = {.count = 0};

        memset(&sums, 0xDD, sizeof(sums));
        ese_sums_init(&sums, 4096, take, &taken);
        for (at = 0; at < FILE_BYTES; at += runs[i])
            ese_sums_take(&sums, file + at, runs[i] < FILE_BYTES - at ? runs[i] : FILE_BYTES - at);
        ese_sums_finish(&sums);
        assert_int_equal(taken.count, 5 * 8);
        for (unit = 0; unit < 5; unit++)
            assert_memory_equal(taken.bytes + unit * 8, file + unit * 4096, 8);
    }
}

static void sums__of_a_file_without_any__are_all_its_bytes(void **state)
{
    static uint8_t file[FILE_BYTES];
    struct taken taken = {.count = 0};
    struct ese_sums sums;

    (void)state;
    fill(file);
    ese_sums_init(&sums, ESE_SUMS_ALL_BYTES, take, &taken);
    ese_sums_take(&sums, file, 13);
    ese_sums_take(&sums, file + 13, FILE_BYTES - 13);
    ese_sums_finish(&sums);
    assert_int_equal(taken.count, FILE_BYTES);
    assert_memory_equal(taken.bytes, file, FILE_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums__however_the_file_is_cut__are_the_first_bytes_of_each_unit),
        cmocka_unit_test(sums__of_a_file_without_any__are_all_its_bytes),
    };

    return cmocka_run_group_tests_name("ese_sums", tests, NULL, NULL);
}
