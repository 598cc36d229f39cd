/*
 * writer_sources.c - lists the writers: the directory's, and every one that the registry describes.
 */
#include "session_writer.h"
#include "embedded/base/embedded_settings.h"
#include "embedded/base/wide.h"

#include <stdlib.h>
#include <wchar.h>

struct list
{
    struct writer_source *items;
    size_t count;
};

static HRESULT add(struct list *list, const struct writer_class *class, const wchar_t *key, GUID id)
{
    struct writer_source *item = doc_append(&list->items, &list->count, sizeof(*item));

    if (!item)
        return E_OUTOFMEMORY;
    item->class = class;
    item->id = id;
    wcscpy(item->key, key);
    return S_OK;
}

/* A subkey is a writer's if it names a class; that of the built-in writer holds settings only. */
static HRESULT add_described(const wchar_t *key, const wchar_t *name, void *context)
{
    wchar_t text[WIDE_GUID_CHARS + 1];
    GUID id;

    (void)name;
    if (embedded_settings_string(key, L"WriterId", NULL, text, ARRAYSIZE(text)) != S_OK ||
        !wide_guid_parse(text, &id))
        return S_OK;
    return add(context, &writer_registry_class, key, id);
}

HRESULT writer_sources(struct writer_source **items, size_t *count)
{
    struct list list = {NULL, 0};
    HRESULT hr = add(&list, &writer_ntds_class, SETTINGS_WRITER_NTDS_KEY, writer_ntds_id);

    if (SUCCEEDED(hr))
        hr = embedded_settings_each_key(SETTINGS_WRITERS_KEY, add_described, &list);
    *items = list.items;
    *count = list.count;
    return hr;
}

bool writer_service_runs(const wchar_t *name)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = manager ? OpenServiceW(manager, name, SERVICE_QUERY_STATUS) : NULL;
    SERVICE_STATUS status;
    bool running = false;

    if (service && QueryServiceStatus(service, &status))
        running = status.dwCurrentState == SERVICE_RUNNING;
    if (service)
        CloseServiceHandle(service);
    if (manager)
        CloseServiceHandle(manager);
    return running;
}
