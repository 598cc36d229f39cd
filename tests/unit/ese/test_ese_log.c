/*
 * Logs: header, chain, segments with their shadows, the records of version 7.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ese_samples.h"

static void parse__good_header__reads_all_fields(void **state)
{
    struct ese_log_header header;
    size_t bytes;
    uint8_t *file = sample_log(0x58, 8, 5, false, &bytes);

    (void)state;
    memset(&header, 0xA5, sizeof(header));
    assert_int_equal(ese_log_parse(file, bytes, &header), ESE_GOOD);
    assert_int_equal(header.generation, 0x58);
    assert_int_equal(header.sector_bytes, 4096);
    assert_int_equal(header.header_sectors, 1);
    assert_true(header.file_bytes == bytes);
    assert_int_equal(header.page_bytes, 8192);
    assert_int_equal(header.major, 8);
    assert_int_equal(header.minor, 4000);
    assert_int_equal(header.file_type, 3);
    assert_int_equal(header.created.minute, 0x58 % 60);
    assert_int_equal(ese_get32(header.signature.bytes), 0x12345678);
    free(file);
}

static void parse__bad_headers__each_has_its_verdict(void **state)
{
    static const struct
    {
        const char *label;
        size_t offset; /* of a u16 */
        uint16_t value;
        bool seal;
        enum ese_verdict verdict;
    } rows[] = {
        {"flipped path", 100, 1, false, ESE_BAD_CHECKSUM},
        {"sector size 1000", ESE_LOG_SECTOR_BYTES, 1000, true, ESE_BAD_GEOMETRY},
        {"no sectors", ESE_LOG_SECTORS, 0, true, ESE_BAD_GEOMETRY},
        {"header only", ESE_LOG_SECTORS, 1, true, ESE_BAD_GEOMETRY},
        {"two header sectors", ESE_LOG_HEADER_SECTORS, 2, true, ESE_BAD_GEOMETRY},
        {"512-byte sectors in version 8", ESE_LOG_SECTOR_BYTES, 512, true, ESE_BAD_GEOMETRY},
        {"version 9", ESE_LOG_MAJOR, 9, true, ESE_NOT_RECOGNISED},
        {"type of a checkpoint", ESE_LOG_FILE_TYPE_AT, 4, true, ESE_NOT_RECOGNISED},
        {"generation 0", ESE_LOG_GENERATION, 0, true, ESE_NOT_RECOGNISED},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ese_log_header header, poison;
        size_t bytes;
        uint8_t *file = sample_log(7, 4, 1, false, &bytes);
        enum ese_verdict verdict;

        memset(&header, 0xA5, sizeof(header));
        poison = header;
        ese_put16(file + rows[i].offset, rows[i].value);
        if (rows[i].seal)
            ese_log_header_seal(file);
        verdict = ese_log_parse(file, bytes, &header);
        if (verdict != rows[i].verdict)
            fail_msg("%s: %s", rows[i].label, ese_verdict_name(verdict));
        assert_memory_equal(&header, &poison, sizeof(header));
        assert_int_equal(ese_log_parse(file, 4095, &header), ESE_TRUNCATED);
        free(file);
    }
}

static void follows__next_generation_of_the_same_chain_only(void **state)
{
    struct ese_log_header a, b, c;
    size_t bytes;
    uint8_t *file;

    (void)state;
    file = sample_log(7, 4, 1, false, &bytes);
    assert_int_equal(ese_log_parse(file, bytes, &a), ESE_GOOD);
    free(file);
    file = sample_log(8, 4, 1, false, &bytes);
    assert_int_equal(ese_log_parse(file, bytes, &b), ESE_GOOD);
    free(file);
    assert_true(ese_log_follows(&a, &b));
    assert_false(ese_log_follows(&b, &a));
    assert_false(ese_log_follows(&a, &a));
    c = b;
    c.signature.bytes[3] ^= 1;
    assert_false(ese_log_follows(&a, &c));
    c = b;
    c.previous_created_raw[1] ^= 1;
    assert_false(ese_log_follows(&a, &c));
}

static void segment__good_blank_shadow_and_misplaced__are_told_apart(void **state)
{
    struct ese_page_report report;
    size_t bytes;
    uint8_t *file = sample_log(9, 8, 3, true, &bytes);

    (void)state;
    assert_int_equal(ese_segment_verify(file + 4096, 1, &report), ESE_GOOD);
    assert_int_equal(ese_segment_generation(file + 4096), 9);
    assert_int_equal(ese_segment_verify(file + 3 * 4096, 3, NULL), ESE_GOOD);
    assert_int_equal(ese_segment_verify(file + 4 * 4096, 4, NULL), ESE_SHADOW);
    assert_int_equal(ese_segment_verify(file + 5 * 4096, 5, NULL), ESE_BLANK);
    /* Two places off is no shadow any more. */
    assert_int_equal(ese_segment_verify(file + 3 * 4096, 5, &report), ESE_WRONG_PAGE_NUMBER);
    assert_int_equal(report.real_page, 3);
    assert_int_equal(ese_segment_verify(file + 3 * 4096, 2, NULL), ESE_WRONG_PAGE_NUMBER);
    free(file);
}

