/*
 * bench-verify: page verification against memcpy of the same bytes, in cache and from memory, for
 * every page size and every set of checksum loops this processor has.
 *
 * Prints "verify_<size>_<where>[_<set>] RATIO LOWEST HIGHEST", without a set for the one that is
 * used by itself, and "gbs_..." lines with the speeds behind the ratios.
 */
#include "bench.h"
#include "ese/ese_checksum.h"
#include "ese/ese_kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_BYTES  (64u * 1024)
#define MEMORY_BYTES (256u * 1024 * 1024)
#define SLICE_BYTES  (8u * 1024 * 1024) /* of the large buffer: what one round goes through */
#define REPEATS      256u               /* of the small one in one round */
#define ROUNDS       151u               /* short ones: few of them are interrupted */

/* The first `slices` slices of `bytes` each are gone through in turn, each `repeats` times. */
struct place
{
    const char *name;
    size_t bytes;
    uint32_t slices;
    uint32_t repeats;
};

static const struct place places[] = {
    {"mem", SLICE_BYTES, MEMORY_BYTES / SLICE_BYTES, 1},
    {"cache", CACHE_BYTES, 1, REPEATS},
};

/* Pages as they are in a full database: no blanks, new format. */
static void fill(uint8_t *data, size_t bytes, size_t page_bytes)
{
    uint32_t state = 1;
    size_t at;

    for (at = 0; at < bytes; at += 4) {
        state = state * 1664525u + 1013904223u;
        ese_put32(data + at, state);
    }
    for (at = 0; at < bytes; at += page_bytes) {
        ese_put32(data + at + 36, 0x2802);
        ese_page_seal(data + at, page_bytes, (uint32_t)(at / page_bytes) + 1);
    }
}

/* first: the number of the first page. */
static double time_verify(const uint8_t *data, const struct place *place, size_t page_bytes,
                          uint32_t first)
{
    double start = bench_now();
    uint32_t repeat;
    size_t at;

    for (repeat = 0; repeat < place->repeats; repeat++) {
        for (at = 0; at < place->bytes; at += page_bytes) {
            struct ese_page_report report;

            if (ese_page_verify(data + at, page_bytes, first + (uint32_t)(at / page_bytes),
                                &report) != ESE_GOOD) {
                fprintf(stderr, "a good page was judged bad\n");
                exit(1);
            }
        }
    }
    return bench_now() - start;
}

static double time_memcpy(uint8_t *to, const uint8_t *from, const struct place *place)
{
    double start = bench_now();
    uint32_t repeat;

    for (repeat = 0; repeat < place->repeats; repeat++) {
        memcpy(to, from, place->bytes);
        /* Each copy is wanted. */
        __asm__ volatile("" : : "r"(to) : "memory");
    }
    return bench_now() - start;
}

static void measure(const struct ese_kernel *kernel, const uint8_t *data, uint8_t *copy,
                    const struct place *place, size_t page_bytes)
{
    double verify[ROUNDS], plain[ROUNDS];
    double gigabytes = (double)place->bytes * place->repeats / 1e9;
    double verify_time, plain_time;
    char key[64];
    const char *name = key + sizeof("verify_") - 1;
    uint32_t round;

    ese_kernel_use(kernel);
    for (round = 0; round < ROUNDS; round++) {
        size_t at = round % place->slices * place->bytes;

        plain[round] = time_memcpy(copy + at, data + at, place);
        /* Not the slice that the copy has just brought into the cache. */
        at = (round + place->slices / 2) % place->slices * place->bytes;
        verify[round] = time_verify(data + at, place, page_bytes, (uint32_t)(at / page_bytes) + 1);
    }
    snprintf(key, sizeof(key), "verify_%zuk_%s%s%s", page_bytes / 1024, place->name,
             kernel == NULL ? "" : "_", kernel == NULL ? "" : kernel->name);
    bench_print_ratio(key, plain, verify, ROUNDS);
    verify_time = bench_median(verify, ROUNDS);
    plain_time = bench_median(plain, ROUNDS);
    printf("gbs_verify_%s %.1f\ngbs_memcpy_%s %.1f\n", name, gigabytes / verify_time, name,
           gigabytes / plain_time);
    fflush(stdout);
}

int main(void)
{
    uint8_t *data = bench_allocate(MEMORY_BYTES);
    uint8_t *copy = bench_allocate(MEMORY_BYTES);
    size_t page_bytes, i;

    ese_kernel_use(NULL);
    printf("kernel %s\n", ese_kernel()->name);
    for (page_bytes = ESE_PAGE_BYTES_MIN; page_bytes <= ESE_PAGE_BYTES_MAX; page_bytes *= 2) {
        fill(data, MEMORY_BYTES, page_bytes);
        for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
            const struct ese_kernel *const *kernel = ese_kernel_list();

            measure(NULL, data, copy, &places[i], page_bytes);
            /* The others for the usual page size only. */
            for (; page_bytes == 8192 && kernel[0] != NULL && kernel[1] != NULL; kernel++)
                measure(kernel[1], data, copy, &places[i], page_bytes);
        }
    }
    free(data);
    free(copy);
    return 0;
}
