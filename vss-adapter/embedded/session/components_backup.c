/*
 * components_backup.c - the phases of a backup: prepare, the snapshot itself, completion, abort.
 */
#include "components.h"
#include "embedded/base/fault.h"
#include "embedded/base/method_log.h"
#include "embedded/base/wide.h"
#include "embedded/shadows/slot.h"

#define ABORT_WAIT_MS 60000

/* --- PrepareForBackup --------------------------------------------------------------------- */

static HRESULT run_prepare(struct components *self, HANDLE cancel)
{
    HRESULT hr = S_OK;
    size_t i;

    self->prepared = true;
    if (!self->metadata_gathered)
        hr = components_find_writers(self, cancel);
    if (FAILED(hr))
        return hr;
    for (i = 0; i < self->writer_count; i++) {
        struct session_writer *writer = &self->writers[i];
        struct doc_guid id = wide_doc_guid(&writer->source.id);
        struct doc_guid instance = wide_doc_guid(&writer->instance_id);
        struct doc_writer_components *components = doc_find_writer(&self->document, &id, &instance);

        /* Without components every writer takes part (MS docs). */
        writer->participates = components || !self->document.select_components;
        session_writer_prepare_backup(writer, components);
    }
    components_inject_fault(self, "PrepareForBackup", cancel);
    return S_OK;
}

static void prepare_failed(struct components *self)
{
    self->prepared = true;
    self->snapshot_failed = true;
}

static bool may_prepare(const struct components *self)
{
    /* A program (wimlib) does not gather the metadata if it adds no component. */
    return components_has_writers(self) && !self->prepared && !self->snapshot_made &&
           !self->snapshot_failed;
}

COMPONENTS_METHOD(PrepareForBackup, IVssAsync **async)
{
    static const struct components_operation operation = {NEED_BACKUP, may_prepare, run_prepare,
                                                          prepare_failed};
    struct components *self = components_from_iface(iface);

    return method_log(components_begin(self, COMPONENTS_CALL, &operation, async), COMPONENTS_CALL,
                      "");
}

/* --- DoSnapshotSet ------------------------------------------------------------------------ */

static HRESULT freeze_writers(struct components *self, HANDLE cancel)
{
    HRESULT hr = S_OK;
    size_t i;

    for (i = 0; SUCCEEDED(hr) && i < self->writer_count; i++)
        hr = session_writer_freeze(&self->writers[i], &self->set_id, cancel);
    return hr;
}

/* From here on the shadows of a persistent set need neither this process nor its reaper. */
static HRESULT keep_shadows(struct components *self)
{
    HRESULT hr = S_OK;
    size_t i;

    if (!components_is_persistent(self))
        return S_OK;
    for (i = 0; SUCCEEDED(hr) && i < self->shadow_count; i++) {
        self->shadows[i].kept = true;
        hr = shadow_update(&self->shadows[i]);
    }
    /* All or none. */
    for (i = 0; FAILED(hr) && i < self->shadow_count; i++) {
        self->shadows[i].kept = false;
        shadow_update(&self->shadows[i]);
    }
    return hr;
}

static HRESULT mark_recovered(struct components *self)
{
    bool recovered = false;
    HRESULT hr = S_OK;
    size_t i;

    for (i = 0; i < self->writer_count; i++)
        recovered = recovered || session_writer_recovers(&self->writers[i]);
    if (!recovered || (self->context & VSS_VOLSNAP_ATTR_NO_AUTORECOVERY))
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

    for (i = 0; i < self->shadow_count; i++) {
        self->shadows[i].set_count = (LONG)self->shadow_count;
        self->shadows[i].attributes = self->context;
    }
    if (SUCCEEDED(hr))
        hr = shadow_create_set(self->shadows, self->shadow_count, cancel);
    return hr;
}

static HRESULT run_snapshot(struct components *self, HANDLE cancel)
{
    ULONGLONG begin_ms;
    HRESULT hr;
    size_t i;

    for (i = 0; i < self->writer_count; i++)
        session_writer_prepare_snapshot(&self->writers[i], self->shadows, self->shadow_count);
    hr = components_await_reaper(self);
    begin_ms = GetTickCount64();
    if (SUCCEEDED(hr))
        hr = freeze_writers(self, cancel);
    if (SUCCEEDED(hr))
        hr = copy_volumes(self, cancel);
    for (i = 0; i < self->writer_count; i++)
        session_writer_thaw(&self->writers[i], &self->set_id);
    method_log(hr, "Frozen", "ms=%lu", (unsigned long)(GetTickCount64() - begin_ms));
    if (FAILED(hr))
        return hr;
    for (i = 0; i < self->writer_count; i++)
        session_writer_post_snapshot(&self->writers[i], self->shadows, self->shadow_count);
    components_inject_fault(self, "DoSnapshotSet", cancel);
    hr = mark_recovered(self);
    if (SUCCEEDED(hr))
        hr = keep_shadows(self);
    if (FAILED(hr))
        return hr;
    self->snapshot_made = true;
    slot_free(&self->set_id, false);
    if (components_is_persistent(self))
        reaper_stop(&self->reaper);
    return S_OK;
}

static void snapshot_failed(struct components *self)
{
    self->snapshot_failed = true;
    components_each_writer(self, session_writer_abort);
    components_drop_set(self);
}

static bool may_make(const struct components *self)
{
    return self->set_started && self->shadow_count &&
           (self->prepared || !components_has_writers(self)) && !self->snapshot_made &&
           !self->snapshot_failed;
}

COMPONENTS_METHOD(DoSnapshotSet, IVssAsync **async)
{
    static const struct components_operation operation = {NEED_BACKUP, may_make, run_snapshot,
                                                          snapshot_failed};
    struct components *self = components_from_iface(iface);

    return method_log(components_begin(self, COMPONENTS_CALL, &operation, async), COMPONENTS_CALL,
                      "set=%s", method_log_guid(&self->set_id).text);
}

/* --- BackupComplete ----------------------------------------------------------------------- */

static HRESULT run_complete(struct components *self, HANDLE cancel)
{
    (void)cancel;
    components_each_writer(self, session_writer_backup_complete);
    self->completed = true;
    return S_OK;
}

static bool may_complete(const struct components *self)
{
    return components_has_writers(self) && self->snapshot_made && !self->completed;
}

COMPONENTS_METHOD(BackupComplete, IVssAsync **async)
{
    static const struct components_operation operation = {NEED_BACKUP, may_complete, run_complete,
                                                          NULL};
    struct components *self = components_from_iface(iface);

    return method_log(components_begin(self, COMPONENTS_CALL, &operation, async), COMPONENTS_CALL,
                      "");
}

/* --- AbortBackup -------------------------------------------------------------------------- */

/* Ends a pending operation, so that the abort finds the object at rest. */
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
    hr = components_enter(self, COMPONENTS_CALL, NEED_QUERY);
    if (SUCCEEDED(hr)) {
        /* It has no effect before the backup has begun, and after its completion (MS docs). */
        if (!self->completed && (self->set_started || self->prepared)) {
            self->aborted = true;
            components_each_writer(self, session_writer_abort);
            if (!self->snapshot_made)
                components_drop_set(self);
        }
        components_leave(self);
    }
    return method_log(hr, COMPONENTS_CALL, "session=%s", method_log_guid(&self->session_id).text);
}
