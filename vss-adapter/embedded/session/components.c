/*
 * Life of a session object, and the frame that every method runs in.
 *
 * Must not know: what the methods do.
 */
#include "components.h"
#include "async.h"
#include "embedded/base/fault.h"
#include "embedded/base/method_log.h"
#include "embedded/base/wide.h"
#include "embedded/shadows/reaper.h"
#include "embedded/shadows/slot.h"

#include <stdlib.h>
#include <string.h>

struct components *components_from_iface(IVssBackupComponentsEx4 *iface)
{
    return CONTAINING_RECORD(iface, struct components, IVssBackupComponentsEx4_iface);
}

static HRESULT STDMETHODCALLTYPE components_QueryInterface(IVssBackupComponentsEx4 *iface,
                                                           REFIID iid, void **object)
{
    if (!object)
        return E_POINTER;
    /* The later interfaces only add methods at the end: one table serves all. */
    if (IsEqualIID(iid, &IID_IUnknown) || IsEqualIID(iid, &IID_IVssBackupComponents) ||
        IsEqualIID(iid, &IID_IVssBackupComponentsEx) ||
        IsEqualIID(iid, &IID_IVssBackupComponentsEx2) ||
        IsEqualIID(iid, &IID_IVssBackupComponentsEx3) ||
        IsEqualIID(iid, &IID_IVssBackupComponentsEx4)) {
        *object = iface;
        IVssBackupComponentsEx4_AddRef(iface);
        return S_OK;
    }
    *object = NULL;
    return E_NOINTERFACE;
}

static ULONG STDMETHODCALLTYPE components_AddRef(IVssBackupComponentsEx4 *iface)
{
    return (ULONG)InterlockedIncrement(&components_from_iface(iface)->refs);
}

void components_free_statuses(struct components *self)
{
    size_t i;

    for (i = 0; i < self->status_count; i++)
        free(self->statuses[i].name);
    free(self->statuses);
    self->statuses = NULL;
    self->status_count = 0;
}

void components_drop_set(struct components *self)
{
    size_t i;

    for (i = 0; i < self->shadow_count; i++)
        if (self->shadows[i].created && !self->shadows[i].kept)
            shadow_delete(&self->shadows[i]);
    self->shadow_count = 0;
    if (self->set_started)
        slot_free(&self->set_id, false);
    self->set_started = false;
    reaper_stop(self->reaper_done);
    self->reaper_done = NULL;
}

/* The last reference is gone, and with it what was made, where the shadows are auto-release. */
static void components_destroy(struct components *self)
{
    size_t i;

    components_drop_set(self);
    for (i = 0; i < self->writer_count; i++)
        session_writer_fini(&self->writers[i]);
    free(self->writers);
    components_free_statuses(self);
    doc_backup_fini(&self->document);
    free(self);
}

static ULONG STDMETHODCALLTYPE components_Release(IVssBackupComponentsEx4 *iface)
{
    struct components *self = components_from_iface(iface);
    LONG refs = InterlockedDecrement(&self->refs);

    if (refs == 0) {
        struct method_log_guid session = method_log_guid(&self->session_id);

        /* MS docs: required once PreRestore was called. Not enforced, but testers want to know. */
        if (self->pre_restored && !self->post_restored)
            method_log(VSS_E_BAD_STATE, "MissingPostRestore", "session=%s", session.text);
        components_destroy(self);
        method_log(S_OK, "Release", "session=%s", session.text);
    }
    return (ULONG)refs;
}

static HRESULT check_need(const struct components *self, enum components_need need)
{
    switch (need) {
    case NEED_NOTHING:
        return S_OK;
    case NEED_INITIALIZED:
        return self->mode != MODE_NONE ? S_OK : VSS_E_BAD_STATE;
    case NEED_BACKUP:
        return self->mode == MODE_BACKUP && !self->aborted ? S_OK : VSS_E_BAD_STATE;
    case NEED_QUERY:
        return self->mode == MODE_BACKUP ? S_OK : VSS_E_BAD_STATE;
    case NEED_RESTORE:
        return self->mode == MODE_RESTORE ? S_OK : VSS_E_BAD_STATE;
    }
    return VSS_E_UNEXPECTED;
}

