/*
 * The rule about logs, each part of it broken alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "recovery_facts.h"

static struct recovery_set set;

static void remove_all_logs(void)
{
    set.facts.log_count = 0;
}

static void make_clean(void)
{
    set.database.state = ESE_DBSTATE_CLEAN;
    set.database.required_low = set.database.required_high = set.database.committed_high = 0;
}

static void never_log(void)
{
    set.database.log_signature = facts_series(0);
}

/* As a snapshot leaves it without circular logging: the newest log is archived too. */
static void archive_current(void)
{
    facts_remove(&set, 8);
    facts_add(&set, 8, true);
    set.facts.has_temporary_log = true;
}

static void change_nothing(void)
{
}

/* --- rules 1 and 2: no logs, no current log ------------------------------------------------------
 */

static void clean_without_logs(void)
{
    make_clean();
    remove_all_logs();
}

static void clean_with_temporary_log_only(void)
{
    clean_without_logs();
    set.facts.has_temporary_log = true;
}

static void dirty_with_temporary_log_only(void)
{
    remove_all_logs();
    set.facts.has_temporary_log = true;
}

static void no_current(void)
{
    facts_remove(&set, 8);
}

static void clean_no_current(void)
{
    make_clean();
    facts_remove(&set, 8);
}

static void no_current_from_one_on(void)
{
    no_current();
    facts_add(&set, 2, true);
    facts_add(&set, 1, true);
}

/* --- rules 3 to 5: from start to top ------------------------------------------------------------
 */

static void gap(void)
{
    facts_remove(&set, 6);
    facts_remove(&set, 5);
}

static void gap_from_one_on(void)
{
    facts_add(&set, 2, true);
    facts_add(&set, 1, true);
    facts_remove(&set, 5);
}

static void gap_in_a_clean_set(void)
{
    make_clean();
    facts_remove(&set, 5);
}

static void gap_before_current(void)
{
    facts_remove(&set, 7);
}

static void gap_at_start(void)
{
    set.checkpoint.position.generation = 2;
}

static void gap_below_start(void)
{
    set.checkpoint.position.generation = 4;
    facts_add(&set, 1, true);
}

static void gap_right_below_start(void)
{
    set.checkpoint.position.generation = 4;
    facts_remove(&set, 3);
    facts_add(&set, 2, true);
}

static void gap_below_required_without_checkpoint(void)
{
    gap_below_start();
    facts_remove(&set, 3);
    set.facts.checkpoint = NULL;
}

static void gap_below_required_with_foreign_checkpoint(void)
{
    gap_below_start();
    facts_remove(&set, 3);
    set.checkpoint.log_signature = facts_series(2);
}

static void checkpoint_above_top(void)
{
    make_clean();
    archive_current();
    set.checkpoint.position.generation = 9;
}

static void foreign_below_start(void)
{
    set.checkpoint.position.generation = 4;
    facts_log(&set, 3)->header.signature = facts_series(2);
}

/* --- rule 5: what the logs say of themselves and of each other -----------------------------------
 */

static void unreadable(void)
{
    facts_log(&set, 5)->has_header = false;
}

static void unreadable_current(void)
{
    facts_log(&set, 8)->has_header = false;
}

static void wrong_name(void)
{
    facts_log(&set, 5)->header.generation = 4;
}

static void wrong_size(void)
{
    facts_log(&set, 5)->file_bytes--;
}

static void wrong_size_of_current(void)
{
    facts_log(&set, 8)->file_bytes++;
}

static void other_series(void)
{
    facts_log(&set, 5)->header.signature = facts_series(2);
}

static void other_series_of_current(void)
{
    facts_log(&set, 8)->header.signature = facts_series(2);
}

static void other_series_of_all(void)
{
    set.database.log_signature = facts_series(2);
}

static void eight_digits_besides(void)
{
    facts_add(&set, 5, true)->name.hex_digits = 8;
}

static void eight_digits_instead(void)
{
    facts_log(&set, 5)->name.hex_digits = 8;
}

static void eight_digits_of_the_newest(void)
{
    archive_current();
    facts_log(&set, 8)->name.hex_digits = 8;
}

