/*
 * The door for libFuzzer, of the target that FUZZ_TARGET names.
 */
#include "fuzz_host.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    static const struct fuzz_target *target;

    if (target == NULL)
        target = fuzz_host_find(FUZZ_TARGET);
    if (target == NULL)
        abort();
    target->run(data, bytes);
    return 0;
}
