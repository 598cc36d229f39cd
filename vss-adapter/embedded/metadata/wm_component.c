/*
 * IVssWMComponent and IVssWMDependency: a component as its writer describes it.
 *
 * Must not know: sessions. The real ones have no interface id of their own: only IUnknown can be
 * asked for.
 */
#include "metadata.h"
#include "embedded/base/wide.h"

#include <stdlib.h>

struct wm_component
{
    IVssWMComponent IVssWMComponent_iface;
    LONG refs;
    struct metadata_holder *holder;
    const struct doc_wm_component *component; /* in the holder's document */
};

static struct wm_component *impl_from_IVssWMComponent(IVssWMComponent *iface)
{
    return CONTAINING_RECORD(iface, struct wm_component, IVssWMComponent_iface);
}

static HRESULT STDMETHODCALLTYPE wm_component_QueryInterface(IVssWMComponent *iface, REFIID iid,
                                                             void **object)
{
    if (!object)
        return E_POINTER;
    if (IsEqualIID(iid, &IID_IUnknown)) {
        *object = iface;
        IVssWMComponent_AddRef(iface);
        return S_OK;
    }
    *object = NULL;
    return E_NOINTERFACE;
}

static ULONG STDMETHODCALLTYPE wm_component_AddRef(IVssWMComponent *iface)
{
    return (ULONG)InterlockedIncrement(&impl_from_IVssWMComponent(iface)->refs);
}

static ULONG STDMETHODCALLTYPE wm_component_Release(IVssWMComponent *iface)
{
    struct wm_component *self = impl_from_IVssWMComponent(iface);
    LONG refs = InterlockedDecrement(&self->refs);

    if (refs == 0) {
        metadata_holder_release(self->holder);
        free(self);
    }
    return (ULONG)refs;
}

static void free_info(VSS_COMPONENTINFO *info)
{
    SysFreeString(info->bstrLogicalPath);
    SysFreeString(info->bstrComponentName);
    SysFreeString(info->bstrCaption);
    CoTaskMemFree(info);
}

