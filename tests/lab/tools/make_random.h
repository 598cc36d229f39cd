/*
 * Deterministic random numbers (SplitMix64): the same seed makes the same files anywhere.
 */
#ifndef NTDSBCLI_LAB_MAKE_RANDOM_H
#define NTDSBCLI_LAB_MAKE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t make_random(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static inline void make_random_fill(uint64_t *state, uint8_t *to, size_t bytes)
{
    uint64_t word = 0;
    size_t i;

    for (i = 0; i < bytes; i++) {
        if (i % 8 == 0)
            word = make_random(state);
        to[i] = (uint8_t)(word >> (8 * (i % 8)));
    }
}

#endif
