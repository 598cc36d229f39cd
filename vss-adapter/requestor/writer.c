/*
 * writer.c - finds the directory's writer, reads its metadata and adds its components to the
 * backup.
 *
 * Takes paths and names from the writer only, never from the registry: VSS is asked for what the
 * writer says it needs.
 */
#include "writer.h"
#include "common/array.h"
#include "common/format.h"
#include "common/registration.h"
#include "common/report.h"
#include "vss_api.h"

#include <oleauto.h>
#include <stdbool.h>
#include <stdlib.h>
#include <vsserror.h>
#include <wchar.h>

#define NAMES_CHARS 512 /* of instances, in a log line */

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
        return HRESULT_FROM_WIN32(GetLastError() ? GetLastError() : ERROR_GEN_FAILURE);
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
    HRESULT hr;

    if (!array_grow(&writer->filespecs, &writer->filespec_capacity, writer->filespec_count,
                    sizeof(*writer->filespecs)))
        return E_OUTOFMEMORY;
    hr = expand_folder(path, &added.folder);
    if (FAILED(hr))
        return hr;
    added.name = _wcsdup(name);
    if (!added.name) {
        free(added.folder);
        return E_OUTOFMEMORY;
    }
    writer->filespecs[writer->filespec_count++] = added;
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

    if (!array_grow(&writer->components, &writer->component_capacity, writer->component_count,
                    sizeof(*writer->components)))
        return E_OUTOFMEMORY;
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
    writer->components[writer->component_count++] = added;
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
    hr = call_end(settings, L"Reading the writer's metadata", writer->target->label, hr);
    if (FAILED(hr))
        return hr;
    qsort(writer->filespecs, writer->filespec_count, sizeof(*writer->filespecs), compare_kind);
    if (!writer->filespec_count || writer->filespecs[0].kind != NTDSVSS_FILE_DATABASE)
        return call_end(settings, L"Looking for the writer's database", writer->target->label,
                        VSS_E_OBJECT_NOT_FOUND);
    return S_OK;
}

/* --- which writer it is ------------------------------------------------------------------- */

struct identity
{
    VSS_ID instance;
    VSS_ID class_id;
    BSTR name;
    BSTR instance_name; /* NULL or empty where the writer gives none */
};

static void identity_fini(struct identity *identity)
{
    SysFreeString(identity->name);
    SysFreeString(identity->instance_name);
}

/* identity_fini in every case. */
static HRESULT read_identity(const struct ntdsvss_settings *settings,
                             IVssExamineWriterMetadata *metadata, struct identity *identity)
{
    IVssExamineWriterMetadataEx *extended;
    VSS_USAGE_TYPE usage;
    VSS_SOURCE_TYPE source;
    HRESULT hr;

    memset(identity, 0, sizeof(*identity));
    if (SUCCEEDED(IVssExamineWriterMetadata_QueryInterface(
            metadata, &IID_IVssExamineWriterMetadataEx, (void **)&extended))) {
        hr = extended->lpVtbl->GetIdentityEx(extended, &identity->instance, &identity->class_id,
                                             &identity->name, &identity->instance_name, &usage,
                                             &source);
        extended->lpVtbl->Release(extended);
    } else {
        hr = IVssExamineWriterMetadata_GetIdentity(
            metadata, &identity->instance, &identity->class_id, &identity->name, &usage, &source);
    }
    return call_end(settings, L"IVssExamineWriterMetadata::GetIdentity", NULL, hr);
}

/* A text that need not be terminated. */
struct part
{
    const wchar_t *text;
    size_t chars;
};

/* An instance's name, or its service's. */
static struct part without_prefix(struct part part)
{
    const size_t prefix = wcslen(REGISTRATION_ADLDS);

    if (part.chars > prefix && _wcsnicmp(part.text, REGISTRATION_ADLDS, prefix) == 0)
        return (struct part){part.text + prefix, part.chars - prefix};
    return part;
}

/* What the writer calls its instance. */
static struct part own_instance_name(const struct identity *identity)
{
    const wchar_t *name = identity->instance_name ? identity->instance_name : L"";

    return without_prefix((struct part){name, wcslen(name)});
}

/* What stands in parentheses in the writer's name, "ADAM (instance1) Writer" (MS docs, in-box VSS
 * writers), or all of it. */
static struct part name_in_parentheses(const struct identity *identity)
{
    const wchar_t *name = identity->name ? identity->name : L"";
    const wchar_t *open = wcschr(name, L'(');
    const wchar_t *close = open ? wcsrchr(open, L')') : NULL;

    if (!close)
        return (struct part){name, wcslen(name)};
    return without_prefix((struct part){open + 1, (size_t)(close - open - 1)});
}