static void segment__single_flip__is_put_right_also_in_a_shadow(void **state)
{
    size_t bytes;
    uint8_t *file = sample_log(9, 8, 3, true, &bytes);
    uint8_t intact[4096];
    uint32_t bit;
    uint32_t index;

    (void)state;
    memcpy(intact, file + 3 * 4096, sizeof(intact));
    for (index = 3; index <= 4; index++) {
        for (bit = 64; bit < 4096 * 8; bit += 97) {
            struct ese_page_report report;
            uint8_t *segment = file + index * 4096;

            sample_flip(segment, bit);
            assert_int_equal(ese_segment_verify(segment, index, &report), ESE_CORRECTABLE);
            assert_int_equal(report.bit[0], bit);
            assert_int_equal(ese_segment_correct(segment, index, NULL), ESE_CORRECTED);
            assert_memory_equal(segment, intact, sizeof(intact));
        }
    }
    free(file);
}

static void segment__format_bit_lost__is_bad(void **state)
{
    size_t bytes;
    uint8_t *file = sample_log(9, 4, 2, false, &bytes);

    (void)state;
    sample_flip(file + 4096, 301);
    assert_int_equal(ese_segment_correct(file + 4096, 1, NULL), ESE_BAD_CHECKSUM);
    free(file);
}

/* Its three records lie in the first 16384 bytes. */
#define LOG7_BYTES 16384u

static void log7__intact_chain__counts_its_ranges(void **state)
{
    struct ese_log_header header;
    uint32_t ranges = 77;
    uint8_t *file = sample_log7(LOG7_BYTES);

    (void)state;
    assert_int_equal(ese_log_parse(file, LOG7_BYTES, &header), ESE_GOOD);
    assert_int_equal(header.major, 7);
    assert_true(header.file_bytes == LOG7_BYTES);
    assert_int_equal(ese_log7_verify(file, LOG7_BYTES, &ranges, NULL), ESE_GOOD);
    assert_int_equal(ranges, 3);
    free(file);
}

static void log7__damage_in_covered_bytes__is_found_at_its_record(void **state)
{
    static const struct
    {
        const char *label;
        size_t offset;
        uint64_t record; /* 0: not covered */
    } rows[] = {
        {"after the first record", 4096 + 22 + 1002, 4096},
        {"just behind what it covers", 4096 + 22 + 1003 - 0, 6118},
        {"before the second", 6118 - 1, 6118},
        {"before the third", 11140 - 3500, 11140},
        {"between two ranges", 6118 + 22 + 1500, 11140},
        {"behind the end", 11140 + 22, 0},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ese_log7_fault fault = {0};
        uint8_t *file = sample_log7(LOG7_BYTES);
        enum ese_verdict verdict;

        file[rows[i].offset] ^= 0x40;
        verdict = ese_log7_verify(file, LOG7_BYTES, NULL, &fault);
        if (verdict != (rows[i].record == 0 ? ESE_GOOD : ESE_BAD_CHECKSUM) ||
            fault.offset != rows[i].record)
            fail_msg("%s: %s at %u", rows[i].label, ese_verdict_name(verdict),
                     (unsigned int)fault.offset);
        free(file);
    }
}

static void log7__any_damage_or_length__never_reads_outside(void **state)
{
    uint8_t *file = sample_log7(LOG7_BYTES);
    uint32_t bit;
    size_t bytes;

    (void)state;
    /* Every bit of the records themselves. */
    for (bit = 0; bit < 22 * 8; bit++) {
        sample_flip(file + 6118, bit);
        /* The short checksum (dword at 17) is not part of the sum. */
        assert_int_equal(ese_log7_verify(file, LOG7_BYTES, NULL, NULL),
                         bit / 8 >= 17 && bit / 8 < 21 ? ESE_GOOD : ESE_BAD_CHECKSUM);
        sample_flip(file + 6118, bit);
    }
    for (bytes = 0; bytes < 11162; bytes += 13) {
        uint8_t *cut = malloc(bytes + 1); /* exact, so the sanitizer sees a byte too far */
        enum ese_verdict verdict;

        assert_non_null(cut);
        memcpy(cut, file, bytes);
        verdict = ese_log7_verify(cut, bytes, NULL, NULL);
        assert_true(verdict == ESE_TRUNCATED || verdict == ESE_BAD_CHECKSUM);
        free(cut);
    }
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse__good_header__reads_all_fields),
        cmocka_unit_test(parse__bad_headers__each_has_its_verdict),
        cmocka_unit_test(follows__next_generation_of_the_same_chain_only),
        cmocka_unit_test(segment__good_blank_shadow_and_misplaced__are_told_apart),
        cmocka_unit_test(segment__single_flip__is_put_right_also_in_a_shadow),
        cmocka_unit_test(segment__format_bit_lost__is_bad),
        cmocka_unit_test(log7__intact_chain__counts_its_ranges),
        cmocka_unit_test(log7__damage_in_covered_bytes__is_found_at_its_record),
        cmocka_unit_test(log7__any_damage_or_length__never_reads_outside),
    };

    return cmocka_run_group_tests_name("ese_log", tests, NULL, NULL);
}
