/*
 * The rule about logs against another statement of it: sets made at random, and the rule read off
 * a table of generations.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "recovery_facts.h"

#define ROUNDS          200000u
#define GENERATIONS_MAX 12u

static struct recovery_set set;
static uint64_t generator;

static uint32_t next(uint32_t below)
{
    generator = generator * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(generator >> 33) % below;
}

static bool one_in(uint32_t count)
{
    return next(count) == 0;
}

/* --- sets at random ------------------------------------------------------------------------------
 */

static void spoil(struct ese_recovery_log *log)
{
    switch (next(7)) {
    case 0:
        log->has_header = false;
        break;
    case 1:
        log->header.signature = facts_series(2);
        break;
    case 2:
        log->header.generation++;
        break;
    case 3:
        log->file_bytes = 0;
        break;
    case 4:
        log->header.previous_created_raw[2] = 9;
        break;
    case 5:
        log->sum++;
        break;
    default:
        log->has_sum = false;
        break;
    }
}

static void make_logs_at_random(void)
{
    uint32_t first = 1 + next(4), last = first + next(6), generation;
    uint32_t missing = one_in(2) ? 0 : first + next(6);
    uint32_t spoilt = one_in(2) ? 0 : first + next(7);

    for (generation = first; generation <= last; generation++) {
        if (generation == missing)
            continue;
        facts_add(&set, generation, true);
        if (generation == spoilt)
            spoil(facts_log(&set, generation));
        if (one_in(40))
            facts_add(&set, generation, true)->name.hex_digits = 8;
    }
    if (!one_in(4)) {
        facts_add(&set, one_in(20) ? 1 + next(10) : last + 1, false);
        if (last + 1 == spoilt)
            spoil(&set.logs[set.facts.log_count - 1]);
    }
}

static void make_set_at_random(void)
{
    facts_good(&set);
    set.facts.log_count = 0;
    set.facts.has_temporary_log = one_in(2);
    if (!one_in(20))
        make_logs_at_random();
    if (one_in(4))
        set.facts.checkpoint = NULL;
    set.checkpoint.position.generation = 1 + next(9);
    if (one_in(8))
        set.checkpoint.log_signature = facts_series(2);
    if (one_in(3))
        set.database.state = ESE_DBSTATE_CLEAN;
    if (one_in(10))
        set.database.log_signature = facts_series(0);
    set.database.required_low = next(7);
    set.database.required_high = set.database.required_low + next(4);
    set.database.committed_high = set.database.required_high + next(2);
}

/* --- the rule, read off a table ------------------------------------------------------------------
 */

/* What is known of a generation. */
struct place
{
    const struct ese_recovery_log *log; /* that the engine would open for it */
    bool is_named;                      /* some file's name says it */
};

struct table
{
    struct place places[GENERATIONS_MAX + 2];
    const struct ese_recovery_log *current;
    uint32_t series;
    uint32_t lowest, top;
    uint32_t archived_top;
};

static uint32_t series_of(const struct ese_signature *signature)
{
    return signature->bytes[0];
}

/* Whether a log counts: one that was left out of a backup does not. */
static bool counts(const struct ese_recovery_log *log)
{
    return log->left_out == ESE_RECOVERY_OK;
}

static uint32_t newest_series(void)
{
    uint32_t series = 0, newest = 0;
    size_t i;

    for (i = 0; i < set.facts.log_count; i++) {
        const struct ese_recovery_log *log = &set.logs[i];
        bool current = log->name.kind == ESE_NAME_CURRENT_LOG;
        uint32_t generation = current ? 1000 : log->name.generation * 2 + log->name.hex_digits / 8;

        if (log->has_header && generation >= newest) {
            newest = generation;
            series = series_of(&log->header.signature);
        }
    }
    return series;
}

static bool has_five_digits(uint32_t series)
{
    size_t i;

    for (i = 0; i < set.facts.log_count; i++) {
        const struct ese_recovery_log *log = &set.logs[i];

        if (counts(log) && log->name.hex_digits == 5 && log->has_header &&
            series_of(&log->header.signature) == series)
            return true;
    }
    return false;
}

static void enter(struct table *table, const struct ese_recovery_log *log)
{
    bool short_names = has_five_digits(table->series);
    struct place *place;

    if (log->name.kind == ESE_NAME_CURRENT_LOG) {
        table->current = log;
        return;
    }
    place = &table->places[log->name.generation];
    place->is_named = true;
    if (log->name.hex_digits == 5 || (!short_names && !place->log))
        place->log = log;
    if (log->name.generation > table->archived_top)
        table->archived_top = log->name.generation;
    if (!table->lowest || log->name.generation < table->lowest)
        table->lowest = log->name.generation;
}

static void fill(struct table *table)
{
    size_t i;

    memset(table, 0, sizeof(*table));
    table->series = series_of(&set.database.log_signature);
    if (!table->series)
        table->series = newest_series();
    for (i = 0; i < set.facts.log_count; i++) {
        if (counts(&set.logs[i]))
            enter(table, &set.logs[i]);
    }
    table->top = table->archived_top;
    if (table->current) {
        table->top = table->current->has_header ? table->current->header.generation : 0;
        if (!table->lowest)
            table->lowest = table->top;
    }
}

static bool is_sound(const struct table *table, const struct ese_recovery_log *log,
                     uint32_t generation)
{
    return log && log->has_header && log->header.generation == generation &&
           series_of(&log->header.signature) == table->series &&
           log->file_bytes == log->header.file_bytes;
}

