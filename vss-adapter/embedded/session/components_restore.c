/*
 * The methods of a restore.
 *
 * Must not know: shadows. There is nothing to do for files here: the requestor copies them.
 */
#include "components.h"
#include "embedded/base/method_log.h"
#include "embedded/base/wide.h"

#include <stdlib.h>
#include <string.h>

COMPONENTS_METHOD(InitializeForRestore, BSTR xml)
{
    struct components *self = components_from_iface(iface);
    char *text;
    HRESULT hr;

    if (!xml)
        return method_log(E_INVALIDARG, "InitializeForRestore", "");
    text = wide_to_utf8(xml);
    hr = components_enter(self, "InitializeForRestore", NEED_NOTHING);
    if (SUCCEEDED(hr)) {
        if (self->mode != MODE_NONE) {
            hr = VSS_E_BAD_STATE;
        } else if (!text) {
            hr = E_OUTOFMEMORY;
        } else {
            enum doc_result result = doc_read_backup(&self->document, text, strlen(text));

            if (result == DOC_OK)
                self->mode = MODE_RESTORE;
            else
                hr = result == DOC_INVALID ? VSS_E_INVALID_XML_DOCUMENT : E_OUTOFMEMORY;
        }
        components_leave(self);
    }
    free(text);
    return method_log(hr, "InitializeForRestore", "session=%s",
                      method_log_guid(&self->session_id).text);
}

COMPONENTS_METHOD(SetRestoreState, VSS_RESTORE_TYPE type)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr = components_enter(self, "SetRestoreState", NEED_RESTORE);

    if (SUCCEEDED(hr)) {
        if (self->pre_restored)
            hr = VSS_E_BAD_STATE;
        else if (type < VSS_RTYPE_UNDEFINED || type > VSS_RTYPE_OTHER)
            hr = E_INVALIDARG;
        else
            self->document.restore_type = (uint32_t)type;
        components_leave(self);
    }
    return method_log(hr, "SetRestoreState", "type=%d", (int)type);
}

/* Finds a component of the stored document whose settings may still change. The lock is held on
 * S_OK. */
static HRESULT enter_component(struct components *self, const char *call, const GUID *instance,
                               const GUID *writer, VSS_COMPONENT_TYPE type, const wchar_t *path,
                               const wchar_t *name, struct doc_component **component)
{
    HRESULT hr;

    if (!name)
        return E_INVALIDARG;
    hr = components_enter(self, call, NEED_RESTORE);
    if (FAILED(hr))
        return hr;
    *component = components_find(self, instance, writer, type, path, name);
    if (self->pre_restored)
        hr = VSS_E_BAD_STATE;
    else if (!*component)
        hr = VSS_E_OBJECT_NOT_FOUND;
    if (FAILED(hr))
        components_leave(self);
    return hr;
}

static HRESULT set_selected(struct components *self, const char *call, const GUID *instance,
                            const GUID *writer, VSS_COMPONENT_TYPE type, const wchar_t *path,
                            const wchar_t *name, boolean selected)
{
    struct doc_component *component = NULL;
    HRESULT hr = enter_component(self, call, instance, writer, type, path, name, &component);

    if (SUCCEEDED(hr)) {
        struct session_writer *live = components_writer(self, writer, NULL);

        /* MS docs: also when no writer of the class is on the machine. */
        if (!live) {
            hr = VSS_E_OBJECT_NOT_FOUND;
        } else {
            component->selected_for_restore = selected != 0;
            live->participates = live->participates || selected != 0;
        }
        components_leave(self);
    }
    return method_log(hr, call, "writer=%s path=%ls name=%ls selected=%d",
                      method_log_guid(writer).text, method_log_text(path), method_log_text(name),
                      selected);
}

COMPONENTS_METHOD(SetSelectedForRestore, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, boolean selected)
{
    return set_selected(components_from_iface(iface), "SetSelectedForRestore", NULL, &writer, type,
                        path, name, selected);
}

COMPONENTS_METHOD(SetSelectedForRestoreEx, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, boolean selected, VSS_ID instance)
{
    const GUID *only = IsEqualGUID(&instance, &GUID_NULL) ? NULL : &instance;

    return set_selected(components_from_iface(iface), "SetSelectedForRestoreEx", only, &writer,
                        type, path, name, selected);
}

