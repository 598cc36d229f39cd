/*
 * fuzz_promise.h - how a target says what must hold.
 */
#ifndef TESTS_FUZZ_PROMISE_H
#define TESTS_FUZZ_PROMISE_H

#include <stdio.h>
#include <stdlib.h>

#define PROMISE(what)                                                                              \
    do {                                                                                           \
        if (!(what)) {                                                                             \
            fprintf(stderr, "fuzz: broken: %s\n", #what);                                          \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

#endif