static const struct ese_recovery_log *log_at(const struct table *table, uint32_t generation)
{
    if (table->current && generation == table->top)
        return table->current;
    return table->places[generation].log;
}

static bool fits(const struct ese_recovery_log *a, const struct ese_recovery_log *b)
{
    if (memcmp(a->header.created_raw, b->header.previous_created_raw, ESE_LOGTIME_BYTES) != 0)
        return false;
    return !a->has_sum || !b->header.previous_sum || a->sum == b->header.previous_sum;
}

static uint32_t start_of(const struct table *table)
{
    const struct ese_checkpoint *checkpoint = set.facts.checkpoint;

    return checkpoint && series_of(&checkpoint->log_signature) == table->series
               ? checkpoint->position.generation
               : table->lowest;
}

static bool run_is_whole(const struct table *table, uint32_t start)
{
    uint32_t generation;

    for (generation = start; generation <= table->top; generation++) {
        if (!is_sound(table, log_at(table, generation), generation))
            return false;
        if (generation > start && !fits(log_at(table, generation - 1), log_at(table, generation)))
            return false;
    }
    return true;
}

static bool expected_verdict(void)
{
    bool dirty = set.database.state == ESE_DBSTATE_DIRTY;
    struct table table;
    uint32_t start;

    fill(&table);
    if (!table.current && !table.lowest)
        return !dirty; /* 1 */
    if (dirty && !series_of(&set.database.log_signature))
        return false;
    if (!table.current && !set.facts.has_temporary_log)
        return false; /* 2 */
    if (table.current && (!table.current->has_header || table.archived_top >= table.top))
        return false;
    start = start_of(&table); /* 3, 4 */
    if (start > table.top || !run_is_whole(&table, start))
        return false;                              /* 5 */
    return !dirty || !set.database.required_low || /* 6 */
           (start <= set.database.required_low && set.database.required_high <= table.top &&
            set.database.committed_high <= table.top);
}

/* --- the comparison ------------------------------------------------------------------------------
 */

static void compare(uint32_t round)
{
    struct ese_recovery_result result;
    bool expected = expected_verdict();
    bool found = ese_recovery_judge(&set.facts, &result);

    if (found != expected)
        fail_msg("round %u: %s, 0x%x to 0x%x; expected %s", round,
                 ese_recovery_verdict_name(result.fault.verdict), result.fault.first,
                 result.fault.last, expected ? "complete" : "a fault");
    assert_true(found == (result.fault.verdict == ESE_RECOVERY_OK));
    assert_true(found == (result.fault.jet_error == 0));
}

/* Not one-sided: a test that never sees an accepted set compares nothing. */
static void judge__sets_at_random__agrees_with_the_table(void **state)
{
    struct ese_recovery_result result;
    uint32_t round, accepted = 0;

    (void)state;
    generator = 1;
    for (round = 0; round < ROUNDS; round++) {
        make_set_at_random();
        compare(round);
        accepted += ese_recovery_judge(&set.facts, &result);
    }
    assert_in_range(accepted, ROUNDS / 20, ROUNDS / 2);
}

/* What a finding says of missing generations is true. */
static void judge__sets_at_random__what_it_calls_missing_is_missing(void **state)
{
    struct ese_recovery_result result;
    struct table table;
    uint32_t round, generation, seen = 0;

    (void)state;
    generator = 2;
    for (round = 0; round < ROUNDS; round++) {
        make_set_at_random();
        ese_recovery_judge(&set.facts, &result);
        if (result.fault.verdict != ESE_RECOVERY_GAP)
            continue;
        fill(&table);
        assert_in_range(result.fault.first, 1, result.fault.last);
        for (generation = result.fault.first; generation <= result.fault.last; generation++)
            assert_null(log_at(&table, generation));
        seen++;
    }
    assert_true(seen > ROUNDS / 100);
}

/* Chosen logs are a run that the rule accepts, none could be added to it, and the rest has its
 * reasons. */
static void check_choice(const struct ese_recovery_result *result, bool complete)
{
    struct table chosen;
    size_t i;

    assert_true(complete == expected_verdict());
    fill(&chosen);
    if (!chosen.lowest)
        return;
    assert_true(run_is_whole(&chosen, chosen.lowest));
    assert_true(chosen.current || set.facts.has_temporary_log);
    assert_int_equal(result->top, chosen.top);
    for (i = 0; i < set.facts.log_count; i++) {
        struct ese_recovery_log *log = &set.logs[i];

        if (counts(log) || log->name.hex_digits != 5 || !is_sound(&chosen, log, chosen.lowest - 1))
            continue;
        assert_false(fits(log, log_at(&chosen, chosen.lowest)));
    }
}

static void choose__folders_at_random__takes_the_longest_whole_run(void **state)
{
    struct ese_recovery_result result;
    uint32_t round, complete = 0;
    bool found;

    (void)state;
    generator = 3;
    for (round = 0; round < ROUNDS; round++) {
        make_set_at_random();
        found = ese_recovery_choose(&set.facts, &result);
        check_choice(&result, found);
        complete += found;
    }
    assert_in_range(complete, ROUNDS / 20, ROUNDS - ROUNDS / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judge__sets_at_random__agrees_with_the_table),
        cmocka_unit_test(judge__sets_at_random__what_it_calls_missing_is_missing),
        cmocka_unit_test(choose__folders_at_random__takes_the_longest_whole_run),
    };

    return cmocka_run_group_tests_name("ese_recovery_random", tests, NULL, NULL);
}
