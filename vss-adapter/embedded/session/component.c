/*
 * component.c - IVssComponent (to Ex2): a component in a backup components document, for the
 * requestor.
 */
#include "component.h"
#include "component_absent.h"
#include "embedded/base/unknown.h"
#include "embedded/base/wide.h"
#include "embedded/metadata/metadata.h"

#include <stdlib.h>

struct component
{
    IVssComponentEx2 IVssComponentEx2_iface;
    LONG refs;
    struct components_copy *copy;
    const struct doc_component *component; /* in the copy */
};

static const struct doc_component *component_of(IVssComponentEx2 *iface)
{
    return CONTAINING_RECORD(iface, struct component, IVssComponentEx2_iface)->component;
}

static void component_destroy(void *object)
{
    struct component *self = object;

    components_copy_release(self->copy);
    free(self);
}

/* The later interfaces only add methods at the end: one table serves all. */
static const IID *const component_iids[] = {&IID_IVssComponent, &IID_IVssComponentEx,
                                            &IID_IVssComponentEx2, NULL};

UNKNOWN_METHODS(IVssComponentEx2, component, component_iids, component_destroy)

/* S_FALSE and NULL: there is none. */
static HRESULT get_text(const char *text, BSTR *out)
{
    return out ? wide_to_bstr(text, out) : E_INVALIDARG;
}

static HRESULT get_flag(bool flag, boolean *out)
{
    if (!out)
        return E_INVALIDARG;
    *out = flag;
    return S_OK;
}

