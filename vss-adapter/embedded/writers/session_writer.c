/*
 * session_writer.c - moves a writer's state through the phases.
 *
 * Must not know the writer classes.
 */
#include "session_writer.h"
#include "embedded/base/embedded_settings.h"
#include "embedded/base/fault.h"
#include "embedded/base/method_log.h"
#include "embedded/base/wide.h"
#include "embedded/shadows/slot.h"
#include "writer_volumes.h"

#include <string.h>
#include <vswriter.h>

#define DEFAULT_FREEZE_TIMEOUT_MS 60000

HRESULT session_writer_init(struct session_writer *writer, const struct writer_source *source)
{
    struct doc_writer document = {0};
    HRESULT hr = source->class->describe(source, &document);

    memset(writer, 0, sizeof(*writer));
    writer->instance_id = wide_guid(&document.instance_id);
    if (SUCCEEDED(hr) && IsEqualGUID(&writer->instance_id, &GUID_NULL)) {
        hr = CoCreateGuid(&writer->instance_id);
        document.instance_id = wide_doc_guid(&writer->instance_id);
    }
    if (SUCCEEDED(hr))
        hr = metadata_holder_create(&document, &writer->metadata);
    doc_writer_fini(&document);
    if (FAILED(hr))
        return hr;
    writer->source = *source;
    writer->failure = fault_at("Identify", FAULT_CALL, NULL);
    writer->state = FAILED(writer->failure) ? VSS_WS_FAILED_AT_IDENTIFY : VSS_WS_STABLE;
    return S_OK;
}

bool session_writer_is_present(const struct session_writer *writer)
{
    return writer->source.class->is_present(&writer->source);
}

void session_writer_fini(struct session_writer *writer)
{
    metadata_holder_release(writer->metadata);
    memset(writer, 0, sizeof(*writer));
}

static bool takes_events(const struct session_writer *writer)
{
    return writer->participates && SUCCEEDED(writer->failure);
}

/* Ends an event: the fault in place of the writer's own success, the state, a line in the log. */
static void end_event(struct session_writer *writer, const char *event, HRESULT hr, HANDLE cancel,
                      VSS_WRITER_STATE next, VSS_WRITER_STATE failed)
{
    if (SUCCEEDED(hr))
        hr = fault_at(event, FAULT_CALL, cancel);
    writer->state = SUCCEEDED(hr) ? next : failed;
    writer->failure = SUCCEEDED(hr) ? S_OK : hr;
    method_log(hr, event, "writer=%s state=%d", method_log_guid(&writer->source.id).text,
               (int)writer->state);
}

void session_writer_prepare_backup(struct session_writer *writer,
                                   struct doc_writer_components *components)
{
    writer->components = components;
    if (takes_events(writer))
        end_event(writer, "PrepareBackup", writer->source.class->prepare_backup(writer, components),
                  NULL, VSS_WS_STABLE, VSS_WS_FAILED_AT_PREPARE_BACKUP);
}

void session_writer_prepare_snapshot(struct session_writer *writer, const struct shadow *shadows,
                                     size_t count)
{
    HRESULT hr;

    if (!takes_events(writer))
        return;
    hr = writer_check_volumes(writer, shadows, count);
    if (hr == S_FALSE)
        writer->participates = false;
    else
        end_event(writer, "PrepareSnapshot", hr, NULL, VSS_WS_WAITING_FOR_FREEZE,
                  VSS_WS_FAILED_AT_PREPARE_SNAPSHOT);
}

