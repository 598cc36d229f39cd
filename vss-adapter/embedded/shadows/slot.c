/*
 * The creation slot: a volatile registry key, which ends with the machine.
 *
 * Must not know: COM objects, how shadows are made.
 */
#include "slot.h"
#include "embedded/base/embedded_settings.h"
#include "embedded/base/method_log.h"
#include "embedded/base/wide.h"
#include "freeze.h"
#include "machine.h"

#include <stdio.h>
#include <vss.h>
#include <wchar.h>

#define BASE_CHARS          128
#define FROZEN_PREFIX       L"Frozen."
#define FROZEN_PREFIX_CHARS 7

/* NULL when it cannot be had. Call with the machine lock held. */
static HKEY open_slot(void)
{
    HKEY parent = NULL;
    HKEY slot = NULL;

    /* The parent holds settings and must survive; only the slot is volatile. */
    if (RegCreateKeyExW(HKEY_LOCAL_MACHINE, SETTINGS_KEY, 0, NULL, 0, KEY_CREATE_SUB_KEY, NULL,
                        &parent, NULL) != ERROR_SUCCESS)
        return NULL;
    if (RegCreateKeyExW(parent, L"Slot", 0, NULL, REG_OPTION_VOLATILE, KEY_READ | KEY_WRITE, NULL,
                        &slot, NULL) != ERROR_SUCCESS)
        slot = NULL;
    RegCloseKey(parent);
    return slot;
}

/* Whose it is. False: nobody's. */
static bool read_slot(HKEY slot, GUID *set_id, struct machine_owner *owner)
{
    wchar_t text[WIDE_GUID_CHARS];
    DWORD bytes = sizeof(text);

    if (RegGetValueW(slot, NULL, L"Set", RRF_RT_REG_SZ, NULL, text, &bytes) != ERROR_SUCCESS ||
        !wide_guid_parse(text, set_id))
        return false;
    bytes = sizeof(owner->pid);
    if (RegGetValueW(slot, NULL, L"OwnerPid", RRF_RT_REG_DWORD, NULL, &owner->pid, &bytes) !=
        ERROR_SUCCESS)
        return false;
    bytes = sizeof(owner->created);
    return RegGetValueW(slot, NULL, L"OwnerCreated", RRF_RT_REG_QWORD, NULL, &owner->created,
                        &bytes) == ERROR_SUCCESS;
}

static bool slot_is_of(HKEY slot, const GUID *set_id)
{
    GUID found;
    struct machine_owner owner;

    return read_slot(slot, &found, &owner) && IsEqualGUID(&found, set_id);
}

/* The values "Frozen.<base>" are noted writers: lets them go on, or just forgets them. */
static void end_noted(HKEY slot, bool thaw)
{
    wchar_t name[BASE_CHARS];
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
    struct machine_owner owner = machine_owner_self();
    wchar_t text[WIDE_GUID_CHARS];
    LSTATUS status;

    wide_guid_text(set_id, text);
    status = RegSetValueExW(slot, L"OwnerPid", 0, REG_DWORD, (const BYTE *)&owner.pid,
                            sizeof(owner.pid));
    if (status == ERROR_SUCCESS)
        status = RegSetValueExW(slot, L"OwnerCreated", 0, REG_QWORD, (const BYTE *)&owner.created,
                                sizeof(owner.created));
    if (status == ERROR_SUCCESS)
        status = RegSetValueExW(slot, L"Set", 0, REG_SZ, (const BYTE *)text, sizeof(text));
    if (status == ERROR_SUCCESS)
        return S_OK;
    return method_log(VSS_E_UNEXPECTED, "StartSnapshotSet", "slot: value error=%ld", status);
}

HRESULT slot_take(const GUID *set_id)
{
    HRESULT hr = VSS_E_UNEXPECTED;
    HKEY slot = NULL;
    GUID holder;
    struct machine_owner owner;
    HANDLE lock = machine_lock();

    if (!lock)
        return method_log(hr, "StartSnapshotSet", "slot: lock error=%lu", GetLastError());
    slot = open_slot();
    if (!slot) {
        method_log(hr, "StartSnapshotSet", "slot: key error=%lu", GetLastError());
        goto out;
    }
    if (read_slot(slot, &holder, &owner)) {
        if (machine_owner_alive(&owner)) {
            hr = VSS_E_SNAPSHOT_SET_IN_PROGRESS;
            goto out;
        }
        clear_slot(slot, true);
    }
    hr = write_slot(slot, set_id);
out:
    if (slot)
        RegCloseKey(slot);
    machine_unlock(lock);
    return hr;
}

void slot_note_frozen(const GUID *set_id, const wchar_t *freeze_base, bool frozen)
{
    wchar_t name[BASE_CHARS];
    DWORD value = 1;
    HANDLE lock = machine_lock();
    HKEY slot = lock ? open_slot() : NULL;

    _snwprintf(name, ARRAYSIZE(name), FROZEN_PREFIX L"%ls", freeze_base);
    name[ARRAYSIZE(name) - 1] = 0;
    if (slot) {
        if (slot_is_of(slot, set_id) && frozen)
            RegSetValueExW(slot, name, 0, REG_DWORD, (const BYTE *)&value, sizeof(value));
        else if (slot_is_of(slot, set_id))
            RegDeleteValueW(slot, name);
        RegCloseKey(slot);
    }
    machine_unlock(lock);
}

void slot_free(const GUID *set_id, bool thaw)
{
    HANDLE lock = machine_lock();
    HKEY slot = lock ? open_slot() : NULL;

    if (slot) {
        if (slot_is_of(slot, set_id)) {
            clear_slot(slot, thaw);
        }
        RegCloseKey(slot);
    }
    machine_unlock(lock);
}
