/*
 * Clocks and medians for the benchmarks.
 *
 * Knows nothing of what is measured. Any thread; nothing is kept.
 */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include <stddef.h>
#include <stdint.h>

/* Seconds from any moment on. */
double bench_now(void);

/* Of one or more values; sorts them. */
double bench_median(double *values, size_t count);

/* Prints "KEY MEDIAN LOWEST HIGHEST" of one or more values; sorts them. */
void bench_print(const char *key, double *values, size_t count);

/*
 * Prints the same of peer[i] / own[i], what `own` costs in units of `peer`, which were measured in
 * turns. Load that comes and goes meets both sides of a turn, and so cancels, as it would not in a
 * ratio of two medians. One or more turns; the arrays are unchanged.
 */
void bench_print_ratio(const char *key, const double *peer, const double *own, size_t count);

/* Memory from the system, touched, so that the first use costs what the others do; ends the program
 * where there is none. */
uint8_t *bench_allocate(size_t bytes);

/* Ends the program unless CODE is 0, an HRESULT. */
void bench_check(const char *what, long code);

#endif
