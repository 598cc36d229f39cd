/*
 * components_targets.c - the methods of a restore that tell where files go.
 *
 * They only fill the document: the requestor copies the files, and writers read the document.
 */
#include "components.h"
#include "embedded/base/method_log.h"
#include "embedded/base/wide.h"

#include <stdlib.h>

static bool is_not_over(const struct components *self)
{
    return !self->post_restored;
}

/* Adds files and their destination to one of the component's lists. */
static HRESULT add_file(struct doc_files *files, const wchar_t *path, const wchar_t *filespec,
                        boolean recursive, const wchar_t *destination)
{
    return wide_files_add(files, path, filespec, destination, recursive, 0) ? S_OK : E_OUTOFMEMORY;
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

/*
 * Whether the writer, if it is present, describes such files (MS docs: they must match). The files
 * of a subcomponent are described by the component above it.
 */
static HRESULT check_files(struct components *self, const GUID *writer_id,
                           const struct doc_component *component, const wchar_t *path,
                           const wchar_t *filespec, boolean recursive)
{
    struct session_writer *writer = components_writer(self, writer_id, NULL);
    const struct doc_writer *document;
    char *narrow_path, *narrow_filespec;
    HRESULT hr = E_OUTOFMEMORY;

    if (!writer)
        return S_OK;
    document = &writer->metadata->document;
    if (!doc_find_wm_component(document, component->type, component->logical_path, component->name))
        return S_OK; /* the machine has changed since the backup */
    narrow_path = wide_to_utf8(path);
    narrow_filespec = wide_to_utf8(filespec);
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
    const struct components_key key = {NULL, &writer, type, path, name};
    struct components *self = components_from_iface(iface);
    struct doc_component *component;
    HRESULT hr =
        components_enter_component(self, COMPONENTS_CALL, NEED_RESTORE, components_is_open, &key,
                                   file_path && file_name && alternate_path, &component);

    if (SUCCEEDED(hr)) {
        hr = check_files(self, &writer, component, file_path, file_name, recursive);
        if (SUCCEEDED(hr))
            hr = add_file(&component->new_targets, file_path, file_name, recursive, alternate_path);
        components_leave(self);
    }
    return method_log(hr, COMPONENTS_CALL,
                      "name=%ls file_path=%ls file_name=%ls alternate_path=%ls",
                      method_log_text(name), method_log_text(file_path), method_log_text(file_name),
                      method_log_text(alternate_path));
}

/* It records what was done, so it may come after the files were copied. */
COMPONENTS_METHOD(AddAlternativeLocationMapping, VSS_ID writer, VSS_COMPONENT_TYPE type,
                  LPCWSTR path, LPCWSTR name, LPCWSTR file_path, LPCWSTR filespec,
                  boolean recursive, LPCWSTR destination)
{
    const struct components_key key = {NULL, &writer, type, path, name};
    struct components *self = components_from_iface(iface);
    struct doc_component *component;
    HRESULT hr = components_enter_component(self, COMPONENTS_CALL, NEED_RESTORE, is_not_over, &key,
                                            file_path && filespec && destination, &component);

    if (SUCCEEDED(hr)) {
        hr = add_file(&component->alternate_mappings, file_path, filespec, recursive, destination);
        components_leave(self);
    }
    return method_log(hr, COMPONENTS_CALL, "name=%ls file_path=%ls filespec=%ls destination=%ls",
                      method_log_text(name), method_log_text(file_path), method_log_text(filespec),
                      method_log_text(destination));
}

/* No writer here backs up parts of files, so no component has a partial file. */
COMPONENTS_METHOD(SetRangesFilePath, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, UINT partial_file, LPCWSTR ranges_file)
{
    const struct components_key key = {NULL, &writer, type, path, name};
    struct components *self = components_from_iface(iface);
    struct doc_component *component;
    HRESULT hr = components_enter_component(self, COMPONENTS_CALL, NEED_RESTORE, components_is_open,
                                            &key, ranges_file != NULL, &component);

    if (SUCCEEDED(hr)) {
        hr = VSS_E_OBJECT_NOT_FOUND;
        components_leave(self);
    }
    return method_log(hr, COMPONENTS_CALL, "name=%ls partial_file=%u ranges_file=%ls",
                      method_log_text(name), partial_file, method_log_text(ranges_file));
}
