/*
 * The phases of a backup: prepare, the shadow copy itself, completion, abort.
 *
 * Must not know: how a volume is copied, what a writer does in a phase.
 */
#include "components.h"
#include "embedded/base/fault.h"
#include "embedded/base/method_log.h"
#include "embedded/base/wide.h"
#include "embedded/shadows/reaper.h"
#include "embedded/shadows/slot.h"

#define ABORT_WAIT_MS 60000

/* A writer may be made to report a failure of its own after a call. */
static void inject_writer_fault(struct components *self, const char *call, HANDLE cancel)
{
    size_t i;

    for (i = 0; i < self->writer_count; i++) {
        HRESULT hr = fault_at(call, FAULT_WRITER, cancel);

        if (FAILED(hr))
            session_writer_fail_after_call(&self->writers[i], call, hr);
    }
}

/* --- PrepareForBackup ---------------------------------------------------------------------------
 */

static HRESULT run_prepare(struct components *self, HANDLE cancel)
{
    size_t i;

    self->prepared = true;
    if (!self->metadata_gathered && components_has_writers(self)) {
        HRESULT hr = components_find_writers(self, cancel);

        if (FAILED(hr))
            return hr;
    }
    for (i = 0; i < self->writer_count; i++) {
        struct session_writer *writer = &self->writers[i];
        struct doc_guid id = wide_doc_guid(&writer->source.id);
        struct doc_guid instance = wide_doc_guid(&writer->instance_id);
        struct doc_writer_components *components = doc_find_writer(&self->document, &id, &instance);

        /* Without component mode every writer has a part (MS docs); in some contexts none has. */
        writer->participates =
            components_has_writers(self) && (components || !self->document.select_components);
        session_writer_prepare_backup(writer, components);
    }
    inject_writer_fault(self, "PrepareForBackup", cancel);
    return S_OK;
}

static void prepare_failed(struct components *self)
{
    self->prepared = true;
    self->snapshot_failed = true;
}

COMPONENTS_METHOD(PrepareForBackup, IVssAsync **async)
{
    static const struct components_operation operation = {"PrepareForBackup", run_prepare,
                                                          prepare_failed};
    struct components *self = components_from_iface(iface);
    HRESULT hr;

    if (!async)
        return method_log(E_INVALIDARG, "PrepareForBackup", "");
    *async = NULL;
    hr = components_enter(self, operation.call, NEED_BACKUP);
    if (SUCCEEDED(hr)) {
        /* Without components nobody needs the metadata, and programs (wimlib) do not gather it. */
        if ((!self->metadata_gathered && self->document.select_components) || self->prepared ||
            self->snapshot_made || self->snapshot_failed)
            hr = VSS_E_BAD_STATE;
        else
            hr = components_start(self, &operation, async);
        components_leave(self);
    }
    return method_log(hr, "PrepareForBackup", "");
}

/* --- DoSnapshotSet ------------------------------------------------------------------------------
 */

static HRESULT freeze_writers(struct components *self, HANDLE cancel)
{
    size_t i;

    for (i = 0; i < self->writer_count; i++) {
        HRESULT hr = session_writer_freeze(&self->writers[i], &self->set_id, cancel);

        if (FAILED(hr))
            return hr;
    }
    return S_OK;
}

/* From here on the shadows of a persistent set are nobody's: this process and its reaper may go. */
static HRESULT keep_shadows(struct components *self)
{
    HRESULT hr = S_OK;
    size_t i;

    if (!components_is_persistent(self))
        return S_OK;
    for (i = 0; SUCCEEDED(hr) && i < self->shadow_count; i++) {
        struct shadow *shadow = &self->shadows[i];

        shadow->kept = true;
        hr = shadow_update(shadow);
    }
    /* All or none. */
    for (i = 0; FAILED(hr) && i < self->shadow_count; i++)
        self->shadows[i].kept = false;
    return hr;
}

static HRESULT mark_recovered(struct components *self)
{
    HRESULT hr = S_OK;
    bool recovered = false;
    size_t i;

    for (i = 0; i < self->writer_count; i++)
        recovered = recovered || session_writer_recovers(&self->writers[i]);
    if (!recovered || (self->context & VSS_VOLSNAP_ATTR_NO_AUTORECOVERY) != 0)
        return S_OK;
    for (i = 0; SUCCEEDED(hr) && i < self->shadow_count; i++) {
        self->shadows[i].attributes |= VSS_VOLSNAP_ATTR_AUTORECOVER;
        hr = shadow_update(&self->shadows[i]);
    }
    return hr;
}

static HRESULT copy_volumes(struct components *self, HANDLE cancel)
{
    HRESULT hr = fault_at("Copy", FAULT_CALL, cancel);
    size_t i;

    for (i = 0; SUCCEEDED(hr) && i < self->shadow_count; i++) {
        struct shadow *shadow = &self->shadows[i];

        shadow->set_count = (LONG)self->shadow_count;
        shadow->attributes = self->context;
        hr = WaitForSingleObject(cancel, 0) == WAIT_OBJECT_0 ? E_ABORT
                                                             : shadow_create(shadow, cancel);
        method_log(hr, "Copy", "volume=%lc: device=%lu", shadow->volume.letter,
                   shadow->device_number);
    }
    return hr;
}

