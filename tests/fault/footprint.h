/*
 * footprint.h - what this process holds of the system: handles, threads, memory.
 */
#ifndef FAULT_FOOTPRINT_H
#define FAULT_FOOTPRINT_H

#include "aftermath.h"

#include <stdint.h>

struct footprint
{
    DWORD handle_count;
    unsigned int thread_count;
    uint64_t heap_bytes;      /* in use, of all heaps */
    uint64_t committed_bytes; /* of the process */
};

/* How many handles this process has; the program ends where that cannot be told. */
DWORD footprint_handles(void);

/* Bytes in use of one heap, without the first block of each of its regions. */
uint64_t footprint_heap(HANDLE heap);

void footprint_take(struct footprint *footprint);

/* One line: both, side by side. */
void footprint_print(const struct footprint *before, const struct footprint *after);

/*
 * Whether after holds no more than before: not one handle or thread, and of memory heap_bytes at
 * most. False with a reason.
 */
bool footprint_is_flat(const struct footprint *before, const struct footprint *after,
                       uint64_t heap_bytes, char reason[REASON_CHARS]);

/* Looks through all heaps for damage. */
bool footprint_heaps_are_sound(void);

#endif
