/*
 * Checksum loops for SSE2: vectors of 16 bytes.
 *
 * Built with -msse2; called only where the processor has it.
 */
#if defined(__x86_64__) || defined(__i386__)

#define VECTOR_BYTES 16u
#include "ese_kernel_tree.h"

const struct ese_kernel ese_kernel_sse2 = {
    .name = "sse2",
    .exclusive_or = tree_exclusive_or,
    .block = tree_block,
    .is_zero = tree_is_zero,
};

#endif