static void eight_digits_everywhere(void)
{
    uint32_t generation;

    for (generation = 3; generation <= 7; generation++)
        facts_log(&set, generation)->name.hex_digits = 8;
}

static void from_five_digits_to_eight(void)
{
    size_t i;

    make_clean();
    set.facts.checkpoint = NULL;
    remove_all_logs();
    for (i = 0; i < 3; i++)
        facts_add(&set, 0xFFFFE + (uint32_t)i, true)->name.hex_digits = i < 2 ? 5 : 8;
    facts_add(&set, 0x100001, false);
}

static void archived_of_the_same_generation(void)
{
    facts_add(&set, 8, true);
}

static void archived_above_current(void)
{
    facts_add(&set, 12, true);
}

static void empty_file_above_current(void)
{
    facts_add(&set, 12, true)->has_header = false;
}

static void other_time(void)
{
    facts_log(&set, 6)->header.previous_created_raw[3] = 1;
}

static void other_sum(void)
{
    facts_log(&set, 6)->header.previous_sum++;
}

static void other_sum_of_the_last(void)
{
    facts_log(&set, 7)->sum++;
}

static void sum_not_stored(void)
{
    facts_log(&set, 6)->header.previous_sum = 0;
}

static void sum_not_known(void)
{
    facts_log(&set, 5)->has_sum = false;
    facts_log(&set, 5)->sum = 0;
}

/* --- rule 6: what a dirty database needs ---------------------------------------------------------
 */

static void required_low(void)
{
    set.database.required_low = 2;
}

static void required_low_below_checkpoint(void)
{
    set.checkpoint.position.generation = 6;
}

static void required_high(void)
{
    set.database.required_high = set.database.committed_high = 10;
}

static void required_high_by_one(void)
{
    set.database.required_high = set.database.committed_high = 9;
}

static void committed(void)
{
    set.database.committed_high = 9;
}

static void needs_of_a_clean_one(void)
{
    required_low();
    required_high();
    set.database.state = ESE_DBSTATE_CLEAN;
}

static void no_required_logs_named(void)
{
    set.database.required_low = set.database.required_high = set.database.committed_high = 0;
}

/* --- never logged, and no database at all --------------------------------------------------------
 */

static void never_logged(void)
{
    make_clean();
    never_log();
}

static void never_logged_with_a_gap(void)
{
    never_logged();
    facts_remove(&set, 5);
}

static void never_logged_with_two_series(void)
{
    never_logged();
    other_series();
}

static void never_logged_without_current(void)
{
    never_logged();
    archive_current();
}

static void no_database(void)
{
    set.facts.database = NULL;
}

static void no_database_with_a_gap(void)
{
    no_database();
    gap();
}

struct row
{
    const char *name;
    void (*change)(void);
    enum ese_recovery_verdict verdict;
    uint32_t first, last;
    int32_t jet_error;
    enum ese_recovery_verdict warning;
};

#define ROW(change, ...)                                                                           \
    {                                                                                              \
#change, change, __VA_ARGS__                                                               \
    }
#define GOOD(change) ROW(change, ESE_RECOVERY_OK, 0, 0, 0, ESE_RECOVERY_OK)

