/*
 * Fields: little-endian whatever the alignment; positions, times and signatures both ways.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ese/ese_fields.h"

static void get__unaligned_bytes__reads_little_endian(void **state)
{
    static const uint8_t bytes[] = {0xEE, 0x01, 0x82, 0x03, 0x84, 0x05, 0x86, 0x07, 0x88};

    (void)state;
    assert_int_equal(ese_get16(bytes + 1), 0x8201);
    assert_int_equal(ese_get32(bytes + 1), 0x84038201u);
    assert_true(ese_get64(bytes + 1) == 0x8807860584038201u);
}

static void put__then_get__gives_the_value_and_touches_no_neighbour(void **state)
{
    uint8_t bytes[11];

    (void)state;
    memset(bytes, 0xA5, sizeof(bytes));
    ese_put64(bytes + 1, 0xFEDCBA9876543210u);
    assert_true(ese_get64(bytes + 1) == 0xFEDCBA9876543210u);
    ese_put16(bytes + 3, 0x1234);
    assert_int_equal(ese_get16(bytes + 3), 0x1234);
    assert_int_equal(bytes[0], 0xA5);
    assert_int_equal(bytes[9], 0xA5);
    assert_int_equal(bytes[10], 0xA5);
}

static void lgpos__bytes_of_a_checkpoint__reads_generation_sector_byte(void **state)
{
    static const uint8_t bytes[8] = {0x34, 0x12, 0xA8, 0x00, 0x5B, 0x00, 0x00, 0x00};
    uint8_t back[8];
    struct ese_lgpos position = ese_get_lgpos(bytes);

    (void)state;
    assert_int_equal(position.generation, 0x5B);
    assert_int_equal(position.sector, 0xA8);
    assert_int_equal(position.byte, 0x1234);
    ese_put_lgpos(back, position);
    assert_memory_equal(back, bytes, sizeof(bytes));
}

static void lgpos_compare__orders_by_generation_then_sector_then_byte(void **state)
{
    static const struct
    {
        const char *label;
        struct ese_lgpos a, b;
        int expected;
    } rows[] = {
        {"equal", {5, 6, 7}, {5, 6, 7}, 0},
        {"generation first", {4, 9, 9}, {5, 0, 0}, -1},
        {"then sector", {5, 7, 0}, {5, 6, 9}, 1},
        {"then byte", {5, 6, 6}, {5, 6, 7}, -1},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (ese_lgpos_compare(rows[i].a, rows[i].b) != rows[i].expected)
            fail_msg("%s", rows[i].label);
        if (ese_lgpos_compare(rows[i].b, rows[i].a) != -rows[i].expected)
            fail_msg("%s, reversed", rows[i].label);
    }
}

static void logtime__genuine_utc_time_with_milliseconds__reads_and_writes_back(void **state)
{
    /* Creation time of a genuine log: 2023-10-10 10:03:04.489 UTC. */
    static const uint8_t bytes[8] = {0x04, 0x03, 0x0A, 0x0A, 0x0A, 0x7B, 0xD3, 0x06};
    uint8_t back[8];
    struct ese_logtime time = ese_get_logtime(bytes);

    (void)state;
    assert_true(time.present);
    assert_int_equal(time.year, 2023);
    assert_int_equal(time.month, 10);
    assert_int_equal(time.day, 10);
    assert_int_equal(time.hour, 10);
    assert_int_equal(time.minute, 3);
    assert_int_equal(time.second, 4);
    assert_int_equal(time.millis, 489);
    assert_true(time.utc);
    assert_false(time.snapshot);
    ese_put_logtime(back, time);
    assert_memory_equal(back, bytes, sizeof(bytes));
}

