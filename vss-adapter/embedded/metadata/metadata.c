/*
 * IVssExamineWriterMetadata, to Ex2.
 *
 * Must not know: which writer it is about, sessions.
 */
#include "metadata.h"
#include "dom.h"
#include "embedded/base/method_log.h"
#include "embedded/base/wide.h"

#include <stdlib.h>
#include <string.h>

/* The document keeps numbers of the portable code; they are those of the API. */
_Static_assert((int)VSS_CT_DATABASE == (int)DOC_COMPONENT_DATABASE, "component types");
_Static_assert((int)VSS_CT_FILEGROUP == (int)DOC_COMPONENT_FILEGROUP, "component types");
_Static_assert(VSS_UT_BOOTABLESYSTEMSTATE == 1 && VSS_UT_OTHER == 4, "usage types");
_Static_assert(VSS_ST_TRANSACTEDDB == 1 && VSS_ST_OTHER == 3, "source types");
_Static_assert(VSS_RME_RESTORE_IF_NOT_THERE == 1 && VSS_RME_RESTORE_STOP_START == 8, "methods");
_Static_assert(VSS_WRE_NEVER == 1 && VSS_WRE_ALWAYS == 3, "writer restore");
_Static_assert(VSS_BT_FULL == 1 && VSS_BT_OTHER == 6, "backup types");
_Static_assert(VSS_RTYPE_BY_COPY == 1 && VSS_RTYPE_OTHER == 3, "restore types");
_Static_assert(VSS_RS_NONE == 1 && VSS_RS_FAILED == 3, "file restore status");

struct metadata
{
    IVssExamineWriterMetadataEx2 IVssExamineWriterMetadataEx2_iface;
    LONG refs;
    struct metadata_holder *holder; /* LoadFromXML replaces it */
};

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

static struct metadata *impl_from_iface(IVssExamineWriterMetadataEx2 *iface)
{
    return CONTAINING_RECORD(iface, struct metadata, IVssExamineWriterMetadataEx2_iface);
}

static const struct doc_writer *document_of(IVssExamineWriterMetadataEx2 *iface)
{
    return &impl_from_iface(iface)->holder->document;
}

static HRESULT STDMETHODCALLTYPE metadata_QueryInterface(IVssExamineWriterMetadataEx2 *iface,
                                                         REFIID iid, void **object)
{
    if (!object)
        return E_POINTER;
    /* The later interfaces only add methods at the end: one table serves all. */
    if (IsEqualIID(iid, &IID_IUnknown) || IsEqualIID(iid, &IID_IVssExamineWriterMetadata) ||
        IsEqualIID(iid, &IID_IVssExamineWriterMetadataEx) ||
        IsEqualIID(iid, &IID_IVssExamineWriterMetadataEx2)) {
        *object = iface;
        IVssExamineWriterMetadataEx2_AddRef(iface);
        return S_OK;
    }
    *object = NULL;
    return E_NOINTERFACE;
}

static ULONG STDMETHODCALLTYPE metadata_AddRef(IVssExamineWriterMetadataEx2 *iface)
{
    return (ULONG)InterlockedIncrement(&impl_from_iface(iface)->refs);
}

static ULONG STDMETHODCALLTYPE metadata_Release(IVssExamineWriterMetadataEx2 *iface)
{
    struct metadata *self = impl_from_iface(iface);
    LONG refs = InterlockedDecrement(&self->refs);

    if (refs == 0) {
        metadata_holder_release(self->holder);
        free(self);
    }
    return (ULONG)refs;
}

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
    return wm_filedesc_at(impl_from_iface(iface)->holder, &document_of(iface)->include_files, index,
                          file);
}

static HRESULT STDMETHODCALLTYPE metadata_GetExcludeFile(IVssExamineWriterMetadataEx2 *iface,
                                                         UINT index, IVssWMFiledesc **file)
{
    return wm_filedesc_at(impl_from_iface(iface)->holder, &document_of(iface)->exclude_files, index,
                          file);
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
    return wm_component_create(impl_from_iface(iface)->holder, &document->components[index],
                               component);
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
    if (restore->method == 0)
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
    return wm_filedesc_at(impl_from_iface(iface)->holder, &document_of(iface)->alternate_mappings,
                          index, file);
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
    char *text;
    HRESULT hr;

    if (!xml)
        return E_INVALIDARG;
    *xml = NULL;
    doc_write_writer(&buffer, document_of(iface));
    text = doc_buffer_take(&buffer);
    hr = text ? wide_to_bstr(text, xml) : E_OUTOFMEMORY;
    free(text);
    return hr;
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
    char *text;
    enum doc_result result;
    HRESULT hr;

    if (!xml)
        return E_INVALIDARG;
    text = wide_to_utf8(xml);
    if (!text)
        return E_OUTOFMEMORY;
    result = doc_read_writer(&document, text, strlen(text));
    free(text);
    if (result != DOC_OK)
        return result == DOC_NO_MEMORY ? E_OUTOFMEMORY : VSS_E_INVALID_XML_DOCUMENT;
    hr = metadata_holder_create(&document, holder);
    doc_writer_fini(&document);
    return hr;
}

static HRESULT STDMETHODCALLTYPE metadata_LoadFromXML(IVssExamineWriterMetadataEx2 *iface, BSTR xml)
{
    struct metadata *self = impl_from_iface(iface);
    struct metadata_holder *holder = NULL;
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
    const struct doc_writer *document = document_of(iface);
    HRESULT hr;

    if (!instance_name)
        return E_INVALIDARG;
    hr = metadata_GetIdentity(iface, instance, writer, name, usage, source);
    if (FAILED(hr))
        return hr;
    hr = wide_to_bstr_or_empty(document->instance_name, instance_name);
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
    return wm_filedesc_at(impl_from_iface(iface)->holder,
                          &document_of(iface)->exclude_from_snapshot, index, file);
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
    struct metadata *self = calloc(1, sizeof(*self));

    if (!self)
        return E_OUTOFMEMORY;
    self->IVssExamineWriterMetadataEx2_iface.lpVtbl = &metadata_vtbl;
    self->refs = 1;
    self->holder = holder;
    metadata_holder_addref(holder);
    *out = &self->IVssExamineWriterMetadataEx2_iface;
    return S_OK;
}

HRESULT metadata_create_from_xml(const wchar_t *xml, IVssExamineWriterMetadataEx2 **out)
{
    struct metadata_holder *holder = NULL;
    HRESULT hr = holder_from_xml(xml, &holder);

    if (FAILED(hr))
        return hr;
    hr = metadata_create(holder, out);
    metadata_holder_release(holder);
    return hr;
}
