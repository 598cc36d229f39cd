/*
 * writer.c - reads the NTDS writer's metadata and adds its components to the backup.
 *
 * Takes paths and names from the writer only, never from the registry: VSS is asked for what the
 * writer says it needs. Must not know volumes or snapshots.
 */
#include "writer.h"
#include "report.h"

#include <oleauto.h>
#include <stdbool.h>
#include <stdlib.h>
#include <vsserror.h>
#include <wchar.h>

/* MS docs: in-box VSS writers. */
const GUID ntds_writer_class = {
    0xb2014c9e, 0x8711, 0x4c5c, {0xa5, 0xa9, 0x3c, 0xf3, 0x84, 0x48, 0x47, 0x57}};

static bool has_extension(const wchar_t *name, const wchar_t *extension)
{
    const wchar_t *dot = wcsrchr(name, L'.');

    return dot && _wcsicmp(dot, extension) == 0;
}

/* Environment variables may stand in a writer's paths (MS docs: IVssWMFiledesc::GetPath). */
static HRESULT expand_folder(const wchar_t *path, wchar_t **folder)
{
    DWORD char_count = ExpandEnvironmentStringsW(path, NULL, 0);
    wchar_t *expanded;
    size_t length;

    if (!char_count)
        return HRESULT_FROM_WIN32(GetLastError());
    expanded = malloc(char_count * sizeof(*expanded));
    if (!expanded)
        return E_OUTOFMEMORY;
    ExpandEnvironmentStringsW(path, expanded, char_count);
    length = wcslen(expanded);
    while (length > 1 && expanded[length - 1] == L'\\' && expanded[length - 2] != L':')
        expanded[--length] = 0;
    *folder = expanded;
    return S_OK;
}

static HRESULT append_filespec(struct writer *writer, enum ntdsvss_file_kind kind,
                               const wchar_t *path, const wchar_t *name)
{
    struct writer_filespec added = {.kind = kind};
    struct writer_filespec *grown;
    HRESULT hr;

    grown = realloc(writer->filespecs, (writer->filespec_count + 1) * sizeof(*grown));
    if (!grown)
        return E_OUTOFMEMORY;
    writer->filespecs = grown;
    hr = expand_folder(path, &added.folder);
    if (FAILED(hr))
        return hr;
    added.name = _wcsdup(name);
    if (!added.name) {
        free(added.folder);
        return E_OUTOFMEMORY;
    }
    grown[writer->filespec_count++] = added;
    return S_OK;
}

/* Takes ownership of description. */
static HRESULT read_filespec(struct writer *writer, enum ntdsvss_file_kind kind,
                             IVssWMFiledesc *description)
{
    BSTR path = NULL;
    BSTR name = NULL;
    HRESULT hr = IVssWMFiledesc_GetPath(description, &path);

    if (SUCCEEDED(hr))
        hr = IVssWMFiledesc_GetFilespec(description, &name);
    if (SUCCEEDED(hr) && (!path || !name))
        hr = VSS_E_CORRUPT_XML_DOCUMENT;
    if (SUCCEEDED(hr)) {
        if (kind == NTDSVSS_FILE_LOG &&
            (has_extension(name, L".chk") || has_extension(name, L".jcp")))
            kind = NTDSVSS_FILE_CHECKPOINT;
        hr = append_filespec(writer, kind, path, name);
    }
    SysFreeString(name);
    SysFreeString(path);
    IVssWMFiledesc_Release(description);
    return hr;
}

static HRESULT read_files(struct writer *writer, IVssWMComponent *component,
                          const VSS_COMPONENTINFO *info)
{
    IVssWMFiledesc *description;
    HRESULT hr = S_OK;
    UINT i;

    for (i = 0; SUCCEEDED(hr) && i < info->cDatabases; i++) {
        hr = IVssWMComponent_GetDatabaseFile(component, i, &description);
        if (SUCCEEDED(hr))
            hr = read_filespec(writer, NTDSVSS_FILE_DATABASE, description);
    }
    for (i = 0; SUCCEEDED(hr) && i < info->cLogFiles; i++) {
        hr = IVssWMComponent_GetDatabaseLogFile(component, i, &description);
        if (SUCCEEDED(hr))
            hr = read_filespec(writer, NTDSVSS_FILE_LOG, description);
    }
    return hr;
}

