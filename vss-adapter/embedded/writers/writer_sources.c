/*
 * Which writers there are: the directory's, and every one that the registry describes.
 *
 * Must not know: what a writer does in a phase.
 */
#include "session_writer.h"
#include "embedded/base/embedded_settings.h"
#include "embedded/base/wide.h"

#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

static HRESULT add(struct writer_source **list, size_t *count, const struct writer_source *source)
{
    struct writer_source *item = doc_append(list, count, sizeof(*item));

    if (!item)
        return E_OUTOFMEMORY;
    *item = *source;
    return S_OK;
}

/* A subkey is a writer's when it names a class: that of the built-in one holds settings only. */
static bool read_source(const wchar_t *leaf, struct writer_source *source)
{
    wchar_t text[WIDE_GUID_CHARS + 1];

    source->class = &writer_registry_class;
    _snwprintf(source->key, WRITER_KEY_CHARS, SETTINGS_WRITERS_KEY L"\\%ls", leaf);
    source->key[WRITER_KEY_CHARS - 1] = 0;
    return embedded_settings_string(source->key, L"WriterId", NULL, text, ARRAYSIZE(text)) &&
           wide_guid_parse(text, &source->id);
}

HRESULT writer_sources(struct writer_source **list, size_t *count)
{
    struct writer_source ntds = {.class = &writer_ntds_class, .id = writer_ntds_id};
    HKEY writers = NULL;
    wchar_t leaf[WRITER_KEY_CHARS / 2];
    HRESULT hr;
    DWORD i;

    wcscpy(ntds.key, SETTINGS_WRITER_NTDS_KEY);
    hr = add(list, count, &ntds);
    if (FAILED(hr) || RegOpenKeyExW(HKEY_LOCAL_MACHINE, SETTINGS_WRITERS_KEY, 0, KEY_READ,
                                    &writers) != ERROR_SUCCESS)
        return hr;
    for (i = 0; SUCCEEDED(hr); i++) {
        DWORD chars = ARRAYSIZE(leaf);
        struct writer_source source = {0};
        LSTATUS status = RegEnumKeyExW(writers, i, leaf, &chars, NULL, NULL, NULL, NULL);

        if (status == ERROR_NO_MORE_ITEMS)
            break;
        if (status == ERROR_SUCCESS && read_source(leaf, &source))
            hr = add(list, count, &source);
    }
    RegCloseKey(writers);
    return hr;
}

bool writer_service_runs(const wchar_t *name)
{
    bool running = false;
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = manager ? OpenServiceW(manager, name, SERVICE_QUERY_STATUS) : NULL;
    SERVICE_STATUS status;

    if (service && QueryServiceStatus(service, &status))
        running = status.dwCurrentState == SERVICE_RUNNING;
    if (service)
        CloseServiceHandle(service);
    if (manager)
        CloseServiceHandle(manager);
    return running;
}
