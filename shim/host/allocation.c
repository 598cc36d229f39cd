/*
 * allocation.c - remembers what was handed out, so that a foreign pointer cannot crash the host.
 */
#include "allocation.h"

#include <windows.h>
#include <stdint.h>
#include <stdlib.h>

#define BUCKET_COUNT 256

struct allocation
{
    struct allocation *next;
    void *memory;
};

static struct
{
    SRWLOCK lock; /* guards the lists */
    struct allocation *buckets[BUCKET_COUNT];
} table = {.lock = SRWLOCK_INIT};

static struct allocation **bucket_of(const void *memory)
{
    return &table.buckets[((uintptr_t)memory >> 4) % BUCKET_COUNT];
}

void *allocation_create(size_t byte_count)
{
    struct allocation *made = malloc(sizeof(*made));
    void *memory = malloc(byte_count);
    struct allocation **bucket;

    if (!made || !memory) {
        free(made);
        free(memory);
        return NULL;
    }
    made->memory = memory;
    bucket = bucket_of(memory);
    AcquireSRWLockExclusive(&table.lock);
    made->next = *bucket;
    *bucket = made;
    ReleaseSRWLockExclusive(&table.lock);
    return memory;
}

void allocation_free(void *memory)
{
    struct allocation **link = bucket_of(memory);
    struct allocation *found = NULL;

    AcquireSRWLockExclusive(&table.lock);
    while (*link && (*link)->memory != memory)
        link = &(*link)->next;
    if (*link) {
        found = *link;
        *link = found->next;
    }
    ReleaseSRWLockExclusive(&table.lock);
    if (found) {
        free(found->memory);
        free(found);
    }
}
