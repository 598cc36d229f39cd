/*
 * Stamps: the same choice before and after stamping, pages that stay sound, and what a copy of
 * two instants looks like.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ese_samples.h"
#include "stamps.h"

#define PAGES 300u

struct memory_file
{
    uint8_t *data;
    size_t bytes;
};

static bool read_memory(void *context, uint64_t offset, void *buffer, size_t bytes)
{
    const struct memory_file *file = context;

    if (offset > file->bytes || bytes > file->bytes - offset)
        return false;
    memcpy(buffer, file->data + offset, bytes);
    return true;
}

static struct ese_stamp_source source_of(struct memory_file *file)
{
    struct ese_stamp_source source = {
        .read = read_memory, .context = file, .file_bytes = file->bytes};

    return source;
}

static uint8_t *page_at(struct memory_file *file, uint32_t page, uint32_t page_bytes)
{
    return file->data + ese_page_offset(page, page_bytes);
}

/* One round of the lab's service. */
static void stamp_all(struct memory_file *file, const struct ese_stamp_set *set, uint64_t stamp)
{
    uint32_t i;

    for (i = 0; i < set->count; i++)
        assert_true(ese_stamp_write(page_at(file, set->pages[i], set->page_bytes), set->page_bytes,
                                    set->pages[i], stamp));
    assert_true(ese_stamp_header(file->data, set->page_bytes, stamp));
    assert_true(ese_stamp_header(file->data + set->page_bytes, set->page_bytes, stamp));
}

static void pages__chosen__are_used_spread_and_the_same_after_stamping(void **state)
{
    static const size_t sizes[] = {2048, 8192, 32768};
    size_t s;

    (void)state;
    for (s = 0; s < 3; s++) {
        uint32_t size = (uint32_t)sizes[s];
        struct memory_file file;
        struct ese_stamp_source source;
        struct ese_stamp_set set, again;
        uint32_t i;

        file.data = sample_database(size, PAGES, &file.bytes);
        source = source_of(&file);
        memset(&set, 0xA5, sizeof(set));
        assert_true(ese_stamp_pages(&source, ESE_STAMP_COUNT, &set));
        assert_int_equal(set.count, ESE_STAMP_COUNT);
        assert_int_equal(set.page_bytes, size);
        for (i = 0; i < set.count; i++) {
            assert_true(set.pages[i] > 4);
            assert_true(set.pages[i] <= PAGES);
            assert_false(ese_is_zero(page_at(&file, set.pages[i], size), size));
            if (i > 0)
                assert_true(set.pages[i] > set.pages[i - 1]);
        }
        assert_true(set.pages[0] < 20);
        assert_true(set.pages[set.count - 1] > PAGES - 20);
        stamp_all(&file, &set, 0x1234);
        assert_true(ese_stamp_pages(&source, ESE_STAMP_COUNT, &again));
        assert_memory_equal(&again, &set, sizeof(set));
        free(file.data);
    }
}

static void pages__fewer_used_than_wanted__are_all_taken(void **state)
{
    struct memory_file file;
    struct ese_stamp_source source;
    struct ese_stamp_set set;

    (void)state;
    file.data = sample_database(8192, 12, &file.bytes);
    source = source_of(&file);
    assert_true(ese_stamp_pages(&source, ESE_STAMP_COUNT, &set));
    /* Of pages 5..12, page numbers 5, 8 and 11 are blank in the sample. */
    assert_int_equal(set.count, 5);
    free(file.data);
}

static void pages__of_no_database__is_refused_and_touches_nothing(void **state)
{
    struct memory_file file;
    struct ese_stamp_source source;
    struct ese_stamp_set set, poison;

    (void)state;
    memset(&set, 0xA5, sizeof(set));
    poison = set;
    file.data = sample_log(5, 16, 9, false, &file.bytes);
    source = source_of(&file);
    assert_false(ese_stamp_pages(&source, ESE_STAMP_COUNT, &set));
    source.file_bytes = 0;
    assert_false(ese_stamp_pages(&source, ESE_STAMP_COUNT, &set));
    free(file.data);
    file.data = sample_database(8192, 12, &file.bytes);
    source = source_of(&file);
    assert_false(ese_stamp_pages(&source, 0, &set));
    assert_false(ese_stamp_pages(&source, ESE_STAMP_COUNT_MAX + 1, &set));
    source.file_bytes += 8192; /* more than can be read */
    assert_false(ese_stamp_pages(&source, ESE_STAMP_COUNT, &set));
    assert_memory_equal(&set, &poison, sizeof(set));
    free(file.data);
}

static void write__changes_checksum_and_dbtime_only(void **state)
{
    static const struct
    {
        const char *label;
        size_t bytes;
        bool new_format;
    } rows[] = {
        {"new 8K", 8192, true}, {"old 8K", 8192, false}, {"old 2K", 2048, false},
        {"16K", 16384, true},   {"32K", 32768, true},
    };
    static uint8_t page[ESE_PAGE_BYTES_MAX];
    static uint8_t before[ESE_PAGE_BYTES_MAX];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ese_page_report report;

        sample_page(page, rows[i].bytes, 99, rows[i].new_format);
        memcpy(before, page, rows[i].bytes);
        assert_true(ese_stamp_write(page, rows[i].bytes, 99, 0xFEDCBA9876543210u));
        assert_true(ese_stamp_of_page(page) == 0xFEDCBA9876543210u);
        assert_int_equal(ese_page_verify(page, rows[i].bytes, 99, &report), ESE_GOOD);
        if (report.new_format != rows[i].new_format)
            fail_msg("%s: format changed", rows[i].label);
        assert_memory_equal(page + 16, before + 16, rows[i].bytes - 16);
    }
}

