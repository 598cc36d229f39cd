/*
 * Makes, finds and removes shadows.
 *
 * Must not know: writers, the order of calls, COM objects.
 */
#include "shadow.h"
#include "embedded/base/embedded_settings.h"
#include "embedded/base/wide.h"
#include "shadow_expose.h"
#include "shadow_record.h"
#include "shadow_scripts.h"
#include "unix_run.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEVICE_FOLDER L"\\\\?\\GLOBALROOT\\Device"
#define DEVICE_LEAF   L"HarddiskVolumeShadowCopy"

/* The system provider of Windows, by which programs choose "the usual one". */
const GUID shadow_provider_id = {
    0xb5946137, 0x7b9f, 0x4925, {0xaf, 0x80, 0x51, 0xab, 0xd6, 0x0b, 0x20, 0xd5}};

void shadow_device(const struct shadow *shadow, wchar_t device[SHADOW_DEVICE_CHARS])
{
    _snwprintf(device, SHADOW_DEVICE_CHARS, DEVICE_FOLDER L"\\" DEVICE_LEAF L"%lu",
               shadow->device_number);
}

/* A number that no shadow has and none had lately. */
static HRESULT take_device_number(struct shadow *shadow)
{
    HANDLE lock = machine_lock();
    wchar_t device[SHADOW_DEVICE_CHARS];
    DWORD next;

    if (!lock)
        return VSS_E_UNEXPECTED_PROVIDER_ERROR;
    shadow->device_number = embedded_settings_number(SETTINGS_KEY, L"NextShadow", 1);
    for (;; shadow->device_number++) {
        shadow_device(shadow, device);
        if (GetFileAttributesW(device) == INVALID_FILE_ATTRIBUTES)
            break;
    }
    next = shadow->device_number + 1;
    RegSetKeyValueW(HKEY_LOCAL_MACHINE, SETTINGS_KEY, L"NextShadow", REG_DWORD, &next,
                    sizeof(next));
    machine_unlock(lock);
    return S_OK;
}

/* A record that could not be written, as a provider would say it. */
static HRESULT record_result(HRESULT hr)
{
    if (SUCCEEDED(hr))
        return S_OK;
    return hr == HRESULT_FROM_WIN32(ERROR_DISK_FULL) ||
                   hr == HRESULT_FROM_WIN32(ERROR_HANDLE_DISK_FULL)
               ? VSS_E_INSUFFICIENT_STORAGE
               : VSS_E_UNEXPECTED_PROVIDER_ERROR;
}

/* Runs one of the two scripts on a shadow. */
static HRESULT run_script(const struct shadow *shadow, const char *script, const wchar_t *tag,
                          HANDLE cancel, int *exit_code)
{
    wchar_t root[] = {shadow->volume.letter, L':', L'\\', 0};
    wchar_t drive[] = {towlower(shadow->volume.letter), L':', 0};
    wchar_t id[WIDE_GUID_CHARS];
    wchar_t leaf[SHADOW_DEVICE_CHARS];
    wchar_t *root_on_host, *devices_on_host;
    HRESULT hr;

    wide_guid_text(&shadow->id, id);
    _snwprintf(leaf, ARRAYSIZE(leaf), DEVICE_LEAF L"%lu", shadow->device_number);
    root_on_host = volume_unix_path(root);
    devices_on_host = volume_unix_device_path(L"globalroot/Device");
    hr = E_OUTOFMEMORY;
    if (root_on_host && devices_on_host) {
        const wchar_t *arguments[] = {root_on_host, id, leaf, devices_on_host, drive};

        hr = unix_run(tag, script, arguments, ARRAYSIZE(arguments), cancel, exit_code);
    }
    free(root_on_host);
    free(devices_on_host);
    return hr;
}

static void copy_tag(const struct shadow *shadow, wchar_t tag[WIDE_GUID_CHARS])
{
    wide_guid_text(&shadow->id, tag);
}

static void delete_record(const struct shadow *shadow)
{
    wchar_t path[MAX_PATH];

    shadow_record_path(shadow, path);
    DeleteFileW(path);
}

