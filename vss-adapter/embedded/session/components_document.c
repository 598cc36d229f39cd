/*
 * The methods that fill and read the backup components document.
 *
 * Must not know: shadows, how writers work.
 */
#include "components.h"
#include "component.h"
#include "embedded/base/method_log.h"
#include "embedded/base/wide.h"

#include <stdlib.h>
#include <string.h>

COMPONENTS_METHOD(InitializeForBackup, BSTR xml)
{
    struct components *self = components_from_iface(iface);
    char *text = NULL;
    HRESULT hr = components_enter(self, "InitializeForBackup", NEED_NOTHING);

    if (FAILED(hr))
        goto log;
    if (self->mode != MODE_NONE) {
        hr = VSS_E_BAD_STATE;
        goto leave;
    }
    if (xml) {
        enum doc_result result;

        text = wide_to_utf8(xml);
        hr = E_OUTOFMEMORY;
        if (!text)
            goto leave;
        result = doc_read_backup(&self->document, text, strlen(text));
        hr = result == DOC_OK
                 ? S_OK
                 : (result == DOC_INVALID ? VSS_E_INVALID_XML_DOCUMENT : E_OUTOFMEMORY);
    }
    if (SUCCEEDED(hr)) {
        self->mode = MODE_BACKUP;
        self->imported = xml != NULL;
    }
leave:
    components_leave(self);
log:
    free(text);
    /* Leftovers of processes that ended with their reaper. */
    if (SUCCEEDED(hr))
        shadow_sweep();
    return method_log(hr, "InitializeForBackup", "xml=%d session=%s", xml != NULL,
                      method_log_guid(&self->session_id).text);
}

COMPONENTS_METHOD(SetBackupState, boolean select, boolean bootable, VSS_BACKUP_TYPE type,
                  boolean partial)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr = components_enter(self, "SetBackupState", NEED_INITIALIZED);

    if (SUCCEEDED(hr)) {
        /* In a restore, too: Microsoft's own sample (vshadow) calls it there. */
        if (self->prepared || self->pre_restored || self->aborted) {
            hr = VSS_E_BAD_STATE;
        } else if (type < VSS_BT_FULL || type > VSS_BT_OTHER) {
            hr = E_INVALIDARG;
        } else {
            self->document.select_components = select != 0;
            self->document.bootable_system_state = bootable != 0;
            self->document.backup_type = (uint32_t)type;
            self->document.partial_file_support = partial != 0;
        }
        components_leave(self);
    }
    return method_log(hr, "SetBackupState", "select=%d bootable=%d type=%d partial=%d", select,
                      bootable, (int)type, partial);
}

COMPONENTS_METHOD(SaveAsXML, BSTR *xml)
{
    struct components *self = components_from_iface(iface);
    struct doc_buffer buffer = {0};
    HRESULT hr;

    if (!xml)
        return method_log(E_INVALIDARG, "SaveAsXML", "");
    *xml = NULL;
    hr = components_enter(self, "SaveAsXML", NEED_BACKUP);
    if (SUCCEEDED(hr)) {
        /* A writerless set is never prepared. */
        if (self->prepared || self->snapshot_made || self->imported) {
            char *text;

            doc_write_backup(&buffer, &self->document);
            text = doc_buffer_take(&buffer);
            hr = text ? wide_to_bstr(text, xml) : E_OUTOFMEMORY;
            free(text);
        } else {
            hr = VSS_E_BAD_STATE;
        }
        components_leave(self);
    }
    return method_log(hr, "SaveAsXML", "");
}

/* Adds a component that the writer has described. The lock is held. */
static HRESULT add_component(struct components *self, const GUID *instance, const GUID *writer_id,
                             VSS_COMPONENT_TYPE type, const wchar_t *path, const wchar_t *name)
{
    HRESULT hr = E_OUTOFMEMORY;
    char *narrow_path = wide_to_utf8(path);
    char *narrow_name = wide_to_utf8(name);
    struct session_writer *writer;
    struct doc_guid doc_writer_id, doc_instance_id;
    struct doc_writer_components *components;
    struct doc_component *component;

    if (!narrow_name || (path && !narrow_path))
        goto out;
    hr = VSS_E_OBJECT_NOT_FOUND;
    writer = components_writer(self, writer_id, instance);
    if (!writer || !doc_find_wm_component(&writer->metadata->document, (uint32_t)type, narrow_path,
                                          narrow_name))
        goto out;
    hr = VSS_E_OBJECT_ALREADY_EXISTS;
    if (components_find(self, instance, writer_id, type, path, name))
        goto out;

    hr = E_OUTOFMEMORY;
    doc_writer_id = wide_doc_guid(writer_id);
    doc_instance_id = wide_doc_guid(instance);
    components = doc_find_writer(&self->document, &doc_writer_id, &doc_instance_id);
    if (!components) {
        components =
            doc_append(&self->document.writers, &self->document.writer_count, sizeof(*components));
        if (!components ||
            !doc_set_text(&components->instance_name, writer->metadata->document.instance_name))
            goto out;
        components->writer_id = doc_writer_id;
        components->instance_id = doc_instance_id;
        components->backup_schema = writer->metadata->document.backup_schema;
    }
    component =
        doc_append(&components->components, &components->component_count, sizeof(*component));
    if (!component)
        goto out;
    component->type = (uint32_t)type;
    component->logical_path = narrow_path;
    component->name = narrow_name;
    narrow_path = NULL;
    narrow_name = NULL;
    hr = S_OK;
out:
    free(narrow_path);
    free(narrow_name);
    return hr;
}

