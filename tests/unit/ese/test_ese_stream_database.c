/*
 * The stream over databases: counts, faults by page, correction, headers, trailer, the end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ese_samples.h"

#define PAGES 12u

static const size_t sizes[] = {2048, 4096, 8192, 16384, 32768};
#define SIZE_COUNT (sizeof(sizes) / sizeof(sizes[0]))

static struct ese_stream stream;

static bool run_whole(const uint8_t *file, size_t bytes)
{
    ese_stream_init(&stream, ESE_FILE_DATABASE);
    ese_stream_feed(&stream, file, bytes);
    return ese_stream_finish(&stream);
}

static void counts__of_each_size_with_mixed_formats__are_exact(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < SIZE_COUNT; i++) {
        struct ese_stream_counts expected;
        size_t bytes;
        uint8_t *file = sample_database(sizes[i], PAGES, &bytes);

        sample_database_counts(sizes[i], PAGES, &expected);
        expected.bytes = bytes;
        assert_true(run_whole(file, bytes));
        assert_memory_equal(ese_stream_counts(&stream), &expected, sizeof(expected));
        assert_int_equal(ese_stream_database(&stream)->copies, ESE_COPIES_BOTH);
        assert_int_equal(ese_stream_database(&stream)->page_bytes, sizes[i]);
        free(file);
    }
}

static void fault__is_the_first_bad_page_with_its_number(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < SIZE_COUNT; i++) {
        const struct ese_fault *fault;
        size_t bytes;
        uint8_t *file = sample_database(sizes[i], PAGES, &bytes);

        file[ese_page_offset(10, (uint32_t)sizes[i]) + 1000] ^= 0x11;
        file[ese_page_offset(7, (uint32_t)sizes[i]) + 1000] ^= 0x11;
        assert_false(run_whole(file, bytes));
        fault = ese_stream_fault(&stream);
        assert_int_equal(fault->unit, 7);
        assert_true(fault->offset == 8 * sizes[i]);
        assert_false(fault->is_header);
        assert_int_equal(fault->report.verdict, ESE_BAD_CHECKSUM);
        assert_true(ese_stream_counts(&stream)->bad == 2);
        free(file);
    }
}

static void fault__swapped_pages__name_each_other(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < SIZE_COUNT; i++) {
        size_t bytes;
        uint8_t *file = sample_database(sizes[i], PAGES, &bytes);
        uint8_t *a = file + ese_page_offset(4, (uint32_t)sizes[i]);
        uint8_t *b = file + ese_page_offset(10, (uint32_t)sizes[i]);
        uint8_t *kept = malloc(sizes[i]);

        assert_non_null(kept);
        memcpy(kept, a, sizes[i]);
        memcpy(a, b, sizes[i]);
        memcpy(b, kept, sizes[i]);
        assert_false(run_whole(file, bytes));
        assert_int_equal(ese_stream_fault(&stream)->report.verdict, ESE_WRONG_PAGE_NUMBER);
        assert_int_equal(ese_stream_fault(&stream)->unit, 4);
        assert_int_equal(ese_stream_fault(&stream)->report.real_page, 10);
        assert_true(ese_stream_counts(&stream)->bad == 2);
        free(kept);
        free(file);
    }
}

static void feed_writable__single_flip_in_an_aligned_buffer__is_put_right_there(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < SIZE_COUNT; i++) {
        size_t bytes, at;
        uint8_t *intact = sample_database(sizes[i], PAGES, &bytes);
        uint8_t *file = malloc(bytes);
        size_t piece = 3 * sizes[i];

        assert_non_null(file);
        memcpy(file, intact, bytes);
        sample_flip(file + ese_page_offset(4, (uint32_t)sizes[i]), 9999);
        sample_flip(file + ese_page_offset(7, (uint32_t)sizes[i]), 1111);
        ese_stream_init(&stream, ESE_FILE_DATABASE);
        for (at = 0; at < bytes; at += piece)
            ese_stream_feed_writable(&stream, file + at, piece < bytes - at ? piece : bytes - at);
        assert_true(ese_stream_finish(&stream));
        assert_true(ese_stream_counts(&stream)->corrected == 2);
        assert_true(ese_stream_counts(&stream)->bad == 0);
        assert_memory_equal(file, intact, bytes);
        free(file);
        free(intact);
    }
}

static void feed__single_flip__is_a_fault_that_says_where(void **state)
{
    size_t bytes;
    uint8_t *file = sample_database(8192, PAGES, &bytes);
    const struct ese_fault *fault;

    (void)state;
    sample_flip(file + ese_page_offset(4, 8192), 9999);
    assert_false(run_whole(file, bytes));
    fault = ese_stream_fault(&stream);
    assert_int_equal(fault->report.verdict, ESE_CORRECTABLE);
    assert_int_equal(fault->report.bits, 1);
    assert_int_equal(fault->report.bit[0], 9999);
    assert_true(ese_stream_counts(&stream)->correctable == 1);
    assert_true(ese_stream_counts(&stream)->bad == 1);
    free(file);
}

static void feed_writable__page_cut_by_the_run__stays_wrong_and_is_a_fault(void **state)
{
    size_t bytes;
    uint8_t *file = sample_database(8192, PAGES, &bytes);
    size_t cut = 5 * 8192 + 4000;

    (void)state;
    sample_flip(file + ese_page_offset(4, 8192), 9999);
    ese_stream_init(&stream, ESE_FILE_DATABASE);
    assert_true(ese_stream_feed_writable(&stream, file, cut));
    assert_false(ese_stream_feed_writable(&stream, file + cut, bytes - cut));
    assert_false(ese_stream_finish(&stream));
    assert_int_equal(ese_stream_fault(&stream)->report.verdict, ESE_CORRECTABLE);
    assert_true(ese_stream_counts(&stream)->corrected == 0);
    free(file);
}

static void headers__one_copy_hit__is_no_fault_but_told(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < SIZE_COUNT; i++) {
        struct ese_stream_counts expected;
        size_t bytes;
        uint8_t *file = sample_database(sizes[i], PAGES, &bytes);

        sample_database_counts(sizes[i], PAGES, &expected);
        expected.bytes = bytes;
        file[ESE_DB_DBTIME] ^= 1;
        assert_true(run_whole(file, bytes));
        assert_int_equal(ese_stream_database(&stream)->copies, ESE_COPIES_SHADOW_ONLY);
        assert_memory_equal(ese_stream_counts(&stream), &expected, sizeof(expected));
        /* Magic and page size gone as well. */
        memset(file, 0xFF, 512);
        assert_true(run_whole(file, bytes));
        assert_int_equal(ese_stream_database(&stream)->page_bytes, sizes[i]);
        assert_memory_equal(ese_stream_counts(&stream), &expected, sizeof(expected));
        memcpy(file, file + sizes[i], sizes[i]);
        file[sizes[i] + ESE_DB_DBTIME] ^= 1;
        assert_true(run_whole(file, bytes));
        assert_int_equal(ese_stream_database(&stream)->copies, ESE_COPIES_PRIMARY_ONLY);
        assert_memory_equal(ese_stream_counts(&stream), &expected, sizeof(expected));
        ese_header_seal(file + sizes[i], sizes[i]);
        assert_true(run_whole(file, bytes));
        assert_int_equal(ese_stream_database(&stream)->copies, ESE_COPIES_DIFFER);
        free(file);
    }
}