static bool is_name(struct part part, const wchar_t *wanted)
{
    return wcslen(wanted) == part.chars && _wcsnicmp(part.text, wanted, part.chars) == 0;
}

static bool is_target(const struct target *target, const struct identity *identity)
{
    const wchar_t *wanted = target_instance(target);

    if (!IsEqualGUID(&identity->class_id, target->writer_class))
        return false;
    return !wanted || is_name(own_instance_name(identity), wanted) ||
           is_name(name_in_parentheses(identity), wanted);
}

/* Another writer of the target's class, into the list of those that are there; cut where it is
 * full. */
static void note_other(const struct target *target, const struct identity *identity, wchar_t *names)
{
    struct part name = own_instance_name(identity);
    size_t length = wcslen(names);

    if (!IsEqualGUID(&identity->class_id, target->writer_class))
        return;
    if (!name.chars)
        name = name_in_parentheses(identity);
    format_text(names + length, NAMES_CHARS - length, L"%ls\"%.*ls\"", length ? L", " : L"",
                (int)name.chars, name.text);
}

/* S_FALSE: it is not there. *metadata: Release. names receives the other instances. */
static HRESULT find_metadata(const struct ntdsvss_settings *settings,
                             IVssBackupComponents *components, struct writer *writer,
                             IVssExamineWriterMetadata **metadata, wchar_t *names)
{
    IVssExamineWriterMetadata *examined;
    struct identity identity;
    UINT count = 0;
    bool found;
    UINT i;
    HRESULT hr;

    names[0] = 0;
    hr = VSS_CALL(settings, components, GetWriterMetadataCount, NULL, &count);
    for (i = 0; SUCCEEDED(hr) && i < count; i++) {
        hr = VSS_CALL(settings, components, GetWriterMetadata, NULL, i, &writer->instance,
                      &examined);
        if (FAILED(hr))
            return hr;
        hr = read_identity(settings, examined, &identity);
        found = SUCCEEDED(hr) && is_target(writer->target, &identity);
        if (SUCCEEDED(hr) && !found)
            note_other(writer->target, &identity, names);
        writer->instance = identity.instance;
        identity_fini(&identity);
        if (found) {
            *metadata = examined;
            return S_OK;
        }
        IVssExamineWriterMetadata_Release(examined);
    }
    return FAILED(hr) ? hr : S_FALSE;
}

static HRESULT report_absent(const struct ntdsvss_settings *settings, const struct target *target,
                             const wchar_t *names)
{
    if (!target_instance(target))
        return call_end(settings, L"Looking for the writer", target->label, VSS_E_OBJECT_NOT_FOUND);
    report_line(settings, NTDSVSS_LEVEL_ERROR,
                L"%ls instance \"%ls\" has no VSS writer: is its service running? Instances with a "
                L"writer: %ls",
                target->label, target_instance(target), names[0] ? names : L"none");
    return NTDSVSS_E_NO_INSTANCE;
}

HRESULT writer_find(const struct ntdsvss_settings *settings, IVssBackupComponents *components,
                    struct writer *writer)
{
    IVssExamineWriterMetadata *metadata;
    wchar_t names[NAMES_CHARS];
    HRESULT hr = find_metadata(settings, components, writer, &metadata, names);

    if (hr == S_FALSE)
        return report_absent(settings, writer->target, names);
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
    wchar_t names[NAMES_CHARS];
    HRESULT hr = find_metadata(settings, components, writer, &metadata, names);

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
    struct identity identity;
    HRESULT hr = read_identity(settings, metadata, &identity);

    if (SUCCEEDED(hr) && !is_target(writer->target, &identity)) {
        report_line(settings, NTDSVSS_LEVEL_ERROR, L"The backup's writer document is of \"%ls\"",
                    identity.name ? identity.name : L"");
        hr = NTDSVSS_E_NO_INSTANCE;
    }
    identity_fini(&identity);
    return SUCCEEDED(hr) ? read_writer(settings, writer, metadata) : hr;
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
    *writer = (struct writer){.target = writer->target};
}

HRESULT writer_add_components(const struct ntdsvss_settings *settings,
                              IVssBackupComponents *components, const struct writer *writer)
{
    HRESULT hr = S_OK;
    size_t i;

    for (i = 0; SUCCEEDED(hr) && i < writer->component_count; i++) {
        const struct writer_component *component = &writer->components[i];

        hr = VSS_CALL(settings, components, AddComponent, component->name, writer->instance,
                      *writer->target->writer_class, component->type, component->logical_path,
                      component->name);
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

        hr = VSS_CALL(settings, components, SetBackupSucceeded, component->name, writer->instance,
                      *writer->target->writer_class, component->type, component->logical_path,
                      component->name, 1);
    }
    return hr;
}
