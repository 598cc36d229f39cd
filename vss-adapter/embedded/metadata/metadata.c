/*
 * metadata.c - IVssExamineWriterMetadata, to Ex2.
 */
#include "metadata.h"
#include "dom.h"
#include "embedded/base/method_log.h"
#include "embedded/base/wide.h"
#include "part.h"

#include <stdlib.h>
#include <string.h>

/* The numbers of the portable code are those of the API. */
_Static_assert((int)VSS_CT_DATABASE == (int)DOC_COMPONENT_DATABASE, "component types");
_Static_assert((int)VSS_CT_FILEGROUP == (int)DOC_COMPONENT_FILEGROUP, "component types");
_Static_assert(VSS_UT_BOOTABLESYSTEMSTATE == 1 && VSS_UT_OTHER == 4, "usage types");
_Static_assert(VSS_ST_TRANSACTEDDB == 1 && VSS_ST_OTHER == 3, "source types");
_Static_assert(VSS_RME_RESTORE_IF_NOT_THERE == 1 && VSS_RME_RESTORE_STOP_START == 8, "methods");
_Static_assert(VSS_WRE_NEVER == 1 && VSS_WRE_ALWAYS == 3, "writer restore");
_Static_assert(VSS_BT_FULL == 1 && VSS_BT_OTHER == 6, "backup types");
_Static_assert(VSS_RTYPE_BY_COPY == 1 && VSS_RTYPE_OTHER == 3, "restore types");
_Static_assert(VSS_RS_NONE == 1 && VSS_RS_FAILED == 3, "file restore status");

HRESULT metadata_holder_create(struct doc_writer *document, struct metadata_holder **holder)
{
    *holder = calloc(1, sizeof(**holder));
    if (!*holder)
        return E_OUTOFMEMORY;
    (*holder)->refs = 1;
    (*holder)->document = *document;
    memset(document, 0, sizeof(*document));
    return S_OK;
}

void metadata_holder_addref(struct metadata_holder *holder)
{
    InterlockedIncrement(&holder->refs);
}

void metadata_holder_release(struct metadata_holder *holder)
{
    if (!holder || InterlockedDecrement(&holder->refs) > 0)
        return;
    doc_writer_fini(&holder->document);
    free(holder);
}

static struct part *part_of(IVssExamineWriterMetadataEx2 *iface)
{
    return (struct part *)(void *)iface;
}

static const struct doc_writer *document_of(IVssExamineWriterMetadataEx2 *iface)
{
    return &part_of(iface)->holder->document;
}

/* The later interfaces only add methods at the end: one table serves all. */
static const IID *const metadata_iids[] = {&IID_IVssExamineWriterMetadata,
                                           &IID_IVssExamineWriterMetadataEx,
                                           &IID_IVssExamineWriterMetadataEx2, NULL};

UNKNOWN_METHODS(IVssExamineWriterMetadataEx2, metadata, metadata_iids, part_destroy)

