/*
 * test_fuzz_corpus.c - the short version of every target: each file of corpus/ as it is, then
 * mutations of them from a generator that begins with the same number each time. With
 * NTDSBCLI_TEST_LONG=1 thirty times as many.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>

#include "fuzz_host.h"

#define SEEDS_MAX   256u
#define SEED_BYTES  65536u
#define ROUNDS      2000u
#define ROUNDS_LONG 60000u

struct seed
{
    uint8_t *bytes;
    size_t byte_count;
};

static struct seed seeds[SEEDS_MAX];
static size_t seed_count;
static uint64_t generator;

static uint32_t next(size_t below)
{
    generator = generator * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(generator >> 33) % (uint32_t)below;
}

static void read_seed(const char *folder, const char *name)
{
    struct seed *seed = &seeds[seed_count];
    char path[1024];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "rb");
    assert_non_null(file);
    assert_true(seed_count < SEEDS_MAX);
    seed->bytes = malloc(SEED_BYTES);
    assert_non_null(seed->bytes);
    seed->byte_count = fread(seed->bytes, 1, SEED_BYTES, file);
    fclose(file);
    seed_count++;
}

static int compare_names(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

/* In the order of their names: the order of a folder is another one on each machine. */
static void read_seeds(const char *target)
{
    struct dirent **entries;
    char folder[512];
    int count, i;

    snprintf(folder, sizeof(folder), "%s/%s", FUZZ_CORPUS, target);
    count = scandir(folder, &entries, NULL, compare_names);
    for (i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.')
            read_seed(folder, entries[i]->d_name);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

static void free_seeds(void)
{
    while (seed_count > 0)
        free(seeds[--seed_count].bytes);
}

static size_t mutate(uint8_t *bytes, size_t byte_count)
{
    static const uint32_t numbers[] = {0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x04000001};
    uint32_t changes;

    for (changes = 1 + next(4); changes > 0 && byte_count > 8; changes--) {
        size_t at = next(byte_count - 4);

        switch (next(6)) {
        case 0:
            bytes[at] ^= (uint8_t)(1u << next(8));
            break;
        case 1:
            bytes[at] = (uint8_t)next(256);
            break;
        case 2:
            memcpy(bytes + at, &numbers[next(6)], 4);
            break;
        case 3:
            memmove(bytes + at, bytes + at + 1, byte_count - at - 1);
            byte_count--;
            break;
        case 4:
            memmove(bytes + at, bytes, byte_count - at < 64 ? byte_count - at : 64);
            break;
        default:
            byte_count -= next(byte_count / 4 + 1);
            break;
        }
    }
    return byte_count;
}

/* In memory of exactly its size, so that the sanitizer sees what looks behind it. */
static void run_exact(const struct fuzz_target *target, const uint8_t *bytes, size_t byte_count)
{
    uint8_t *exact = malloc(byte_count + !byte_count);

    assert_non_null(exact);
    memcpy(exact, bytes, byte_count);
    target->run(exact, byte_count);
    free(exact);
}

static void run_mutated(const struct fuzz_target *target, const struct seed *seed)
{
    uint8_t *bytes = malloc(seed->byte_count + 1);

    assert_non_null(bytes);
    memcpy(bytes, seed->bytes, seed->byte_count);
    run_exact(target, bytes, mutate(bytes, seed->byte_count));
    free(bytes);
}

static void target__corpus_and_mutations__keep_every_promise(void **state)
{
    const struct fuzz_target *target = *state;
    const char *is_long = getenv("NTDSBCLI_TEST_LONG");
    uint32_t rounds = is_long != NULL && strcmp(is_long, "1") == 0 ? ROUNDS_LONG : ROUNDS;
    size_t i;

    generator = 0x9E3779B97F4A7C15u;
    read_seeds(target->name);
    assert_true(seed_count > 0);
    target->run((const uint8_t *)"", 0);
    for (i = 0; i < seed_count; i++)
        run_exact(target, seeds[i].bytes, seeds[i].byte_count);
    while (rounds-- > 0)
        run_mutated(target, &seeds[next(seed_count)]);
    free_seeds();
}

int main(void)
{
    struct CMUnitTest tests[32];
    char names[32][80];
    const struct fuzz_target *target;
    size_t count;

    memset(tests, 0, sizeof(tests));
    for (count = 0; count < 32 && (target = fuzz_host_target(count)) != NULL; count++) {
        snprintf(names[count], sizeof(names[count]), "%s__corpus_and_mutations__keep_every_promise",
                 target->name);
        tests[count].name = names[count];
        tests[count].test_func = target__corpus_and_mutations__keep_every_promise;
        tests[count].initial_state = (void *)target;
    }
    return _cmocka_run_group_tests("fuzz corpus", tests, count, NULL, NULL);
}
