/*
 * components_restore.c - the methods of a restore.
 *
 * They do nothing with files: the requestor copies them.
 */
#include "components.h"
#include "embedded/base/method_log.h"
#include "embedded/base/wide.h"

COMPONENTS_METHOD(InitializeForRestore, BSTR xml)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr;

    if (!xml)
        return method_log(E_INVALIDARG, COMPONENTS_CALL, "");
    hr = components_enter(self, COMPONENTS_CALL, NEED_NOTHING);
    if (SUCCEEDED(hr)) {
        hr = self->mode == MODE_NONE ? components_read_document(self, xml) : VSS_E_BAD_STATE;
        if (SUCCEEDED(hr))
            self->mode = MODE_RESTORE;
        components_leave(self);
    }
    return method_log(hr, COMPONENTS_CALL, "session=%s", method_log_guid(&self->session_id).text);
}

COMPONENTS_METHOD(SetRestoreState, VSS_RESTORE_TYPE type)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr = components_enter(self, COMPONENTS_CALL, NEED_RESTORE);

    if (SUCCEEDED(hr)) {
        if (self->pre_restored)
            hr = VSS_E_BAD_STATE;
        else if (type < VSS_RTYPE_UNDEFINED || type > VSS_RTYPE_OTHER)
            hr = E_INVALIDARG;
        else
            self->document.restore_type = (uint32_t)type;
        components_leave(self);
    }
    return method_log(hr, COMPONENTS_CALL, "type=%d", (int)type);
}

static HRESULT set_selected(struct components *self, const char *call,
                            const struct components_key *key, boolean selected)
{
    struct doc_component *component;
    struct session_writer *live;
    HRESULT hr = components_enter_component(self, call, NEED_RESTORE, components_is_open, key, true,
                                            &component);

    if (SUCCEEDED(hr)) {
        live = components_writer(self, key->writer, NULL);
        /* MS docs: also if no writer of the class is on the machine. */
        if (!live) {
            hr = VSS_E_OBJECT_NOT_FOUND;
        } else {
            component->selected_for_restore = selected != 0;
            live->participates = live->participates || selected;
        }
        components_leave(self);
    }
    return method_log(hr, call, "writer=%s path=%ls name=%ls selected=%d",
                      method_log_guid(key->writer).text, method_log_text(key->path),
                      method_log_text(key->name), selected);
}

COMPONENTS_METHOD(SetSelectedForRestore, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, boolean selected)
{
    const struct components_key key = {NULL, &writer, type, path, name};

    return set_selected(components_from_iface(iface), COMPONENTS_CALL, &key, selected);
}

COMPONENTS_METHOD(SetSelectedForRestoreEx, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, boolean selected, VSS_ID instance)
{
    const GUID *only = IsEqualGUID(&instance, &GUID_NULL) ? NULL : &instance;
    const struct components_key key = {only, &writer, type, path, name};

    return set_selected(components_from_iface(iface), COMPONENTS_CALL, &key, selected);
}

COMPONENTS_METHOD(SetRestoreOptions, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, LPCWSTR options)
{
    const struct components_key key = {NULL, &writer, type, path, name};
    HRESULT hr = components_put_text(components_from_iface(iface), COMPONENTS_CALL, NEED_RESTORE,
                                     &key, DOC_TEXT_RESTORE_OPTIONS, options);

    return method_log(hr, COMPONENTS_CALL, "name=%ls options=%ls", method_log_text(name),
                      method_log_text(options));
}

COMPONENTS_METHOD(SetAdditionalRestores, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, boolean additional)
{
    const struct components_key key = {NULL, &writer, type, path, name};
    struct components *self = components_from_iface(iface);
    struct doc_component *component;
    HRESULT hr = components_enter_component(self, COMPONENTS_CALL, NEED_RESTORE, components_is_open,
                                            &key, true, &component);

    if (SUCCEEDED(hr)) {
        component->additional_restores = additional != 0;
        components_leave(self);
    }
    return method_log(hr, COMPONENTS_CALL, "name=%ls additional=%d", method_log_text(name),
                      additional);
}

/* --- the two phases --------------------------------------------------------------------------- */

static bool may_pre_restore(const struct components *self)
{
    return self->metadata_gathered && !self->pre_restored;
}

static HRESULT run_pre_restore(struct components *self, HANDLE cancel)
{
    (void)cancel;
    components_each_writer(self, session_writer_pre_restore);
    self->pre_restored = true;
    return S_OK;
}

COMPONENTS_METHOD(PreRestore, IVssAsync **async)
{
    static const struct components_operation operation = {NEED_RESTORE, may_pre_restore,
                                                          run_pre_restore, NULL};
    struct components *self = components_from_iface(iface);

    return method_log(components_begin(self, COMPONENTS_CALL, &operation, async), COMPONENTS_CALL,
                      "");
}

static bool is_between(const struct components *self)
{
    return self->pre_restored && !self->post_restored;
}

COMPONENTS_METHOD(SetFileRestoreStatus, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, VSS_FILE_RESTORE_STATUS status)
{
    const struct components_key key = {NULL, &writer, type, path, name};
    struct components *self = components_from_iface(iface);
    bool valid = status >= VSS_RS_NONE && status <= VSS_RS_FAILED;
    struct doc_component *component;
    HRESULT hr = components_enter_component(self, COMPONENTS_CALL, NEED_RESTORE, is_between, &key,
                                            valid, &component);

    if (SUCCEEDED(hr)) {
        component->file_restore_status = (uint32_t)status;
        components_leave(self);
    }
    return method_log(hr, COMPONENTS_CALL, "writer=%s path=%ls name=%ls status=%d",
                      method_log_guid(&writer).text, method_log_text(path), method_log_text(name),
                      (int)status);
}

static HRESULT run_post_restore(struct components *self, HANDLE cancel)
{
    (void)cancel;
    components_each_writer(self, session_writer_post_restore);
    self->post_restored = true;
    return S_OK;
}

COMPONENTS_METHOD(PostRestore, IVssAsync **async)
{
    static const struct components_operation operation = {NEED_RESTORE, is_between,
                                                          run_post_restore, NULL};
    struct components *self = components_from_iface(iface);

    return method_log(components_begin(self, COMPONENTS_CALL, &operation, async), COMPONENTS_CALL,
                      "");
}