static const struct row rows[] = {
    GOOD(change_nothing),
    GOOD(make_clean),
    GOOD(archive_current),
    /* 1 */
    GOOD(clean_without_logs),
    GOOD(clean_with_temporary_log_only),
    ROW(remove_all_logs, ESE_RECOVERY_NO_LOGS, 0, 0, -550, ESE_RECOVERY_OK),
    ROW(dirty_with_temporary_log_only, ESE_RECOVERY_NO_LOGS, 0, 0, -550, ESE_RECOVERY_OK),
    /* 2 */
    ROW(no_current, ESE_RECOVERY_NO_CURRENT, 8, 8, -515, ESE_RECOVERY_OK),
    ROW(clean_no_current, ESE_RECOVERY_NO_CURRENT, 8, 8, -515, ESE_RECOVERY_OK),
    ROW(no_current_from_one_on, ESE_RECOVERY_NO_CURRENT, 8, 8, -528, ESE_RECOVERY_OK),
    /* 3 to 5 */
    ROW(gap, ESE_RECOVERY_GAP, 5, 6, -515, ESE_RECOVERY_OK),
    ROW(gap_from_one_on, ESE_RECOVERY_GAP, 5, 5, -528, ESE_RECOVERY_OK),
    ROW(gap_in_a_clean_set, ESE_RECOVERY_GAP, 5, 5, -515, ESE_RECOVERY_OK),
    ROW(gap_before_current, ESE_RECOVERY_GAP, 7, 7, -515, ESE_RECOVERY_OK),
    ROW(gap_at_start, ESE_RECOVERY_GAP, 2, 2, -515, ESE_RECOVERY_OK),
    ROW(gap_below_start, ESE_RECOVERY_OK, 0, 0, 0, ESE_RECOVERY_GAP),
    ROW(gap_right_below_start, ESE_RECOVERY_OK, 0, 0, 0, ESE_RECOVERY_GAP),
    ROW(gap_below_required_without_checkpoint, ESE_RECOVERY_GAP, 2, 3, -528, ESE_RECOVERY_OK),
    ROW(gap_below_required_with_foreign_checkpoint, ESE_RECOVERY_GAP, 2, 3, -528, ESE_RECOVERY_OK),
    ROW(checkpoint_above_top, ESE_RECOVERY_GAP, 9, 9, -515, ESE_RECOVERY_OK),
    ROW(foreign_below_start, ESE_RECOVERY_OK, 0, 0, 0, ESE_RECOVERY_OTHER_SERIES),
    ROW(unreadable, ESE_RECOVERY_UNREADABLE, 5, 5, -501, ESE_RECOVERY_OK),
    ROW(unreadable_current, ESE_RECOVERY_UNREADABLE, 0, 0, -501, ESE_RECOVERY_OK),
    ROW(wrong_name, ESE_RECOVERY_WRONG_NAME, 5, 5, -515, ESE_RECOVERY_OK),
    ROW(wrong_size, ESE_RECOVERY_WRONG_SIZE, 5, 5, -541, ESE_RECOVERY_OK),
    ROW(wrong_size_of_current, ESE_RECOVERY_WRONG_SIZE, 8, 8, -541, ESE_RECOVERY_OK),
    ROW(other_series, ESE_RECOVERY_OTHER_SERIES, 5, 5, -530, ESE_RECOVERY_OK),
    ROW(other_series_of_current, ESE_RECOVERY_OTHER_SERIES, 8, 8, -530, ESE_RECOVERY_OK),
    ROW(other_series_of_all, ESE_RECOVERY_OTHER_SERIES, 8, 8, -530, ESE_RECOVERY_OK),
    ROW(eight_digits_besides, ESE_RECOVERY_OK, 0, 0, 0, ESE_RECOVERY_OTHER_DIGITS),
    ROW(eight_digits_instead, ESE_RECOVERY_GAP, 5, 5, -515, ESE_RECOVERY_OTHER_DIGITS),
    ROW(eight_digits_of_the_newest, ESE_RECOVERY_GAP, 8, 8, -515, ESE_RECOVERY_OTHER_DIGITS),
    GOOD(eight_digits_everywhere),
    GOOD(from_five_digits_to_eight),
    ROW(archived_of_the_same_generation, ESE_RECOVERY_ABOVE_CURRENT, 8, 8, -515, ESE_RECOVERY_OK),
    ROW(archived_above_current, ESE_RECOVERY_ABOVE_CURRENT, 12, 12, -515, ESE_RECOVERY_OK),
    ROW(empty_file_above_current, ESE_RECOVERY_ABOVE_CURRENT, 12, 12, -515, ESE_RECOVERY_OK),
    ROW(other_time, ESE_RECOVERY_OTHER_TIME, 6, 6, -515, ESE_RECOVERY_OK),
    ROW(other_sum, ESE_RECOVERY_OTHER_SUM, 5, 5, -590, ESE_RECOVERY_OK),
    ROW(other_sum_of_the_last, ESE_RECOVERY_OTHER_SUM, 7, 7, -590, ESE_RECOVERY_OK),
    GOOD(sum_not_stored),
    GOOD(sum_not_known),
    /* 6 */
    ROW(required_low, ESE_RECOVERY_REQUIRED_LOW, 2, 2, -543, ESE_RECOVERY_OK),
    ROW(required_low_below_checkpoint, ESE_RECOVERY_REQUIRED_LOW, 4, 5, -543, ESE_RECOVERY_OK),
    ROW(required_high, ESE_RECOVERY_REQUIRED_HIGH, 9, 10, -543, ESE_RECOVERY_OK),
    ROW(required_high_by_one, ESE_RECOVERY_REQUIRED_HIGH, 9, 9, -543, ESE_RECOVERY_OK),
    ROW(committed, ESE_RECOVERY_COMMITTED, 9, 9, -582, ESE_RECOVERY_OK),
    GOOD(needs_of_a_clean_one),
    GOOD(no_required_logs_named),
    /* Ours */
    GOOD(never_logged),
    GOOD(never_logged_without_current),
    ROW(never_logged_with_a_gap, ESE_RECOVERY_GAP, 5, 5, -515, ESE_RECOVERY_OK),
    ROW(never_logged_with_two_series, ESE_RECOVERY_OTHER_SERIES, 5, 5, -530, ESE_RECOVERY_OK),
    ROW(never_log, ESE_RECOVERY_NO_LOGS, 0, 0, -550, ESE_RECOVERY_OK),
    GOOD(no_database),
    ROW(no_database_with_a_gap, ESE_RECOVERY_GAP, 5, 6, -515, ESE_RECOVERY_OK),
};

