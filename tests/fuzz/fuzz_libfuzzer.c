/*
 * The door for libFuzzer: the first byte chooses the target.
 */
#include "fuzz_targets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    size_t count;
    const struct fuzz_target *targets = fuzz_targets(&count);

    if (bytes > 0)
        targets[data[0] % count].run(data + 1, bytes - 1);
    return 0;
}
