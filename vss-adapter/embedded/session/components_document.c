/*
 * components_document.c - the methods that fill and read the backup components document.
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
    HRESULT hr = components_enter(self, COMPONENTS_CALL, NEED_NOTHING);

    if (SUCCEEDED(hr)) {
        if (self->mode != MODE_NONE)
            hr = VSS_E_BAD_STATE;
        else if (xml)
            hr = components_read_document(self, xml);
        if (SUCCEEDED(hr)) {
            self->mode = MODE_BACKUP;
            self->imported = xml != NULL;
        }
        components_leave(self);
    }
    /* Removes what processes left that ended with their reaper. */
    if (SUCCEEDED(hr))
        shadow_sweep();
    return method_log(hr, COMPONENTS_CALL, "xml=%d session=%s", xml != NULL,
                      method_log_guid(&self->session_id).text);
}

COMPONENTS_METHOD(SetBackupState, boolean select, boolean bootable, VSS_BACKUP_TYPE type,
                  boolean partial)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr = components_enter(self, COMPONENTS_CALL, NEED_INITIALIZED);

    if (SUCCEEDED(hr)) {
        /* Microsoft's own sample (vshadow) calls it in a restore, too. */
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
    return method_log(hr, COMPONENTS_CALL, "select=%d bootable=%d type=%d partial=%d", select,
                      bootable, (int)type, partial);
}

COMPONENTS_METHOD(SaveAsXML, BSTR *xml)
{
    struct components *self = components_from_iface(iface);
    struct doc_buffer buffer = {0};
    HRESULT hr;

    if (!xml)
        return method_log(E_INVALIDARG, COMPONENTS_CALL, "");
    *xml = NULL;
    hr = components_enter(self, COMPONENTS_CALL, NEED_BACKUP);
    if (SUCCEEDED(hr)) {
        /* A writerless set is never prepared. */
        if (self->prepared || self->snapshot_made || self->imported) {
            doc_save_backup(&buffer, &self->document);
            hr = wide_buffer_to_bstr(&buffer, xml);
        } else {
            hr = VSS_E_BAD_STATE;
        }
        components_leave(self);
    }
    return method_log(hr, COMPONENTS_CALL, "");
}

/* A writer's part of the document, added if it is missing. NULL: out of memory. */
static struct doc_writer_components *writer_in_document(struct components *self,
                                                        const struct session_writer *writer)
{
    const struct doc_writer *described = &writer->metadata->document;
    struct doc_writer_components *components =
        doc_find_writer(&self->document, &described->writer_id, &described->instance_id);

    if (components)
        return components;
    components =
        doc_append(&self->document.writers, &self->document.writer_count, sizeof(*components));
    if (!components || !doc_set_text(&components->instance_name, described->instance_name))
        return NULL;
    components->writer_id = described->writer_id;
    components->instance_id = described->instance_id;
    components->backup_schema = described->backup_schema;
    return components;
}

/* Adds a component that its writer has described. The lock is held. */
static HRESULT add_component(struct components *self, const struct components_key *key)
{
    struct session_writer *writer = components_writer(self, key->writer, key->instance);
    uint32_t type = (uint32_t)key->type;
    char *path = wide_to_utf8(key->path);
    char *name = wide_to_utf8(key->name);
    struct doc_writer_components *components;
    struct doc_component *component;
    HRESULT hr = E_OUTOFMEMORY;

    if (!name || (key->path && !path))
        goto out;
    hr = VSS_E_OBJECT_NOT_FOUND;
    if (!writer || !doc_find_wm_component(&writer->metadata->document, type, path, name))
        goto out;
    hr = VSS_E_OBJECT_ALREADY_EXISTS;
    if (components_find(self, key))
        goto out;
    hr = E_OUTOFMEMORY;
    components = writer_in_document(self, writer);
    component = components ? doc_append(&components->components, &components->component_count,
                                        sizeof(*component))
                           : NULL;
    if (!component)
        goto out;
    *component = (struct doc_component){.type = type, .logical_path = path, .name = name};
    return S_OK;
out:
    free(path);
    free(name);
    return hr;
}