HRESULT writer_append_component(struct writer *writer, VSS_COMPONENT_TYPE type,
                                const wchar_t *logical_path, const wchar_t *name)
{
    struct writer_component added = {.type = type};
    struct writer_component *grown;

    grown = realloc(writer->components, (writer->component_count + 1) * sizeof(*grown));
    if (!grown)
        return E_OUTOFMEMORY;
    writer->components = grown;
    /* NULL and "" differ here: the path must be given later as it was given by the writer. */
    if (logical_path) {
        added.logical_path = SysAllocString(logical_path);
        if (!added.logical_path)
            return E_OUTOFMEMORY;
    }
    added.name = SysAllocString(name);
    if (!added.name) {
        SysFreeString(added.logical_path);
        return E_OUTOFMEMORY;
    }
    grown[writer->component_count++] = added;
    return S_OK;
}

static HRESULT read_component(struct writer *writer, IVssExamineWriterMetadata *metadata,
                              UINT index)
{
    IVssWMComponent *component = NULL;
    PVSSCOMPONENTINFO info = NULL;
    HRESULT hr;

    hr = IVssExamineWriterMetadata_GetComponent(metadata, index, &component);
    if (FAILED(hr))
        return hr;
    hr = IVssWMComponent_GetComponentInfo(component, &info);
    if (SUCCEEDED(hr)) {
        hr = writer_append_component(writer, info->type, info->bstrLogicalPath,
                                     info->bstrComponentName);
        if (SUCCEEDED(hr))
            hr = read_files(writer, component, info);
        IVssWMComponent_FreeComponentInfo(component, info);
    }
    IVssWMComponent_Release(component);
    return hr;
}

static int compare_kind(const void *left, const void *right)
{
    const struct writer_filespec *a = left;
    const struct writer_filespec *b = right;

    return (int)a->kind - (int)b->kind;
}

static HRESULT read_writer(const struct ntdsvss_settings *settings, struct writer *writer,
                           IVssExamineWriterMetadata *metadata)
{
    UINT include_count = 0, exclude_count = 0, component_count = 0;
    HRESULT hr;
    UINT i;

    hr = IVssExamineWriterMetadata_GetFileCounts(metadata, &include_count, &exclude_count,
                                                 &component_count);
    for (i = 0; SUCCEEDED(hr) && i < component_count; i++)
        hr = read_component(writer, metadata, i);
    if (SUCCEEDED(hr))
        hr = IVssExamineWriterMetadata_SaveAsXML(metadata, &writer->document);
    hr = call_end(settings, L"Reading the NTDS writer's metadata", NULL, hr);
    if (FAILED(hr))
        return hr;
    qsort(writer->filespecs, writer->filespec_count, sizeof(*writer->filespecs), compare_kind);
    if (!writer->filespec_count || writer->filespecs[0].kind != NTDSVSS_FILE_DATABASE)
        return call_end(settings, L"Looking for the NTDS writer's database", NULL,
                        VSS_E_OBJECT_NOT_FOUND);
    return S_OK;
}

