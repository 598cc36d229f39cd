/*
 * slot.c - keeps the creation slot in a volatile registry key, which ends with the machine.
 */
#include "slot.h"
#include "common/format.h"
#include "common/process_id.h"
#include "embedded/base/embedded_settings.h"
#include "embedded/base/method_log.h"
#include "embedded/base/wide.h"
#include "freeze.h"
#include "machine.h"

#include <vss.h>
#include <wchar.h>

#define VALUE_NAME_CHARS    128
#define FROZEN_PREFIX       L"Frozen."
#define FROZEN_PREFIX_CHARS 7

struct slot
{
    HANDLE lock;
    HKEY key;
};

static void close_slot(struct slot *slot)
{
    if (slot->key)
        RegCloseKey(slot->key);
    machine_unlock(slot->lock);
}

/* The key, and the machine's lock. close_slot in every case. */
static LSTATUS open_slot(struct slot *slot)
{
    HKEY parent;
    LSTATUS status;

    slot->key = NULL;
    slot->lock = machine_lock();
    if (!slot->lock)
        return ERROR_LOCK_FAILED;
    /* The parent holds settings and must survive; only the slot is volatile. */
    status = RegCreateKeyExW(HKEY_LOCAL_MACHINE, SETTINGS_KEY, 0, NULL, 0, KEY_CREATE_SUB_KEY, NULL,
                             &parent, NULL);
    if (status != ERROR_SUCCESS)
        return status;
    status = RegCreateKeyExW(parent, L"Slot", 0, NULL, REG_OPTION_VOLATILE, KEY_READ | KEY_WRITE,
                             NULL, &slot->key, NULL);
    RegCloseKey(parent);
    return status;
}

static LSTATUS get_value(HKEY slot, const wchar_t *name, DWORD flags, void *data, DWORD bytes)
{
    return RegGetValueW(slot, NULL, name, flags, NULL, data, &bytes);
}

/* The set that has the slot, and its process. False: none. */
static bool read_slot(HKEY slot, GUID *set_id, struct process_id *owner)
{
    wchar_t text[WIDE_GUID_CHARS];

    return get_value(slot, L"Set", RRF_RT_REG_SZ, text, sizeof(text)) == ERROR_SUCCESS &&
           wide_guid_parse(text, set_id) &&
           get_value(slot, L"OwnerPid", RRF_RT_REG_DWORD, &owner->process,
                     sizeof(owner->process)) == ERROR_SUCCESS &&
           get_value(slot, L"OwnerCreated", RRF_RT_REG_QWORD, &owner->start,
                     sizeof(owner->start)) == ERROR_SUCCESS;
}

static bool slot_is_of(HKEY slot, const GUID *set_id)
{
    struct process_id owner;
    GUID found;

    return read_slot(slot, &found, &owner) && IsEqualGUID(&found, set_id);
}

/* Each value "Frozen.<base>" notes a frozen writer: thaws it, or only forgets it. */
static void end_noted(HKEY slot, bool thaw)
{
    wchar_t name[VALUE_NAME_CHARS];
    DWORD chars = ARRAYSIZE(name);
    DWORD index = 0;

    while (RegEnumValueW(slot, index, name, &chars, NULL, NULL, NULL, NULL) == ERROR_SUCCESS) {
        if (wcsncmp(name, FROZEN_PREFIX, FROZEN_PREFIX_CHARS) == 0) {
            if (thaw)
                freeze_signal_thaw(name + FROZEN_PREFIX_CHARS);
            RegDeleteValueW(slot, name);
        } else {
            index++;
        }
        chars = ARRAYSIZE(name);
    }
}

static void clear_slot(HKEY slot, bool thaw)
{
    end_noted(slot, thaw);
    RegDeleteValueW(slot, L"Set");
    RegDeleteValueW(slot, L"OwnerPid");
    RegDeleteValueW(slot, L"OwnerCreated");
}

static HRESULT write_slot(HKEY slot, const GUID *set_id)
{
    struct process_id owner;
    wchar_t text[WIDE_GUID_CHARS];
    HRESULT hr = process_id_self(&owner);
    LSTATUS status;

    if (FAILED(hr))
        return method_log(VSS_E_UNEXPECTED, "StartSnapshotSet", "slot: self=0x%08lx",
                          (unsigned long)hr);
    wide_guid_text(set_id, text);
    status = RegSetValueExW(slot, L"OwnerPid", 0, REG_DWORD, (const BYTE *)&owner.process,
                            sizeof(owner.process));
    if (status == ERROR_SUCCESS)
        status = RegSetValueExW(slot, L"OwnerCreated", 0, REG_QWORD, (const BYTE *)&owner.start,
                                sizeof(owner.start));
    if (status == ERROR_SUCCESS)
        status = RegSetValueExW(slot, L"Set", 0, REG_SZ, (const BYTE *)text, sizeof(text));
    if (status == ERROR_SUCCESS)
        return S_OK;
    return method_log(VSS_E_UNEXPECTED, "StartSnapshotSet", "slot: value error=%ld", status);
}

HRESULT slot_take(const GUID *set_id)
{
    struct process_id owner;
    struct slot slot;
    GUID holder;
    LSTATUS status = open_slot(&slot);
    bool taken = status == ERROR_SUCCESS && read_slot(slot.key, &holder, &owner);
    HRESULT hr;

    if (status != ERROR_SUCCESS) {
        hr = method_log(VSS_E_UNEXPECTED, "StartSnapshotSet", "slot: key error=%ld", status);
    } else if (taken && process_id_is_alive(&owner)) {
        hr = VSS_E_SNAPSHOT_SET_IN_PROGRESS;
    } else {
        if (taken)
            clear_slot(slot.key, true);
        hr = write_slot(slot.key, set_id);
    }
    close_slot(&slot);
    return hr;
}

void slot_note_frozen(const GUID *set_id, const wchar_t *freeze_base, bool frozen)
{
    static const DWORD value = 1;
    wchar_t name[VALUE_NAME_CHARS];
    struct slot slot;

    if (open_slot(&slot) == ERROR_SUCCESS && slot_is_of(slot.key, set_id) &&
        format_text(name, ARRAYSIZE(name), FROZEN_PREFIX L"%ls", freeze_base)) {
        if (frozen)
            RegSetValueExW(slot.key, name, 0, REG_DWORD, (const BYTE *)&value, sizeof(value));
        else
            RegDeleteValueW(slot.key, name);
    }
    close_slot(&slot);
}

void slot_free(const GUID *set_id, bool thaw)
{
    struct slot slot;

    if (open_slot(&slot) == ERROR_SUCCESS && slot_is_of(slot.key, set_id))
        clear_slot(slot.key, thaw);
    close_slot(&slot);
}