COMPONENTS_METHOD(AddComponent, VSS_ID instance, VSS_ID writer, VSS_COMPONENT_TYPE type,
                  LPCWSTR path, LPCWSTR name)
{
    const struct components_key key = {&instance, &writer, type, path, name};
    struct components *self = components_from_iface(iface);
    HRESULT hr = components_enter(self, COMPONENTS_CALL, NEED_BACKUP);

    if (SUCCEEDED(hr)) {
        /*
         * MS docs: before StartSnapshotSet on one page, before PrepareForBackup on the method's
         * own; programs do both.
         */
        if (!self->metadata_gathered || self->prepared || self->snapshot_made ||
            !components_has_writers(self))
            hr = VSS_E_BAD_STATE;
        else if (!name || (type != VSS_CT_DATABASE && type != VSS_CT_FILEGROUP))
            hr = E_INVALIDARG;
        else
            hr = add_component(self, &key);
        components_leave(self);
    }
    return method_log(hr, COMPONENTS_CALL, "writer=%s type=%d path=%ls name=%ls",
                      method_log_guid(&writer).text, (int)type, method_log_text(path),
                      method_log_text(name));
}

COMPONENTS_METHOD(GetWriterComponentsCount, UINT *count)
{
    struct components *self = components_from_iface(iface);

    return components_get_count(self, COMPONENTS_CALL, NULL, &self->document.writer_count, count);
}

COMPONENTS_METHOD(GetWriterComponents, UINT index, IVssWriterComponentsExt **writer)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr;

    if (!writer)
        return method_log(E_INVALIDARG, COMPONENTS_CALL, "index=%u", index);
    *writer = NULL;
    hr = components_enter(self, COMPONENTS_CALL, NEED_INITIALIZED);
    if (SUCCEEDED(hr)) {
        hr = index < self->document.writer_count
                 ? writer_components_create(&self->document.writers[index], writer)
                 : VSS_E_OBJECT_NOT_FOUND;
        components_leave(self);
    }
    return method_log(hr, COMPONENTS_CALL, "index=%u", index);
}

static bool is_made(const struct components *self)
{
    return self->snapshot_made && !self->completed;
}

COMPONENTS_METHOD(SetBackupSucceeded, VSS_ID instance, VSS_ID writer, VSS_COMPONENT_TYPE type,
                  LPCWSTR path, LPCWSTR name, boolean succeeded)
{
    const struct components_key key = {&instance, &writer, type, path, name};
    struct components *self = components_from_iface(iface);
    struct doc_component *component;
    HRESULT hr = components_enter_component(self, COMPONENTS_CALL, NEED_BACKUP, is_made, &key, true,
                                            &component);

    if (SUCCEEDED(hr)) {
        component->backup_succeeded = succeeded ? DOC_YES : DOC_NO;
        components_leave(self);
    }
    return method_log(hr, COMPONENTS_CALL, "writer=%s path=%ls name=%ls succeeded=%d",
                      method_log_guid(&writer).text, method_log_text(path), method_log_text(name),
                      succeeded);
}

COMPONENTS_METHOD(SetBackupOptions, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, LPCWSTR options)
{
    const struct components_key key = {NULL, &writer, type, path, name};
    HRESULT hr = components_put_text(components_from_iface(iface), COMPONENTS_CALL, NEED_BACKUP,
                                     &key, DOC_TEXT_BACKUP_OPTIONS, options);

    return method_log(hr, COMPONENTS_CALL, "name=%ls options=%ls", method_log_text(name),
                      method_log_text(options));
}

COMPONENTS_METHOD(SetPreviousBackupStamp, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, LPCWSTR stamp)
{
    const struct components_key key = {NULL, &writer, type, path, name};
    HRESULT hr = components_put_text(components_from_iface(iface), COMPONENTS_CALL, NEED_BACKUP,
                                     &key, DOC_TEXT_PREVIOUS_STAMP, stamp);

    return method_log(hr, COMPONENTS_CALL, "name=%ls stamp=%ls", method_log_text(name),
                      method_log_text(stamp));
}
