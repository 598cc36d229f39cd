/*
 * The seam below the checksums: loops over whole blocks, one set per instruction set.
 *
 * Private to shim/ese. Knows no pages, numbers or stored sums. A new set (SSE2, AVX2) is one more
 * source file with a `const struct ese_kernel`, and one line in ese_kernel().
 */
#ifndef NTDSBCLI_ESE_KERNEL_H
#define NTDSBCLI_ESE_KERNEL_H

#include <stddef.h>
#include <stdint.h>

struct ese_kernel_sum
{
    uint32_t exclusive_or; /* of all dwords */
    uint32_t ecc;          /* ready to be stored: H << 16 | L */
};

struct ese_kernel
{
    const char *name;
    /* data: any alignment. bytes: a multiple of 4; no seed, no dword is left out. */
    uint32_t (*exclusive_or)(const uint8_t *data, size_t bytes);
    /* bytes: 2048, 4096 or 8192. skip_bytes: 0 or 8, counted as zero at the block's start. */
    struct ese_kernel_sum (*block)(const uint8_t *data, size_t bytes, size_t skip_bytes);
};

extern const struct ese_kernel ese_kernel_scalar;

/* The fastest set this processor can run. Any thread. */
const struct ese_kernel *ese_kernel(void);

#endif
