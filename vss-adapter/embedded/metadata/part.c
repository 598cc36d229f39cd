/*
 * part.c - makes and destroys objects over parts of a writer's document.
 */
#include "part.h"

#include <stdlib.h>
#include <string.h>

HRESULT part_create(struct metadata_holder *holder, const void *item, const void *vtbl, void *out)
{
    struct part *self = unknown_create(sizeof(*self), vtbl);

    if (!self)
        return E_OUTOFMEMORY;
    self->holder = holder;
    self->item = item;
    metadata_holder_addref(holder);
    memcpy(out, &self, sizeof(self));
    return S_OK;
}

void part_destroy(void *object)
{
    struct part *self = object;

    metadata_holder_release(self->holder);
    free(self);
}
