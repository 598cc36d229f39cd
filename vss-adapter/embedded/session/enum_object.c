/*
 * enum_object.c - hands out the properties of a provider, or of shadows.
 */
#include "enum_object.h"
#include "embedded/base/unknown.h"
#include "embedded/base/wide.h"

#include <stdlib.h>
#include <string.h>

struct enum_object
{
    IVssEnumObject IVssEnumObject_iface;
    LONG refs;
    struct shadow *shadows; /* NULL with one item: the provider */
    size_t count;
    size_t position;
};

static HRESULT create(struct shadow *shadows, size_t count, size_t position, IVssEnumObject **out);

static struct enum_object *impl_from_IVssEnumObject(IVssEnumObject *iface)
{
    return CONTAINING_RECORD(iface, struct enum_object, IVssEnumObject_iface);
}

static void enum_destroy(void *object)
{
    struct enum_object *self = object;

    free(self->shadows);
    free(self);
}

static const IID *const enum_iids[] = {&IID_IVssEnumObject, NULL};

UNKNOWN_METHODS(IVssEnumObject, enum, enum_iids, enum_destroy)

static HRESULT fill_provider(VSS_PROVIDER_PROP *prop)
{
    /* Ours: the version and the class of this provider. */
    static const GUID version_id = {
        0x6f9c0c1e, 0x5f0b, 0x4d0e, {0x9a, 0x53, 0x33, 0x0c, 0x7d, 0x1b, 0x52, 0x01}};
    static const GUID class_id = {
        0x6f9c0c1e, 0x5f0b, 0x4d0e, {0x9a, 0x53, 0x33, 0x0c, 0x7d, 0x1b, 0x52, 0x02}};

    prop->m_ProviderId = shadow_provider_id;
    prop->m_eProviderType = VSS_PROV_SYSTEM;
    prop->m_ProviderVersionId = version_id;
    prop->m_ClassId = class_id;
    prop->m_pwszProviderName = wide_task_copy(L"Embedded shadow copy provider");
    prop->m_pwszProviderVersion = wide_task_copy(L"1.0");
    if (prop->m_pwszProviderName && prop->m_pwszProviderVersion)
        return S_OK;
    CoTaskMemFree(prop->m_pwszProviderName);
    CoTaskMemFree(prop->m_pwszProviderVersion);
    memset(prop, 0, sizeof(*prop));
    return E_OUTOFMEMORY;
}

static HRESULT fill(const struct enum_object *self, size_t index, VSS_OBJECT_PROP *prop)
{
    memset(prop, 0, sizeof(*prop));
    if (!self->shadows) {
        prop->Type = VSS_OBJECT_PROVIDER;
        return fill_provider(&prop->Obj.Prov);
    }
    prop->Type = VSS_OBJECT_SNAPSHOT;
    return shadow_properties(&self->shadows[index], &prop->Obj.Snap);
}

static HRESULT STDMETHODCALLTYPE enum_Next(IVssEnumObject *iface, ULONG wanted,
                                           VSS_OBJECT_PROP *items, ULONG *fetched)
{
    struct enum_object *self = impl_from_IVssEnumObject(iface);
    ULONG given = 0;
    HRESULT hr = S_OK;

    if (fetched)
        *fetched = 0;
    if (!items || (!fetched && wanted != 1))
        return E_INVALIDARG;
    while (given < wanted && self->position < self->count && SUCCEEDED(hr)) {
        hr = fill(self, self->position, &items[given]);
        if (SUCCEEDED(hr)) {
            self->position++;
            given++;
        }
    }
    if (fetched)
        *fetched = given;
    if (FAILED(hr))
        return hr;
    return given == wanted ? S_OK : S_FALSE;
}

static HRESULT STDMETHODCALLTYPE enum_Skip(IVssEnumObject *iface, ULONG count)
{
    struct enum_object *self = impl_from_IVssEnumObject(iface);
    size_t left = self->count - self->position;

    self->position += count < left ? count : left;
    return count <= left ? S_OK : S_FALSE;
}

static HRESULT STDMETHODCALLTYPE enum_Reset(IVssEnumObject *iface)
{
    impl_from_IVssEnumObject(iface)->position = 0;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE enum_Clone(IVssEnumObject *iface, IVssEnumObject **out)
{
    struct enum_object *self = impl_from_IVssEnumObject(iface);
    struct shadow *copy = NULL;

    if (!out)
        return E_INVALIDARG;
    *out = NULL;
    if (self->shadows) {
        copy = malloc(self->count * sizeof(*copy));
        if (!copy)
            return E_OUTOFMEMORY;
        memcpy(copy, self->shadows, self->count * sizeof(*copy));
    }
    return create(copy, self->count, self->position, out);
}

static const IVssEnumObjectVtbl enum_vtbl = {
    .QueryInterface = enum_QueryInterface,
    .AddRef = enum_AddRef,
    .Release = enum_Release,
    .Next = enum_Next,
    .Skip = enum_Skip,
    .Reset = enum_Reset,
    .Clone = enum_Clone,
};

/* Takes ownership of shadows. */
static HRESULT create(struct shadow *shadows, size_t count, size_t position, IVssEnumObject **out)
{
    struct enum_object *self = unknown_create(sizeof(*self), &enum_vtbl);

    if (!self) {
        free(shadows);
        return E_OUTOFMEMORY;
    }
    self->shadows = shadows;
    self->count = count;
    self->position = position;
    *out = &self->IVssEnumObject_iface;
    return S_OK;
}

HRESULT enum_object_create_shadows(struct shadow *shadows, size_t count, IVssEnumObject **out)
{
    return create(shadows, count, 0, out);
}

HRESULT enum_object_create_provider(IVssEnumObject **out)
{
    return create(NULL, 1, 0, out);
}