static HRESULT STDMETHODCALLTYPE wm_component_GetComponentInfo(IVssWMComponent *iface,
                                                               PVSSCOMPONENTINFO *out)
{
    const struct doc_wm_component *component = impl_from_IVssWMComponent(iface)->component;
    VSS_COMPONENTINFO *info;

    if (!out)
        return E_INVALIDARG;
    *out = NULL;
    info = CoTaskMemAlloc(sizeof(*info));
    if (!info)
        return E_OUTOFMEMORY;
    *info = (VSS_COMPONENTINFO){
        .type = (VSS_COMPONENT_TYPE)component->type,
        .bRestoreMetadata = component->restore_metadata,
        .bNotifyOnBackupComplete = component->notify_on_backup_complete,
        .bSelectable = component->selectable,
        .bSelectableForRestore = component->selectable_for_restore,
        .dwComponentFlags = component->flags,
        .cFileCount = (UINT)component->files.count,
        .cDatabases = (UINT)component->databases.count,
        .cLogFiles = (UINT)component->logs.count,
        .cDependencies = (UINT)component->dependency_count,
    };
    if (FAILED(wide_to_bstr(component->logical_path, &info->bstrLogicalPath)) ||
        FAILED(wide_to_bstr(component->name, &info->bstrComponentName)) ||
        FAILED(wide_to_bstr(component->caption, &info->bstrCaption))) {
        free_info(info);
        return E_OUTOFMEMORY;
    }
    *out = info;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE wm_component_FreeComponentInfo(IVssWMComponent *iface,
                                                                PVSSCOMPONENTINFO info)
{
    (void)iface;
    if (info)
        free_info((VSS_COMPONENTINFO *)(ULONG_PTR)info);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE wm_component_GetFile(IVssWMComponent *iface, UINT index,
                                                      IVssWMFiledesc **file)
{
    struct wm_component *self = impl_from_IVssWMComponent(iface);

    return wm_filedesc_at(self->holder, &self->component->files, index, file);
}

static HRESULT STDMETHODCALLTYPE wm_component_GetDatabaseFile(IVssWMComponent *iface, UINT index,
                                                              IVssWMFiledesc **file)
{
    struct wm_component *self = impl_from_IVssWMComponent(iface);

    return wm_filedesc_at(self->holder, &self->component->databases, index, file);
}

static HRESULT STDMETHODCALLTYPE wm_component_GetDatabaseLogFile(IVssWMComponent *iface, UINT index,
                                                                 IVssWMFiledesc **file)
{
    struct wm_component *self = impl_from_IVssWMComponent(iface);

    return wm_filedesc_at(self->holder, &self->component->logs, index, file);
}

static HRESULT STDMETHODCALLTYPE wm_component_GetDependency(IVssWMComponent *iface, UINT index,
                                                            IVssWMDependency **dependency)
{
    struct wm_component *self = impl_from_IVssWMComponent(iface);

    if (!dependency)
        return E_INVALIDARG;
    *dependency = NULL;
    if (index >= self->component->dependency_count)
        return VSS_E_OBJECT_NOT_FOUND;
    return wm_dependency_create(self->holder, &self->component->dependencies[index], dependency);
}

static const IVssWMComponentVtbl wm_component_vtbl = {
    .QueryInterface = wm_component_QueryInterface,
    .AddRef = wm_component_AddRef,
    .Release = wm_component_Release,
    .GetComponentInfo = wm_component_GetComponentInfo,
    .FreeComponentInfo = wm_component_FreeComponentInfo,
    .GetFile = wm_component_GetFile,
    .GetDatabaseFile = wm_component_GetDatabaseFile,
    .GetDatabaseLogFile = wm_component_GetDatabaseLogFile,
    .GetDependency = wm_component_GetDependency,
};

HRESULT wm_component_create(struct metadata_holder *holder,
                            const struct doc_wm_component *component, IVssWMComponent **out)
{
    struct wm_component *self = calloc(1, sizeof(*self));

    if (!self)
        return E_OUTOFMEMORY;
    self->IVssWMComponent_iface.lpVtbl = &wm_component_vtbl;
    self->refs = 1;
    self->holder = holder;
    self->component = component;
    metadata_holder_addref(holder);
    *out = &self->IVssWMComponent_iface;
    return S_OK;
}

/* --- IVssWMDependency --------------------------------------------------------------------- */

struct wm_dependency
{
    IVssWMDependency IVssWMDependency_iface;
    LONG refs;
    struct metadata_holder *holder;
    const struct doc_dependency *dependency;
};

static struct wm_dependency *impl_from_IVssWMDependency(IVssWMDependency *iface)
{
    return CONTAINING_RECORD(iface, struct wm_dependency, IVssWMDependency_iface);
}

static HRESULT STDMETHODCALLTYPE wm_dependency_QueryInterface(IVssWMDependency *iface, REFIID iid,
                                                              void **object)
{
    if (!object)
        return E_POINTER;
    if (IsEqualIID(iid, &IID_IUnknown)) {
        *object = iface;
        IVssWMDependency_AddRef(iface);
        return S_OK;
    }
    *object = NULL;
    return E_NOINTERFACE;
}

static ULONG STDMETHODCALLTYPE wm_dependency_AddRef(IVssWMDependency *iface)
{
    return (ULONG)InterlockedIncrement(&impl_from_IVssWMDependency(iface)->refs);
}

static ULONG STDMETHODCALLTYPE wm_dependency_Release(IVssWMDependency *iface)
{
    struct wm_dependency *self = impl_from_IVssWMDependency(iface);
    LONG refs = InterlockedDecrement(&self->refs);

    if (refs == 0) {
        metadata_holder_release(self->holder);
        free(self);
    }
    return (ULONG)refs;
}

static HRESULT STDMETHODCALLTYPE wm_dependency_GetWriterId(IVssWMDependency *iface, VSS_ID *id)
{
    if (!id)
        return E_INVALIDARG;
    *id = wide_guid(&impl_from_IVssWMDependency(iface)->dependency->writer_id);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE wm_dependency_GetLogicalPath(IVssWMDependency *iface, BSTR *path)
{
    if (!path)
        return E_INVALIDARG;
    return wide_to_bstr(impl_from_IVssWMDependency(iface)->dependency->logical_path, path);
}

static HRESULT STDMETHODCALLTYPE wm_dependency_GetComponentName(IVssWMDependency *iface, BSTR *name)
{
    if (!name)
        return E_INVALIDARG;
    return wide_to_bstr(impl_from_IVssWMDependency(iface)->dependency->component_name, name);
}

static const IVssWMDependencyVtbl wm_dependency_vtbl = {
    .QueryInterface = wm_dependency_QueryInterface,
    .AddRef = wm_dependency_AddRef,
    .Release = wm_dependency_Release,
    .GetWriterId = wm_dependency_GetWriterId,
    .GetLogicalPath = wm_dependency_GetLogicalPath,
    .GetComponentName = wm_dependency_GetComponentName,
};

HRESULT wm_dependency_create(struct metadata_holder *holder,
                             const struct doc_dependency *dependency, IVssWMDependency **out)
{
    struct wm_dependency *self = calloc(1, sizeof(*self));

    if (!self)
        return E_OUTOFMEMORY;
    self->IVssWMDependency_iface.lpVtbl = &wm_dependency_vtbl;
    self->refs = 1;
    self->holder = holder;
    self->dependency = dependency;
    metadata_holder_addref(holder);
    *out = &self->IVssWMDependency_iface;
    return S_OK;
}
