/*
 * Choice of the checksum loops for the processor at hand.
 *
 * Knows the sets by name only.
 */
#include "ese/ese_kernel.h"

const struct ese_kernel *ese_kernel(void)
{
    return &ese_kernel_scalar;
}