static void logtime__snapshot_flag_and_largest_milliseconds__survive_the_round_trip(void **state)
{
    struct ese_logtime time = {
        .present = true, .year = 2024, .month = 2, .day = 29, .millis = 999, .snapshot = true};
    uint8_t bytes[8];
    struct ese_logtime back;

    (void)state;
    ese_put_logtime(bytes, time);
    assert_int_equal(bytes[7] & 1, 1);
    back = ese_get_logtime(bytes);
    assert_int_equal(back.millis, 999);
    assert_true(back.snapshot);
    assert_false(back.utc);
    assert_int_equal(back.year, 2024);
}

static void logtime__eight_zero_bytes__is_no_time(void **state)
{
    static const uint8_t zero[8];
    uint8_t bytes[8];

    (void)state;
    assert_false(ese_get_logtime(zero).present);
    memset(bytes, 0xA5, sizeof(bytes));
    ese_put_logtime(bytes, ese_get_logtime(zero));
    assert_memory_equal(bytes, zero, sizeof(zero));
}

static void signature_make__has_random_and_time_and_no_name(void **state)
{
    struct ese_logtime created = {.present = true, .year = 2021, .month = 1, .day = 2};
    struct ese_signature signature = ese_signature_make(0xCAFEBABE, created);
    struct ese_signature other = ese_signature_make(0xCAFEBABF, created);
    struct ese_signature zero = {{0}};

    (void)state;
    assert_int_equal(ese_get32(signature.bytes), 0xCAFEBABEu);
    assert_int_equal(ese_get_logtime(signature.bytes + 4).year, 2021);
    assert_true(ese_is_zero(signature.bytes + 12, 16));
    assert_true(ese_signature_equal(&signature, &signature));
    assert_false(ese_signature_equal(&signature, &other));
    assert_false(ese_signature_is_zero(&signature));
    assert_true(ese_signature_is_zero(&zero));
}

static void bkinfo__written__reads_back(void **state)
{
    struct ese_bkinfo info = {.mark = {.generation = 7, .sector = 8, .byte = 9},
                              .mark_time = {.present = true, .year = 2020, .month = 5, .day = 6},
                              .generation_low = 3,
                              .generation_high = 6};
    uint8_t bytes[ESE_BKINFO_BYTES];
    struct ese_bkinfo back;

    (void)state;
    memset(bytes, 0xA5, sizeof(bytes));
    ese_put_bkinfo(bytes, &info);
    back = ese_get_bkinfo(bytes);
    assert_int_equal(ese_lgpos_compare(back.mark, info.mark), 0);
    assert_int_equal(back.mark_time.day, 6);
    assert_int_equal(back.generation_low, 3);
    assert_int_equal(back.generation_high, 6);
}

static void is_zero__one_set_byte_anywhere__is_seen(void **state)
{
    uint8_t bytes[200] = {0};
    size_t i;

    (void)state;
    assert_true(ese_is_zero(bytes, 0));
    assert_true(ese_is_zero(bytes, sizeof(bytes)));
    for (i = 0; i < sizeof(bytes); i++) {
        bytes[i] = 1;
        assert_false(ese_is_zero(bytes, sizeof(bytes)));
        assert_true(ese_is_zero(bytes, i));
        bytes[i] = 0;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(get__unaligned_bytes__reads_little_endian),
        cmocka_unit_test(put__then_get__gives_the_value_and_touches_no_neighbour),
        cmocka_unit_test(lgpos__bytes_of_a_checkpoint__reads_generation_sector_byte),
        cmocka_unit_test(lgpos_compare__orders_by_generation_then_sector_then_byte),
        cmocka_unit_test(logtime__genuine_utc_time_with_milliseconds__reads_and_writes_back),
        cmocka_unit_test(logtime__snapshot_flag_and_largest_milliseconds__survive_the_round_trip),
        cmocka_unit_test(logtime__eight_zero_bytes__is_no_time),
        cmocka_unit_test(signature_make__has_random_and_time_and_no_name),
        cmocka_unit_test(bkinfo__written__reads_back),
        cmocka_unit_test(is_zero__one_set_byte_anywhere__is_seen),
    };

    return cmocka_run_group_tests_name("ese_fields", tests, NULL, NULL);
}
