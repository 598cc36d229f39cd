/*
 * freeze.c - opens, sets and awaits the freeze events.
 *
 * Must not know writers or shadows.
 */
#include "freeze.h"
#include "common/format.h"

#include <stdbool.h>
#include <string.h>
#include <vss.h>

#define EVENT_NAME_CHARS 160

static HANDLE open_event(const wchar_t *base, const wchar_t *suffix)
{
    wchar_t name[EVENT_NAME_CHARS];

    if (!format_text(name, ARRAYSIZE(name), L"Global\\%ls.%ls", base, suffix))
        return NULL;
    return OpenEventW(EVENT_MODIFY_STATE | SYNCHRONIZE, FALSE, name);
}

static void close_all(struct freeze *freeze)
{
    if (freeze->freeze)
        CloseHandle(freeze->freeze);
    if (freeze->frozen)
        CloseHandle(freeze->frozen);
    if (freeze->thaw)
        CloseHandle(freeze->thaw);
    memset(freeze, 0, sizeof(*freeze));
}

HRESULT freeze_begin(struct freeze *freeze, const wchar_t *base, DWORD timeout_ms, HANDLE cancel)
{
    HANDLE handles[] = {NULL, cancel};
    DWORD wait;

    freeze->freeze = open_event(base, L"Freeze");
    freeze->frozen = open_event(base, L"Frozen");
    freeze->thaw = open_event(base, L"Thaw");
    if (!freeze->freeze || !freeze->frozen || !freeze->thaw) {
        close_all(freeze);
        return S_FALSE;
    }
    ResetEvent(freeze->frozen);
    ResetEvent(freeze->thaw);
    SetEvent(freeze->freeze);
    handles[0] = freeze->frozen;
    wait = WaitForMultipleObjects(cancel ? 2 : 1, handles, FALSE, timeout_ms);
    if (wait == WAIT_OBJECT_0)
        return S_OK;
    /* Take the request back; if the program has just seen it, the thaw lets it go on. */
    ResetEvent(freeze->freeze);
    SetEvent(freeze->thaw);
    close_all(freeze);
    return wait == WAIT_OBJECT_0 + 1 ? E_ABORT : VSS_E_WRITERERROR_TIMEOUT;
}

HRESULT freeze_end(struct freeze *freeze)
{
    bool still_frozen;

    if (!freeze->thaw)
        return S_OK;
    still_frozen = WaitForSingleObject(freeze->frozen, 0) == WAIT_OBJECT_0;
    SetEvent(freeze->thaw);
    close_all(freeze);
    return still_frozen ? S_OK : VSS_E_WRITERERROR_TIMEOUT;
}

void freeze_signal_thaw(const wchar_t *base)
{
    HANDLE thaw = open_event(base, L"Thaw");

    if (!thaw)
        return;
    SetEvent(thaw);
    CloseHandle(thaw);
}