/* If there are no events, the program is stopped, or has nothing to freeze. */
static HRESULT freeze_program(struct session_writer *writer, const GUID *set_id, HANDLE cancel)
{
    const wchar_t *key = writer->source.key;
    DWORD timeout_ms = embedded_settings_number(key, L"FreezeTimeoutMs", DEFAULT_FREEZE_TIMEOUT_MS);
    HRESULT hr;

    hr = embedded_settings_string(key, L"FreezeEvents", NULL, writer->freeze_base,
                                  ARRAYSIZE(writer->freeze_base));
    if (hr != S_OK)
        return hr == S_FALSE ? S_OK : VSS_E_WRITERERROR_NONRETRYABLE;
    /* Noted first: a process that dies while it waits has already asked for the freeze. */
    slot_note_frozen(set_id, writer->freeze_base, true);
    hr = freeze_begin(&writer->freeze, writer->freeze_base, timeout_ms, cancel);
    if (hr != S_OK)
        slot_note_frozen(set_id, writer->freeze_base, false);
    return hr == S_FALSE ? S_OK : hr;
}

HRESULT session_writer_freeze(struct session_writer *writer, const GUID *set_id, HANDLE cancel)
{
    HRESULT hr;

    if (!takes_events(writer))
        return S_OK;
    hr = freeze_program(writer, set_id, cancel);
    if (hr == E_ABORT)
        return hr;
    end_event(writer, "Freeze", hr, cancel, VSS_WS_WAITING_FOR_THAW, VSS_WS_FAILED_AT_FREEZE);
    return S_OK;
}

void session_writer_thaw(struct session_writer *writer, const GUID *set_id)
{
    HRESULT hr = S_OK;

    /* A frozen program must go on, even if the writer has failed. */
    if (writer->freeze.thaw) {
        hr = freeze_end(&writer->freeze);
        slot_note_frozen(set_id, writer->freeze_base, false);
    }
    if (takes_events(writer))
        end_event(writer, "Thaw", hr, NULL, VSS_WS_WAITING_FOR_POST_SNAPSHOT,
                  VSS_WS_FAILED_AT_THAW);
}

void session_writer_post_snapshot(struct session_writer *writer, const struct shadow *shadows,
                                  size_t count)
{
    if (takes_events(writer))
        end_event(writer, "PostSnapshot",
                  writer->source.class->post_snapshot(writer, shadows, count), NULL,
                  VSS_WS_WAITING_FOR_BACKUP_COMPLETE, VSS_WS_FAILED_AT_POST_SNAPSHOT);
}

/* An event to which a writer only answers. */
static void answer(struct session_writer *writer, const char *event, const char *call,
                   VSS_WRITER_STATE failed)
{
    if (takes_events(writer))
        end_event(writer, event, fault_at(call, FAULT_WRITER, NULL), NULL, VSS_WS_STABLE, failed);
}

void session_writer_backup_complete(struct session_writer *writer)
{
    answer(writer, "BackupComplete event", "BackupComplete", VSS_WS_FAILED_AT_BACKUP_COMPLETE);
}

void session_writer_pre_restore(struct session_writer *writer)
{
    answer(writer, "PreRestore event", "PreRestore", VSS_WS_FAILED_AT_PRE_RESTORE);
}

void session_writer_post_restore(struct session_writer *writer)
{
    answer(writer, "PostRestore event", "PostRestore", VSS_WS_FAILED_AT_POST_RESTORE);
}

void session_writer_abort(struct session_writer *writer)
{
    if (takes_events(writer))
        writer->state = VSS_WS_STABLE;
}

void session_writer_fail_after_call(struct session_writer *writer, const char *call,
                                    HRESULT failure)
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
    size_t i;

    writer->failure = failure;
    writer->state = VSS_WS_UNKNOWN;
    for (i = 0; i < ARRAYSIZE(states); i++)
        if (strcmp(states[i].call, call) == 0)
            writer->state = states[i].state;
}

bool session_writer_recovers(const struct session_writer *writer)
{
    const struct doc_writer *document = &writer->metadata->document;
    size_t i;

    for (i = 0; takes_events(writer) && i < document->component_count; i++)
        if (document->components[i].flags & VSS_CF_BACKUP_RECOVERY)
            return true;
    return false;
}