static void check_row(const struct row *row)
{
    struct ese_recovery_result result;
    bool accepted;

    facts_good(&set);
    row->change();
    accepted = ese_recovery_judge(&set.facts, &result);
    if (result.fault.verdict != row->verdict || result.fault.first != row->first ||
        result.fault.last != row->last || result.fault.jet_error != row->jet_error ||
        result.warning.verdict != row->warning || accepted != (row->verdict == ESE_RECOVERY_OK))
        fail_msg("%s: %s, 0x%x to 0x%x, %d, warning: %s", row->name,
                 ese_recovery_verdict_name(result.fault.verdict), result.fault.first,
                 result.fault.last, result.fault.jet_error,
                 ese_recovery_verdict_name(result.warning.verdict));
}

static void judge__each_rule_broken_alone__says_which_and_where(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_row(&rows[i]);
}

static void judge__a_wrong_file__is_the_one_found(void **state)
{
    struct ese_recovery_result result;

    (void)state;
    facts_good(&set);
    facts_log(&set, 6)->tag = 77;
    facts_log(&set, 6)->sum++;
    assert_false(ese_recovery_judge(&set.facts, &result));
    assert_non_null(result.fault.log);
    assert_int_equal(result.fault.log->tag, 77);
    facts_good(&set);
    facts_remove(&set, 6);
    assert_false(ese_recovery_judge(&set.facts, &result));
    assert_null(result.fault.log);
}

static void judge__start_and_top__are_the_range_that_recovery_reads(void **state)
{
    struct ese_recovery_result result;

    (void)state;
    facts_good(&set);
    set.checkpoint.position.generation = 4;
    assert_true(ese_recovery_judge(&set.facts, &result));
    assert_int_equal(result.start, 4);
    assert_int_equal(result.top, 8);
    set.facts.checkpoint = NULL;
    assert_true(ese_recovery_judge(&set.facts, &result));
    assert_int_equal(result.start, 3);
    clean_without_logs();
    assert_true(ese_recovery_judge(&set.facts, &result));
    assert_int_equal(result.start, 0);
    assert_int_equal(result.top, 0);
}

static void judge__a_log_that_was_left_out__is_not_there(void **state)
{
    struct ese_recovery_result result;

    (void)state;
    facts_good(&set);
    never_logged();
    archive_current();
    facts_add(&set, 12, true)->header.signature = facts_series(2);
    assert_false(ese_recovery_judge(&set.facts, &result));
    facts_log(&set, 12)->left_out = ESE_RECOVERY_OTHER_SERIES;
    assert_true(ese_recovery_judge(&set.facts, &result));
    assert_int_equal(result.top, 8);
    facts_log(&set, 5)->left_out = ESE_RECOVERY_GAP;
    assert_false(ese_recovery_judge(&set.facts, &result));
    assert_int_equal(result.fault.first, 5);
}

