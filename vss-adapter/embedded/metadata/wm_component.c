/*
 * wm_component.c - IVssWMComponent and IVssWMDependency: a component as its writer describes it.
 */
#include "embedded/base/wide.h"
#include "metadata.h"
#include "part.h"

/* --- IVssWMDependency --------------------------------------------------------------------- */

static const struct doc_dependency *dependency_of(IVssWMDependency *iface)
{
    return ((struct part *)(void *)iface)->item;
}

UNKNOWN_METHODS(IVssWMDependency, wm_dependency, NULL, part_destroy)

static HRESULT STDMETHODCALLTYPE wm_dependency_GetWriterId(IVssWMDependency *iface, VSS_ID *id)
{
    if (!id)
        return E_INVALIDARG;
    *id = wide_guid(&dependency_of(iface)->writer_id);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE wm_dependency_GetLogicalPath(IVssWMDependency *iface, BSTR *path)
{
    return path ? wide_to_bstr(dependency_of(iface)->logical_path, path) : E_INVALIDARG;
}

static HRESULT STDMETHODCALLTYPE wm_dependency_GetComponentName(IVssWMDependency *iface, BSTR *name)
{
    return name ? wide_to_bstr(dependency_of(iface)->component_name, name) : E_INVALIDARG;
}

static const IVssWMDependencyVtbl wm_dependency_vtbl = {
    .QueryInterface = wm_dependency_QueryInterface,
    .AddRef = wm_dependency_AddRef,
    .Release = wm_dependency_Release,
    .GetWriterId = wm_dependency_GetWriterId,
    .GetLogicalPath = wm_dependency_GetLogicalPath,
    .GetComponentName = wm_dependency_GetComponentName,
};

/* --- IVssWMComponent ---------------------------------------------------------------------- */

static struct part *part_of(IVssWMComponent *iface)
{
    return (struct part *)(void *)iface;
}

static const struct doc_wm_component *component_of(IVssWMComponent *iface)
{
    return part_of(iface)->item;
}

UNKNOWN_METHODS(IVssWMComponent, wm_component, NULL, part_destroy)

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
    const struct doc_wm_component *component = component_of(iface);
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
    return wm_filedesc_at(part_of(iface)->holder, &component_of(iface)->files, index, file);
}

static HRESULT STDMETHODCALLTYPE wm_component_GetDatabaseFile(IVssWMComponent *iface, UINT index,
                                                              IVssWMFiledesc **file)
{
    return wm_filedesc_at(part_of(iface)->holder, &component_of(iface)->databases, index, file);
}

static HRESULT STDMETHODCALLTYPE wm_component_GetDatabaseLogFile(IVssWMComponent *iface, UINT index,
                                                                 IVssWMFiledesc **file)
{
    return wm_filedesc_at(part_of(iface)->holder, &component_of(iface)->logs, index, file);
}

static HRESULT STDMETHODCALLTYPE wm_component_GetDependency(IVssWMComponent *iface, UINT index,
                                                            IVssWMDependency **dependency)
{
    const struct doc_wm_component *component = component_of(iface);

    if (!dependency)
        return E_INVALIDARG;
    *dependency = NULL;
    if (index >= component->dependency_count)
        return VSS_E_OBJECT_NOT_FOUND;
    return part_create(part_of(iface)->holder, &component->dependencies[index], &wm_dependency_vtbl,
                       dependency);
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
    return part_create(holder, component, &wm_component_vtbl, out);
}
