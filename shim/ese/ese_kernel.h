/*
 * The seam below the checksums: loops over whole blocks, one set per instruction set.
 *
 * Private to shim/ese, its tests and its benchmarks. Knows no pages, numbers or stored sums.
 */
#ifndef NTDSBCLI_ESE_KERNEL_H
#define NTDSBCLI_ESE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ese_kernel_sum
{
    uint32_t exclusive_or; /* of all dwords */
    uint32_t ecc;          /* ready to be stored: H << 16 | L */
};

struct ese_kernel
{
    const char *name; /* "scalar", "sse2", "avx2" */
    /* data: any alignment. bytes: a multiple of 4; no seed, no dword is left out. */
    uint32_t (*exclusive_or)(const uint8_t *data, size_t bytes);
    /* bytes: 2048, 4096 or 8192. skip_bytes: 0 or 8, counted as zero at the block's start. */
    struct ese_kernel_sum (*block)(const uint8_t *data, size_t bytes, size_t skip_bytes);
    /* Any number of bytes; returns at the first piece of the data that is not zero. */
    bool (*is_zero)(const uint8_t *data, size_t bytes);
};

extern const struct ese_kernel ese_kernel_scalar;
#if defined(__x86_64__) || defined(__i386__)
extern const struct ese_kernel ese_kernel_sse2;
extern const struct ese_kernel ese_kernel_avx2; /* and POPCNT */
#endif

/* The set in use: the fastest this processor and its operating system can run. Any thread. */
const struct ese_kernel *ese_kernel(void);

/* All sets that can run here, fastest first, then NULL. */
const struct ese_kernel *const *ese_kernel_list(void);

/* For tests and benchmarks: uses this set from now on; NULL: the fastest again. All sets give the
 * same sums, so calls in other threads meanwhile are right with either. */
void ese_kernel_use(const struct ese_kernel *kernel);

#endif