HRESULT components_enter(struct components *self, const char *call, enum components_need need)
{
    HRESULT hr = fault_at(call, FAULT_CALL, NULL);

    if (FAILED(hr))
        return hr;
    AcquireSRWLockExclusive(&self->lock);
    hr = self->operation ? VSS_E_BAD_STATE : check_need(self, need);
    if (FAILED(hr))
        ReleaseSRWLockExclusive(&self->lock);
    return hr;
}

void components_leave(struct components *self)
{
    ReleaseSRWLockExclusive(&self->lock);
}

/* --- asynchronous methods ------------------------------------------------------------------- */

/* On the worker thread. */
static HRESULT run_operation(void *context, HANDLE cancel)
{
    struct components *self = context;
    const struct components_operation *operation;
    HRESULT hr;

    /* Set by components_start, under the lock that it still may hold. */
    AcquireSRWLockShared(&self->lock);
    operation = self->operation;
    ReleaseSRWLockShared(&self->lock);

    hr = fault_at(operation->call, FAULT_ASYNC, cancel);
    if (SUCCEEDED(hr) && WaitForSingleObject(cancel, 0) == WAIT_OBJECT_0)
        hr = E_ABORT;
    if (SUCCEEDED(hr))
        hr = operation->run(self, cancel);
    if (FAILED(hr) && operation->failed)
        operation->failed(self);
    return method_log(hr, operation->call, "async session=%s",
                      method_log_guid(&self->session_id).text);
}

static void complete_operation(void *context, HRESULT hr)
{
    struct components *self = context;
    IVssAsync *pending;

    (void)hr;
    AcquireSRWLockExclusive(&self->lock);
    pending = self->pending;
    self->operation = NULL;
    self->pending = NULL;
    ReleaseSRWLockExclusive(&self->lock);
    IVssAsync_Release(pending);
    components_Release(&self->IVssBackupComponentsEx4_iface);
}

HRESULT components_start(struct components *self, const struct components_operation *operation,
                         IVssAsync **async)
{
    HRESULT hr;

    self->operation = operation;
    components_AddRef(&self->IVssBackupComponentsEx4_iface); /* the worker's */
    hr = async_start(run_operation, complete_operation, self, async);
    if (FAILED(hr)) {
        self->operation = NULL;
        InterlockedDecrement(&self->refs); /* the caller has one: not the last */
        return hr;
    }
    self->pending = *async;
    IVssAsync_AddRef(self->pending);
    return S_OK;
}

/* --- shared lookups -------------------------------------------------------------------------- */

struct doc_component *components_find(struct components *self, const GUID *instance,
                                      const GUID *writer, VSS_COMPONENT_TYPE type,
                                      const wchar_t *logical_path, const wchar_t *name)
{
    struct doc_guid writer_id = wide_doc_guid(writer);
    struct doc_guid instance_id = {0};
    struct doc_component *component = NULL;
    struct doc_writer_components *components;
    char *path, *leaf;

    if (instance)
        instance_id = wide_doc_guid(instance);
    components = doc_find_writer(&self->document, &writer_id, instance ? &instance_id : NULL);
    path = wide_to_utf8(logical_path);
    leaf = wide_to_utf8(name);
    if (components && leaf && (path || !logical_path))
        component = doc_find_component(components, (uint32_t)type, path, leaf);
    free(path);
    free(leaf);
    return component;
}

struct session_writer *components_writer(struct components *self, const GUID *writer_id,
                                         const GUID *instance)
{
    size_t i;

    for (i = 0; i < self->writer_count; i++)
        if (IsEqualGUID(&self->writers[i].source.id, writer_id) &&
            (!instance || IsEqualGUID(&self->writers[i].instance_id, instance)))
            return &self->writers[i];
    return NULL;
}

bool components_has_writers(const struct components *self)
{
    return (self->context & VSS_VOLSNAP_ATTR_NO_WRITERS) == 0;
}

bool components_is_persistent(const struct components *self)
{
    return (self->context & VSS_VOLSNAP_ATTR_NO_AUTO_RELEASE) != 0;
}