COMPONENTS_METHOD(AddComponent, VSS_ID instance, VSS_ID writer, VSS_COMPONENT_TYPE type,
                  LPCWSTR path, LPCWSTR name)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr = components_enter(self, "AddComponent", NEED_BACKUP);

    if (SUCCEEDED(hr)) {
        /* MS docs: before StartSnapshotSet on one page, before PrepareForBackup on the method's
         * own; programs do both. */
        if (!self->metadata_gathered || self->prepared || self->snapshot_made)
            hr = VSS_E_BAD_STATE;
        else if (!name || (type != VSS_CT_DATABASE && type != VSS_CT_FILEGROUP))
            hr = E_INVALIDARG;
        else
            hr = add_component(self, &instance, &writer, type, path, name);
        components_leave(self);
    }
    return method_log(hr, "AddComponent", "writer=%s type=%d path=%ls name=%ls",
                      method_log_guid(&writer).text, (int)type, method_log_text(path),
                      method_log_text(name));
}

COMPONENTS_METHOD(GetWriterComponentsCount, UINT *count)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr;

    if (!count)
        return method_log(E_INVALIDARG, "GetWriterComponentsCount", "");
    *count = 0;
    hr = components_enter(self, "GetWriterComponentsCount", NEED_INITIALIZED);
    if (SUCCEEDED(hr)) {
        *count = (UINT)self->document.writer_count;
        components_leave(self);
    }
    return method_log(hr, "GetWriterComponentsCount", "count=%u", *count);
}

COMPONENTS_METHOD(GetWriterComponents, UINT index, IVssWriterComponentsExt **writer)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr;

    if (!writer)
        return method_log(E_INVALIDARG, "GetWriterComponents", "index=%u", index);
    *writer = NULL;
    hr = components_enter(self, "GetWriterComponents", NEED_INITIALIZED);
    if (SUCCEEDED(hr)) {
        hr = index < self->document.writer_count
                 ? writer_components_create(&self->document.writers[index], writer)
                 : VSS_E_OBJECT_NOT_FOUND;
        components_leave(self);
    }
    return method_log(hr, "GetWriterComponents", "index=%u", index);
}

COMPONENTS_METHOD(SetBackupSucceeded, VSS_ID instance, VSS_ID writer, VSS_COMPONENT_TYPE type,
                  LPCWSTR path, LPCWSTR name, boolean succeeded)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr = components_enter(self, "SetBackupSucceeded", NEED_BACKUP);

    if (SUCCEEDED(hr)) {
        struct doc_component *component = NULL;

        if (!name)
            hr = E_INVALIDARG;
        else if (!self->snapshot_made || self->completed)
            hr = VSS_E_BAD_STATE;
        else if ((component = components_find(self, &instance, &writer, type, path, name)) == NULL)
            hr = VSS_E_OBJECT_NOT_FOUND;
        else
            component->backup_succeeded = succeeded ? DOC_YES : DOC_NO;
        components_leave(self);
    }
    return method_log(hr, "SetBackupSucceeded", "writer=%s path=%ls name=%ls succeeded=%d",
                      method_log_guid(&writer).text, method_log_text(path), method_log_text(name),
                      succeeded);
}

/* Sets one of the texts of a component before PrepareForBackup. */
static HRESULT set_text(struct components *self, const char *call, enum doc_text which,
                        const GUID *writer, VSS_COMPONENT_TYPE type, const wchar_t *path,
                        const wchar_t *name, const wchar_t *text)
{
    HRESULT hr = components_enter(self, call, NEED_BACKUP);
    struct doc_component *component;
    char *narrow;

    if (FAILED(hr))
        return hr;
    component = components_find(self, NULL, writer, type, path, name);
    narrow = wide_to_utf8(text);
    if (!text || !name)
        hr = E_INVALIDARG;
    else if (self->prepared)
        hr = VSS_E_BAD_STATE;
    else if (!component)
        hr = VSS_E_OBJECT_NOT_FOUND;
    else if (!narrow || !doc_set_text(&component->texts[which], narrow))
        hr = E_OUTOFMEMORY;
    free(narrow);
    components_leave(self);
    return hr;
}

COMPONENTS_METHOD(SetBackupOptions, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, LPCWSTR options)
{
    HRESULT hr = set_text(components_from_iface(iface), "SetBackupOptions", DOC_TEXT_BACKUP_OPTIONS,
                          &writer, type, path, name, options);

    return method_log(hr, "SetBackupOptions", "name=%ls options=%ls", method_log_text(name),
                      method_log_text(options));
}

COMPONENTS_METHOD(SetPreviousBackupStamp, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, LPCWSTR stamp)
{
    HRESULT hr = set_text(components_from_iface(iface), "SetPreviousBackupStamp",
                          DOC_TEXT_PREVIOUS_STAMP, &writer, type, path, name, stamp);

    return method_log(hr, "SetPreviousBackupStamp", "name=%ls stamp=%ls", method_log_text(name),
                      method_log_text(stamp));
}
