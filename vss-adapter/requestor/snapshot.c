/*
 * snapshot.c - makes and reads a snapshot set.
 */
#include "snapshot.h"
#include "common/array.h"
#include "common/report.h"
#include "vss_api.h"

#include <stdlib.h>
#include <wchar.h>

HRESULT snapshot_set_start(const struct ntdsvss_settings *settings,
                           IVssBackupComponents *components, struct snapshot_set *set)
{
    return VSS_CALL(settings, components, StartSnapshotSet, NULL, &set->id);
}

HRESULT snapshot_set_add(const struct ntdsvss_settings *settings, IVssBackupComponents *components,
                         struct snapshot_set *set, const wchar_t *volume, size_t *index)
{
    struct snapshot *added;
    wchar_t name[VOLUME_NAME_CHARS];
    VSS_ID id;
    HRESULT hr;
    size_t i;

    for (i = 0; i < set->count; i++) {
        if (_wcsicmp(set->snapshots[i].volume, volume) == 0) {
            *index = i;
            return S_OK;
        }
    }
    if (!array_grow(&set->snapshots, &set->capacity, set->count, sizeof(*set->snapshots)))
        return E_OUTOFMEMORY;
    wcsncpy(name, volume, VOLUME_NAME_CHARS - 1);
    name[VOLUME_NAME_CHARS - 1] = 0;

    hr = VSS_CALL(settings, components, AddToSnapshotSet, volume, name, settings->provider, &id);
    if (FAILED(hr))
        return hr;
    added = &set->snapshots[set->count];
    memset(added, 0, sizeof(*added));
    wmemcpy(added->volume, name, VOLUME_NAME_CHARS);
    added->id = id;
    *index = set->count++;
    return S_OK;
}

static HRESULT resolve_root(const struct ntdsvss_settings *settings, struct snapshot *snapshot)
{
    wchar_t *folder = snapshot_folder(snapshot, L"");
    HANDLE file;
    HRESULT hr;

    if (!folder)
        return E_OUTOFMEMORY;
    call_begin(settings, L"Opening the shadow copy's root");
    file = CreateFileW(folder, FILE_READ_ATTRIBUTES,
                       FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                       FILE_FLAG_BACKUP_SEMANTICS, NULL);
    if (file == INVALID_HANDLE_VALUE) {
        hr = last_error(settings, L"Opening the shadow copy's root", folder);
    } else {
        hr = final_path(file, VOLUME_NAME_NT, &snapshot->root);
        hr = call_end(settings, L"Resolving the shadow copy's root", folder, hr);
        CloseHandle(file);
    }
    free(folder);
    return hr;
}

static HRESULT resolve(const struct ntdsvss_settings *settings, IVssBackupComponents *components,
                       struct snapshot *snapshot)
{
    VSS_SNAPSHOT_PROP properties;
    HRESULT hr;

    memset(&properties, 0, sizeof(properties));
    hr = VSS_CALL(settings, components, GetSnapshotProperties, snapshot->volume, snapshot->id,
                  &properties);
    if (FAILED(hr))
        return hr;
    snapshot->device = properties.m_pwszSnapshotDeviceObject
                           ? _wcsdup(properties.m_pwszSnapshotDeviceObject)
                           : NULL;
    vss_api_free_snapshot_properties(&properties);
    if (!snapshot->device)
        return E_OUTOFMEMORY;
    report_line(settings, NTDSVSS_LEVEL_INFO, L"Shadow copy of %ls is %ls", snapshot->volume,
                snapshot->device);
    return resolve_root(settings, snapshot);
}

HRESULT snapshot_set_resolve(const struct ntdsvss_settings *settings,
                             IVssBackupComponents *components, struct snapshot_set *set)
{
    HRESULT hr = S_OK;
    size_t i;

    for (i = 0; SUCCEEDED(hr) && i < set->count; i++)
        hr = resolve(settings, components, &set->snapshots[i]);
    return hr;
}

wchar_t *snapshot_folder(const struct snapshot *snapshot, const wchar_t *relative)
{
    return path_join(snapshot->device, relative);
}

static HRESULT check_place(const struct snapshot *snapshot, HANDLE file)
{
    wchar_t *path = NULL;
    HRESULT hr = final_path(file, VOLUME_NAME_NT, &path);

    if (SUCCEEDED(hr) && !path_is_below(path, snapshot->root))
        hr = HRESULT_FROM_WIN32(ERROR_INVALID_REPARSE_DATA);
    free(path);
    return hr;
}

HRESULT snapshot_open(const struct ntdsvss_settings *settings, const struct snapshot *snapshot,
                      const wchar_t *relative, const wchar_t *name, HANDLE *file, uint64_t *bytes)
{
    wchar_t *folder = snapshot_folder(snapshot, relative);
    wchar_t *path = folder ? path_join(folder, name) : NULL;
    HANDLE opened = INVALID_HANDLE_VALUE;
    LARGE_INTEGER size;
    HRESULT hr;

    if (!path) {
        hr = E_OUTOFMEMORY;
        goto out;
    }
    call_begin(settings, L"Opening the file in the shadow copy");
    opened = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                         NULL, OPEN_EXISTING,
                         FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_SEQUENTIAL_SCAN, NULL);
    if (opened == INVALID_HANDLE_VALUE || !GetFileSizeEx(opened, &size))
        hr = HRESULT_FROM_WIN32(GetLastError() ? GetLastError() : ERROR_GEN_FAILURE);
    else
        hr = check_place(snapshot, opened);
    hr = call_end(settings, L"Opening the file in the shadow copy", path, hr);
    if (FAILED(hr))
        goto out;
    *file = opened;
    *bytes = (uint64_t)size.QuadPart;
    opened = INVALID_HANDLE_VALUE;
out:
    if (opened != INVALID_HANDLE_VALUE)
        CloseHandle(opened);
    free(path);
    free(folder);
    return hr;
}

void snapshot_set_fini(struct snapshot_set *set)
{
    size_t i;

    for (i = 0; i < set->count; i++) {
        free(set->snapshots[i].device);
        free(set->snapshots[i].root);
    }
    free(set->snapshots);
    memset(set, 0, sizeof(*set));
}
