/*
 * unknown.c - counts references and compares interface ids.
 */
#include "unknown.h"

#include <stdbool.h>
#include <stdlib.h>

void *unknown_create(size_t bytes, const void *vtbl)
{
    struct unknown *self = calloc(1, bytes);

    if (!self)
        return NULL;
    self->IUnknown_iface.lpVtbl = vtbl;
    self->refs = 1;
    return self;
}

HRESULT unknown_query(void *object, const IID *const *iids, REFIID iid, void **out)
{
    bool known = IsEqualIID(iid, &IID_IUnknown);

    if (!out)
        return E_POINTER;
    for (; !known && iids && *iids; iids++)
        known = IsEqualIID(iid, *iids);
    *out = known ? object : NULL;
    if (!known)
        return E_NOINTERFACE;
    unknown_add_ref(object);
    return S_OK;
}

ULONG unknown_add_ref(void *object)
{
    struct unknown *self = object;

    return (ULONG)InterlockedIncrement(&self->refs);
}

ULONG unknown_release(void *object, void (*destroy)(void *object))
{
    struct unknown *self = object;
    LONG refs = InterlockedDecrement(&self->refs);

    if (!refs)
        destroy(object);
    return (ULONG)refs;
}
