/*
 * components.c - life of a session object, and the frame in which every method runs.
 */
#include "components.h"
#include "async.h"
#include "embedded/base/fault.h"
#include "embedded/base/method_log.h"
#include "embedded/base/unknown.h"
#include "embedded/base/wide.h"
#include "embedded/shadows/slot.h"

#include <stdlib.h>
#include <string.h>

struct components *components_from_iface(IVssBackupComponentsEx4 *iface)
{
    return CONTAINING_RECORD(iface, struct components, IVssBackupComponentsEx4_iface);
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
    reaper_stop(&self->reaper);
}

static void components_destroy(void *object)
{
    struct components *self = object;
    struct method_log_guid session = method_log_guid(&self->session_id);

    fault_at("Release", FAULT_CALL, NULL); /* it has no code, and can only take its time */
    /* MS docs: required after PreRestore. It is not enforced, but testers want to know. */
    if (self->pre_restored && !self->post_restored)
        method_log(VSS_E_BAD_STATE, "MissingPostRestore", "session=%s", session.text);
    components_drop_set(self);
    components_each_writer(self, session_writer_fini);
    free(self->writers);
    components_free_statuses(self);
    doc_backup_fini(&self->document);
    free(self);
    method_log(S_OK, "Release", "session=%s", session.text);
}

/* The later interfaces only add methods at the end: one table serves all. */
static const IID *const components_iids[] = {
    &IID_IVssBackupComponents,    &IID_IVssBackupComponentsEx,  &IID_IVssBackupComponentsEx2,
    &IID_IVssBackupComponentsEx3, &IID_IVssBackupComponentsEx4, NULL};

UNKNOWN_METHODS(IVssBackupComponentsEx4, components, components_iids, components_destroy)

static bool has(const struct components *self, enum components_need need)
{
    switch (need) {
    case NEED_NOTHING:
        return true;
    case NEED_INITIALIZED:
        return self->mode != MODE_NONE;
    case NEED_BACKUP:
        return self->mode == MODE_BACKUP && !self->aborted;
    case NEED_QUERY:
        return self->mode == MODE_BACKUP;
    case NEED_RESTORE:
        return self->mode == MODE_RESTORE;
    }
    return false;
}

HRESULT components_enter(struct components *self, const char *call, enum components_need need)
{
    HRESULT hr = fault_at(call, FAULT_CALL, NULL);

    if (FAILED(hr))
        return hr;
    AcquireSRWLockExclusive(&self->lock);
    if (!self->operation && has(self, need))
        return S_OK;
    ReleaseSRWLockExclusive(&self->lock);
    return VSS_E_BAD_STATE;
}

void components_leave(struct components *self)
{
    ReleaseSRWLockExclusive(&self->lock);
}

HRESULT components_check(struct components *self, const char *call, enum components_need need)
{
    HRESULT hr = components_enter(self, call, need);

    if (SUCCEEDED(hr))
        components_leave(self);
    return hr;
}

HRESULT components_enter_component(struct components *self, const char *call,
                                   enum components_need need,
                                   bool (*allowed)(const struct components *self),
                                   const struct components_key *key, bool valid,
                                   struct doc_component **component)
{
    HRESULT hr = valid && key->name ? components_enter(self, call, need) : E_INVALIDARG;

    if (FAILED(hr))
        return hr;
    *component = components_find(self, key);
    if (!allowed(self))
        hr = VSS_E_BAD_STATE;
    else if (!*component)
        hr = VSS_E_OBJECT_NOT_FOUND;
    if (FAILED(hr))
        components_leave(self);
    return hr;
}

HRESULT components_get_count(struct components *self, const char *call,
                             bool (*allowed)(const struct components *self), const size_t *value,
                             UINT *count)
{
    HRESULT hr;

    if (!count)
        return method_log(E_INVALIDARG, call, "");
    *count = 0;
    hr = components_enter(self, call, NEED_INITIALIZED);
    if (SUCCEEDED(hr)) {
        if (!allowed || allowed(self))
            *count = (UINT)*value;
        else
            hr = VSS_E_BAD_STATE;
        components_leave(self);
    }
    return method_log(hr, call, "count=%u", *count);
}

/* --- asynchronous methods ------------------------------------------------------------------- */

