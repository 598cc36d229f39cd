/*
 * The states of a writer through the phases.
 *
 * Must not know: what a particular writer does in a phase.
 */
#include "writer.h"

#include <string.h>

#include "call_log.h"
#include "fault.h"
#include "wide.h"

static const struct writer_class *const classes[] = {&writer_ntds_class};

const struct writer_class *writer_class_at(size_t index)
{
    return index < ARRAYSIZE(classes) ? classes[index] : NULL;
}

HRESULT writer_init(struct writer *writer, const struct writer_class *class)
{
    struct doc_writer document = {0};
    memset(writer, 0, sizeof(*writer));
    HRESULT hr = class->describe(&document);
    if (FAILED(hr))
        goto out;
    hr = CoCreateGuid(&writer->instance_id);
    if (FAILED(hr))
        goto out;
    document.instance_id = wide_doc_guid(&writer->instance_id);
    hr = metadata_holder_create(&document, &writer->metadata);
    if (FAILED(hr))
        goto out;
    writer->class = class;
    writer->state = VSS_WS_STABLE;
    writer->failure = fault_at("Identify", FAULT_CALL, NULL);
    if (FAILED(writer->failure))
        writer->state = VSS_WS_FAILED_AT_IDENTIFY;
out:
    doc_writer_fini(&document);
    return hr;
}

void writer_fini(struct writer *writer)
{
    metadata_holder_release(writer->metadata);
    memset(writer, 0, sizeof(*writer));
}

static bool takes_events(const struct writer *writer)
{
    return writer->participates && SUCCEEDED(writer->failure);
}

/* Ends an event: the fault in place of the writer's own success, the state, a line in the log. */
static void end_event(struct writer *writer, const char *event, HRESULT hr, HANDLE cancel,
                      VSS_WRITER_STATE next, VSS_WRITER_STATE failed)
{
    if (SUCCEEDED(hr))
        hr = fault_at(event, FAULT_CALL, cancel);
    writer->state = SUCCEEDED(hr) ? next : failed;
    writer->failure = SUCCEEDED(hr) ? S_OK : hr;
    call_log(hr, event, "writer=%s state=%d", call_log_guid(&writer->class->id).text,
             (int)writer->state);
}

void writer_prepare_backup(struct writer *writer, struct doc_writer_components *components)
{
    if (takes_events(writer))
        end_event(writer, "PrepareBackup", writer->class->prepare_backup(writer, components), NULL,
                  VSS_WS_STABLE, VSS_WS_FAILED_AT_PREPARE_BACKUP);
}

void writer_prepare_snapshot(struct writer *writer, const struct shadow *shadows, size_t count)
{
    if (takes_events(writer))
        end_event(writer, "PrepareSnapshot",
                  writer->class->prepare_snapshot(writer, shadows, count), NULL,
                  VSS_WS_WAITING_FOR_FREEZE, VSS_WS_FAILED_AT_PREPARE_SNAPSHOT);
}

HRESULT writer_freeze(struct writer *writer, const GUID *set_id, HANDLE cancel)
{
    if (!takes_events(writer))
        return S_OK;
    HRESULT hr = writer->class->freeze(writer, set_id, cancel);
    if (hr == E_ABORT)
        return hr;
    end_event(writer, "Freeze", hr, cancel, VSS_WS_WAITING_FOR_THAW, VSS_WS_FAILED_AT_FREEZE);
    return S_OK;
}

void writer_thaw(struct writer *writer, const GUID *set_id)
{
    /* Whatever else happened, what was frozen must go on. */
    HRESULT hr = writer->participates ? writer->class->thaw(writer, set_id) : S_OK;
    if (takes_events(writer))
        end_event(writer, "Thaw", hr, NULL, VSS_WS_WAITING_FOR_POST_SNAPSHOT,
                  VSS_WS_FAILED_AT_THAW);
}

void writer_post_snapshot(struct writer *writer, const struct shadow *shadows, size_t count)
{
    if (takes_events(writer))
        end_event(writer, "PostSnapshot", writer->class->post_snapshot(writer, shadows, count),
                  NULL, VSS_WS_WAITING_FOR_BACKUP_COMPLETE, VSS_WS_FAILED_AT_POST_SNAPSHOT);
}

void writer_backup_complete(struct writer *writer)
{
    if (takes_events(writer))
        end_event(writer, "BackupComplete event", fault_at("BackupComplete", FAULT_WRITER, NULL),
                  NULL, VSS_WS_STABLE, VSS_WS_FAILED_AT_BACKUP_COMPLETE);
}

void writer_pre_restore(struct writer *writer)
{
    if (takes_events(writer))
        end_event(writer, "PreRestore event", fault_at("PreRestore", FAULT_WRITER, NULL), NULL,
                  VSS_WS_STABLE, VSS_WS_FAILED_AT_PRE_RESTORE);
}

void writer_post_restore(struct writer *writer)
{
    if (takes_events(writer))
        end_event(writer, "PostRestore event", fault_at("PostRestore", FAULT_WRITER, NULL), NULL,
                  VSS_WS_STABLE, VSS_WS_FAILED_AT_POST_RESTORE);
}

void writer_abort(struct writer *writer)
{
    if (takes_events(writer))
        writer->state = VSS_WS_STABLE;
}

void writer_fail_after_call(struct writer *writer, const char *call, HRESULT failure)
{
    static const struct
    {
        const char *call;
        VSS_WRITER_STATE state;
    } states[] = {
        {"GatherWriterMetadata", VSS_WS_FAILED_AT_IDENTIFY},
        {"PrepareForBackup", VSS_WS_FAILED_AT_PREPARE_BACKUP},
        {"DoSnapshotSet", VSS_WS_FAILED_AT_POST_SNAPSHOT},
    };
    writer->failure = failure;
    writer->state = VSS_WS_UNKNOWN;
    for (size_t i = 0; i < ARRAYSIZE(states); i++)
        if (strcmp(states[i].call, call) == 0)
            writer->state = states[i].state;
}
