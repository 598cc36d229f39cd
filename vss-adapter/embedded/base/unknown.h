/*
 * unknown.h - the part that all COM objects have in common: IUnknown.
 */
#ifndef NTDSBCLI_EMBEDDED_UNKNOWN_H
#define NTDSBCLI_EMBEDDED_UNKNOWN_H

#include <windows.h>
#include <ole2.h>

/* What the structure of an object, or of its interface that counts, begins with. */
struct unknown
{
    IUnknown IUnknown_iface; /* or any other interface */
    LONG refs;
};

/* New zeroed object of so many bytes with one reference; free it with free. NULL: out of memory. */
void *unknown_create(size_t bytes, const void *vtbl);

/* iids: the interfaces beside IUnknown, ended by NULL; NULL: none. */
HRESULT unknown_query(void *object, const IID *const *iids, REFIID iid, void **out);
ULONG unknown_add_ref(void *object);
/* destroy: called with the object when the last reference goes. */
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
