/*
 * components_writers.c - the methods about writers: which take part, their metadata, their status.
 */
#include "components.h"
#include "embedded/base/fault.h"
#include "embedded/base/method_log.h"
#include "embedded/base/wide.h"

#include <stdlib.h>
#include <string.h>

static bool list_has(const struct class_list *list, const GUID *id)
{
    size_t i;

    for (i = 0; i < list->count; i++)
        if (IsEqualGUID(&list->items[i], id))
            return true;
    return false;
}

static HRESULT list_add(struct class_list *list, const VSS_ID *ids, UINT count)
{
    if (count > COMPONENTS_MAX_CLASSES - list->count)
        return E_INVALIDARG;
    memcpy(&list->items[list->count], ids, count * sizeof(*ids));
    list->count += count;
    return S_OK;
}

/* The three methods that choose writers; they matter only before the metadata is gathered. */
static HRESULT choose(struct components *self, const char *call, struct class_list *list,
                      const VSS_ID *ids, UINT count)
{
    HRESULT hr = components_enter(self, call, NEED_INITIALIZED);

    if (SUCCEEDED(hr)) {
        hr = ids && count ? list_add(list, ids, count) : E_INVALIDARG;
        if (SUCCEEDED(hr) && list == &self->enabled)
            self->only_enabled = true;
        components_leave(self);
    }
    return method_log(hr, call, "count=%u first=%s", count,
                      ids && count ? method_log_guid(&ids[0]).text : "(none)");
}

COMPONENTS_METHOD(EnableWriterClasses, const VSS_ID *classes, UINT count)
{
    struct components *self = components_from_iface(iface);

    return choose(self, COMPONENTS_CALL, &self->enabled, classes, count);
}

COMPONENTS_METHOD(DisableWriterClasses, const VSS_ID *classes, UINT count)
{
    struct components *self = components_from_iface(iface);

    return choose(self, COMPONENTS_CALL, &self->disabled, classes, count);
}

COMPONENTS_METHOD(DisableWriterInstances, const VSS_ID *instances, UINT count)
{
    struct components *self = components_from_iface(iface);

    return choose(self, COMPONENTS_CALL, &self->disabled_instances, instances, count);
}

static bool is_wanted(const struct components *self, const struct writer_source *source)
{
    if (self->only_enabled && !list_has(&self->enabled, &source->id))
        return false;
    return !list_has(&self->disabled, &source->id) && source->class->is_present(source);
}

/* A writer that cannot describe itself does not count; nor does one that was ruled out. */
static HRESULT add_writer(struct components *self, const struct writer_source *source)
{
    struct session_writer *writer =
        doc_append(&self->writers, &self->writer_count, sizeof(*writer));
    HRESULT hr;

    if (!writer)
        return E_OUTOFMEMORY;
    hr = session_writer_init(writer, source);
    if (FAILED(hr) || list_has(&self->disabled_instances, &writer->instance_id)) {
        session_writer_fini(writer);
        self->writer_count--;
    }
    return hr == E_OUTOFMEMORY ? hr : S_OK;
}

void components_inject_fault(struct components *self, const char *call, HANDLE cancel)
{
    HRESULT hr;
    size_t i;

    for (i = 0; i < self->writer_count; i++) {
        hr = fault_at(call, FAULT_WRITER, cancel);
        if (FAILED(hr))
            session_writer_fail_after_call(&self->writers[i], call, hr);
    }
}

HRESULT components_find_writers(struct components *self, HANDLE cancel)
{
    struct writer_source *sources;
    size_t count, i;
    HRESULT hr = writer_sources(&sources, &count);

    for (i = 0; SUCCEEDED(hr) && i < count; i++)
        if (is_wanted(self, &sources[i]))
            hr = add_writer(self, &sources[i]);
    free(sources);
    if (SUCCEEDED(hr))
        components_inject_fault(self, "GatherWriterMetadata", cancel);
    return hr;
}

static bool may_gather(const struct components *self)
{
    return !self->metadata_gathered && !self->prepared && !self->aborted;
}

static HRESULT run_gather_metadata(struct components *self, HANDLE cancel)
{
    HRESULT hr = components_find_writers(self, cancel);

    self->metadata_gathered = SUCCEEDED(hr);
    return hr;
}

COMPONENTS_METHOD(GatherWriterMetadata, IVssAsync **async)
{
    static const struct components_operation operation = {NEED_INITIALIZED, may_gather,
                                                          run_gather_metadata, NULL};
    struct components *self = components_from_iface(iface);

    return method_log(components_begin(self, COMPONENTS_CALL, &operation, async), COMPONENTS_CALL,
                      "");
}

static bool has_metadata(const struct components *self)
{
    return self->metadata_gathered && !self->metadata_freed;
}

COMPONENTS_METHOD(GetWriterMetadataCount, UINT *count)
{
    struct components *self = components_from_iface(iface);

    return components_get_count(self, COMPONENTS_CALL, has_metadata, &self->writer_count, count);
}

/* metadata receives the interface: one table serves all its versions. */
static HRESULT get_metadata(struct components *self, const char *call, UINT index, VSS_ID *instance,
                            void *metadata)
{
    IVssExamineWriterMetadataEx2 *found = NULL;
    HRESULT hr;

    if (!instance || !metadata)
        return method_log(E_INVALIDARG, call, "index=%u", index);
    hr = components_enter(self, call, NEED_INITIALIZED);
    if (SUCCEEDED(hr)) {
        if (!has_metadata(self)) {
            hr = VSS_E_BAD_STATE;
        } else if (index >= self->writer_count) {
            hr = VSS_E_OBJECT_NOT_FOUND;
        } else {
            hr = metadata_create(self->writers[index].metadata, &found);
            *instance = self->writers[index].instance_id;
        }
        components_leave(self);
    }
    memcpy(metadata, &found, sizeof(found));
    return method_log(hr, call, "index=%u", index);
}

