/*
 * The order of a log's segments that recovery wants, and their sum. Each segment of these logs is
 * sound by itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ese_samples.h"

#define GENERATION 0x21u
#define SEGMENTS   12u
#define USED       6u

static struct ese_stream stream;
static uint8_t *file;
static size_t file_bytes;

static uint8_t *segment(uint32_t index)
{
    return file + (size_t)index * ESE_LOG_SEGMENT_BYTES;
}

/* A segment that is sound at `index` and says that it lies at another position. */
static void put(uint32_t index, uint32_t generation, uint32_t sector)
{
    struct ese_lgpos position = {.generation = generation, .sector = (uint16_t)sector};

    sample_fill_from(segment(index), ESE_LOG_SEGMENT_BYTES, index * 77u);
    ese_put_lgpos(segment(index) + ESE_SEGMENT_POSITION, position);
    ese_segment_seal(segment(index), index);
}

static void zero(uint32_t index)
{
    memset(segment(index), 0, ESE_LOG_SEGMENT_BYTES);
}

static void copy(uint32_t from, uint32_t to)
{
    memmove(segment(to), segment(from), ESE_LOG_SEGMENT_BYTES);
}

/* What an older life of the file has left from a segment on. */
static void leave(uint32_t from, uint32_t generation)
{
    uint32_t index;

    for (index = from; index < SEGMENTS - 1; index++)
        put(index, generation, index);
}

/* --- logs that recovery takes --------------------------------------------------------------------
 */

static void as_it_is(void)
{
}

static void without_shadow(void)
{
    zero(USED + 1);
}

static void without_data(void)
{
    memset(segment(1), 0, file_bytes - ESE_LOG_SEGMENT_BYTES);
}

static void full(void)
{
    leave(1, GENERATION);
}

static void full_with_shadow_in_the_last(void)
{
    full();
    copy(SEGMENTS - 2, SEGMENTS - 1);
}

static void over_an_older_life(void)
{
    leave(USED + 2, GENERATION - 9);
}

static void over_an_older_life_without_shadow(void)
{
    leave(USED + 1, GENERATION - 9);
}

static void over_two_older_lives(void)
{
    leave(USED + 1, GENERATION - 4);
    leave(USED + 3, GENERATION - 9);
}

static void over_an_older_shadow(void)
{
    leave(USED + 1, GENERATION - 4);
    copy(USED + 2, USED + 3);
    leave(USED + 4, GENERATION - 9);
}

static void over_an_older_life_that_ended(void)
{
    leave(USED + 1, GENERATION - 4);
    zero(SEGMENTS - 2);
}

static void nothing_but_an_older_life(void)
{
    leave(1, GENERATION - 9);
}

static void data_in_the_last(void)
{
    put(SEGMENTS - 1, GENERATION, SEGMENTS - 1);
}

static void full_with_data_in_the_last(void)
{
    full();
    data_in_the_last();
}

static void tail_zeroed(void)
{
    zero(USED - 1);
    zero(USED);
    zero(USED + 1);
}

/* --- logs that it does not -----------------------------------------------------------------------
 */

static void one_zeroed(void)
{
    zero(3);
}

static void first_zeroed(void)
{
    zero(1);
}

static void last_data_zeroed(void)
{
    zero(USED);
}

static void one_doubled(void)
{
    copy(3, 4);
}

static void last_doubled_behind_its_shadow(void)
{
    put(USED + 1, GENERATION, USED + 1);
    copy(USED, USED + 1);
    put(USED + 2, GENERATION, USED + 2);
}

/* Each then verifies as a shadow. */
static void shifted_up_with_the_first(void)
{
    zero(USED + 1);
    memmove(segment(2), segment(1), USED * ESE_LOG_SEGMENT_BYTES);
}

static void shifted_up(void)
{
    shifted_up_with_the_first();
    zero(1);
}

static void two_shadows(void)
{
    put(USED + 1, GENERATION, USED + 1);
    copy(USED + 1, USED + 2);
    copy(USED, USED + 1);
}

static void shadow_behind_a_blank(void)
{
    put(USED + 2, GENERATION, USED + 2);
    copy(USED + 2, USED + 3);
    zero(USED + 2);
}

static void data_behind_a_blank(void)
{
    put(USED + 4, GENERATION, USED + 4);
}

