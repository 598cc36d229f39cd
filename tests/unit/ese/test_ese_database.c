/*
 * Database headers: page size, choice between the copies, fields, making them clean.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ese_samples.h"

static const size_t sizes[] = {2048, 4096, 8192, 16384, 32768};
#define SIZE_COUNT (sizeof(sizes) / sizeof(sizes[0]))

static uint8_t head[ESE_DATABASE_HEAD_BYTES];

static void make_head(size_t page_bytes)
{
    memset(head, 0, sizeof(head));
    sample_database_header(head, page_bytes);
    memcpy(head + page_bytes, head, page_bytes);
}

static void parse__good_copies_of_each_size__reads_all_fields(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < SIZE_COUNT; i++) {
        struct ese_database_header header;

        make_head(sizes[i]);
        memset(&header, 0xA5, sizeof(header));
        assert_int_equal(ese_database_parse(head, sizeof(head), &header), ESE_GOOD);
        assert_int_equal(header.copies, ESE_COPIES_BOTH);
        assert_int_equal(header.page_bytes, sizes[i]);
        assert_int_equal(header.version, ESE_DATABASE_VERSION);
        assert_int_equal(header.format_update, 0x14);
        assert_int_equal(header.state, ESE_DBSTATE_DIRTY);
        assert_true(header.dbtime == 0x1122334455667788u);
        assert_int_equal(header.required_low, 5);
        assert_int_equal(header.required_high, 7);
        assert_int_equal(header.committed_high, 8);
        assert_int_equal(header.file_type, 1);
        assert_int_equal(ese_get32(header.log_signature.bytes), 0x12345678);
        assert_true(ese_database_is_dirty(&header));
    }
}

static void parse__stored_page_size_zero__is_4096(void **state)
{
    struct ese_database_header header;

    (void)state;
    make_head(4096);
    ese_put32(head + ESE_DB_PAGE_SIZE, 0);
    ese_header_seal(head, 4096);
    memcpy(head + 4096, head, 4096);
    assert_int_equal(ese_database_parse(head, sizeof(head), &header), ESE_GOOD);
    assert_int_equal(header.page_bytes, 4096);
    assert_int_equal(header.copies, ESE_COPIES_BOTH);
}

static void parse__damaged_copies__chooses_as_the_engine_does(void **state)
{
    static const struct
    {
        const char *label;
        bool primary_hit, shadow_hit;
        enum ese_verdict verdict;
        enum ese_header_copies copies;
    } rows[] = {
        {"shadow hit", false, true, ESE_GOOD, ESE_COPIES_PRIMARY_ONLY},
        {"primary hit", true, false, ESE_GOOD, ESE_COPIES_SHADOW_ONLY},
        {"both hit", true, true, ESE_BAD_CHECKSUM, ESE_COPIES_NONE},
    };
    /* Offsets of damage: a field, the magic, the page size, the last byte of the page. */
    size_t hit[] = {300, ESE_DB_MAGIC, ESE_DB_PAGE_SIZE + 1, 0};
    size_t i, row, h;

    (void)state;
    for (i = 0; i < SIZE_COUNT; i++) {
        hit[3] = sizes[i] - 1;
        for (row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
            for (h = 0; h < 4; h++) {
                struct ese_database_header header;
                enum ese_verdict verdict;
                enum ese_verdict expected = rows[row].verdict;

                make_head(sizes[i]);
                head[hit[h]] ^= rows[row].primary_hit ? 0x08 : 0;
                head[sizes[i] + hit[h]] ^= rows[row].shadow_hit ? 0x08 : 0;
                if (expected == ESE_BAD_CHECKSUM && hit[h] == ESE_DB_MAGIC)
                    expected = ESE_NOT_RECOGNISED;
                memset(&header, 0xA5, sizeof(header));
                verdict = ese_database_parse(head, sizeof(head), &header);
                if (verdict != expected)
                    fail_msg("%s, %zu bytes, offset %zu: %s", rows[row].label, sizes[i], hit[h],
                             ese_verdict_name(verdict));
                if (verdict != ESE_GOOD)
                    continue;
                assert_int_equal(header.copies, rows[row].copies);
                assert_int_equal(header.page_bytes, sizes[i]);
                assert_int_equal(header.required_low, 5);
            }
        }
    }
}

static void parse__both_right_but_different__takes_the_primary(void **state)
{
    struct ese_database_header header;

    (void)state;
    make_head(8192);
    ese_put32(head + 8192 + ESE_DB_REQUIRED_LOW, 4);
    ese_header_seal(head + 8192, 8192);
    assert_int_equal(ese_database_parse(head, sizeof(head), &header), ESE_GOOD);
    assert_int_equal(header.copies, ESE_COPIES_DIFFER);
    assert_int_equal(header.required_low, 5);
    assert_int_equal(header.checksum, ese_get32(head + ESE_DB_CHECKSUM));

    head[300] ^= 0x08;
    assert_int_equal(ese_database_parse(head, sizeof(head), &header), ESE_GOOD);
    assert_int_equal(header.copies, ESE_COPIES_SHADOW_ONLY);
    assert_int_equal(header.required_low, 4);
    assert_int_equal(header.checksum, ese_get32(head + 8192 + ESE_DB_CHECKSUM));
}