/* On the worker thread. */
static HRESULT run_operation(void *context, HANDLE cancel)
{
    struct components *self = context;
    const struct components_operation *operation;
    HRESULT hr;

    /* Set by components_start, whose caller may still hold the lock. */
    AcquireSRWLockShared(&self->lock);
    operation = self->operation;
    ReleaseSRWLockShared(&self->lock);
    hr = fault_at(self->call, FAULT_ASYNC, cancel);
    if (SUCCEEDED(hr) && WaitForSingleObject(cancel, 0) == WAIT_OBJECT_0)
        hr = E_ABORT;
    if (SUCCEEDED(hr))
        hr = operation->run(self, cancel);
    if (FAILED(hr) && operation->failed)
        operation->failed(self);
    return method_log(hr, self->call, "async session=%s", method_log_guid(&self->session_id).text);
}

static void complete_operation(void *context)
{
    struct components *self = context;
    IVssAsync *pending;

    AcquireSRWLockExclusive(&self->lock);
    pending = self->pending;
    self->operation = NULL;
    self->pending = NULL;
    ReleaseSRWLockExclusive(&self->lock);
    IVssAsync_Release(pending);
    components_Release(&self->IVssBackupComponentsEx4_iface);
}

HRESULT components_start(struct components *self, const char *call,
                         const struct components_operation *operation, IVssAsync **async)
{
    HRESULT hr;

    self->operation = operation;
    self->call = call;
    components_AddRef(&self->IVssBackupComponentsEx4_iface); /* the worker's */
    hr = async_start(run_operation, complete_operation, self, async);
    if (FAILED(hr)) {
        self->operation = NULL;
        components_Release(&self->IVssBackupComponentsEx4_iface);
        return hr;
    }
    self->pending = *async;
    IVssAsync_AddRef(self->pending);
    return S_OK;
}

HRESULT components_begin(struct components *self, const char *call,
                         const struct components_operation *operation, IVssAsync **async)
{
    HRESULT hr;

    if (!async)
        return E_INVALIDARG;
    *async = NULL;
    hr = components_enter(self, call, operation->need);
    if (FAILED(hr))
        return hr;
    hr = VSS_E_BAD_STATE;
    if (!operation->may_start || operation->may_start(self))
        hr = components_start(self, call, operation, async);
    components_leave(self);
    return hr;
}

HRESULT components_put_text(struct components *self, const char *call, enum components_need need,
                            const struct components_key *key, enum doc_text which,
                            const wchar_t *text)
{
    struct doc_component *component;
    HRESULT hr = components_enter_component(self, call, need, components_is_open, key, text != NULL,
                                            &component);

    if (SUCCEEDED(hr)) {
        hr = components_set_text(component, which, text);
        components_leave(self);
    }
    return hr;
}

/* --- shared lookups -------------------------------------------------------------------------- */

bool components_is_open(const struct components *self)
{
    return !self->prepared && !self->pre_restored;
}

struct doc_component *components_find(struct components *self, const struct components_key *key)
{
    struct doc_guid writer_id = wide_doc_guid(key->writer);
    struct doc_guid instance_id = wide_doc_guid(key->instance ? key->instance : &GUID_NULL);
    struct doc_writer_components *components =
        doc_find_writer(&self->document, &writer_id, key->instance ? &instance_id : NULL);
    char *path = wide_to_utf8(key->path);
    char *name = wide_to_utf8(key->name);
    struct doc_component *component = NULL;

    if (components && name && (path || !key->path))
        component = doc_find_component(components, (uint32_t)key->type, path, name);
    free(path);
    free(name);
    return component;
}

HRESULT components_read_document(struct components *self, const wchar_t *xml)
{
    char *text = wide_to_utf8(xml);
    HRESULT hr = E_OUTOFMEMORY;

    if (text)
        hr = wide_doc_result(doc_read_backup(&self->document, text, strlen(text)));
    free(text);
    return hr;
}

HRESULT components_set_text(struct doc_component *component, enum doc_text which,
                            const wchar_t *text)
{
    char *narrow = wide_to_utf8(text);
    bool ok = (narrow || !text) && doc_set_text(&component->texts[which], narrow);

    free(narrow);
    return ok ? S_OK : E_OUTOFMEMORY;
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

void components_each_writer(struct components *self, void (*event)(struct session_writer *writer))
{
    size_t i;

    for (i = 0; i < self->writer_count; i++)
        event(&self->writers[i]);
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
    struct components *self = unknown_create(sizeof(*self), &components_vtbl);
    HRESULT hr = self ? CoCreateGuid(&self->session_id) : E_OUTOFMEMORY;

    if (FAILED(hr)) {
        free(self);
        return hr;
    }
    InitializeSRWLock(&self->lock);
    self->document.backup_type = VSS_BT_FULL;
    *out = (IVssBackupComponents *)&self->IVssBackupComponentsEx4_iface;
    return S_OK;
}