static void headers__both_hit__is_a_fault_at_the_start(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < SIZE_COUNT; i++) {
        size_t bytes;
        uint8_t *file = sample_database(sizes[i], PAGES, &bytes);

        file[ESE_DB_DBTIME] ^= 1;
        file[sizes[i] + ESE_DB_DBTIME] ^= 1;
        assert_false(run_whole(file, bytes));
        assert_true(ese_stream_fault(&stream)->is_header);
        assert_int_equal(ese_stream_fault(&stream)->report.verdict, ESE_BAD_CHECKSUM);
        assert_null(ese_stream_database(&stream));
        assert_int_equal(ese_stream_kind(&stream), ESE_FILE_DATABASE);
        free(file);
    }
}

static void headers__of_another_file_type__are_a_fault(void **state)
{
    size_t bytes;
    uint8_t *file = sample_database(4096, PAGES, &bytes);

    (void)state;
    file[ESE_DB_FILE_TYPE] = 3;
    ese_header_seal(file, 4096);
    memcpy(file + 4096, file, 4096);
    assert_false(run_whole(file, bytes));
    assert_int_equal(ese_stream_fault(&stream)->report.verdict, ESE_NOT_RECOGNISED);
    assert_true(ese_stream_fault(&stream)->is_header);
    file[100] ^= 1; /* with the second copy alone it is the same */
    assert_false(run_whole(file, bytes));
    assert_int_equal(ese_stream_fault(&stream)->report.verdict, ESE_NOT_RECOGNISED);
    free(file);
}

static void pages__blank_root__is_a_fault(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < SIZE_COUNT; i++) {
        size_t bytes;
        uint8_t *file = sample_database(sizes[i], PAGES, &bytes);

        memset(file + ese_page_offset(4, (uint32_t)sizes[i]), 0, sizes[i]);
        assert_false(run_whole(file, bytes));
        assert_int_equal(ese_stream_fault(&stream)->unit, 4);
        free(file);
    }
}