static void data_behind_an_older_life(void)
{
    leave(USED + 2, GENERATION - 9);
    put(USED + 4, GENERATION, USED + 4);
}

static void younger_life_behind_an_older_one(void)
{
    leave(USED + 2, GENERATION - 9);
    put(USED + 4, GENERATION - 4, USED + 4);
}

static void older_life_behind_a_blank(void)
{
    zero(USED + 1);
    put(USED + 3, GENERATION - 9, USED + 3);
}

static void of_a_later_generation(void)
{
    put(3, GENERATION + 1, 3);
}

static void of_a_later_place(void)
{
    put(3, GENERATION, 4);
}

struct row
{
    const char *name;
    void (*change)(void);
    uint32_t wrong; /* the first segment that recovery does not accept; 0 for none */
};

#define ROW(change, wrong)                                                                         \
    {                                                                                              \
#change, change, wrong                                                                     \
    }

static const struct row rows[] = {
    ROW(as_it_is, 0),
    ROW(without_shadow, 0),
    ROW(without_data, 0),
    ROW(full, 0),
    ROW(full_with_shadow_in_the_last, 0),
    ROW(over_an_older_life, 0),
    ROW(over_an_older_life_without_shadow, 0),
    ROW(over_two_older_lives, 0),
    ROW(over_an_older_shadow, 0),
    ROW(over_an_older_life_that_ended, 0),
    ROW(nothing_but_an_older_life, 0),
    ROW(data_in_the_last, 0),
    ROW(full_with_data_in_the_last, 0),
    ROW(tail_zeroed, 0),
    ROW(one_zeroed, 4),
    ROW(first_zeroed, 2),
    ROW(last_data_zeroed, USED + 1),
    ROW(one_doubled, 5),
    ROW(last_doubled_behind_its_shadow, USED + 2),
    ROW(shifted_up, 2),
    ROW(shifted_up_with_the_first, 3),
    ROW(two_shadows, USED + 2),
    ROW(shadow_behind_a_blank, USED + 3),
    ROW(data_behind_a_blank, USED + 4),
    ROW(data_behind_an_older_life, USED + 4),
    ROW(younger_life_behind_an_older_one, USED + 4),
    ROW(older_life_behind_a_blank, USED + 3),
    ROW(of_a_later_generation, 3),
    ROW(of_a_later_place, 3),
};

static bool run(const struct row *row, bool for_recovery)
{
    bool good;

    file = sample_log(GENERATION, SEGMENTS, USED, true, &file_bytes);
    row->change();
    ese_stream_init(&stream, ESE_FILE_LOG);
    if (for_recovery)
        ese_stream_set_recovery(&stream);
    ese_stream_feed(&stream, file, file_bytes);
    good = ese_stream_finish(&stream);
    free(file);
    return good;
}

static void stream__for_recovery__finds_the_first_segment_out_of_order(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool good = run(&rows[i], true);
        const struct ese_fault *fault = ese_stream_fault(&stream);

        if (good != (rows[i].wrong == 0))
            fail_msg("%s: %s", rows[i].name, good ? "accepted" : "refused");
        if (good)
            continue;
        if (fault->report.verdict != ESE_OUT_OF_ORDER || fault->unit != rows[i].wrong)
            fail_msg("%s: segment %u %s", rows[i].name, fault->unit,
                     ese_verdict_name(fault->report.verdict));
        assert_int_equal(ese_stream_counts(&stream)->bad, 1);
    }
}

/* The engine's own backup hands all of these out. */
static void stream__as_a_backup_reads__judges_each_segment_by_itself(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (!run(&rows[i], false))
            fail_msg("%s: segment %u %s", rows[i].name, ese_stream_fault(&stream)->unit,
                     ese_verdict_name(ese_stream_fault(&stream)->report.verdict));
    }
}

static void stream__a_segment_with_a_wrong_checksum__is_that_in_recovery_too(void **state)
{
    (void)state;
    file = sample_log(GENERATION, SEGMENTS, USED, true, &file_bytes);
    segment(3)[100] ^= 0x11;
    ese_stream_init(&stream, ESE_FILE_LOG);
    ese_stream_set_recovery(&stream);
    assert_false(ese_stream_feed(&stream, file, file_bytes));
    assert_int_equal(ese_stream_fault(&stream)->report.verdict, ESE_BAD_CHECKSUM);
    free(file);
}

/* --- the sum -------------------------------------------------------------------------------------
 */

