/*
 * handle_table.c - index and generation in 32 bits, mixed with a secret of the process, so that
 * another process's handle does not fit here.
 */
#include "handle_table.h"

#include "system_crypt.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define INDEX_BITS      12u
#define INDEX_MASK      ((1u << INDEX_BITS) - 1)
#define GENERATION_MASK ((1u << (32 - INDEX_BITS)) - 1)
#define SLOT_LIMIT      INDEX_MASK /* index 0 is never used: no handle is plain zero bits */

struct slot
{
    struct handle_object *object;
    uint32_t generation;
};

static struct
{
    SRWLOCK lock; /* guards all below */
    struct slot *slots;
    uint32_t slot_count;
    uint32_t secret;
    bool has_secret;
} table = {.lock = SRWLOCK_INIT};

/* With the lock held exclusively. */
static void make_secret(void)
{
    if (table.has_secret)
        return;
    if (system_crypt_random(&table.secret, sizeof(table.secret)) != S_OK)
        table.secret = GetCurrentProcessId() * 2654435761u ^ GetTickCount();
    table.has_secret = true;
}

static void *encode(uint32_t index, uint32_t generation)
{
    return (void *)(uintptr_t)((index | generation << INDEX_BITS) ^ table.secret);
}

/* With the lock held. */
static struct slot *decode(void *handle, unsigned int kinds)
{
    uintptr_t value = (uintptr_t)handle;
    uint32_t plain = (uint32_t)value ^ table.secret;
    uint32_t index = plain & INDEX_MASK;
    struct slot *slot;

    if (!handle || value > UINT32_MAX || index >= table.slot_count)
        return NULL;
    slot = &table.slots[index];
    if (!slot->object || slot->generation != plain >> INDEX_BITS)
        return NULL;
    return (unsigned int)slot->object->kind & kinds ? slot : NULL;
}

/* With the lock held exclusively. 0: no room. */
static uint32_t find_free(void)
{
    struct slot *grown;
    uint32_t wanted, i;

    for (i = 1; i < table.slot_count; i++) {
        if (!table.slots[i].object)
            return i;
    }
    if (table.slot_count >= SLOT_LIMIT)
        return 0;
    wanted = table.slot_count ? table.slot_count * 2 : 16;
    if (wanted > SLOT_LIMIT)
        wanted = SLOT_LIMIT;
    grown = realloc(table.slots, wanted * sizeof(*grown));
    if (!grown)
        return 0;
    i = table.slot_count ? table.slot_count : 1;
    memset(grown + table.slot_count, 0, (wanted - table.slot_count) * sizeof(*grown));
    table.slots = grown;
    table.slot_count = wanted;
    return i;
}

void *handle_table_add(struct handle_object *object)
{
    void *handle = NULL;
    struct slot *slot;
    uint32_t index;

    AcquireSRWLockExclusive(&table.lock);
    make_secret();
    index = find_free();
    if (index) {
        slot = &table.slots[index];
        do {
            slot->generation = (slot->generation + 1) & GENERATION_MASK;
            handle = encode(index, slot->generation);
        } while (!handle);
        slot->object = object;
    }
    ReleaseSRWLockExclusive(&table.lock);
    return handle;
}

struct handle_object *handle_table_acquire(void *handle, unsigned int kinds)
{
    struct handle_object *object = NULL;
    struct slot *slot;

    AcquireSRWLockShared(&table.lock);
    slot = decode(handle, kinds);
    if (slot) {
        object = slot->object;
        InterlockedIncrement(&object->references);
    }
    ReleaseSRWLockShared(&table.lock);
    return object;
}

struct handle_object *handle_table_remove(void *handle, unsigned int kinds)
{
    struct handle_object *object = NULL;
    struct slot *slot;

    AcquireSRWLockExclusive(&table.lock);
    slot = decode(handle, kinds);
    if (slot) {
        object = slot->object;
        slot->object = NULL;
    }
    ReleaseSRWLockExclusive(&table.lock);
    return object;
}

void handle_object_release(struct handle_object *object)
{
    if (InterlockedDecrement(&object->references) == 0)
        object->destroy(object);
}

size_t handle_table_close(void)
{
    struct slot *slots;
    uint32_t slot_count;
    size_t count = 0;
    uint32_t i;

    AcquireSRWLockExclusive(&table.lock);
    slots = table.slots;
    slot_count = table.slot_count;
    table.slots = NULL;
    table.slot_count = 0;
    ReleaseSRWLockExclusive(&table.lock);
    for (i = 0; i < slot_count; i++) {
        struct handle_object *object = slots[i].object;

        if (object) {
            object->hang_up(object);
            handle_object_release(object);
            count++;
        }
    }
    free(slots);
    return count;
}
