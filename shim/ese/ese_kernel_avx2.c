/*
 * Checksum loops for AVX2: vectors of 32 bytes.
 *
 * Built with -mavx2 -mpopcnt; called only where processor and operating system have them.
 */
#if defined(__x86_64__) || defined(__i386__)

#define VECTOR_BYTES 32u
#include "ese_kernel_tree.h"

const struct ese_kernel ese_kernel_avx2 = {
    .name = "avx2",
    .exclusive_or = tree_exclusive_or,
    .block = tree_block,
    .is_zero = tree_is_zero,
};

#endif
