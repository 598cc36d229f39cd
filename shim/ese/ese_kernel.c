/*
 * Choice of the checksum loops for the processor at hand.
 *
 * Knows the sets by name only.
 */
#include "ese_kernel.h"

#define KERNEL_COUNT_MAX 3u

/* Set once and read by any thread; whoever is first finds the same as whoever is second. */
static const struct ese_kernel *in_use;

static const struct ese_kernel *fastest(void)
{
#if defined(__x86_64__) || defined(__i386__)
    /* CPUID, and for AVX2 also whether the operating system saves the wide registers. */
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt"))
        return &ese_kernel_avx2;
    if (__builtin_cpu_supports("sse2"))
        return &ese_kernel_sse2;
#endif
    return &ese_kernel_scalar;
}

const struct ese_kernel *const *ese_kernel_list(void)
{
    static const struct ese_kernel *const lists[KERNEL_COUNT_MAX][KERNEL_COUNT_MAX + 1] = {
#if defined(__x86_64__) || defined(__i386__)
        {&ese_kernel_avx2, &ese_kernel_sse2, &ese_kernel_scalar},
        {&ese_kernel_sse2, &ese_kernel_scalar},
#endif
        {&ese_kernel_scalar},
    };
    const struct ese_kernel *first = fastest();
    size_t i = 0;

    while (lists[i][0] != first)
        i++;
    return lists[i];
}

const struct ese_kernel *ese_kernel(void)
{
    const struct ese_kernel *kernel = __atomic_load_n(&in_use, __ATOMIC_RELAXED);

    if (kernel == NULL) {
        kernel = fastest();
        __atomic_store_n(&in_use, kernel, __ATOMIC_RELAXED);
    }
    return kernel;
}

void ese_kernel_use(const struct ese_kernel *kernel)
{
    __atomic_store_n(&in_use, kernel, __ATOMIC_RELAXED);
}