COMPONENTS_METHOD(GetWriterMetadata, UINT index, VSS_ID *instance,
                  IVssExamineWriterMetadata **metadata)
{
    return get_metadata(components_from_iface(iface), COMPONENTS_CALL, index, instance, metadata);
}

COMPONENTS_METHOD(GetWriterMetadataEx, UINT index, VSS_ID *instance,
                  IVssExamineWriterMetadataEx **metadata)
{
    return get_metadata(components_from_iface(iface), COMPONENTS_CALL, index, instance, metadata);
}

COMPONENTS_METHOD(FreeWriterMetadata)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr = components_enter(self, COMPONENTS_CALL, NEED_INITIALIZED);

    if (SUCCEEDED(hr)) {
        /* Frees only the caller's metadata; the writers' sessions go on. */
        if (self->metadata_gathered)
            self->metadata_freed = true;
        else
            hr = VSS_E_BAD_STATE;
        components_leave(self);
    }
    return method_log(hr, COMPONENTS_CALL, "");
}

/* --- status --------------------------------------------------------------------------------- */

static HRESULT add_status(struct components *self, const struct session_writer *writer)
{
    struct writer_status *status =
        doc_append(&self->statuses, &self->status_count, sizeof(*status));
    HRESULT hr;

    if (!status)
        return E_OUTOFMEMORY;
    status->instance_id = writer->instance_id;
    status->writer_id = writer->source.id;
    status->state = writer->state;
    status->failure = writer->failure;
    if (!session_writer_is_present(writer)) {
        status->state = VSS_WS_UNKNOWN;
        status->failure = VSS_E_WRITER_NOT_RESPONDING;
    }
    hr = fault_at("GatherWriterStatus", FAULT_WRITER, NULL);
    if (FAILED(hr)) {
        status->state = VSS_WS_UNKNOWN;
        status->failure = hr;
    }
    status->name = doc_strdup(writer->metadata->document.name);
    return status->name ? S_OK : E_OUTOFMEMORY;
}

static HRESULT run_gather_status(struct components *self, HANDLE cancel)
{
    HRESULT hr = S_OK;
    size_t i;

    (void)cancel;
    components_free_statuses(self);
    for (i = 0; SUCCEEDED(hr) && i < self->writer_count; i++)
        hr = add_status(self, &self->writers[i]);
    self->status_gathered = SUCCEEDED(hr);
    return hr;
}

COMPONENTS_METHOD(GatherWriterStatus, IVssAsync **async)
{
    static const struct components_operation operation = {NEED_INITIALIZED, NULL, run_gather_status,
                                                          NULL};
    struct components *self = components_from_iface(iface);

    return method_log(components_begin(self, COMPONENTS_CALL, &operation, async), COMPONENTS_CALL,
                      "");
}

static bool has_statuses(const struct components *self)
{
    return self->status_gathered;
}

COMPONENTS_METHOD(GetWriterStatusCount, UINT *count)
{
    struct components *self = components_from_iface(iface);

    return components_get_count(self, COMPONENTS_CALL, has_statuses, &self->status_count, count);
}

static HRESULT get_status(struct components *self, const char *call, UINT index, VSS_ID *instance,
                          VSS_ID *writer, BSTR *name, VSS_WRITER_STATE *state, HRESULT *failure)
{
    const struct writer_status *status;
    HRESULT hr;

    if (!instance || !writer || !name || !state || !failure)
        return method_log(E_INVALIDARG, call, "index=%u", index);
    *name = NULL;
    *state = VSS_WS_UNKNOWN;
    *failure = S_OK;
    hr = components_enter(self, call, NEED_INITIALIZED);
    if (SUCCEEDED(hr)) {
        status = index < self->status_count ? &self->statuses[index] : NULL;
        if (!self->status_gathered)
            hr = VSS_E_BAD_STATE;
        else if (!status)
            hr = VSS_E_OBJECT_NOT_FOUND;
        else
            hr = wide_to_bstr(status->name, name);
        if (SUCCEEDED(hr)) {
            *instance = status->instance_id;
            *writer = status->writer_id;
            *state = status->state;
            *failure = status->failure;
        }
        components_leave(self);
    }
    return method_log(hr, call, "index=%u state=%d failure=0x%08lx", index, (int)*state,
                      (unsigned long)*failure);
}

COMPONENTS_METHOD(GetWriterStatus, UINT index, VSS_ID *instance, VSS_ID *writer, BSTR *name,
                  VSS_WRITER_STATE *state, HRESULT *failure)
{
    return get_status(components_from_iface(iface), COMPONENTS_CALL, index, instance, writer, name,
                      state, failure);
}

COMPONENTS_METHOD(GetWriterStatusEx, UINT index, VSS_ID *instance, VSS_ID *writer, BSTR *name,
                  VSS_WRITER_STATE *state, HRESULT *failure, HRESULT *application,
                  BSTR *application_message)
{
    /* No writer here has an application's code or message. */
    if (application)
        *application = S_OK;
    if (application_message)
        *application_message = NULL;
    return get_status(components_from_iface(iface), COMPONENTS_CALL, index, instance, writer, name,
                      state, failure);
}

COMPONENTS_METHOD(FreeWriterStatus)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr = components_enter(self, COMPONENTS_CALL, NEED_INITIALIZED);

    if (SUCCEEDED(hr)) {
        components_free_statuses(self);
        self->status_gathered = false;
        components_leave(self);
    }
    return method_log(hr, COMPONENTS_CALL, "");
}
