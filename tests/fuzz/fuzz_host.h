/*
 * fuzz_host.h - every target there is, by its name. On the host only.
 */
#ifndef TESTS_FUZZ_HOST_H
#define TESTS_FUZZ_HOST_H

#include "fuzz_targets.h"

/* The index-th target, of the ESE files or another; NULL past the last. */
const struct fuzz_target *fuzz_host_target(size_t index);

/* NULL: there is none of that name. */
const struct fuzz_target *fuzz_host_find(const char *name);

#endif