static void trailer__at_the_end_only__is_legal(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < SIZE_COUNT; i++) {
        size_t bytes;
        uint8_t *file = sample_database(sizes[i], PAGES, &bytes);

        sample_trailer(file + ese_page_offset(PAGES, (uint32_t)sizes[i]), sizes[i]);
        assert_true(run_whole(file, bytes));
        assert_true(ese_stream_counts(&stream)->trailer == 1);
        sample_trailer(file + ese_page_offset(5, (uint32_t)sizes[i]), sizes[i]);
        assert_false(run_whole(file, bytes));
        assert_int_equal(ese_stream_fault(&stream)->unit, 5);
        assert_true(ese_stream_counts(&stream)->trailer == 1);
        assert_true(ese_stream_counts(&stream)->bad == 1);
        free(file);
    }
}

/* All pages of new format, as they lie behind the two headers. */
static uint8_t *database_of_new_format(uint32_t pages, size_t *bytes)
{
    uint8_t *file = sample_database(8192, pages, bytes);
    uint32_t page;

    for (page = 1; page <= pages; page++)
        sample_page(file + (size_t)(page + 1) * 8192, 8192, page, true);
    return file;
}

static void pages__one_place_off__are_faults(void **state)
{
    size_t bytes;
    uint8_t *file = database_of_new_format(9, &bytes);

    (void)state;
    memmove(file + 5 * 8192, file + 6 * 8192, 3 * 8192);
    assert_false(run_whole(file, bytes));
    assert_int_equal(ese_stream_fault(&stream)->unit, 4);
    assert_int_equal(ese_stream_fault(&stream)->report.verdict, ESE_WRONG_PAGE_NUMBER);
    assert_int_equal(ese_stream_fault(&stream)->report.real_page, 5);
    assert_true(ese_stream_counts(&stream)->bad == 3);
    assert_true(ese_stream_counts(&stream)->good == 6);
    free(file);
}

static void trailer__with_a_page_behind_it__is_a_fault(void **state)
{
    size_t bytes;
    uint8_t *file = database_of_new_format(6, &bytes);

    (void)state;
    sample_trailer(file + 6 * 8192, 8192);
    assert_true(run_whole(file, 7 * 8192));
    assert_true(ese_stream_counts(&stream)->trailer == 1);
    assert_false(run_whole(file, bytes));
    assert_int_equal(ese_stream_fault(&stream)->unit, 5);
    assert_true(ese_stream_counts(&stream)->trailer == 0);
    assert_true(ese_stream_counts(&stream)->bad == 1);
    free(file);
}

static void end__inside_a_unit__is_truncated(void **state)
{
    static const struct
    {
        const char *label;
        size_t pages; /* whole ones, headers included */
        bool is_header;
        uint32_t unit;
    } rows[] = {
        {"in the first header", 0, true, 0},
        {"in the second header", 1, true, 0},
        {"in page 1", 2, false, 1},
        {"in page 7", 8, false, 7},
    };
    size_t i, row;

    (void)state;
    for (i = 0; i < SIZE_COUNT; i++) {
        for (row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
            const struct ese_fault *fault;
            size_t bytes;
            uint8_t *file = sample_database(sizes[i], PAGES, &bytes);
            /* A head too short to be recognised as a whole is a bad header, if not less. */
            bool may_be_bad = rows[row].pages == 0 && sizes[i] > 4096;

            assert_false(run_whole(file, rows[row].pages * sizes[i] + sizes[i] - 48));
            fault = ese_stream_fault(&stream);
            if (fault->is_header != rows[row].is_header || fault->unit != rows[row].unit)
                fail_msg("%s, %zu bytes: unit %u", rows[row].label, sizes[i], fault->unit);
            assert_int_equal(fault->report.verdict, may_be_bad ? ESE_BAD_CHECKSUM : ESE_TRUNCATED);
            free(file);
        }
    }
}

/* All but the last `rest` pages in the stream; their branch is left to the caller. */
static const uint8_t *feed_up_to(const uint8_t *file, size_t bytes, size_t page_bytes, size_t rest)
{
    size_t fed = bytes - rest * page_bytes;

    ese_stream_init(&stream, ESE_FILE_DATABASE);
    ese_stream_set_total(&stream, bytes);
    assert_true(ese_stream_feed(&stream, file, fed));
    return file + fed;
}

