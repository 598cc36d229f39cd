/*
 * fuzz_host.c - the table of all targets.
 */
#include "fuzz_host.h"

#include "fuzz_memory.h"
#include "fuzz_windows.h"

#include <string.h>

const struct fuzz_target *fuzz_host_target(size_t index)
{
    static const struct fuzz_target others[] = {
        {"document", fuzz_document}, {"image", fuzz_image},       {"json", fuzz_json},
        {"lists", fuzz_lists},       {"manifest", fuzz_manifest}, {"map", fuzz_map},
        {"names", fuzz_names},       {"record", fuzz_record},     {"replies", fuzz_replies},
        {"report", fuzz_report},     {"requests", fuzz_requests}, {"settings", fuzz_settings},
        {"texts", fuzz_texts},       {"token", fuzz_token},
    };
    size_t count;
    const struct fuzz_target *of_ese = fuzz_targets(&count);

    if (index < count)
        return &of_ese[index];
    index -= count;
    return index < sizeof(others) / sizeof(others[0]) ? &others[index] : NULL;
}

const struct fuzz_target *fuzz_host_find(const char *name)
{
    const struct fuzz_target *target;
    size_t i;

    for (i = 0; (target = fuzz_host_target(i)) != NULL; i++) {
        if (strcmp(target->name, name) == 0)
            return target;
    }
    return NULL;
}
