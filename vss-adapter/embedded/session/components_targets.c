/*
 * The methods of a restore that say where files go, and what of a component is restored.
 *
 * They only fill the document: the requestor copies the files, and writers look the document up.
 */
#include "components.h"
#include "embedded/base/method_log.h"
#include "embedded/base/wide.h"

#include <stdlib.h>

/* Finds a component of the stored document for a change. `late`: also between PreRestore and
 * PostRestore. The lock is held on S_OK. */
static HRESULT enter_component(struct components *self, const char *call, const GUID *writer,
                               VSS_COMPONENT_TYPE type, const wchar_t *path, const wchar_t *name,
                               bool late, struct doc_component **component)
{
    HRESULT hr;

    if (!name)
        return E_INVALIDARG;
    hr = components_enter(self, call, NEED_RESTORE);
    if (FAILED(hr))
        return hr;
    *component = components_find(self, NULL, writer, type, path, name);
    if (self->post_restored || (self->pre_restored && !late))
        hr = VSS_E_BAD_STATE;
    else if (!*component)
        hr = VSS_E_OBJECT_NOT_FOUND;
    if (FAILED(hr))
        components_leave(self);
    return hr;
}

/* Adds "these files, there" to one of the component's lists. */
static HRESULT add_file(struct doc_files *files, const wchar_t *path, const wchar_t *filespec,
                        bool recursive, const wchar_t *destination)
{
    char *narrow_path = wide_to_utf8(path);
    char *narrow_filespec = wide_to_utf8(filespec);
    char *narrow_destination = wide_to_utf8(destination);
    HRESULT hr = E_OUTOFMEMORY;

    if (narrow_path && narrow_filespec && narrow_destination &&
        doc_files_add(files, narrow_path, narrow_filespec, recursive, 0) &&
        doc_set_text(&files->items[files->count - 1].alternate_path, narrow_destination))
        hr = S_OK;
    free(narrow_path);
    free(narrow_filespec);
    free(narrow_destination);
    return hr;
}

static bool describes(const struct doc_writer *document, const char *path, const char *filespec,
                      bool recursive)
{
    size_t i;

    for (i = 0; i < document->component_count; i++) {
        const struct doc_wm_component *component = &document->components[i];

        if (doc_files_have(&component->files, path, filespec, recursive) ||
            doc_files_have(&component->databases, path, filespec, recursive) ||
            doc_files_have(&component->logs, path, filespec, recursive))
            return true;
    }
    return false;
}

/* Whether the writer, where it is there, describes such files (MS docs: they must match); those of
 * a subcomponent are named by the component above it. */
static HRESULT check_files(struct components *self, const GUID *writer_id,
                           const struct doc_component *component, const wchar_t *path,
                           const wchar_t *filespec, bool recursive)
{
    struct session_writer *writer = components_writer(self, writer_id, NULL);
    struct doc_writer *document;
    char *narrow_path, *narrow_filespec;
    HRESULT hr;

    if (!writer)
        return S_OK;
    document = &writer->metadata->document;
    if (!doc_find_wm_component(document, component->type, component->logical_path, component->name))
        return S_OK; /* the machine has changed since the backup */
    narrow_path = wide_to_utf8(path);
    narrow_filespec = wide_to_utf8(filespec);
    hr = E_OUTOFMEMORY;
    if (narrow_path && narrow_filespec)
        hr = describes(document, narrow_path, narrow_filespec, recursive) ? S_OK
                                                                          : VSS_E_OBJECT_NOT_FOUND;
    free(narrow_path);
    free(narrow_filespec);
    return hr;
}

COMPONENTS_METHOD(AddNewTarget, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path, LPCWSTR name,
                  LPCWSTR file_path, LPCWSTR file_name, boolean recursive, LPCWSTR alternate_path)
{
    struct components *self = components_from_iface(iface);
    struct doc_component *component = NULL;
    HRESULT hr = E_INVALIDARG;

    if (file_path && file_name && alternate_path)
        hr = enter_component(self, "AddNewTarget", &writer, type, path, name, false, &component);
    if (SUCCEEDED(hr)) {
        hr = check_files(self, &writer, component, file_path, file_name, recursive != 0);
        if (SUCCEEDED(hr))
            hr = add_file(&component->new_targets, file_path, file_name, recursive != 0,
                          alternate_path);
        components_leave(self);
    }
    return method_log(hr, "AddNewTarget", "name=%ls file_path=%ls file_name=%ls alternate_path=%ls",
                      method_log_text(name), method_log_text(file_path), method_log_text(file_name),
                      method_log_text(alternate_path));
}