static HRESULT get_count(size_t count, UINT *out)
{
    if (!out)
        return E_INVALIDARG;
    *out = (UINT)count;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE component_GetLogicalPath(IVssComponentEx2 *iface, BSTR *path)
{
    return get_text(component_of(iface)->logical_path, path);
}

static HRESULT STDMETHODCALLTYPE component_GetComponentType(IVssComponentEx2 *iface,
                                                            VSS_COMPONENT_TYPE *type)
{
    if (!type)
        return E_INVALIDARG;
    *type = (VSS_COMPONENT_TYPE)component_of(iface)->type;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE component_GetComponentName(IVssComponentEx2 *iface, BSTR *name)
{
    return get_text(component_of(iface)->name, name);
}

/* S_FALSE: SetBackupSucceeded was not called. */
static HRESULT STDMETHODCALLTYPE component_GetBackupSucceeded(IVssComponentEx2 *iface,
                                                              boolean *succeeded)
{
    if (!succeeded)
        return E_INVALIDARG;
    *succeeded = component_of(iface)->backup_succeeded == DOC_YES;
    return component_of(iface)->backup_succeeded == DOC_UNSET ? S_FALSE : S_OK;
}

static HRESULT STDMETHODCALLTYPE component_GetBackupMetadata(IVssComponentEx2 *iface, BSTR *data)
{
    return get_text(component_of(iface)->texts[DOC_TEXT_BACKUP_METADATA], data);
}

static HRESULT STDMETHODCALLTYPE component_IsSelectedForRestore(IVssComponentEx2 *iface,
                                                                boolean *selected)
{
    return get_flag(component_of(iface)->selected_for_restore, selected);
}

static HRESULT STDMETHODCALLTYPE component_GetAdditionalRestores(IVssComponentEx2 *iface,
                                                                 boolean *additional)
{
    return get_flag(component_of(iface)->additional_restores, additional);
}

static HRESULT STDMETHODCALLTYPE component_GetRestoreMetadata(IVssComponentEx2 *iface, BSTR *data)
{
    return get_text(component_of(iface)->texts[DOC_TEXT_RESTORE_METADATA], data);
}

/* This is for the writer to set; the requestor's new targets do not change it. */
static HRESULT STDMETHODCALLTYPE component_GetRestoreTarget(IVssComponentEx2 *iface,
                                                            VSS_RESTORE_TARGET *target)
{
    (void)iface;
    if (!target)
        return E_INVALIDARG;
    *target = VSS_RT_ORIGINAL;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE component_GetNewTargetCount(IVssComponentEx2 *iface, UINT *count)
{
    return get_count(component_of(iface)->new_targets.count, count);
}

static HRESULT STDMETHODCALLTYPE component_GetNewTarget(IVssComponentEx2 *iface, UINT index,
                                                        IVssWMFiledesc **file)
{
    return wm_filedesc_of_copy(&component_of(iface)->new_targets, index, file);
}

static HRESULT STDMETHODCALLTYPE component_GetAlternateLocationMappingCount(IVssComponentEx2 *iface,
                                                                            UINT *count)
{
    return get_count(component_of(iface)->alternate_mappings.count, count);
}

static HRESULT STDMETHODCALLTYPE component_GetAlternateLocationMapping(IVssComponentEx2 *iface,
                                                                       UINT index,
                                                                       IVssWMFiledesc **file)
{
    return wm_filedesc_of_copy(&component_of(iface)->alternate_mappings, index, file);
}

static HRESULT STDMETHODCALLTYPE component_GetBackupStamp(IVssComponentEx2 *iface, BSTR *stamp)
{
    return get_text(component_of(iface)->texts[DOC_TEXT_BACKUP_STAMP], stamp);
}

static HRESULT STDMETHODCALLTYPE component_GetPreviousBackupStamp(IVssComponentEx2 *iface,
                                                                  BSTR *stamp)
{
    return get_text(component_of(iface)->texts[DOC_TEXT_PREVIOUS_STAMP], stamp);
}

static HRESULT STDMETHODCALLTYPE component_GetBackupOptions(IVssComponentEx2 *iface, BSTR *options)
{
    return get_text(component_of(iface)->texts[DOC_TEXT_BACKUP_OPTIONS], options);
}

static HRESULT STDMETHODCALLTYPE component_GetRestoreOptions(IVssComponentEx2 *iface, BSTR *options)
{
    return get_text(component_of(iface)->texts[DOC_TEXT_RESTORE_OPTIONS], options);
}

static HRESULT STDMETHODCALLTYPE component_GetFileRestoreStatus(IVssComponentEx2 *iface,
                                                                VSS_FILE_RESTORE_STATUS *status)
{
    if (!status)
        return E_INVALIDARG;
    *status = (VSS_FILE_RESTORE_STATUS)component_of(iface)->file_restore_status;
    return S_OK;
}

static const IVssComponentEx2Vtbl component_vtbl = {
    .QueryInterface = component_QueryInterface,
    .AddRef = component_AddRef,
    .Release = component_Release,
    .GetLogicalPath = component_GetLogicalPath,
    .GetComponentType = component_GetComponentType,
    .GetComponentName = component_GetComponentName,
    .GetBackupSucceeded = component_GetBackupSucceeded,
    .GetAlternateLocationMappingCount = component_GetAlternateLocationMappingCount,
    .GetAlternateLocationMapping = component_GetAlternateLocationMapping,
    .SetBackupMetadata = component_SetBackupMetadata,
    .GetBackupMetadata = component_GetBackupMetadata,
    .AddPartialFile = component_AddPartialFile,
    .GetPartialFileCount = component_NoItems,
    .GetPartialFile = component_GetPartialFile,
    .IsSelectedForRestore = component_IsSelectedForRestore,
    .GetAdditionalRestores = component_GetAdditionalRestores,
    .GetNewTargetCount = component_GetNewTargetCount,
    .GetNewTarget = component_GetNewTarget,
    .AddDirectedTarget = component_AddDirectedTarget,
    .GetDirectedTargetCount = component_NoItems,
    .GetDirectedTarget = component_GetDirectedTarget,
    .SetRestoreMetadata = component_SetRestoreMetadata,
    .GetRestoreMetadata = component_GetRestoreMetadata,
    .SetRestoreTarget = component_SetRestoreTarget,
    .GetRestoreTarget = component_GetRestoreTarget,
    .SetPreRestoreFailureMsg = component_SetPreRestoreFailureMsg,
    .GetPreRestoreFailureMsg = component_NoText,
    .SetPostRestoreFailureMsg = component_SetPostRestoreFailureMsg,
    .GetPostRestoreFailureMsg = component_NoText,
    .SetBackupStamp = component_SetBackupStamp,
    .GetBackupStamp = component_GetBackupStamp,
    .GetPreviousBackupStamp = component_GetPreviousBackupStamp,
    .GetBackupOptions = component_GetBackupOptions,
    .GetRestoreOptions = component_GetRestoreOptions,
    .GetRestoreSubcomponentCount = component_NoItems,
    .GetRestoreSubcomponent = component_GetRestoreSubcomponent,
    .GetFileRestoreStatus = component_GetFileRestoreStatus,
    .AddDifferencedFilesByLastModifyTime = component_AddDifferencedFilesByLastModifyTime,
    .AddDifferencedFilesByLastModifyLSN = component_AddDifferencedFilesByLastModifyLSN,
    .GetDifferencedFilesCount = component_NoItems,
    .GetDifferencedFile = component_GetDifferencedFile,
    .SetPrepareForBackupFailureMsg = component_SetPrepareForBackupFailureMsg,
    .SetPostSnapshotFailureMsg = component_SetPostSnapshotFailureMsg,
    .GetPrepareForBackupFailureMsg = component_NoText,
    .GetPostSnapshotFailureMsg = component_NoText,
    .GetAuthoritativeRestore = component_GetAuthoritativeRestore,
    .GetRollForward = component_GetRollForward,
    .GetRestoreName = component_NoText,
    .SetFailure = component_SetFailure,
    .GetFailure = component_GetFailure,
};

HRESULT component_create(struct components_copy *copy, const struct doc_component *component,
                         IVssComponent **out)
{
    struct component *self = unknown_create(sizeof(*self), &component_vtbl);

    if (!self)
        return E_OUTOFMEMORY;
    self->copy = copy;
    self->component = component;
    InterlockedIncrement(&copy->refs);
    *out = (IVssComponent *)&self->IVssComponentEx2_iface;
    return S_OK;
}