static void verdict_name__of_every_verdict__is_a_text(void **state)
{
    int verdict;

    (void)state;
    for (verdict = 0; verdict < ESE_RECOVERY_VERDICT_COUNT; verdict++) {
        assert_non_null(ese_recovery_verdict_name((enum ese_recovery_verdict)verdict));
        assert_string_not_equal(ese_recovery_verdict_name((enum ese_recovery_verdict)verdict),
                                "unknown");
    }
    assert_string_equal(ese_recovery_verdict_name(ESE_RECOVERY_VERDICT_COUNT), "unknown");
    assert_string_equal(ese_recovery_left_out_name(ESE_RECOVERY_GAP),
                        "logs between it and the newest are missing");
    assert_string_equal(ese_recovery_left_out_name(ESE_RECOVERY_WRONG_NAME),
                        ese_recovery_verdict_name(ESE_RECOVERY_WRONG_NAME));
}

/* --- the choice of a backup ----------------------------------------------------------------------
 */

/* Why the log of a generation stays out; of its twin, if it has eight digits. */
static enum ese_recovery_verdict left_out(uint32_t generation, uint8_t digits)
{
    size_t i;

    for (i = 0; i < set.facts.log_count; i++) {
        if (ese_recovery_generation(&set.logs[i]) == generation &&
            set.logs[i].name.hex_digits == digits)
            return set.logs[i].left_out;
    }
    fail_msg("no log of generation %u", generation);
    return ESE_RECOVERY_OK;
}

static uint32_t chosen_count(void)
{
    uint32_t count = 0;
    size_t i;

    for (i = 0; i < set.facts.log_count; i++)
        count += set.logs[i].left_out == ESE_RECOVERY_OK;
    return count;
}

static void choose__a_good_folder__takes_all(void **state)
{
    struct ese_recovery_result result;

    (void)state;
    facts_good(&set);
    assert_true(ese_recovery_choose(&set.facts, &result));
    assert_int_equal(chosen_count(), 6);
    archive_current();
    assert_true(ese_recovery_choose(&set.facts, &result));
    assert_int_equal(chosen_count(), 6);
    assert_int_equal(result.top, 8);
}

static void choose__stray_files__leaves_them_out_and_says_why(void **state)
{
    static const struct
    {
        uint32_t generation;
        enum ese_recovery_verdict why;
    } strays[] = {
        {0x21, ESE_RECOVERY_UNREADABLE},    {0x22, ESE_RECOVERY_OTHER_SERIES},
        {0x23, ESE_RECOVERY_WRONG_NAME},    {0x24, ESE_RECOVERY_WRONG_SIZE},
        {0x25, ESE_RECOVERY_ABOVE_CURRENT}, {0x1, ESE_RECOVERY_GAP},
    };
    struct ese_recovery_result result;
    size_t i;

    (void)state;
    facts_good(&set);
    for (i = 0; i < sizeof(strays) / sizeof(strays[0]); i++)
        facts_add(&set, strays[i].generation, true);
    facts_log(&set, 0x21)->has_header = false;
    facts_log(&set, 0x22)->header.signature = facts_series(2);
    facts_log(&set, 0x23)->header.generation = 5;
    facts_log(&set, 0x24)->file_bytes = 5;
    facts_add(&set, 5, true)->name.hex_digits = 8;
    assert_true(ese_recovery_choose(&set.facts, &result));
    assert_int_equal(chosen_count(), 6);
    for (i = 0; i < sizeof(strays) / sizeof(strays[0]); i++) {
        if (left_out(strays[i].generation, 5) != strays[i].why)
            fail_msg("generation 0x%x: %s", strays[i].generation,
                     ese_recovery_verdict_name(left_out(strays[i].generation, 5)));
    }
    assert_int_equal(left_out(5, 8), ESE_RECOVERY_OTHER_DIGITS);
    assert_int_equal(left_out(5, 5), ESE_RECOVERY_OK);
}