static void parse__not_a_database__touches_nothing(void **state)
{
    struct ese_database_header header;
    struct ese_database_header poison;

    (void)state;
    memset(&header, 0xA5, sizeof(header));
    poison = header;
    memset(head, 0, sizeof(head));
    assert_int_equal(ese_database_parse(head, sizeof(head), &header), ESE_NOT_RECOGNISED);
    sample_fill(head, sizeof(head));
    assert_int_equal(ese_database_parse(head, sizeof(head), &header), ESE_NOT_RECOGNISED);
    assert_int_equal(ese_database_parse(head, 2047, &header), ESE_TRUNCATED);
    assert_memory_equal(&header, &poison, sizeof(header));
}

static void parse__file_type__is_a_databases_or_none(void **state)
{
    struct ese_database_header header;

    (void)state;
    make_head(8192);
    head[ESE_DB_FILE_TYPE] = head[8192 + ESE_DB_FILE_TYPE] = 0; /* of an old engine */
    ese_header_seal(head, 8192);
    ese_header_seal(head + 8192, 8192);
    assert_int_equal(ese_database_parse(head, sizeof(head), &header), ESE_GOOD);
    head[ESE_DB_FILE_TYPE] = head[8192 + ESE_DB_FILE_TYPE] = 3;
    ese_header_seal(head, 8192);
    ese_header_seal(head + 8192, 8192);
    assert_int_equal(ese_database_parse(head, sizeof(head), &header), ESE_NOT_RECOGNISED);
    head[100] ^= 1;
    assert_int_equal(ese_database_parse(head, sizeof(head), &header), ESE_NOT_RECOGNISED);
}

static void parse__only_the_first_copy_given__is_primary_only(void **state)
{
    struct ese_database_header header;

    (void)state;
    make_head(8192);
    assert_int_equal(ese_database_parse(head, 8192, &header), ESE_GOOD);
    assert_int_equal(header.copies, ESE_COPIES_PRIMARY_ONLY);
}

static void make_clean__dirty_header__needs_no_logs_afterwards(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < SIZE_COUNT; i++) {
        struct ese_database_header header;

        make_head(sizes[i]);
        memset(head + ESE_DB_REQUIRED_TIME, 7, ESE_LOGTIME_BYTES);
        ese_header_seal(head, sizes[i]);
        memcpy(head + sizes[i], head, sizes[i]);
        assert_true(ese_database_make_clean(head, sizes[i]));
        assert_true(ese_database_make_clean(head + sizes[i], sizes[i]));
        assert_int_equal(ese_database_parse(head, sizeof(head), &header), ESE_GOOD);
        assert_int_equal(header.copies, ESE_COPIES_BOTH);
        assert_int_equal(header.state, ESE_DBSTATE_CLEAN);
        assert_int_equal(header.required_low, 0);
        assert_int_equal(header.required_high, 0);
        assert_int_equal(header.committed_high, 0);
        assert_true(ese_is_zero(head + ESE_DB_REQUIRED_TIME, ESE_LOGTIME_BYTES));
        assert_false(ese_database_is_dirty(&header));
        assert_true(header.dbtime == 0x1122334455667788u);
        assert_int_equal(ese_get32(header.log_signature.bytes), 0x12345678);
    }
}

static void make_clean__damaged_header__is_left_alone(void **state)
{
    uint8_t before[8192];

    (void)state;
    make_head(8192);
    head[500] ^= 1;
    memcpy(before, head, sizeof(before));
    assert_false(ese_database_make_clean(head, 8192));
    assert_false(ese_database_make_clean(head, 4096));
    assert_false(ese_database_make_clean(head, 12345));
    assert_memory_equal(head, before, sizeof(before));
}

static void page_offset__beyond_4_gigabytes__is_exact(void **state)
{
    (void)state;
    assert_true(ese_page_offset(1, 8192) == 16384);
    assert_true(ese_page_offset(0x7FFFFFFF, 32768) == (uint64_t)0x80000000u * 32768u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse__good_copies_of_each_size__reads_all_fields),
        cmocka_unit_test(parse__stored_page_size_zero__is_4096),
        cmocka_unit_test(parse__damaged_copies__chooses_as_the_engine_does),
        cmocka_unit_test(parse__both_right_but_different__takes_the_primary),
        cmocka_unit_test(parse__not_a_database__touches_nothing),
        cmocka_unit_test(parse__file_type__is_a_databases_or_none),
        cmocka_unit_test(parse__only_the_first_copy_given__is_primary_only),
        cmocka_unit_test(make_clean__dirty_header__needs_no_logs_afterwards),
        cmocka_unit_test(make_clean__damaged_header__is_left_alone),
        cmocka_unit_test(page_offset__beyond_4_gigabytes__is_exact),
    };

    return cmocka_run_group_tests_name("ese_database", tests, NULL, NULL);
}
