/*
 * array.c - doubles, so that adding n items costs n.
 */
#include "array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 8u

bool array_grow(void *items, size_t *capacity, size_t count, size_t item_bytes)
{
    size_t wanted = *capacity ? *capacity * 2 : FIRST_CAPACITY;
    void *present, *grown;

    if (count < *capacity)
        return true;
    if (wanted > SIZE_MAX / item_bytes)
        return false;
    /* A pointer to any type, which is why items is a void *. */
    memcpy(&present, items, sizeof(present));
    grown = realloc(present, wanted * item_bytes);
    if (!grown)
        return false;
    memcpy(items, &grown, sizeof(grown));
    *capacity = wanted;
    return true;
}
