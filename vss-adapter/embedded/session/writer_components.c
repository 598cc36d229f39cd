/*
 * writer_components.c - IVssWriterComponentsExt: a writer's components in a backup document.
 *
 * Microsoft's interface derives from IVssWriterComponents, which has no base, and from IUnknown:
 * the object begins with two table pointers. MinGW's header knows the first only; programs release
 * the object through the second, one pointer further on.
 */
#include "component.h"
#include "embedded/base/unknown.h"
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

static struct components_copy *copy_of(IVssWriterComponentsExt *iface)
{
    return CONTAINING_RECORD(iface, struct writer_components, IVssWriterComponentsExt_iface)->copy;
}

void components_copy_release(struct components_copy *copy)
{
    if (InterlockedDecrement(&copy->refs) > 0)
        return;
    doc_writer_components_fini(&copy->writer);
    free(copy);
}

static void writer_components_destroy(void *object)
{
    struct writer_components *self =
        CONTAINING_RECORD(object, struct writer_components, IUnknown_iface);

    components_copy_release(self->copy);
    free(self);
}

UNKNOWN_METHODS(IUnknown, counted, NULL, writer_components_destroy)

static const IUnknownVtbl counted_vtbl = {
    .QueryInterface = counted_QueryInterface,
    .AddRef = counted_AddRef,
    .Release = counted_Release,
};

static HRESULT STDMETHODCALLTYPE ext_GetComponentCount(IVssWriterComponentsExt *iface, UINT *count)
{
    if (!count)
        return E_INVALIDARG;
    *count = (UINT)copy_of(iface)->writer.component_count;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE ext_GetWriterInfo(IVssWriterComponentsExt *iface, VSS_ID *instance,
                                                   VSS_ID *writer)
{
    const struct doc_writer_components *components = &copy_of(iface)->writer;

    if (!instance || !writer)
        return E_INVALIDARG;
    *instance = wide_guid(&components->instance_id);
    *writer = wide_guid(&components->writer_id);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE ext_GetComponent(IVssWriterComponentsExt *iface, UINT index,
                                                  IVssComponent **component)
{
    struct components_copy *copy = copy_of(iface);

    if (!component)
        return E_INVALIDARG;
    *component = NULL;
    if (index >= copy->writer.component_count)
        return VSS_E_OBJECT_NOT_FOUND;
    return component_create(copy, &copy->writer.components[index], component);
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
    self->IUnknown_iface.lpVtbl = &counted_vtbl;
    self->refs = 1;
    self->copy = copy;
    *out = &self->IVssWriterComponentsExt_iface;
    return S_OK;
}
