/*
 * The short version of fuzzing, in every run of the tests: well-formed files, mutated by a
 * generator that begins with the same number each time. With NTDSBCLI_TEST_LONG=1 thirty times
 * as many.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ese_samples.h"
#include "fuzz_targets.h"

#define ROUNDS      300u
#define ROUNDS_LONG 10000u
#define SPARE_BYTES 64u

static uint64_t generator = 0x9E3779B97F4A7C15u;

static uint32_t next(uint32_t below)
{
    generator = generator * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(generator >> 33) % below;
}

/* A file of one of the kinds the targets look into; caller frees. */
static uint8_t *make_seed(uint32_t kind, size_t *bytes)
{
    uint8_t *file;

    switch (kind) {
    case 0:
    case 1:
        return sample_database((size_t)2048 << next(5), 4, bytes);
    case 2:
        return sample_log(1 + next(500), 6, 4, next(2) != 0, bytes);
    case 3:
        *bytes = 16384;
        return sample_log7(*bytes);
    case 4:
        *bytes = ESE_CHECKPOINT_BYTES;
        file = malloc(*bytes);
        assert_non_null(file);
        sample_checkpoint(file, next(500));
        return file;
    default:
        *bytes = 5 + (2048u << next(5));
        file = malloc(*bytes);
        assert_non_null(file);
        ese_put32(file, 7);
        file[4] = (uint8_t)next(5);
        sample_page(file + 5, *bytes - 5, 7, next(2) != 0 || *bytes - 5 > 8192);
        return file;
    }
}

static void mutate(uint8_t *file, size_t *bytes)
{
    uint32_t changes;

    for (changes = next(6); changes > 0 && *bytes > SPARE_BYTES; changes--) {
        /* Half of them near the beginning, where the fields are. */
        uint32_t at = next(next(2) != 0 ? 800 : (uint32_t)*bytes) % (uint32_t)*bytes;

        switch (next(5)) {
        case 0:
            sample_flip(file + at, next(8));
            break;
        case 1:
            file[at] = (uint8_t)next(256);
            break;
        case 2:
            memset(file + at, next(2) != 0 ? 0xFF : 0, 1 + next((uint32_t)(*bytes - at)) % 64);
            break;
        case 3:
            memmove(file, file + at / 512 * 512, *bytes - at / 512 * 512);
            break;
        default:
            *bytes -= next(SPARE_BYTES);
            break;
        }
    }
}

static void run(const struct fuzz_target *target)
{
    const char *is_long = getenv("NTDSBCLI_TEST_LONG");
    uint32_t rounds = is_long != NULL && strcmp(is_long, "1") == 0 ? ROUNDS_LONG : ROUNDS;
    uint32_t round;

    for (round = 0; round < rounds; round++) {
        size_t bytes;
        uint8_t *file = make_seed(next(6), &bytes);
        uint8_t *exact;

        mutate(file, &bytes);
        /* Memory that ends where the input does, so that the sanitizer sees a look beyond it. */
        exact = malloc(bytes);
        assert_non_null(exact);
        memcpy(exact, file, bytes);
        target->run(exact, bytes);
        free(exact);
        free(file);
    }
}

static const struct fuzz_target *find(const char *name)
{
    size_t count, i;
    const struct fuzz_target *targets = fuzz_targets(&count);

    for (i = 0; i < count; i++) {
        if (strcmp(targets[i].name, name) == 0)
            return &targets[i];
    }
    fail_msg("no target %s", name);
    return NULL;
}

/* A broken promise, and what a sanitizer sees, ends the program; that none does is the test. */
#define MUTATED(name)                                                                              \
    static void name##__mutated_files__keep_every_promise(void **state)                            \
    {                                                                                              \
        (void)state;                                                                               \
        run(find(#name));                                                                          \
    }
MUTATED(headers)
MUTATED(kernels)
MUTATED(log7)
MUTATED(lognames)
MUTATED(page)
MUTATED(recovery)
MUTATED(stream)

static void targets__as_given__are_the_ones_tested_here(void **state)
{
    size_t count;

    (void)state;
    fuzz_targets(&count);
    assert_int_equal(count, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers__mutated_files__keep_every_promise),
        cmocka_unit_test(kernels__mutated_files__keep_every_promise),
        cmocka_unit_test(log7__mutated_files__keep_every_promise),
        cmocka_unit_test(lognames__mutated_files__keep_every_promise),
        cmocka_unit_test(page__mutated_files__keep_every_promise),
        cmocka_unit_test(recovery__mutated_files__keep_every_promise),
        cmocka_unit_test(stream__mutated_files__keep_every_promise),
        cmocka_unit_test(targets__as_given__are_the_ones_tested_here),
    };

    return cmocka_run_group_tests_name("fuzz", tests, NULL, NULL);
}