/* S_FALSE: it is not there. *metadata: Release. */
static HRESULT find_metadata(const struct ntdsvss_settings *settings,
                             IVssBackupComponents *components, VSS_ID *instance,
                             IVssExamineWriterMetadata **metadata)
{
    IVssExamineWriterMetadata *examined;
    VSS_USAGE_TYPE usage;
    VSS_SOURCE_TYPE source;
    VSS_ID class_id;
    BSTR name;
    UINT count = 0;
    UINT i;
    HRESULT hr;

    call_begin(settings, L"GetWriterMetadataCount");
    hr = IVssBackupComponents_GetWriterMetadataCount(components, &count);
    hr = call_end(settings, L"GetWriterMetadataCount", NULL, hr);
    for (i = 0; SUCCEEDED(hr) && i < count; i++) {
        call_begin(settings, L"GetWriterMetadata");
        hr = IVssBackupComponents_GetWriterMetadata(components, i, instance, &examined);
        if (FAILED(hr))
            return call_end(settings, L"GetWriterMetadata", NULL, hr);
        name = NULL;
        hr = IVssExamineWriterMetadata_GetIdentity(examined, instance, &class_id, &name, &usage,
                                                   &source);
        SysFreeString(name);
        hr = call_end(settings, L"IVssExamineWriterMetadata::GetIdentity", NULL, hr);
        if (SUCCEEDED(hr) && IsEqualGUID(&class_id, &ntds_writer_class)) {
            *metadata = examined;
            return S_OK;
        }
        IVssExamineWriterMetadata_Release(examined);
    }
    return FAILED(hr) ? hr : S_FALSE;
}

HRESULT writer_find(const struct ntdsvss_settings *settings, IVssBackupComponents *components,
                    struct writer *writer)
{
    IVssExamineWriterMetadata *metadata;
    HRESULT hr = find_metadata(settings, components, &writer->instance, &metadata);

    if (hr == S_FALSE)
        return call_end(settings, L"Looking for the NTDS writer", NULL, VSS_E_OBJECT_NOT_FOUND);
    if (FAILED(hr))
        return hr;
    hr = read_writer(settings, writer, metadata);
    IVssExamineWriterMetadata_Release(metadata);
    return hr;
}

HRESULT writer_find_instance(const struct ntdsvss_settings *settings,
                             IVssBackupComponents *components, struct writer *writer, bool *found)
{
    IVssExamineWriterMetadata *metadata;
    HRESULT hr = find_metadata(settings, components, &writer->instance, &metadata);

    if (FAILED(hr))
        return hr;
    *found = hr == S_OK;
    if (*found)
        IVssExamineWriterMetadata_Release(metadata);
    return S_OK;
}

HRESULT writer_read_saved(const struct ntdsvss_settings *settings,
                          IVssExamineWriterMetadata *metadata, struct writer *writer)
{
    return read_writer(settings, writer, metadata);
}

void writer_fini(struct writer *writer)
{
    size_t i;

    for (i = 0; i < writer->component_count; i++) {
        SysFreeString(writer->components[i].logical_path);
        SysFreeString(writer->components[i].name);
    }
    free(writer->components);
    for (i = 0; i < writer->filespec_count; i++) {
        free(writer->filespecs[i].folder);
        free(writer->filespecs[i].name);
    }
    free(writer->filespecs);
    SysFreeString(writer->document);
    memset(writer, 0, sizeof(*writer));
}

HRESULT writer_add_components(const struct ntdsvss_settings *settings,
                              IVssBackupComponents *components, const struct writer *writer)
{
    HRESULT hr = S_OK;
    size_t i;

    for (i = 0; SUCCEEDED(hr) && i < writer->component_count; i++) {
        const struct writer_component *component = &writer->components[i];

        call_begin(settings, L"AddComponent");
        hr = IVssBackupComponents_AddComponent(components, writer->instance, ntds_writer_class,
                                               component->type, component->logical_path,
                                               component->name);
        hr = call_end(settings, L"AddComponent", component->name, hr);
    }
    return hr;
}

HRESULT writer_set_succeeded(const struct ntdsvss_settings *settings,
                             IVssBackupComponents *components, const struct writer *writer)
{
    HRESULT hr = S_OK;
    size_t i;

    for (i = 0; SUCCEEDED(hr) && i < writer->component_count; i++) {
        const struct writer_component *component = &writer->components[i];

        call_begin(settings, L"SetBackupSucceeded");
        hr = IVssBackupComponents_SetBackupSucceeded(components, writer->instance,
                                                     ntds_writer_class, component->type,
                                                     component->logical_path, component->name, 1);
        hr = call_end(settings, L"SetBackupSucceeded", component->name, hr);
    }
    return hr;
}
