/*
 * Checkpoints: either copy will do, anything else is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ese_samples.h"

static uint8_t file[ESE_CHECKPOINT_BYTES];

static void parse__copies_hit_in_turn__takes_the_right_one(void **state)
{
    static const struct
    {
        const char *label;
        uint8_t first_hit, second_hit;
        enum ese_verdict verdict;
        enum ese_header_copies copies;
    } rows[] = {
        {"intact", 0, 0, ESE_GOOD, ESE_COPIES_BOTH},
        {"second hit", 0, 1, ESE_GOOD, ESE_COPIES_PRIMARY_ONLY},
        {"first hit", 1, 0, ESE_GOOD, ESE_COPIES_SHADOW_ONLY},
        {"both hit", 1, 1, ESE_BAD_CHECKSUM, ESE_COPIES_NONE},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ese_checkpoint checkpoint, poison;
        enum ese_verdict verdict;

        sample_checkpoint(file, 0x5B);
        file[1000] ^= rows[i].first_hit;
        file[4096 + 1000] ^= rows[i].second_hit;
        memset(&checkpoint, 0xA5, sizeof(checkpoint));
        poison = checkpoint;
        verdict = ese_checkpoint_parse(file, sizeof(file), &checkpoint);
        if (verdict != rows[i].verdict)
            fail_msg("%s: %s", rows[i].label, ese_verdict_name(verdict));
        if (verdict != ESE_GOOD) {
            assert_memory_equal(&checkpoint, &poison, sizeof(poison));
            continue;
        }
        assert_int_equal(checkpoint.copies, rows[i].copies);
        assert_int_equal(checkpoint.position.generation, 0x5B);
        assert_int_equal(checkpoint.position.sector, 0x12);
        assert_int_equal(checkpoint.position.byte, 0x34);
        assert_int_equal(ese_get32(checkpoint.log_signature.bytes), 0x12345678);
    }
}

/* The first is written first: the other one may be stale. */
static void parse__copies_differ__takes_the_first(void **state)
{
    struct ese_checkpoint checkpoint;
    uint8_t older[ESE_CHECKPOINT_BYTES];

    (void)state;
    sample_checkpoint(file, 0x5B);
    sample_checkpoint(older, 0x5A);
    memcpy(file + ESE_CHECKPOINT_COPY_BYTES, older, ESE_CHECKPOINT_COPY_BYTES);
    assert_int_equal(ese_checkpoint_parse(file, sizeof(file), &checkpoint), ESE_GOOD);
    assert_int_equal(checkpoint.copies, ESE_COPIES_DIFFER);
    assert_int_equal(checkpoint.position.generation, 0x5B);
    file[1000] ^= 1;
    assert_int_equal(ese_checkpoint_parse(file, sizeof(file), &checkpoint), ESE_GOOD);
    assert_int_equal(checkpoint.position.generation, 0x5A);
}

static void parse__something_else__is_not_recognised(void **state)
{
    struct ese_checkpoint checkpoint;

    (void)state;
    memset(file, 0, sizeof(file));
    assert_int_equal(ese_checkpoint_parse(file, sizeof(file), &checkpoint), ESE_NOT_RECOGNISED);
    sample_database_header(file, 4096);
    memcpy(file + 4096, file, 4096);
    assert_int_equal(ese_checkpoint_parse(file, sizeof(file), &checkpoint), ESE_NOT_RECOGNISED);
    assert_int_equal(ese_checkpoint_parse(file, sizeof(file) - 1, &checkpoint), ESE_TRUNCATED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse__copies_hit_in_turn__takes_the_right_one),
        cmocka_unit_test(parse__copies_differ__takes_the_first),
        cmocka_unit_test(parse__something_else__is_not_recognised),
    };

    return cmocka_run_group_tests_name("ese_checkpoint", tests, NULL, NULL);
}
