/*
 * What is fuzzed: each target takes any bytes and returns; it aborts where a promise is broken.
 *
 * Memory only. The same functions run under libFuzzer and under the mutator of test_fuzz.c.
 */
#ifndef TESTS_FUZZ_TARGETS_H
#define TESTS_FUZZ_TARGETS_H

#include <stddef.h>
#include <stdint.h>

struct fuzz_target
{
    const char *name;
    void (*run)(const uint8_t *data, size_t bytes);
};

/* In the order of their names; *count of them. */
const struct fuzz_target *fuzz_targets(size_t *count);

#endif
