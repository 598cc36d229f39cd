/*
 * vss_query.c - a requestor that queries VSS and makes no shadow copy.
 */
#include "vss_query.h"

#include "common/codes.h"
#include "common/format.h"
#include "common/report.h"
#include "host/clock.h"
#include "requestor/vss_api.h"
#include "requestor/vss_wait.h"
#include "requestor/writer.h"

#include <oleauto.h>
#include <stdlib.h>
#include <wchar.h>

static void keep_failure(void *context, enum ntdsvss_level level, const wchar_t *line)
{
    struct vss_query *query = context;

    if (level != NTDSVSS_LEVEL_ERROR || query->failure[0])
        return;
    wcsncpy(query->failure, line, VSS_QUERY_TEXT_CHARS - 1);
}

static HRESULT begin(const struct ntdsvss_settings *settings, LONG context,
                     IVssBackupComponents **components)
{
    IVssBackupComponents *created;
    HRESULT hr = vss_api_create_components(settings, &created);

    if (FAILED(hr))
        return hr;
    hr = VSS_CALL(settings, created, InitializeForBackup, NULL, NULL);
    if (FAILED(hr)) {
        IVssBackupComponents_Release(created);
        return hr;
    }
    /* The result does not matter: not every VSS supports every context. */
    IVssBackupComponents_SetContext(created, context);
    *components = created;
    return hr;
}

static HRESULT read_writer(IVssBackupComponents *components, UINT index,
                           struct vss_query_writer *writer)
{
    VSS_WRITER_STATE state = VSS_WS_UNKNOWN;
    VSS_ID instance, class_id;
    BSTR name = NULL;
    HRESULT hr = IVssBackupComponents_GetWriterStatus(components, index, &instance, &class_id,
                                                      &name, &state, &writer->failure);

    if (FAILED(hr))
        return hr;
    writer->is_ntds = IsEqualGUID(&class_id, &ntds_writer_class);
    writer->state = (unsigned int)state;
    format_text(writer->name, VSS_QUERY_NAME_CHARS, L"%ls", name ? name : L"(no name)");
    SysFreeString(name);
    return hr;
}

static HRESULT ask_writers(const struct ntdsvss_settings *settings, struct vss_query *query)
{
    IVssBackupComponents *components;
    IVssAsync *async = NULL;
    UINT count = 0;
    UINT i;
    HRESULT hr = begin(settings, VSS_CTX_BACKUP, &components);

    if (FAILED(hr))
        return hr;
    hr = VSS_RUN(settings, components, GatherWriterMetadata, &async);
    async = NULL;
    if (SUCCEEDED(hr))
        hr = VSS_RUN(settings, components, GatherWriterStatus, &async);
    if (SUCCEEDED(hr))
        hr = VSS_CALL(settings, components, GetWriterStatusCount, NULL, &count);
    for (i = 0; SUCCEEDED(hr) && i < count && query->writer_count < VSS_QUERY_MAX; i++) {
        hr = call_end(settings, L"GetWriterStatus", NULL,
                      read_writer(components, i, &query->writers[query->writer_count]));
        if (SUCCEEDED(hr))
            query->writer_count++;
    }
    IVssBackupComponents_FreeWriterStatus(components);
    IVssBackupComponents_FreeWriterMetadata(components);
    IVssBackupComponents_Release(components);
    return hr;
}

static void keep_shadow(struct vss_query *query, const VSS_SNAPSHOT_PROP *found)
{
    static const LONG kept = VSS_VOLSNAP_ATTR_PERSISTENT | VSS_VOLSNAP_ATTR_NO_AUTO_RELEASE;
    struct vss_query_shadow *shadow;

    if (found->m_lSnapshotAttributes & kept) {
        query->permanent_count++;
        return;
    }
    if (query->shadow_count == VSS_QUERY_MAX)
        return;
    shadow = &query->shadows[query->shadow_count++];
    format_text(shadow->volume, VSS_QUERY_NAME_CHARS, L"%ls",
                found->m_pwszOriginalVolumeName ? found->m_pwszOriginalVolumeName : L"?");
    shadow->created = (uint64_t)found->m_tsCreationTimestamp;
}

static HRESULT ask_shadows(const struct ntdsvss_settings *settings, struct vss_query *query)
{
    IVssBackupComponents *components;
    IVssEnumObject *list = NULL;
    VSS_ID nothing = {0};
    VSS_OBJECT_PROP found;
    ULONG got = 0;
    HRESULT hr = begin(settings, (LONG)VSS_CTX_ALL, &components);

    if (FAILED(hr))
        return hr;
    hr = VSS_CALL(settings, components, Query, L"shadow copies", nothing, VSS_OBJECT_NONE,
                  VSS_OBJECT_SNAPSHOT, &list);
    while (SUCCEEDED(hr) && IVssEnumObject_Next(list, 1, &found, &got) == S_OK && got == 1) {
        keep_shadow(query, &found.Obj.Snap);
        vss_api_free_snapshot_properties(&found.Obj.Snap);
    }
    if (list)
        IVssEnumObject_Release(list);
    IVssBackupComponents_Release(components);
    return hr;
}

bool vss_query_has_failed(const struct vss_query_writer *writer)
{
    return FAILED(writer->failure) || !writer_state_is_good(writer->state);
}

bool vss_query_is_left_over(const struct vss_query *query, uint64_t now)
{
    size_t i;

    for (i = 0; i < query->shadow_count; i++) {
        if (query->shadows[i].created + CLOCK_DAY < now)
            return true;
    }
    return false;
}

void vss_query_run(struct vss_query *query, uint32_t wait_ms)
{
    const struct ntdsvss_settings settings = {
        .wait_ms = wait_ms, .log = keep_failure, .context = query};
    HRESULT hr = CoInitializeEx(NULL, COINIT_MULTITHREADED);

    if (FAILED(hr)) {
        query->hr = hr;
        return;
    }
    query->hr = ntdsvss_com_security();
    if (SUCCEEDED(query->hr))
        query->hr = ask_shadows(&settings, query);
    if (SUCCEEDED(query->hr))
        query->hr = ask_writers(&settings, query);
    CoUninitialize();
}