static void write__damaged_blank_or_foreign_page__is_left_alone(void **state)
{
    static uint8_t page[8192];
    static uint8_t before[8192];

    (void)state;
    sample_page(page, sizeof(page), 99, true);
    sample_flip(page, 5000);
    memcpy(before, page, sizeof(page));
    assert_false(ese_stamp_write(page, sizeof(page), 99, 1));
    assert_memory_equal(page, before, sizeof(page));
    sample_flip(page, 5000);
    assert_false(ese_stamp_write(page, sizeof(page), 98, 1));
    memset(page, 0, sizeof(page));
    assert_false(ese_stamp_write(page, sizeof(page), 99, 1));
    assert_true(ese_is_zero(page, sizeof(page)));
    sample_database_header(page, sizeof(page));
    page[600] ^= 1;
    assert_false(ese_stamp_header(page, sizeof(page), 1));
    page[600] ^= 1;
    assert_true(ese_stamp_header(page, sizeof(page), 1));
    assert_true(ese_stamp_of_header(page) == 1);
}

static void compare__whole_round__agrees_and_verifies(void **state)
{
    static struct ese_stream stream;
    struct memory_file file;
    struct ese_stamp_source source;
    struct ese_stamp_set set;
    struct ese_stamp_result result;
    uint64_t round;

    (void)state;
    file.data = sample_database(8192, PAGES, &file.bytes);
    source = source_of(&file);
    assert_true(ese_stamp_pages(&source, ESE_STAMP_COUNT, &set));
    for (round = 1; round < 4; round++) {
        stamp_all(&file, &set, 0x1000 + round);
        assert_true(ese_stamp_compare(&source, &set, &result));
        assert_true(result.first == 0x1000 + round);
        assert_int_equal(result.checked, ESE_STAMP_COUNT + 2);
        assert_int_equal(result.different, 0);
        assert_int_equal(result.unreadable, 0);
    }
    ese_stream_init(&stream, ESE_FILE_DATABASE);
    ese_stream_feed(&stream, file.data, file.bytes);
    assert_true(ese_stream_finish(&stream));
    free(file.data);
}

static void compare__copy_of_two_instants_or_damaged__does_not_agree(void **state)
{
    struct memory_file file;
    struct ese_stamp_source source;
    struct ese_stamp_set set;
    struct ese_stamp_result result;

    (void)state;
    file.data = sample_database(8192, PAGES, &file.bytes);
    source = source_of(&file);
    assert_true(ese_stamp_pages(&source, ESE_STAMP_COUNT, &set));
    stamp_all(&file, &set, 7);
    assert_true(ese_stamp_write(page_at(&file, set.pages[40], 8192), 8192, set.pages[40], 8));
    assert_true(ese_stamp_compare(&source, &set, &result));
    assert_int_equal(result.different, 1);
    stamp_all(&file, &set, 7);
    assert_true(ese_stamp_header(file.data + 8192, 8192, 8));
    assert_true(ese_stamp_compare(&source, &set, &result));
    assert_int_equal(result.different, 1);
    stamp_all(&file, &set, 7);
    page_at(&file, set.pages[3], 8192)[4000] ^= 1;
    assert_true(ese_stamp_compare(&source, &set, &result));
    assert_int_equal(result.different, 0);
    assert_int_equal(result.unreadable, 1);
    free(file.data);
}

static void genuine_ntds_dit__stamped__still_verifies_with_the_same_pages(void **state)
{
    static struct ese_stream stream;
    struct memory_file file;
    struct ese_stamp_source source;
    struct ese_stamp_set set;
    struct ese_stamp_result result;

    (void)state;
    file.data = sample_genuine("ntds/ntds.dit", &file.bytes);
    source = source_of(&file);
    assert_true(ese_stamp_pages(&source, ESE_STAMP_COUNT, &set));
    assert_int_equal(set.count, ESE_STAMP_COUNT);
    assert_true(ese_stamp_compare(&source, &set, &result));
    assert_true(result.different > 0);
    stamp_all(&file, &set, 0xA0D4);
    assert_true(ese_stamp_compare(&source, &set, &result));
    assert_int_equal(result.different, 0);
    ese_stream_init(&stream, ESE_FILE_DATABASE);
    ese_stream_feed(&stream, file.data, file.bytes);
    assert_true(ese_stream_finish(&stream));
    assert_int_equal(ese_stream_counts(&stream)->good, 865);
    assert_int_equal(ese_stream_counts(&stream)->blank, 671);
    free(file.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages__chosen__are_used_spread_and_the_same_after_stamping),
        cmocka_unit_test(pages__fewer_used_than_wanted__are_all_taken),
        cmocka_unit_test(pages__of_no_database__is_refused_and_touches_nothing),
        cmocka_unit_test(write__changes_checksum_and_dbtime_only),
        cmocka_unit_test(write__damaged_blank_or_foreign_page__is_left_alone),
        cmocka_unit_test(compare__whole_round__agrees_and_verifies),
        cmocka_unit_test(compare__copy_of_two_instants_or_damaged__does_not_agree),
        cmocka_unit_test(genuine_ntds_dit__stamped__still_verifies_with_the_same_pages),
    };

    return cmocka_run_group_tests_name("ese_stamps", tests, NULL, NULL);
}