static HRESULT STDMETHODCALLTYPE metadata_GetIdentity(IVssExamineWriterMetadataEx2 *iface,
                                                      VSS_ID *instance, VSS_ID *writer, BSTR *name,
                                                      VSS_USAGE_TYPE *usage,
                                                      VSS_SOURCE_TYPE *source)
{
    const struct doc_writer *document = document_of(iface);
    HRESULT hr;

    if (!instance || !writer || !name || !usage || !source)
        return E_INVALIDARG;
    hr = wide_to_bstr_or_empty(document->name, name);
    if (FAILED(hr))
        return hr;
    *instance = wide_guid(&document->instance_id);
    *writer = wide_guid(&document->writer_id);
    *usage = (VSS_USAGE_TYPE)document->usage;
    *source = (VSS_SOURCE_TYPE)document->source;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE metadata_GetFileCounts(IVssExamineWriterMetadataEx2 *iface,
                                                        UINT *include_files, UINT *exclude_files,
                                                        UINT *components)
{
    const struct doc_writer *document = document_of(iface);

    if (!include_files || !exclude_files || !components)
        return E_INVALIDARG;
    *include_files = (UINT)document->include_files.count;
    *exclude_files = (UINT)document->exclude_files.count;
    *components = (UINT)document->component_count;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE metadata_GetIncludeFile(IVssExamineWriterMetadataEx2 *iface,
                                                         UINT index, IVssWMFiledesc **file)
{
    return wm_filedesc_at(part_of(iface)->holder, &document_of(iface)->include_files, index, file);
}

static HRESULT STDMETHODCALLTYPE metadata_GetExcludeFile(IVssExamineWriterMetadataEx2 *iface,
                                                         UINT index, IVssWMFiledesc **file)
{
    return wm_filedesc_at(part_of(iface)->holder, &document_of(iface)->exclude_files, index, file);
}

static HRESULT STDMETHODCALLTYPE metadata_GetComponent(IVssExamineWriterMetadataEx2 *iface,
                                                       UINT index, IVssWMComponent **component)
{
    const struct doc_writer *document = document_of(iface);

    if (!component)
        return E_INVALIDARG;
    *component = NULL;
    if (index >= document->component_count)
        return VSS_E_OBJECT_NOT_FOUND;
    return wm_component_create(part_of(iface)->holder, &document->components[index], component);
}

static HRESULT STDMETHODCALLTYPE metadata_GetRestoreMethod(IVssExamineWriterMetadataEx2 *iface,
                                                           VSS_RESTOREMETHOD_ENUM *method,
                                                           BSTR *service, BSTR *user_procedure,
                                                           VSS_WRITERRESTORE_ENUM *writer_restore,
                                                           boolean *reboot, UINT *mappings)
{
    const struct doc_writer *document = document_of(iface);
    const struct doc_restore_method *restore = &document->restore;
    HRESULT hr;

    if (!method || !service || !user_procedure || !writer_restore || !reboot || !mappings)
        return E_INVALIDARG;
    *method = (VSS_RESTOREMETHOD_ENUM)restore->method;
    *writer_restore = (VSS_WRITERRESTORE_ENUM)restore->writer_restore;
    *reboot = restore->reboot_required;
    *mappings = (UINT)document->alternate_mappings.count;
    *service = NULL;
    *user_procedure = NULL;
    if (!restore->method)
        return S_FALSE;
    hr = wide_to_bstr(restore->service, service);
    if (SUCCEEDED(hr))
        hr = wide_to_bstr(restore->user_procedure, user_procedure);
    if (SUCCEEDED(hr))
        return S_OK;
    SysFreeString(*service);
    *service = NULL;
    return hr;
}

static HRESULT STDMETHODCALLTYPE metadata_GetAlternateLocationMapping(
    IVssExamineWriterMetadataEx2 *iface, UINT index, IVssWMFiledesc **file)
{
    return wm_filedesc_at(part_of(iface)->holder, &document_of(iface)->alternate_mappings, index,
                          file);
}

static HRESULT STDMETHODCALLTYPE metadata_GetBackupSchema(IVssExamineWriterMetadataEx2 *iface,
                                                          DWORD *schema)
{
    if (!schema)
        return E_INVALIDARG;
    *schema = document_of(iface)->backup_schema;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE metadata_SaveAsXML(IVssExamineWriterMetadataEx2 *iface, BSTR *xml)
{
    struct doc_buffer buffer = {0};

    if (!xml)
        return E_INVALIDARG;
    doc_save_writer(&buffer, document_of(iface));
    return wide_buffer_to_bstr(&buffer, xml);
}

static HRESULT STDMETHODCALLTYPE metadata_GetDocument(IVssExamineWriterMetadataEx2 *iface,
                                                      IXMLDOMDocument **document)
{
    BSTR xml = NULL;
    HRESULT hr;

    if (!document)
        return E_INVALIDARG;
    *document = NULL;
    hr = metadata_SaveAsXML(iface, &xml);
    if (SUCCEEDED(hr))
        hr = dom_load(xml, document);
    SysFreeString(xml);
    return method_log(hr, "IVssExamineWriterMetadata::GetDocument", "");
}

static HRESULT holder_from_xml(const wchar_t *xml, struct metadata_holder **holder)
{
    struct doc_writer document = {0};
    char *text = wide_to_utf8(xml);
    HRESULT hr = xml ? E_OUTOFMEMORY : E_INVALIDARG;

    if (text)
        hr = wide_doc_result(doc_read_writer(&document, text, strlen(text)));
    if (SUCCEEDED(hr))
        hr = metadata_holder_create(&document, holder);
    doc_writer_fini(&document);
    free(text);
    return hr;
}

static HRESULT STDMETHODCALLTYPE metadata_LoadFromXML(IVssExamineWriterMetadataEx2 *iface, BSTR xml)
{
    struct part *self = part_of(iface);
    struct metadata_holder *holder;
    HRESULT hr = holder_from_xml(xml, &holder);

    if (SUCCEEDED(hr)) {
        metadata_holder_release(self->holder);
        self->holder = holder;
    }
    return method_log(hr, "IVssExamineWriterMetadata::LoadFromXML", "");
}

static HRESULT STDMETHODCALLTYPE metadata_GetIdentityEx(IVssExamineWriterMetadataEx2 *iface,
                                                        VSS_ID *instance, VSS_ID *writer,
                                                        BSTR *name, BSTR *instance_name,
                                                        VSS_USAGE_TYPE *usage,
                                                        VSS_SOURCE_TYPE *source)
{
    HRESULT hr;

    if (!instance_name)
        return E_INVALIDARG;
    hr = metadata_GetIdentity(iface, instance, writer, name, usage, source);
    if (FAILED(hr))
        return hr;
    hr = wide_to_bstr_or_empty(document_of(iface)->instance_name, instance_name);
    if (FAILED(hr)) {
        SysFreeString(*name);
        *name = NULL;
    }
    return hr;
}

static HRESULT STDMETHODCALLTYPE metadata_GetVersion(IVssExamineWriterMetadataEx2 *iface,
                                                     DWORD *major, DWORD *minor)
{
    if (!major || !minor)
        return E_INVALIDARG;
    *major = document_of(iface)->major_version;
    *minor = document_of(iface)->minor_version;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE
metadata_GetExcludeFromSnapshotCount(IVssExamineWriterMetadataEx2 *iface, UINT *count)
{
    if (!count)
        return E_INVALIDARG;
    *count = (UINT)document_of(iface)->exclude_from_snapshot.count;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE metadata_GetExcludeFromSnapshotFile(
    IVssExamineWriterMetadataEx2 *iface, UINT index, IVssWMFiledesc **file)
{
    return wm_filedesc_at(part_of(iface)->holder, &document_of(iface)->exclude_from_snapshot, index,
                          file);
}

static const IVssExamineWriterMetadataEx2Vtbl metadata_vtbl = {
    .QueryInterface = metadata_QueryInterface,
    .AddRef = metadata_AddRef,
    .Release = metadata_Release,
    .GetIdentity = metadata_GetIdentity,
    .GetFileCounts = metadata_GetFileCounts,
    .GetIncludeFile = metadata_GetIncludeFile,
    .GetExcludeFile = metadata_GetExcludeFile,
    .GetComponent = metadata_GetComponent,
    .GetRestoreMethod = metadata_GetRestoreMethod,
    .GetAlternateLocationMapping = metadata_GetAlternateLocationMapping,
    .GetBackupSchema = metadata_GetBackupSchema,
    .GetDocument = metadata_GetDocument,
    .SaveAsXML = metadata_SaveAsXML,
    .LoadFromXML = metadata_LoadFromXML,
    .GetIdentityEx = metadata_GetIdentityEx,
    .GetVersion = metadata_GetVersion,
    .GetExcludeFromSnapshotCount = metadata_GetExcludeFromSnapshotCount,
    .GetExcludeFromSnapshotFile = metadata_GetExcludeFromSnapshotFile,
};

HRESULT metadata_create(struct metadata_holder *holder, IVssExamineWriterMetadataEx2 **out)
{
    return part_create(holder, NULL, &metadata_vtbl, out);
}

HRESULT metadata_create_from_xml(const wchar_t *xml, IVssExamineWriterMetadataEx2 **out)
{
    struct metadata_holder *holder;
    HRESULT hr = holder_from_xml(xml, &holder);

    if (FAILED(hr))
        return hr;
    hr = metadata_create(holder, out);
    metadata_holder_release(holder);
    return hr;
}