static uint64_t sum_of(uint32_t first, uint32_t last)
{
    uint64_t sum = 0;
    uint32_t index;

    file = sample_log(GENERATION, SEGMENTS, USED, true, &file_bytes);
    for (index = first; index <= last; index++)
        sum ^= ese_get64(segment(index));
    free(file);
    return sum;
}

/* A log that is full but for its last segment. */
static uint64_t sum_of_full(void)
{
    uint64_t sum = 0;
    uint32_t index;

    file = sample_log(GENERATION, SEGMENTS, USED, true, &file_bytes);
    full();
    for (index = 1; index < SEGMENTS - 1; index++)
        sum ^= ese_get64(segment(index));
    free(file);
    return sum;
}

static uint64_t stream_sum(void (*change)(void))
{
    const struct row row = {"", change, 0};
    uint64_t sum = 0;

    assert_true(run(&row, true));
    assert_true(ese_stream_log_sum(&stream, &sum));
    return sum;
}

static void log_sum__data_segments_only__count(void **state)
{
    uint64_t all = sum_of(1, USED);

    (void)state;
    assert_true(stream_sum(as_it_is) == all);
    assert_true(stream_sum(without_shadow) == all);
    assert_true(stream_sum(over_an_older_life) == all);
    assert_true(stream_sum(over_an_older_shadow) == all);
    assert_true(stream_sum(data_in_the_last) == all);
    assert_true(stream_sum(full_with_data_in_the_last) == sum_of_full());
    assert_true(stream_sum(without_data) == 0);
    assert_true(stream_sum(nothing_but_an_older_life) == 0);
    assert_true(stream_sum(tail_zeroed) == sum_of(1, USED - 2));
}

static void log_sum__a_corrected_bit__is_the_intact_segments_sum(void **state)
{
    uint64_t sum = 0;

    (void)state;
    file = sample_log(GENERATION, SEGMENTS, USED, true, &file_bytes);
    sample_flip(segment(3), 4000 * 8);
    ese_stream_init(&stream, ESE_FILE_LOG);
    assert_true(ese_stream_feed_writable(&stream, file, file_bytes));
    assert_true(ese_stream_finish(&stream));
    assert_int_equal(ese_stream_counts(&stream)->corrected, 1);
    assert_true(ese_stream_log_sum(&stream, &sum));
    free(file);
    assert_true(sum == sum_of(1, USED));
}

static void log_sum__of_what_has_none__is_untouched(void **state)
{
    static const struct row damaged = {"", one_zeroed, 3};
    uint64_t sum = 42;
    size_t bytes;
    uint8_t *other;

    (void)state;
    assert_false(run(&damaged, true));
    assert_false(ese_stream_log_sum(&stream, &sum));
    file = sample_log(GENERATION, SEGMENTS, USED, true, &file_bytes);
    ese_stream_init(&stream, ESE_FILE_LOG);
    ese_stream_feed(&stream, file, file_bytes);
    assert_false(ese_stream_log_sum(&stream, &sum)); /* not finished */
    free(file);
    other = sample_log7(16384);
    ese_stream_init(&stream, ESE_FILE_LOG);
    ese_stream_set_recovery(&stream);
    ese_stream_feed(&stream, other, 16384);
    assert_true(ese_stream_finish(&stream));
    assert_false(ese_stream_log_sum(&stream, &sum));
    free(other);
    other = sample_database(4096, 5, &bytes);
    ese_stream_init(&stream, ESE_FILE_DATABASE);
    ese_stream_set_recovery(&stream);
    ese_stream_feed(&stream, other, bytes);
    assert_true(ese_stream_finish(&stream));
    assert_false(ese_stream_log_sum(&stream, &sum));
    free(other);
    assert_true(sum == 42);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stream__for_recovery__finds_the_first_segment_out_of_order),
        cmocka_unit_test(stream__as_a_backup_reads__judges_each_segment_by_itself),
        cmocka_unit_test(stream__a_segment_with_a_wrong_checksum__is_that_in_recovery_too),
        cmocka_unit_test(log_sum__data_segments_only__count),
        cmocka_unit_test(log_sum__a_corrected_bit__is_the_intact_segments_sum),
        cmocka_unit_test(log_sum__of_what_has_none__is_untouched),
    };

    return cmocka_run_group_tests_name("ese_log_order", tests, NULL, NULL);
}
