/*
 * part.h - COM objects over a writer's document or a part of it, which they keep alive.
 */
#ifndef NTDSBCLI_EMBEDDED_PART_H
#define NTDSBCLI_EMBEDDED_PART_H

#include "embedded/base/unknown.h"
#include "metadata.h"

struct part
{
    struct unknown unknown; /* with the interface's own table */
    struct metadata_holder *holder;
    const void *item; /* in the holder's document; NULL: all of it */
};

/* New object with this table; takes a reference to the holder. *out is the interface. */
HRESULT part_create(struct metadata_holder *holder, const void *item, const void *vtbl, void *out);
void part_destroy(void *object);

#endif