COMPONENTS_METHOD(SetRestoreOptions, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, LPCWSTR options)
{
    struct components *self = components_from_iface(iface);
    struct doc_component *component = NULL;
    char *text = wide_to_utf8(options);
    HRESULT hr = !options ? E_INVALIDARG
                          : enter_component(self, "SetRestoreOptions", NULL, &writer, type, path,
                                            name, &component);

    if (SUCCEEDED(hr)) {
        if (!text || !doc_set_text(&component->texts[DOC_TEXT_RESTORE_OPTIONS], text))
            hr = E_OUTOFMEMORY;
        components_leave(self);
    }
    free(text);
    return method_log(hr, "SetRestoreOptions", "name=%ls options=%ls", method_log_text(name),
                      method_log_text(options));
}

COMPONENTS_METHOD(SetAdditionalRestores, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, boolean additional)
{
    struct components *self = components_from_iface(iface);
    struct doc_component *component = NULL;
    HRESULT hr =
        enter_component(self, "SetAdditionalRestores", NULL, &writer, type, path, name, &component);

    if (SUCCEEDED(hr)) {
        component->additional_restores = additional != 0;
        components_leave(self);
    }
    return method_log(hr, "SetAdditionalRestores", "name=%ls additional=%d", method_log_text(name),
                      additional);
}

COMPONENTS_METHOD(SetFileRestoreStatus, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, VSS_FILE_RESTORE_STATUS status)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr = components_enter(self, "SetFileRestoreStatus", NEED_RESTORE);

    if (SUCCEEDED(hr)) {
        struct doc_component *component = components_find(self, NULL, &writer, type, path, name);

        if (!name || status < VSS_RS_NONE || status > VSS_RS_FAILED)
            hr = E_INVALIDARG;
        else if (!self->pre_restored || self->post_restored)
            hr = VSS_E_BAD_STATE;
        else if (!component)
            hr = VSS_E_OBJECT_NOT_FOUND;
        else
            component->file_restore_status = (uint32_t)status;
        components_leave(self);
    }
    return method_log(hr, "SetFileRestoreStatus", "writer=%s path=%ls name=%ls status=%d",
                      method_log_guid(&writer).text, method_log_text(path), method_log_text(name),
                      (int)status);
}

static HRESULT run_pre_restore(struct components *self, HANDLE cancel)
{
    size_t i;

    (void)cancel;
    for (i = 0; i < self->writer_count; i++)
        session_writer_pre_restore(&self->writers[i]);
    self->pre_restored = true;
    return S_OK;
}

COMPONENTS_METHOD(PreRestore, IVssAsync **async)
{
    static const struct components_operation operation = {"PreRestore", run_pre_restore, NULL};
    struct components *self = components_from_iface(iface);
    HRESULT hr;

    if (!async)
        return method_log(E_INVALIDARG, "PreRestore", "");
    *async = NULL;
    hr = components_enter(self, operation.call, NEED_RESTORE);
    if (SUCCEEDED(hr)) {
        if (!self->metadata_gathered || self->pre_restored)
            hr = VSS_E_BAD_STATE;
        else
            hr = components_start(self, &operation, async);
        components_leave(self);
    }
    return method_log(hr, "PreRestore", "");
}

static HRESULT run_post_restore(struct components *self, HANDLE cancel)
{
    size_t i;

    (void)cancel;
    for (i = 0; i < self->writer_count; i++)
        session_writer_post_restore(&self->writers[i]);
    self->post_restored = true;
    return S_OK;
}

COMPONENTS_METHOD(PostRestore, IVssAsync **async)
{
    static const struct components_operation operation = {"PostRestore", run_post_restore, NULL};
    struct components *self = components_from_iface(iface);
    HRESULT hr;

    if (!async)
        return method_log(E_INVALIDARG, "PostRestore", "");
    *async = NULL;
    hr = components_enter(self, operation.call, NEED_RESTORE);
    if (SUCCEEDED(hr)) {
        if (!self->pre_restored || self->post_restored)
            hr = VSS_E_BAD_STATE;
        else
            hr = components_start(self, &operation, async);
        components_leave(self);
    }
    return method_log(hr, "PostRestore", "");
}