static HRESULT run_snapshot(struct components *self, HANDLE cancel)
{
    size_t i;
    HRESULT hr;

    for (i = 0; i < self->writer_count; i++)
        session_writer_prepare_snapshot(&self->writers[i], self->shadows, self->shadow_count);
    hr = freeze_writers(self, cancel);
    if (SUCCEEDED(hr))
        hr = copy_volumes(self, cancel);
    for (i = 0; i < self->writer_count; i++)
        session_writer_thaw(&self->writers[i], &self->set_id);
    if (FAILED(hr))
        return hr;
    for (i = 0; i < self->writer_count; i++)
        session_writer_post_snapshot(&self->writers[i], self->shadows, self->shadow_count);
    inject_writer_fault(self, "DoSnapshotSet", cancel);
    hr = mark_recovered(self);
    if (SUCCEEDED(hr))
        hr = keep_shadows(self);
    if (FAILED(hr))
        return hr;
    self->snapshot_made = true;
    slot_free(&self->set_id, false);
    if (components_is_persistent(self)) {
        reaper_stop(self->reaper_done);
        self->reaper_done = NULL;
    }
    return S_OK;
}

static void snapshot_failed(struct components *self)
{
    size_t i;

    self->snapshot_failed = true;
    for (i = 0; i < self->writer_count; i++)
        session_writer_abort(&self->writers[i]);
    components_drop_set(self);
}

COMPONENTS_METHOD(DoSnapshotSet, IVssAsync **async)
{
    static const struct components_operation operation = {"DoSnapshotSet", run_snapshot,
                                                          snapshot_failed};
    struct components *self = components_from_iface(iface);
    HRESULT hr;

    if (!async)
        return method_log(E_INVALIDARG, "DoSnapshotSet", "");
    *async = NULL;
    hr = components_enter(self, operation.call, NEED_BACKUP);
    if (SUCCEEDED(hr)) {
        bool prepared = self->prepared || !components_has_writers(self);

        if (!self->set_started || self->shadow_count == 0 || !prepared || self->snapshot_made ||
            self->snapshot_failed)
            hr = VSS_E_BAD_STATE;
        else
            hr = components_start(self, &operation, async);
        components_leave(self);
    }
    return method_log(hr, "DoSnapshotSet", "set=%s", method_log_guid(&self->set_id).text);
}

/* --- BackupComplete ------------------------------------------------------------------------------
 */

static HRESULT run_complete(struct components *self, HANDLE cancel)
{
    size_t i;

    (void)cancel;
    for (i = 0; i < self->writer_count; i++)
        session_writer_backup_complete(&self->writers[i]);
    self->completed = true;
    return S_OK;
}

COMPONENTS_METHOD(BackupComplete, IVssAsync **async)
{
    static const struct components_operation operation = {"BackupComplete", run_complete, NULL};
    struct components *self = components_from_iface(iface);
    HRESULT hr;

    if (!async)
        return method_log(E_INVALIDARG, "BackupComplete", "");
    *async = NULL;
    hr = components_enter(self, operation.call, NEED_BACKUP);
    if (SUCCEEDED(hr)) {
        if (!self->snapshot_made || self->completed)
            hr = VSS_E_BAD_STATE;
        else
            hr = components_start(self, &operation, async);
        components_leave(self);
    }
    return method_log(hr, "BackupComplete", "");
}

/* --- AbortBackup
 * ---------------------------------------------------------------------------------- */

/* Ends what is under way, so that the abort finds the object at rest. */
static void cancel_pending(struct components *self)
{
    IVssAsync *pending;

    AcquireSRWLockExclusive(&self->lock);
    pending = self->pending;
    if (pending)
        IVssAsync_AddRef(pending);
    ReleaseSRWLockExclusive(&self->lock);
    if (!pending)
        return;
    IVssAsync_Cancel(pending);
    IVssAsync_Wait(pending, ABORT_WAIT_MS);
    IVssAsync_Release(pending);
}

COMPONENTS_METHOD(AbortBackup)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr;

    cancel_pending(self);
    hr = components_enter(self, "AbortBackup", NEED_INITIALIZED);
    if (SUCCEEDED(hr)) {
        if (self->mode != MODE_BACKUP) {
            hr = VSS_E_BAD_STATE;
        } else if (!self->completed && (self->set_started || self->prepared)) {
            size_t i;

            /* Without anything under way it has no effect (MS docs). */
            self->aborted = true;
            for (i = 0; i < self->writer_count; i++)
                session_writer_abort(&self->writers[i]);
            if (!self->snapshot_made)
                components_drop_set(self);
        }
        components_leave(self);
    }
    return method_log(hr, "AbortBackup", "session=%s", method_log_guid(&self->session_id).text);
}