HRESULT shadow_create(struct shadow *shadow, HANDLE cancel)
{
    wchar_t tag[WIDE_GUID_CHARS];
    FILETIME now;
    int exit_code = -1;

    HRESULT hr = take_device_number(shadow);

    if (FAILED(hr))
        return hr;
    shadow->owner = machine_owner_self();
    shadow->created = false;
    GetSystemTimeAsFileTime(&now);
    shadow->timestamp = (uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime;
    hr = record_result(shadow_record_write(shadow));
    if (FAILED(hr))
        return hr;

    copy_tag(shadow, tag);
    hr = run_script(shadow, shadow_copy_script, tag, cancel, &exit_code);
    if (SUCCEEDED(hr) && exit_code == 0) {
        shadow->created = true;
        hr = record_result(shadow_record_write(shadow));
        if (SUCCEEDED(hr))
            return S_OK;
        shadow_delete(shadow);
        return hr;
    }
    shadow_delete(shadow);
    if (exit_code == UNIX_RUN_CANCELLED)
        return E_ABORT;
    return exit_code == SHADOW_COPY_NO_SPACE ? VSS_E_INSUFFICIENT_STORAGE
                                             : VSS_E_UNEXPECTED_PROVIDER_ERROR;
}

HRESULT shadow_delete(const struct shadow *shadow)
{
    wchar_t tag[WIDE_GUID_CHARS];
    wchar_t delete_tag[WIDE_GUID_CHARS + 8];
    int exit_code = -1;
    struct shadow stored;
    HRESULT hr;

    /* Only the record knows: another session may have exposed it. */
    if (SUCCEEDED(shadow_find(&shadow->id, &stored)))
        shadow_unexpose(&stored);
    copy_tag(shadow, tag);
    unix_cancel(tag);
    /* Two processes may delete at the same time (the owner's end and its reaper). */
    _snwprintf(delete_tag, ARRAYSIZE(delete_tag), L"%ls-%lu", tag, GetCurrentProcessId() % 10000);
    hr = run_script(shadow, shadow_delete_script, delete_tag, NULL, &exit_code);
    delete_record(shadow);
    if (FAILED(hr))
        return hr;
    return exit_code == 0 ? S_OK : VSS_E_UNEXPECTED_PROVIDER_ERROR;
}

HRESULT shadow_update(const struct shadow *shadow)
{
    return record_result(shadow_record_write(shadow));
}

HRESULT shadow_break(const struct shadow *shadow)
{
    wchar_t path[MAX_PATH];

    shadow_record_path(shadow, path);
    return DeleteFileW(path) ? S_OK : VSS_E_UNEXPECTED_PROVIDER_ERROR;
}

struct list
{
    struct shadow *items;
    size_t count;
    bool failed;
};

static void add_to_list(const struct shadow *shadow, void *context)
{
    struct list *list = context;
    struct shadow *item = doc_append(&list->items, &list->count, sizeof(*item));

    if (!item)
        list->failed = true;
    else
        *item = *shadow;
}

HRESULT shadow_list(struct shadow **shadows, size_t *count)
{
    struct list list = {0};

    shadow_record_each(add_to_list, &list);
    if (list.failed) {
        free(list.items);
        return E_OUTOFMEMORY;
    }
    *shadows = list.items;
    *count = list.count;
    return S_OK;
}

HRESULT shadow_find(const GUID *id, struct shadow *shadow)
{
    struct shadow *shadows = NULL;
    size_t count = 0;
    HRESULT hr = shadow_list(&shadows, &count);
    size_t i;

    if (FAILED(hr))
        return hr;
    hr = VSS_E_OBJECT_NOT_FOUND;
    for (i = 0; i < count; i++) {
        if (shadows[i].created && IsEqualGUID(&shadows[i].id, id)) {
            *shadow = shadows[i];
            hr = S_OK;
            break;
        }
    }
    free(shadows);
    return hr;
}

/* NULL stays NULL; *ok becomes false when memory is out. */
static wchar_t *copy_or_fail(const wchar_t *text, bool *ok)
{
    wchar_t *copy;

    if (!text || !text[0])
        return NULL;
    copy = wide_task_copy(text);
    *ok = *ok && copy;
    return copy;
}

void shadow_clear_properties(VSS_SNAPSHOT_PROP *prop)
{
    memset(prop, 0, offsetof(VSS_SNAPSHOT_PROP, m_eStatus) + sizeof(prop->m_eStatus));
}

void shadow_free_properties(VSS_SNAPSHOT_PROP *prop)
{
    CoTaskMemFree(prop->m_pwszSnapshotDeviceObject);
    CoTaskMemFree(prop->m_pwszOriginalVolumeName);
    CoTaskMemFree(prop->m_pwszOriginatingMachine);
    CoTaskMemFree(prop->m_pwszServiceMachine);
    CoTaskMemFree(prop->m_pwszExposedName);
    CoTaskMemFree(prop->m_pwszExposedPath);
    shadow_clear_properties(prop);
}

HRESULT shadow_properties(const struct shadow *shadow, VSS_SNAPSHOT_PROP *prop)
{
    wchar_t device[SHADOW_DEVICE_CHARS];
    wchar_t machine[MAX_COMPUTERNAME_LENGTH + 1] = L"";
    DWORD chars = ARRAYSIZE(machine);
    bool ok = true;

    shadow_device(shadow, device);
    GetComputerNameW(machine, &chars);

    shadow_clear_properties(prop);
    prop->m_SnapshotId = shadow->id;
    prop->m_SnapshotSetId = shadow->set_id;
    prop->m_lSnapshotsCount = shadow->set_count;
    prop->m_pwszSnapshotDeviceObject = copy_or_fail(device, &ok);
    prop->m_pwszOriginalVolumeName = copy_or_fail(shadow->volume.name, &ok);
    prop->m_pwszOriginatingMachine = copy_or_fail(machine, &ok);
    prop->m_pwszServiceMachine = copy_or_fail(machine, &ok);
    prop->m_pwszExposedName = copy_or_fail(shadow->exposed, &ok);
    prop->m_pwszExposedPath = copy_or_fail(shadow->exposed_path, &ok);
    prop->m_ProviderId = shadow_provider_id;
    prop->m_lSnapshotAttributes = shadow->attributes | VSS_VOLSNAP_ATTR_DIFFERENTIAL;
    prop->m_tsCreationTimestamp = (VSS_TIMESTAMP)shadow->timestamp;
    prop->m_eStatus = VSS_SS_CREATED;
    if (ok)
        return S_OK;
    shadow_free_properties(prop);
    return E_OUTOFMEMORY;
}

static void delete_orphan(const struct shadow *shadow, void *context)
{
    (void)context;
    if (!shadow->kept && !machine_owner_alive(&shadow->owner))
        shadow_delete(shadow);
}

void shadow_sweep(void)
{
    HANDLE lock = machine_lock();

    if (!lock)
        return;
    shadow_record_each(delete_orphan, NULL);
    machine_unlock(lock);
}