/* Says what was done, so it may come after the files were copied. */
COMPONENTS_METHOD(AddAlternativeLocationMapping, VSS_ID writer, VSS_COMPONENT_TYPE type,
                  LPCWSTR path, LPCWSTR name, LPCWSTR file_path, LPCWSTR filespec,
                  boolean recursive, LPCWSTR destination)
{
    struct components *self = components_from_iface(iface);
    struct doc_component *component = NULL;
    HRESULT hr = E_INVALIDARG;

    if (file_path && filespec && destination)
        hr = enter_component(self, "AddAlternativeLocationMapping", &writer, type, path, name, true,
                             &component);
    if (SUCCEEDED(hr)) {
        hr = add_file(&component->alternate_mappings, file_path, filespec, recursive != 0,
                      destination);
        components_leave(self);
    }
    return method_log(hr, "AddAlternativeLocationMapping",
                      "name=%ls file_path=%ls filespec=%ls destination=%ls", method_log_text(name),
                      method_log_text(file_path), method_log_text(filespec),
                      method_log_text(destination));
}

COMPONENTS_METHOD(AddRestoreSubcomponent, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, LPCWSTR sub_path, LPCWSTR sub_name, boolean repair)
{
    struct components *self = components_from_iface(iface);
    struct doc_component *component = NULL;
    char *narrow_path = wide_to_utf8(sub_path);
    char *narrow_name = wide_to_utf8(sub_name);
    HRESULT hr = E_INVALIDARG;

    if (sub_path && sub_name)
        hr = enter_component(self, "AddRestoreSubcomponent", &writer, type, path, name, false,
                             &component);
    if (SUCCEEDED(hr)) {
        if (!narrow_path || !narrow_name ||
            !doc_add_subcomponent(component, narrow_path, narrow_name, repair != 0))
            hr = E_OUTOFMEMORY;
        components_leave(self);
    }
    free(narrow_path);
    free(narrow_name);
    return method_log(hr, "AddRestoreSubcomponent", "name=%ls sub_path=%ls sub_name=%ls",
                      method_log_text(name), method_log_text(sub_path), method_log_text(sub_name));
}

/* No writer here backs up parts of files, so no component has a partial file to name. */
COMPONENTS_METHOD(SetRangesFilePath, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, UINT partial_file, LPCWSTR ranges_file)
{
    struct components *self = components_from_iface(iface);
    struct doc_component *component = NULL;
    HRESULT hr = E_INVALIDARG;

    if (ranges_file)
        hr = enter_component(self, "SetRangesFilePath", &writer, type, path, name, false,
                             &component);
    if (SUCCEEDED(hr)) {
        hr = VSS_E_OBJECT_NOT_FOUND;
        components_leave(self);
    }
    return method_log(hr, "SetRangesFilePath", "name=%ls partial_file=%u ranges_file=%ls",
                      method_log_text(name), partial_file, method_log_text(ranges_file));
}

COMPONENTS_METHOD(SetAuthoritativeRestore, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, boolean authoritative)
{
    struct components *self = components_from_iface(iface);
    struct doc_component *component = NULL;
    HRESULT hr = enter_component(self, "SetAuthoritativeRestore", &writer, type, path, name, false,
                                 &component);

    if (SUCCEEDED(hr)) {
        component->authoritative_restore = authoritative != 0;
        components_leave(self);
    }
    return method_log(hr, "SetAuthoritativeRestore", "name=%ls authoritative=%d",
                      method_log_text(name), authoritative);
}

/* Sets a text of the component; NULL clears it. The lock is held. */
static HRESULT set_text(struct doc_component *component, enum doc_text which, const wchar_t *text)
{
    char *narrow = wide_to_utf8(text);
    bool ok = (narrow || !text) && doc_set_text(&component->texts[which], narrow);

    free(narrow);
    return ok ? S_OK : E_OUTOFMEMORY;
}

COMPONENTS_METHOD(SetRollForward, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, VSS_ROLLFORWARD_TYPE roll, LPCWSTR point)
{
    struct components *self = components_from_iface(iface);
    struct doc_component *component = NULL;
    HRESULT hr = E_INVALIDARG;

    /* A point is what "partial" is about, and nothing else. */
    if (roll >= VSS_RF_NONE && roll <= VSS_RF_PARTIAL && (roll != VSS_RF_PARTIAL || point))
        hr = enter_component(self, "SetRollForward", &writer, type, path, name, false, &component);
    if (SUCCEEDED(hr)) {
        hr =
            set_text(component, DOC_TEXT_ROLL_FORWARD_POINT, roll == VSS_RF_PARTIAL ? point : NULL);
        if (SUCCEEDED(hr))
            component->roll_forward = (uint32_t)roll;
        components_leave(self);
    }
    return method_log(hr, "SetRollForward", "name=%ls roll=%d point=%ls", method_log_text(name),
                      (int)roll, method_log_text(point));
}

COMPONENTS_METHOD(SetRestoreName, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, LPCWSTR restore_name)
{
    struct components *self = components_from_iface(iface);
    struct doc_component *component = NULL;
    HRESULT hr = E_INVALIDARG;

    if (restore_name)
        hr = enter_component(self, "SetRestoreName", &writer, type, path, name, false, &component);
    if (SUCCEEDED(hr)) {
        hr = set_text(component, DOC_TEXT_RESTORE_NAME, restore_name);
        components_leave(self);
    }
    return method_log(hr, "SetRestoreName", "name=%ls restore_name=%ls", method_log_text(name),
                      method_log_text(restore_name));
}
