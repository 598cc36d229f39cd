/*
 * The events of freeze and thaw. Knows nothing about what is frozen.
 */
#include "freeze_events.h"

#include "service_report.h"

#include <stdio.h>

static HRESULT create_event(const wchar_t *base_name, const wchar_t *what, BOOL manual,
                            HANDLE *event)
{
    wchar_t name[128];

    _snwprintf(name, ARRAYSIZE(name), L"Global\\%ls.%ls", base_name, what);
    name[ARRAYSIZE(name) - 1] = L'\0';
    *event = CreateEventW(NULL, manual, FALSE, name);
    return *event != NULL ? S_OK : report_last_error("create event", name);
}

HRESULT freeze_init(struct freeze *freeze, const wchar_t *base_name)
{
    HRESULT hr;

    *freeze = (struct freeze){0};
    hr = create_event(base_name, L"Freeze", FALSE, &freeze->asked);
    if (SUCCEEDED(hr))
        hr = create_event(base_name, L"Frozen", TRUE, &freeze->frozen);
    if (SUCCEEDED(hr))
        hr = create_event(base_name, L"Thaw", FALSE, &freeze->thaw);
    if (FAILED(hr))
        freeze_fini(freeze);
    return hr;
}

void freeze_fini(struct freeze *freeze)
{
    HANDLE *events[] = {&freeze->thaw, &freeze->frozen, &freeze->asked};

    for (size_t i = 0; i < ARRAYSIZE(events); i++) {
        if (*events[i] != NULL)
            CloseHandle(*events[i]);
        *events[i] = NULL;
    }
}

HRESULT freeze_hold(struct freeze *freeze, HANDLE stop)
{
    HANDLE ends[] = {freeze->thaw, stop};

    if (!SetEvent(freeze->frozen))
        return report_last_error("signal", L"Frozen");
    DWORD ended = WaitForMultipleObjects(ARRAYSIZE(ends), ends, FALSE, FREEZE_LIMIT_MS);
    HRESULT hr = S_OK;
    if (ended == WAIT_FAILED)
        hr = report_last_error("wait for", L"Thaw");
    else if (ended == WAIT_TIMEOUT)
        report("thawed itself after", L"the limit", HRESULT_FROM_WIN32(WAIT_TIMEOUT));
    ResetEvent(freeze->frozen);
    return hr;
}
