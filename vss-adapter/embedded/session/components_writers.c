/*
 * The methods about writers: which take part, what they say, how they are.
 *
 * Must not know: shadows, what a writer does in a phase.
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

/* The three methods that choose writers; they only matter before the metadata is gathered. */
static HRESULT choose(struct components *self, const char *call, struct class_list *list,
                      const VSS_ID *ids, UINT count)
{
    HRESULT hr = components_enter(self, call, NEED_INITIALIZED);

    if (SUCCEEDED(hr)) {
        hr = ids && count > 0 ? list_add(list, ids, count) : E_INVALIDARG;
        if (SUCCEEDED(hr) && list == &self->enabled)
            self->only_enabled = true;
        components_leave(self);
    }
    return method_log(hr, call, "count=%u first=%s", count,
                      ids && count > 0 ? method_log_guid(&ids[0]).text : "(none)");
}

COMPONENTS_METHOD(EnableWriterClasses, const VSS_ID *classes, UINT count)
{
    struct components *self = components_from_iface(iface);

    return choose(self, "EnableWriterClasses", &self->enabled, classes, count);
}

COMPONENTS_METHOD(DisableWriterClasses, const VSS_ID *classes, UINT count)
{
    struct components *self = components_from_iface(iface);

    return choose(self, "DisableWriterClasses", &self->disabled, classes, count);
}

COMPONENTS_METHOD(DisableWriterInstances, const VSS_ID *instances, UINT count)
{
    struct components *self = components_from_iface(iface);

    return choose(self, "DisableWriterInstances", &self->disabled_instances, instances, count);
}

static bool is_wanted(const struct components *self, const struct writer_source *source)
{
    if (self->only_enabled && !list_has(&self->enabled, &source->id))
        return false;
    return !list_has(&self->disabled, &source->id) && source->class->is_present(source);
}

/* A writer that cannot describe itself is not there; nor is one that was ruled out. */
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

HRESULT components_find_writers(struct components *self, HANDLE cancel)
{
    struct writer_source *sources = NULL;
    size_t count = 0;
    HRESULT hr = writer_sources(&sources, &count);
    size_t i;

    for (i = 0; SUCCEEDED(hr) && i < count; i++)
        if (is_wanted(self, &sources[i]))
            hr = add_writer(self, &sources[i]);
    free(sources);
    if (FAILED(hr))
        return hr;
    for (i = 0; i < self->writer_count; i++) {
        hr = fault_at("GatherWriterMetadata", FAULT_WRITER, cancel);
        if (FAILED(hr))
            session_writer_fail_after_call(&self->writers[i], "GatherWriterMetadata", hr);
    }
    return S_OK;
}

static HRESULT run_gather_metadata(struct components *self, HANDLE cancel)
{
    HRESULT hr = components_find_writers(self, cancel);

    self->metadata_gathered = SUCCEEDED(hr);
    return hr;
}

COMPONENTS_METHOD(GatherWriterMetadata, IVssAsync **async)
{
    static const struct components_operation operation = {"GatherWriterMetadata",
                                                          run_gather_metadata, NULL};
    struct components *self = components_from_iface(iface);
    HRESULT hr;

    if (!async)
        return method_log(E_INVALIDARG, "GatherWriterMetadata", "");
    *async = NULL;
    hr = components_enter(self, operation.call, NEED_INITIALIZED);
    if (SUCCEEDED(hr)) {
        if (self->metadata_gathered || self->prepared || self->aborted)
            hr = VSS_E_BAD_STATE;
        else
            hr = components_start(self, &operation, async);
        components_leave(self);
    }
    return method_log(hr, "GatherWriterMetadata", "");
}

COMPONENTS_METHOD(GetWriterMetadataCount, UINT *count)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr;

    if (!count)
        return method_log(E_INVALIDARG, "GetWriterMetadataCount", "");
    *count = 0;
    hr = components_enter(self, "GetWriterMetadataCount", NEED_INITIALIZED);
    if (SUCCEEDED(hr)) {
        if (self->metadata_gathered && !self->metadata_freed)
            *count = (UINT)self->writer_count;
        else
            hr = VSS_E_BAD_STATE;
        components_leave(self);
    }
    return method_log(hr, "GetWriterMetadataCount", "count=%u", *count);
}

static HRESULT get_metadata(struct components *self, const char *call, UINT index, VSS_ID *instance,
                            IVssExamineWriterMetadataEx2 **metadata)
{
    HRESULT hr = components_enter(self, call, NEED_INITIALIZED);

    if (SUCCEEDED(hr)) {
        if (!self->metadata_gathered || self->metadata_freed) {
            hr = VSS_E_BAD_STATE;
        } else if (index >= self->writer_count) {
            hr = VSS_E_OBJECT_NOT_FOUND;
        } else {
            hr = metadata_create(self->writers[index].metadata, metadata);
            *instance = self->writers[index].instance_id;
        }
        components_leave(self);
    }
    return method_log(hr, call, "index=%u", index);
}