static void branch__of_sound_pages__joined_is_as_if_they_had_been_fed(void **state)
{
    static struct ese_stream branch;
    size_t i;

    (void)state;
    for (i = 0; i < SIZE_COUNT; i++) {
        struct ese_stream_counts expected;
        size_t bytes;
        uint8_t *file = sample_database(sizes[i], PAGES, &bytes);
        const uint8_t *end = feed_up_to(file, bytes, sizes[i], 7);

        ese_stream_branch(&branch, &stream, bytes - 7 * sizes[i]);
        assert_int_equal(branch.unit_bytes, sizes[i]);
        assert_true(ese_stream_feed(&branch, end, 6 * sizes[i]));
        assert_true(ese_stream_join(&stream, &branch, 6 * sizes[i]));
        assert_true(ese_stream_feed(&stream, end + 6 * sizes[i], sizes[i]));
        assert_true(ese_stream_finish(&stream));
        sample_database_counts(sizes[i], PAGES, &expected);
        expected.bytes = bytes;
        assert_memory_equal(ese_stream_counts(&stream), &expected, sizeof(expected));
        free(file);
    }
}

/* What of a branch of 4 pages makes it one that the stream does not take. */
static void branch__that_is_not_wholly_sound_and_next__is_refused_and_changes_nothing(void **state)
{
    static const struct
    {
        const char *label;
        int32_t begin, fed, joined; /* pages; begin: behind the place of the stream */
        int32_t flips;              /* in its second page */
    } rows[] = {
        {"sound", 0, 4, 4, 0},       {"one flip", 0, 4, 4, 1},      {"two flips", 0, 4, 4, 2},
        {"short", 0, 3, 4, 0},       {"long", 0, 4, 3, 0},          {"nothing", 0, 0, 4, 0},
        {"a page late", 1, 4, 4, 0}, {"a page early", -1, 4, 4, 0},
    };
    static struct ese_stream branch, before;
    size_t bytes, i;
    uint8_t *file = sample_database(8192, PAGES, &bytes);

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t begin = bytes - (size_t)(7 - rows[i].begin) * 8192;
        uint8_t *run = file + begin;

        feed_up_to(file, bytes, 8192, 7);
        memcpy(&before, &stream, sizeof(before));
        ese_stream_branch(&branch, &stream, begin);
        if (rows[i].flips > 0)
            run[8192 + 1000] ^= 1;
        if (rows[i].flips > 1)
            run[8192 + 1200] ^= 0x81;
        ese_stream_feed(&branch, run, (size_t)rows[i].fed * 8192);
        if (ese_stream_join(&stream, &branch, (size_t)rows[i].joined * 8192) != (i == 0))
            fail_msg("%s", rows[i].label);
        if (i > 0)
            assert_memory_equal(&stream, &before, sizeof(before));
        if (rows[i].flips > 0)
            run[8192 + 1000] ^= 1;
        if (rows[i].flips > 1)
            run[8192 + 1200] ^= 0x81;
    }
    free(file);
}

/* A branch judges its pages by their own numbers. */
static void branch__of_pages_from_elsewhere__is_refused(void **state)
{
    static struct ese_stream branch;
    size_t bytes;
    uint8_t *file = sample_database(8192, PAGES, &bytes);

    (void)state;
    feed_up_to(file, bytes, 8192, 7);
    ese_stream_branch(&branch, &stream, bytes - 7 * 8192);
    assert_false(ese_stream_feed(&branch, file + bytes - 6 * 8192, 4 * 8192));
    assert_false(ese_stream_join(&stream, &branch, 4 * 8192));
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts__of_each_size_with_mixed_formats__are_exact),
        cmocka_unit_test(fault__is_the_first_bad_page_with_its_number),
        cmocka_unit_test(fault__swapped_pages__name_each_other),
        cmocka_unit_test(feed_writable__single_flip_in_an_aligned_buffer__is_put_right_there),
        cmocka_unit_test(feed__single_flip__is_a_fault_that_says_where),
        cmocka_unit_test(feed_writable__page_cut_by_the_run__stays_wrong_and_is_a_fault),
        cmocka_unit_test(headers__one_copy_hit__is_no_fault_but_told),
        cmocka_unit_test(headers__both_hit__is_a_fault_at_the_start),
        cmocka_unit_test(headers__of_another_file_type__are_a_fault),
        cmocka_unit_test(pages__blank_root__is_a_fault),
        cmocka_unit_test(trailer__at_the_end_only__is_legal),
        cmocka_unit_test(pages__one_place_off__are_faults),
        cmocka_unit_test(trailer__with_a_page_behind_it__is_a_fault),
        cmocka_unit_test(end__inside_a_unit__is_truncated),
        cmocka_unit_test(branch__of_sound_pages__joined_is_as_if_they_had_been_fed),
        cmocka_unit_test(branch__that_is_not_wholly_sound_and_next__is_refused_and_changes_nothing),
        cmocka_unit_test(branch__of_pages_from_elsewhere__is_refused),
    };

    return cmocka_run_group_tests_name("ese_stream_database", tests, NULL, NULL);
}
