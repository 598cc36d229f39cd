/*
 * unknown.h - IUnknown for all COM objects.
 */
#ifndef NTDSBCLI_EMBEDDED_UNKNOWN_H
#define NTDSBCLI_EMBEDDED_UNKNOWN_H

#include <windows.h>
#include <ole2.h>

/* The first member of an object's structure. */
struct unknown
{
    IUnknown IUnknown_iface; /* or any other interface */
    LONG refs;
};

/* New zeroed object of this size with one reference; free it with free. NULL: out of memory. */
void *unknown_create(size_t bytes, const void *vtbl);

/* iids: the interfaces beside IUnknown, ended by NULL; NULL: none. */
HRESULT unknown_query(void *object, const IID *const *iids, REFIID iid, void **out);
ULONG unknown_add_ref(void *object);
/* destroy: called with the object if this was the last reference. */
ULONG unknown_release(void *object, void (*destroy)(void *object));

/* Defines the first three methods of an interface. */
#define UNKNOWN_METHODS(interface, prefix, iids, destroy)                                          \
    static HRESULT STDMETHODCALLTYPE prefix##_QueryInterface(interface *iface, REFIID iid,         \
                                                             void **out)                           \
    {                                                                                              \
        return unknown_query(iface, iids, iid, out);                                               \
    }                                                                                              \
    static ULONG STDMETHODCALLTYPE prefix##_AddRef(interface *iface)                               \
    {                                                                                              \
        return unknown_add_ref(iface);                                                             \
    }                                                                                              \
    static ULONG STDMETHODCALLTYPE prefix##_Release(interface *iface)                              \
    {                                                                                              \
        return unknown_release(iface, destroy);                                                    \
    }

#endif
