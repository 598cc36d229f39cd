/*
 * Clocks and medians for the benchmarks.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#include <windows.h>

double bench_now(void)
{
    LARGE_INTEGER count, frequency;

    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    return (double)count.QuadPart / (double)frequency.QuadPart;
}
#else
#include <time.h>

double bench_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
#endif

static int compare(const void *left, const void *right)
{
    const double *a = left;
    const double *b = right;

    return (*a > *b) - (*a < *b);
}

double bench_median(double *values, size_t count)
{
    qsort(values, count, sizeof(*values), compare);
    return count % 2 != 0 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

void bench_print(const char *key, double *values, size_t count)
{
    double median = bench_median(values, count);

    printf("%s %.3f %.3f %.3f\n", key, median, values[0], values[count - 1]);
    fflush(stdout);
}

void bench_print_ratio(const char *key, const double *peer, const double *own, size_t count)
{
    double *ratios = malloc(count * sizeof(*ratios));
    size_t i;

    if (ratios == NULL) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
    for (i = 0; i < count; i++)
        ratios[i] = peer[i] / own[i];
    bench_print(key, ratios, count);
    free(ratios);
}

uint8_t *bench_allocate(size_t bytes)
{
    uint8_t *memory = malloc(bytes);

    if (memory == NULL) {
        fprintf(stderr, "out of memory: %zu bytes\n", bytes);
        exit(1);
    }
    memset(memory, 1, bytes);
    return memory;
}

void bench_check(const char *what, long code)
{
    if (code == 0)
        return;
    fprintf(stderr, "bench: %s: 0x%08lX\n", what, (unsigned long)code);
    exit(1);
}