COMPONENTS_METHOD(GetWriterMetadata, UINT index, VSS_ID *instance,
                  IVssExamineWriterMetadata **metadata)
{
    IVssExamineWriterMetadataEx2 *found = NULL;
    HRESULT hr;

    if (!instance || !metadata)
        return method_log(E_INVALIDARG, "GetWriterMetadata", "index=%u", index);
    *metadata = NULL;
    hr = get_metadata(components_from_iface(iface), "GetWriterMetadata", index, instance, &found);
    *metadata = (IVssExamineWriterMetadata *)found;
    return hr;
}

COMPONENTS_METHOD(GetWriterMetadataEx, UINT index, VSS_ID *instance,
                  IVssExamineWriterMetadataEx **metadata)
{
    IVssExamineWriterMetadataEx2 *found = NULL;
    HRESULT hr;

    if (!instance || !metadata)
        return method_log(E_INVALIDARG, "GetWriterMetadataEx", "index=%u", index);
    *metadata = NULL;
    hr = get_metadata(components_from_iface(iface), "GetWriterMetadataEx", index, instance, &found);
    *metadata = (IVssExamineWriterMetadataEx *)found;
    return hr;
}

COMPONENTS_METHOD(FreeWriterMetadata)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr = components_enter(self, "FreeWriterMetadata", NEED_INITIALIZED);

    if (SUCCEEDED(hr)) {
        /* The writers' sessions go on; only what was gathered for the caller is gone. */
        if (self->metadata_gathered)
            self->metadata_freed = true;
        else
            hr = VSS_E_BAD_STATE;
        components_leave(self);
    }
    return method_log(hr, "FreeWriterMetadata", "");
}

/* --- status ------------------------------------------------------------------------------------
 */

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
    static const struct components_operation operation = {"GatherWriterStatus", run_gather_status,
                                                          NULL};
    struct components *self = components_from_iface(iface);
    HRESULT hr;

    if (!async)
        return method_log(E_INVALIDARG, "GatherWriterStatus", "");
    *async = NULL;
    hr = components_enter(self, operation.call, NEED_INITIALIZED);
    if (SUCCEEDED(hr)) {
        hr = components_start(self, &operation, async);
        components_leave(self);
    }
    return method_log(hr, "GatherWriterStatus", "");
}

COMPONENTS_METHOD(GetWriterStatusCount, UINT *count)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr;

    if (!count)
        return method_log(E_INVALIDARG, "GetWriterStatusCount", "");
    *count = 0;
    hr = components_enter(self, "GetWriterStatusCount", NEED_INITIALIZED);
    if (SUCCEEDED(hr)) {
        if (self->status_gathered)
            *count = (UINT)self->status_count;
        else
            hr = VSS_E_BAD_STATE;
        components_leave(self);
    }
    return method_log(hr, "GetWriterStatusCount", "count=%u", *count);
}

static HRESULT get_status(struct components *self, const char *call, UINT index, VSS_ID *instance,
                          VSS_ID *writer, BSTR *name, VSS_WRITER_STATE *state, HRESULT *failure)
{
    HRESULT hr;

    if (!instance || !writer || !name || !state || !failure)
        return method_log(E_INVALIDARG, call, "index=%u", index);
    *name = NULL;
    *state = VSS_WS_UNKNOWN;
    *failure = S_OK;
    hr = components_enter(self, call, NEED_INITIALIZED);
    if (SUCCEEDED(hr)) {
        const struct writer_status *status =
            index < self->status_count ? &self->statuses[index] : NULL;

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
    return get_status(components_from_iface(iface), "GetWriterStatus", index, instance, writer,
                      name, state, failure);
}

COMPONENTS_METHOD(GetWriterStatusEx, UINT index, VSS_ID *instance, VSS_ID *writer, BSTR *name,
                  VSS_WRITER_STATE *state, HRESULT *failure, HRESULT *application,
                  BSTR *application_message)
{
    /* No writer here says more than its own code. */
    if (application)
        *application = S_OK;
    if (application_message)
        *application_message = NULL;
    return get_status(components_from_iface(iface), "GetWriterStatusEx", index, instance, writer,
                      name, state, failure);
}

COMPONENTS_METHOD(FreeWriterStatus)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr = components_enter(self, "FreeWriterStatus", NEED_INITIALIZED);

    if (SUCCEEDED(hr)) {
        components_free_statuses(self);
        self->status_gathered = false;
        components_leave(self);
    }
    return method_log(hr, "FreeWriterStatus", "");
}