static const IVssBackupComponentsEx4Vtbl components_vtbl = {
    .QueryInterface = components_QueryInterface,
    .AddRef = components_AddRef,
    .Release = components_Release,
    .GetWriterComponentsCount = components_GetWriterComponentsCount,
    .GetWriterComponents = components_GetWriterComponents,
    .InitializeForBackup = components_InitializeForBackup,
    .SetBackupState = components_SetBackupState,
    .InitializeForRestore = components_InitializeForRestore,
    .SetRestoreState = components_SetRestoreState,
    .GatherWriterMetadata = components_GatherWriterMetadata,
    .GetWriterMetadataCount = components_GetWriterMetadataCount,
    .GetWriterMetadata = components_GetWriterMetadata,
    .FreeWriterMetadata = components_FreeWriterMetadata,
    .AddComponent = components_AddComponent,
    .PrepareForBackup = components_PrepareForBackup,
    .AbortBackup = components_AbortBackup,
    .GatherWriterStatus = components_GatherWriterStatus,
    .GetWriterStatusCount = components_GetWriterStatusCount,
    .FreeWriterStatus = components_FreeWriterStatus,
    .GetWriterStatus = components_GetWriterStatus,
    .SetBackupSucceeded = components_SetBackupSucceeded,
    .SetBackupOptions = components_SetBackupOptions,
    .SetSelectedForRestore = components_SetSelectedForRestore,
    .SetRestoreOptions = components_SetRestoreOptions,
    .SetAdditionalRestores = components_SetAdditionalRestores,
    .SetPreviousBackupStamp = components_SetPreviousBackupStamp,
    .SaveAsXML = components_SaveAsXML,
    .BackupComplete = components_BackupComplete,
    .AddAlternativeLocationMapping = components_AddAlternativeLocationMapping,
    .AddRestoreSubcomponent = components_AddRestoreSubcomponent,
    .SetFileRestoreStatus = components_SetFileRestoreStatus,
    .AddNewTarget = components_AddNewTarget,
    .SetRangesFilePath = components_SetRangesFilePath,
    .PreRestore = components_PreRestore,
    .PostRestore = components_PostRestore,
    .SetContext = components_SetContext,
    .StartSnapshotSet = components_StartSnapshotSet,
    .AddToSnapshotSet = components_AddToSnapshotSet,
    .DoSnapshotSet = components_DoSnapshotSet,
    .DeleteSnapshots = components_DeleteSnapshots,
    .ImportSnapshots = components_ImportSnapshots,
    .BreakSnapshotSet = components_BreakSnapshotSet,
    .GetSnapshotProperties = components_GetSnapshotProperties,
    .Query = components_Query,
    .IsVolumeSupported = components_IsVolumeSupported,
    .DisableWriterClasses = components_DisableWriterClasses,
    .EnableWriterClasses = components_EnableWriterClasses,
    .DisableWriterInstances = components_DisableWriterInstances,
    .ExposeSnapshot = components_ExposeSnapshot,
    .RevertToSnapshot = components_RevertToSnapshot,
    .QueryRevertStatus = components_QueryRevertStatus,
    /* Ex */
    .GetWriterMetadataEx = components_GetWriterMetadataEx,
    .SetSelectedForRestoreEx = components_SetSelectedForRestoreEx,
    /* Ex2 */
    .UnexposeSnapshot = components_UnexposeSnapshot,
    .SetAuthoritativeRestore = components_SetAuthoritativeRestore,
    .SetRollForward = components_SetRollForward,
    .SetRestoreName = components_SetRestoreName,
    .BreakSnapshotSetEx = components_BreakSnapshotSetEx,
    .PreFastRecovery = components_PreFastRecovery,
    .FastRecovery = components_FastRecovery,
    /* Ex3 */
    .GetWriterStatusEx = components_GetWriterStatusEx,
    .AddSnapshotToRecoverySet = components_AddSnapshotToRecoverySet,
    .RecoverSet = components_RecoverSet,
    .GetSessionId = components_GetSessionId,
    /* Ex4 */
    .GetRootAndLogicalPrefixPaths = components_GetRootAndLogicalPrefixPaths,
};

HRESULT components_create(IVssBackupComponents **out)
{
    struct components *self = calloc(1, sizeof(*self));
    HRESULT hr;

    if (!self)
        return E_OUTOFMEMORY;
    hr = CoCreateGuid(&self->session_id);
    if (FAILED(hr)) {
        free(self);
        return hr;
    }
    self->IVssBackupComponentsEx4_iface.lpVtbl = &components_vtbl;
    self->refs = 1;
    InitializeSRWLock(&self->lock);
    self->document.backup_type = VSS_BT_FULL;
    *out = (IVssBackupComponents *)&self->IVssBackupComponentsEx4_iface;
    return S_OK;
}