static void choose__strays_above_an_archived_end__leaves_them_out(void **state)
{
    struct ese_recovery_result result;

    (void)state;
    facts_good(&set);
    archive_current();
    facts_add(&set, 0x30, true)->header.signature = facts_series(2);
    facts_add(&set, 0x31, true)->has_header = false;
    assert_true(ese_recovery_choose(&set.facts, &result));
    assert_int_equal(chosen_count(), 6);
    assert_int_equal(result.top, 8);
}

/* Twice: the first call's marks are not the second one's facts. */
static void choose__again_after_a_repair__takes_what_is_there_now(void **state)
{
    struct ese_recovery_result result;

    (void)state;
    facts_good(&set);
    facts_log(&set, 8)->file_bytes--;
    assert_false(ese_recovery_choose(&set.facts, &result));
    assert_int_equal(chosen_count(), 0);
    facts_log(&set, 8)->file_bytes++;
    assert_true(ese_recovery_choose(&set.facts, &result));
    assert_int_equal(chosen_count(), 6);
}

static void choose__a_gap_below_what_is_needed__begins_above_it(void **state)
{
    struct ese_recovery_result result;

    (void)state;
    facts_good(&set);
    set.facts.checkpoint = NULL;
    facts_remove(&set, 3);
    facts_add(&set, 2, true);
    facts_add(&set, 1, true);
    assert_true(ese_recovery_choose(&set.facts, &result));
    assert_int_equal(chosen_count(), 5);
    assert_int_equal(result.start, 4);
    assert_int_equal(left_out(2, 5), ESE_RECOVERY_GAP);
    assert_int_equal(left_out(1, 5), ESE_RECOVERY_GAP);
}

static void choose__a_needed_log_missing__names_it(void **state)
{
    struct ese_recovery_result result;

    (void)state;
    facts_good(&set);
    set.facts.checkpoint = NULL;
    facts_remove(&set, 5);
    assert_false(ese_recovery_choose(&set.facts, &result));
    assert_int_equal(result.fault.verdict, ESE_RECOVERY_REQUIRED_LOW);
    assert_int_equal(result.fault.first, 5);
    assert_int_equal(result.fault.last, 5);
    assert_int_equal(left_out(4, 5), ESE_RECOVERY_GAP);
}

static void choose__a_foreign_log_in_the_place_of_a_needed_one__names_it(void **state)
{
    struct ese_recovery_result result;

    (void)state;
    facts_good(&set);
    set.facts.checkpoint = NULL;
    facts_log(&set, 6)->header.signature = facts_series(2);
    assert_false(ese_recovery_choose(&set.facts, &result));
    assert_int_equal(result.fault.verdict, ESE_RECOVERY_REQUIRED_LOW);
    assert_int_equal(result.fault.first, 6);
    assert_int_equal(result.fault.last, 6);
}

static void choose__a_broken_chain__ends_there(void **state)
{
    struct ese_recovery_result result;

    (void)state;
    facts_good(&set);
    set.facts.checkpoint = NULL;
    facts_log(&set, 6)->header.previous_created_raw[3] = 1;
    assert_false(ese_recovery_choose(&set.facts, &result));
    assert_int_equal(left_out(5, 5), ESE_RECOVERY_OTHER_TIME);
    assert_int_equal(left_out(3, 5), ESE_RECOVERY_OTHER_TIME);
    assert_int_equal(left_out(6, 5), ESE_RECOVERY_OK);
    assert_int_equal(result.fault.first, 4);
    assert_int_equal(result.fault.last, 5);
}

static void choose__the_newest_log_missing__says_so(void **state)
{
    struct ese_recovery_result result;

    (void)state;
    facts_good(&set);
    facts_remove(&set, 8);
    facts_remove(&set, 7);
    set.facts.has_temporary_log = true;
    assert_false(ese_recovery_choose(&set.facts, &result));
    assert_int_equal(result.fault.verdict, ESE_RECOVERY_COMMITTED);
    assert_int_equal(result.fault.first, 7);
}

