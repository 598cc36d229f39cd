/*
 * Freeze and thaw by named events.
 *
 * Must not know: which writer, what is copied meanwhile.
 */
#include "freeze.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include <vss.h>

#define EVENT_NAME_CHARS 160

static HANDLE open_event(const WCHAR *base, const WCHAR *suffix)
{
    WCHAR name[EVENT_NAME_CHARS];
    _snwprintf(name, ARRAYSIZE(name), L"Global\\%ls.%ls", base, suffix);
    name[ARRAYSIZE(name) - 1] = L'\0';
    return OpenEventW(EVENT_MODIFY_STATE | SYNCHRONIZE, FALSE, name);
}

static void close_all(struct freeze *freeze)
{
    if (freeze->freeze != NULL)
        CloseHandle(freeze->freeze);
    if (freeze->frozen != NULL)
        CloseHandle(freeze->frozen);
    if (freeze->thaw != NULL)
        CloseHandle(freeze->thaw);
    memset(freeze, 0, sizeof(*freeze));
}

HRESULT freeze_begin(struct freeze *freeze, const WCHAR *base, DWORD timeout_ms, HANDLE cancel)
{
    memset(freeze, 0, sizeof(*freeze));
    freeze->freeze = open_event(base, L"Freeze");
    freeze->frozen = open_event(base, L"Frozen");
    freeze->thaw = open_event(base, L"Thaw");
    if (freeze->freeze == NULL || freeze->frozen == NULL || freeze->thaw == NULL) {
        close_all(freeze);
        return S_FALSE;
    }
    ResetEvent(freeze->frozen);
    ResetEvent(freeze->thaw);
    SetEvent(freeze->freeze);
    HANDLE handles[] = {freeze->frozen, cancel};
    DWORD wait = WaitForMultipleObjects(cancel != NULL ? 2 : 1, handles, FALSE, timeout_ms);
    if (wait == WAIT_OBJECT_0)
        return S_OK;
    /* It may stop later: take the request back, and let it go on if it has just seen it. */
    ResetEvent(freeze->freeze);
    SetEvent(freeze->thaw);
    close_all(freeze);
    return wait == WAIT_OBJECT_0 + 1 ? E_ABORT : VSS_E_WRITERERROR_TIMEOUT;
}

HRESULT freeze_end(struct freeze *freeze)
{
    if (freeze->thaw == NULL)
        return S_OK;
    BOOL still_frozen = WaitForSingleObject(freeze->frozen, 0) == WAIT_OBJECT_0;
    SetEvent(freeze->thaw);
    close_all(freeze);
    return still_frozen ? S_OK : VSS_E_WRITERERROR_TIMEOUT;
}

void freeze_signal_thaw(const WCHAR *base)
{
    HANDLE thaw = open_event(base, L"Thaw");
    if (thaw == NULL)
        return;
    SetEvent(thaw);
    CloseHandle(thaw);
}
