/*
 * shadow.c - makes, finds and removes shadows.
 *
 * Must not know writers or the session.
 */
#include "shadow.h"
#include "common/format.h"
#include "embedded/base/embedded_settings.h"
#include "embedded/base/method_log.h"
#include "embedded/base/wide.h"
#include "machine.h"
#include "shadow_expose.h"
#include "shadow_record.h"
#include "shadow_scripts.h"
#include "unix_run.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define DEVICE_FOLDER L"\\\\?\\GLOBALROOT\\Device"
#define DEVICE_LEAF   L"HarddiskVolumeShadowCopy"

/* The id of Windows' system provider: programs choose it by this id. */
const GUID shadow_provider_id = {
    0xb5946137, 0x7b9f, 0x4925, {0xaf, 0x80, 0x51, 0xab, 0xd6, 0x0b, 0x20, 0xd5}};

void shadow_device(const struct shadow *shadow, wchar_t device[SHADOW_DEVICE_CHARS])
{
    format_text(device, SHADOW_DEVICE_CHARS, DEVICE_FOLDER L"\\" DEVICE_LEAF L"%lu",
                shadow->device_number);
}

/* A number that no shadow has, and none had recently. */
static HRESULT take_device_number(struct shadow *shadow)
{
    HANDLE lock = machine_lock();
    wchar_t device[SHADOW_DEVICE_CHARS];
    DWORD next;

    if (!lock)
        return VSS_E_UNEXPECTED_PROVIDER_ERROR;
    shadow->device_number = embedded_settings_number(SETTINGS_KEY, L"NextShadow", 1);
    shadow_device(shadow, device);
    while (GetFileAttributesW(device) != INVALID_FILE_ATTRIBUTES) {
        shadow->device_number++;
        shadow_device(shadow, device);
    }
    next = shadow->device_number + 1;
    RegSetKeyValueW(HKEY_LOCAL_MACHINE, SETTINGS_KEY, L"NextShadow", REG_DWORD, &next,
                    sizeof(next));
    machine_unlock(lock);
    return S_OK;
}

/* Runs one of the two scripts on a shadow. */
static HRESULT run_script(const struct shadow *shadow, const char *script, const wchar_t *tag,
                          HANDLE cancel, int *exit_code)
{
    const wchar_t root[] = {shadow->volume.letter, L':', L'\\', 0};
    const wchar_t drive[] = {towlower(shadow->volume.letter), L':', 0};
    wchar_t *root_on_host = volume_unix_path(root);
    wchar_t *devices_on_host = volume_unix_device_path(L"globalroot/Device");
    wchar_t id[WIDE_GUID_CHARS];
    wchar_t leaf[SHADOW_DEVICE_CHARS];
    const wchar_t *arguments[] = {root_on_host, id, leaf, devices_on_host, drive};
    HRESULT hr = E_OUTOFMEMORY;

    wide_guid_text(&shadow->id, id);
    format_text(leaf, ARRAYSIZE(leaf), DEVICE_LEAF L"%lu", shadow->device_number);
    if (root_on_host && devices_on_host)
        hr = unix_run(tag, script, arguments, ARRAYSIZE(arguments), cancel, exit_code);
    free(root_on_host);
    free(devices_on_host);
    return hr;
}

static HRESULT script_result(int exit_code)
{
    switch (exit_code) {
    case 0:
        return S_OK;
    case UNIX_RUN_CANCELLED:
        return E_ABORT;
    case SHADOW_COPY_NO_SPACE:
        return VSS_E_INSUFFICIENT_STORAGE;
    default:
        return VSS_E_UNEXPECTED_PROVIDER_ERROR;
    }
}