static void choose__nothing_to_end_with__fails_for_a_dirty_database_only(void **state)
{
    struct ese_recovery_result result;

    (void)state;
    facts_good(&set);
    facts_remove(&set, 8);
    assert_false(ese_recovery_choose(&set.facts, &result));
    assert_int_equal(result.fault.verdict, ESE_RECOVERY_NO_CURRENT);
    assert_int_equal(result.fault.first, 8);
    assert_int_equal(left_out(7, 5), ESE_RECOVERY_NO_CURRENT);
    make_clean();
    assert_true(ese_recovery_choose(&set.facts, &result));
    assert_int_equal(chosen_count(), 0);
}

static void choose__a_current_log_that_is_wrong__is_the_fault(void **state)
{
    struct ese_recovery_result result;

    (void)state;
    facts_good(&set);
    facts_log(&set, 8)->has_header = false;
    set.facts.has_temporary_log = true;
    assert_false(ese_recovery_choose(&set.facts, &result));
    assert_int_equal(result.fault.verdict, ESE_RECOVERY_UNREADABLE);
    assert_non_null(result.fault.log);
    facts_good(&set);
    facts_log(&set, 8)->header.signature = facts_series(2);
    assert_false(ese_recovery_choose(&set.facts, &result));
    assert_int_equal(result.fault.verdict, ESE_RECOVERY_OTHER_SERIES);
    assert_int_equal(chosen_count(), 0);
}

static void choose__a_dirty_database_without_logs_of_its_own__fails(void **state)
{
    struct ese_recovery_result result;

    (void)state;
    facts_good(&set);
    remove_all_logs();
    assert_false(ese_recovery_choose(&set.facts, &result));
    assert_int_equal(result.fault.verdict, ESE_RECOVERY_NO_LOGS);
    facts_add(&set, 3, true)->header.signature = facts_series(2);
    set.facts.has_temporary_log = true;
    assert_false(ese_recovery_choose(&set.facts, &result));
    assert_int_equal(result.fault.verdict, ESE_RECOVERY_NO_LOGS);
}

static void choose__never_logged__takes_the_current_logs_series(void **state)
{
    struct ese_recovery_result result;

    (void)state;
    facts_good(&set);
    never_logged();
    facts_add(&set, 2, true)->header.signature = facts_series(2);
    assert_true(ese_recovery_choose(&set.facts, &result));
    assert_int_equal(chosen_count(), 6);
    assert_int_equal(left_out(2, 5), ESE_RECOVERY_OTHER_SERIES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judge__each_rule_broken_alone__says_which_and_where),
        cmocka_unit_test(judge__a_wrong_file__is_the_one_found),
        cmocka_unit_test(judge__start_and_top__are_the_range_that_recovery_reads),
        cmocka_unit_test(judge__a_log_that_was_left_out__is_not_there),
        cmocka_unit_test(verdict_name__of_every_verdict__is_a_text),
        cmocka_unit_test(choose__a_good_folder__takes_all),
        cmocka_unit_test(choose__stray_files__leaves_them_out_and_says_why),
        cmocka_unit_test(choose__strays_above_an_archived_end__leaves_them_out),
        cmocka_unit_test(choose__again_after_a_repair__takes_what_is_there_now),
        cmocka_unit_test(choose__a_gap_below_what_is_needed__begins_above_it),
        cmocka_unit_test(choose__a_needed_log_missing__names_it),
        cmocka_unit_test(choose__a_foreign_log_in_the_place_of_a_needed_one__names_it),
        cmocka_unit_test(choose__a_broken_chain__ends_there),
        cmocka_unit_test(choose__the_newest_log_missing__says_so),
        cmocka_unit_test(choose__nothing_to_end_with__fails_for_a_dirty_database_only),
        cmocka_unit_test(choose__a_current_log_that_is_wrong__is_the_fault),
        cmocka_unit_test(choose__a_dirty_database_without_logs_of_its_own__fails),
        cmocka_unit_test(choose__never_logged__takes_the_current_logs_series),
    };

    return cmocka_run_group_tests_name("ese_recovery", tests, NULL, NULL);
}
