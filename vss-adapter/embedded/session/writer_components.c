/*
 * IVssWriterComponentsExt.
 *
 * Microsoft's interface derives from IVssWriterComponents, which has no base, and from IUnknown:
 * the object begins with two table pointers. MinGW's header knows the first only; programs release
 * the object through the second, one pointer further on. Must not know: sessions.
 */
#include "component.h"
#include "embedded/base/wide.h"

#include <stddef.h>
#include <stdlib.h>

struct writer_components
{
    IVssWriterComponentsExt IVssWriterComponentsExt_iface;
    IUnknown IUnknown_iface;
    LONG refs;
    struct components_copy *copy;
};

_Static_assert(offsetof(struct writer_components, IVssWriterComponentsExt_iface) == 0,
               "first table pointer");
_Static_assert(offsetof(struct writer_components, IUnknown_iface) == sizeof(void *),
               "second table pointer");

static struct writer_components *impl_from_Ext(IVssWriterComponentsExt *iface)
{
    return CONTAINING_RECORD(iface, struct writer_components, IVssWriterComponentsExt_iface);
}

static struct writer_components *impl_from_IUnknown(IUnknown *iface)
{
    return CONTAINING_RECORD(iface, struct writer_components, IUnknown_iface);
}

void components_copy_release(struct components_copy *copy)
{
    if (InterlockedDecrement(&copy->refs) > 0)
        return;
    doc_writer_components_fini(&copy->writer);
    free(copy);
}

static HRESULT STDMETHODCALLTYPE unknown_QueryInterface(IUnknown *iface, REFIID iid, void **object)
{
    if (!object)
        return E_POINTER;
    if (IsEqualIID(iid, &IID_IUnknown)) {
        *object = iface;
        IUnknown_AddRef(iface);
        return S_OK;
    }
    *object = NULL;
    return E_NOINTERFACE;
}

static ULONG STDMETHODCALLTYPE unknown_AddRef(IUnknown *iface)
{
    return (ULONG)InterlockedIncrement(&impl_from_IUnknown(iface)->refs);
}

static ULONG STDMETHODCALLTYPE unknown_Release(IUnknown *iface)
{
    struct writer_components *self = impl_from_IUnknown(iface);
    LONG refs = InterlockedDecrement(&self->refs);

    if (refs == 0) {
        components_copy_release(self->copy);
        free(self);
    }
    return (ULONG)refs;
}

static const IUnknownVtbl unknown_vtbl = {
    .QueryInterface = unknown_QueryInterface,
    .AddRef = unknown_AddRef,
    .Release = unknown_Release,
};

static HRESULT STDMETHODCALLTYPE ext_GetComponentCount(IVssWriterComponentsExt *iface, UINT *count)
{
    if (!count)
        return E_INVALIDARG;
    *count = (UINT)impl_from_Ext(iface)->copy->writer.component_count;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE ext_GetWriterInfo(IVssWriterComponentsExt *iface, VSS_ID *instance,
                                                   VSS_ID *writer)
{
    const struct doc_writer_components *components = &impl_from_Ext(iface)->copy->writer;

    if (!instance || !writer)
        return E_INVALIDARG;
    *instance = wide_guid(&components->instance_id);
    *writer = wide_guid(&components->writer_id);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE ext_GetComponent(IVssWriterComponentsExt *iface, UINT index,
                                                  IVssComponent **component)
{
    struct writer_components *self = impl_from_Ext(iface);

    if (!component)
        return E_INVALIDARG;
    *component = NULL;
    if (index >= self->copy->writer.component_count)
        return VSS_E_OBJECT_NOT_FOUND;
    return component_create(self->copy, &self->copy->writer.components[index], component);
}

static const IVssWriterComponentsExtVtbl ext_vtbl = {
    .GetComponentCount = ext_GetComponentCount,
    .GetWriterInfo = ext_GetWriterInfo,
    .GetComponent = ext_GetComponent,
};

HRESULT writer_components_create(const struct doc_writer_components *writer,
                                 IVssWriterComponentsExt **out)
{
    struct writer_components *self = calloc(1, sizeof(*self));
    struct components_copy *copy = calloc(1, sizeof(*copy));

    if (!self || !copy || !doc_writer_components_copy(&copy->writer, writer)) {
        free(copy);
        free(self);
        return E_OUTOFMEMORY;
    }
    copy->refs = 1;
    self->IVssWriterComponentsExt_iface.lpVtbl = &ext_vtbl;
    self->IUnknown_iface.lpVtbl = &unknown_vtbl;
    self->refs = 1;
    self->copy = copy;
    *out = &self->IVssWriterComponentsExt_iface;
    return S_OK;
}