HRESULT shadow_create(struct shadow *shadow, HANDLE cancel)
{
    wchar_t tag[WIDE_GUID_CHARS];
    HRESULT hr = take_device_number(shadow);
    FILETIME now;
    int exit_code = -1;

    if (FAILED(hr))
        return hr;
    if (FAILED(process_id_self(&shadow->owner)))
        return VSS_E_UNEXPECTED_PROVIDER_ERROR;
    shadow->created = false;
    GetSystemTimeAsFileTime(&now);
    shadow->timestamp = (uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime;
    hr = shadow_record_write(shadow);
    if (FAILED(hr))
        return hr;
    wide_guid_text(&shadow->id, tag);
    hr = run_script(shadow, shadow_copy_script, tag, cancel, &exit_code);
    if (FAILED(hr))
        method_log(hr, "Copy", "the script did not start, or died");
    hr = SUCCEEDED(hr) ? script_result(exit_code) : shadow_record_failure(HRESULT_CODE(hr));
    if (SUCCEEDED(hr)) {
        shadow->created = true;
        hr = shadow_record_write(shadow);
    }
    if (FAILED(hr))
        shadow_delete(shadow);
    return hr;
}

HRESULT shadow_delete(const struct shadow *shadow)
{
    wchar_t tag[WIDE_GUID_CHARS];
    wchar_t delete_tag[WIDE_GUID_CHARS + 8];
    wchar_t copy[MAX_PATH];
    struct shadow stored;
    HRESULT hr;

    /* Only the record knows whether another session has exposed it. */
    if (SUCCEEDED(shadow_find(&shadow->id, &stored)))
        shadow_unexpose(&stored);
    wide_guid_text(&shadow->id, tag);
    unix_cancel(tag);
    /* Two processes may delete at the same time: the owner at its end, and its reaper. */
    format_text(delete_tag, ARRAYSIZE(delete_tag), L"%ls-%lu", tag, GetCurrentProcessId() % 10000);
    hr = run_script(shadow, shadow_delete_script, delete_tag, NULL, NULL);
    volume_private_path(shadow->volume.letter, tag, copy);
    if (GetFileAttributesW(copy) != INVALID_FILE_ATTRIBUTES) {
        /* With its record a later session finds it. */
        method_log(hr, "Delete", "device=%lu: not removed", shadow->device_number);
        return VSS_E_UNEXPECTED_PROVIDER_ERROR;
    }
    shadow_record_delete(shadow);
    return S_OK;
}

HRESULT shadow_update(const struct shadow *shadow)
{
    return shadow_record_write(shadow);
}

HRESULT shadow_break(const struct shadow *shadow)
{
    return shadow_record_delete(shadow) ? S_OK : VSS_E_UNEXPECTED_PROVIDER_ERROR;
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
    HRESULT hr = shadow_record_each(add_to_list, &list);

    if (list.failed)
        hr = E_OUTOFMEMORY;
    if (FAILED(hr)) {
        free(list.items);
        return hr;
    }
    *shadows = list.items;
    *count = list.count;
    return S_OK;
}

HRESULT shadow_find(const GUID *id, struct shadow *shadow)
{
    struct shadow *shadows;
    size_t count, i;
    HRESULT hr = shadow_list(&shadows, &count);

    if (FAILED(hr))
        return hr;
    for (i = 0; i < count && !(shadows[i].created && IsEqualGUID(&shadows[i].id, id));)
        i++;
    if (i < count)
        *shadow = shadows[i];
    free(shadows);
    return i < count ? S_OK : VSS_E_OBJECT_NOT_FOUND;
}

/* NULL for an empty text; *ok becomes false if memory is out. */
static wchar_t *copy_or_fail(const wchar_t *text, bool *ok)
{
    wchar_t *copy = text[0] ? wide_task_copy(text) : NULL;

    *ok = *ok && (copy || !text[0]);
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
    prop->m_ProviderId = shadow_provider_id;
    prop->m_lSnapshotAttributes = shadow->attributes | VSS_VOLSNAP_ATTR_DIFFERENTIAL;
    prop->m_tsCreationTimestamp = (VSS_TIMESTAMP)shadow->timestamp;
    prop->m_eStatus = VSS_SS_CREATED;
    if (ok)
        return S_OK;
    shadow_free_properties(prop);
    return E_OUTOFMEMORY;
}

/* Without the machine's lock: a large copy takes its time, and two processes may delete it. */
void shadow_sweep(void)
{
    struct shadow *shadows = NULL;
    size_t count = 0;
    HRESULT hr = shadow_list(&shadows, &count);
    size_t i;

    for (i = 0; SUCCEEDED(hr) && i < count; i++)
        if (!shadows[i].kept && !process_id_is_alive(&shadows[i].owner))
            shadow_delete(&shadows[i]);
    free(shadows);
}
