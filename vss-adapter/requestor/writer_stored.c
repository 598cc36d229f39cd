/*
 * writer_stored.c - the directory's writer's components in a backup components document, and what a
 * restore says about them.
 */
#include "vss_api.h"
#include "writer.h"

#include <oleauto.h>
#include <vsserror.h>

/*
 * The object derives from IVssWriterComponents, which has no base, and from IUnknown: the second
 * pointer in it is IUnknown's table. The MinGW headers leave that base out.
 */
static void release_stored(IVssWriterComponentsExt *stored)
{
    IUnknown *unknown = (IUnknown *)((void **)stored + 1);

    unknown->lpVtbl->Release(unknown);
}

HRESULT writer_backup_metadata(const struct ntdsvss_settings *settings,
                               IVssBackupComponents *components, const struct writer *writer,
                               BSTR *text)
{
    IVssWriterComponentsExt *stored;
    IVssComponent *component;
    VSS_ID instance, class_id;
    UINT count = 0;
    UINT i;
    HRESULT hr;

    *text = NULL;
    call_begin(settings, L"Reading the writer's backup metadata");
    hr = IVssBackupComponents_GetWriterComponentsCount(components, &count);
    for (i = 0; SUCCEEDED(hr) && !*text && i < count; i++) {
        hr = IVssBackupComponents_GetWriterComponents(components, i, &stored);
        if (FAILED(hr))
            break;
        hr = stored->lpVtbl->GetWriterInfo(stored, &instance, &class_id);
        if (SUCCEEDED(hr) && IsEqualGUID(&instance, &writer->instance)) {
            hr = stored->lpVtbl->GetComponent(stored, 0, &component);
            if (SUCCEEDED(hr)) {
                hr = IVssComponent_GetBackupMetadata(component, text); /* S_FALSE: none */
                IVssComponent_Release(component);
            }
        }
        release_stored(stored);
    }
    return call_end(settings, L"Reading the writer's backup metadata", NULL,
                    SUCCEEDED(hr) ? S_OK : hr);
}

static HRESULT read_component(IVssWriterComponentsExt *stored, UINT index, struct writer *writer)
{
    VSS_COMPONENT_TYPE type = VSS_CT_UNDEFINED;
    IVssComponent *component;
    BSTR logical_path = NULL;
    BSTR name = NULL;
    HRESULT hr = stored->lpVtbl->GetComponent(stored, index, &component);

    if (FAILED(hr))
        return hr;
    hr = IVssComponent_GetComponentType(component, &type);
    if (SUCCEEDED(hr))
        hr = IVssComponent_GetLogicalPath(component, &logical_path); /* S_FALSE: none */
    if (SUCCEEDED(hr))
        hr = IVssComponent_GetComponentName(component, &name);
    if (SUCCEEDED(hr))
        hr = name ? writer_append_component(writer, type, logical_path, name)
                  : VSS_E_CORRUPT_XML_DOCUMENT;
    SysFreeString(name);
    SysFreeString(logical_path);
    IVssComponent_Release(component);
    return hr;
}

HRESULT writer_read_stored(const struct ntdsvss_settings *settings,
                           IVssBackupComponents *components, struct writer *writer)
{
    static const wchar_t operation[] = L"Reading the writer's components of the backup";
    IVssWriterComponentsExt *stored;
    VSS_ID instance, class_id;
    UINT component_count;
    UINT count = 0;
    UINT i, k;
    HRESULT hr;

    call_begin(settings, operation);
    hr = IVssBackupComponents_GetWriterComponentsCount(components, &count);
    for (i = 0; SUCCEEDED(hr) && i < count; i++) {
        hr = IVssBackupComponents_GetWriterComponents(components, i, &stored);
        if (FAILED(hr))
            break;
        component_count = 0;
        hr = stored->lpVtbl->GetWriterInfo(stored, &instance, &class_id);
        /* The writer's instance is another one now, or none; its class stays. */
        if (SUCCEEDED(hr) && IsEqualGUID(&class_id, writer->target->writer_class))
            hr = stored->lpVtbl->GetComponentCount(stored, &component_count);
        for (k = 0; SUCCEEDED(hr) && k < component_count; k++)
            hr = read_component(stored, k, writer);
        release_stored(stored);
    }
    return call_end(settings, operation, NULL, hr);
}

HRESULT writer_select_for_restore(const struct ntdsvss_settings *settings,
                                  IVssBackupComponents *components, const struct writer *writer)
{
    HRESULT hr = S_OK;
    size_t i;

    for (i = 0; SUCCEEDED(hr) && i < writer->component_count; i++) {
        const struct writer_component *component = &writer->components[i];

        hr = VSS_CALL(settings, components, SetSelectedForRestore, component->name,
                      *writer->target->writer_class, component->type, component->logical_path,
                      component->name, 1);
    }
    return hr;
}

HRESULT writer_set_restored(const struct ntdsvss_settings *settings,
                            IVssBackupComponents *components, const struct writer *writer,
                            VSS_FILE_RESTORE_STATUS status)
{
    HRESULT first_hr = S_OK;
    HRESULT hr;
    size_t i;

    for (i = 0; i < writer->component_count; i++) {
        const struct writer_component *component = &writer->components[i];

        hr = VSS_CALL(settings, components, SetFileRestoreStatus,
                      status == VSS_RS_ALL ? L"VSS_RS_ALL" : L"VSS_RS_NONE",
                      *writer->target->writer_class, component->type, component->logical_path,
                      component->name, status);
        if (SUCCEEDED(first_hr))
            first_hr = hr;
    }
    return first_hr;
}
