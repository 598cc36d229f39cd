/*
 * vss_wait.c - Wait and QueryStatus until the operation is no longer pending.
 *
 * Wait returns S_OK on its own time-out too, and PENDING and CANCELLED are success codes: only
 * QueryStatus, compared with FINISHED, tells (MS docs: IVssAsync).
 */
#include "vss_wait.h"
#include "common/report.h"

#include <vswriter.h>
#include <vsserror.h>

#define POLL_MS            100u
#define CANCEL_WAIT_MAX_MS 30000u /* twice the wait's own limit where that is less */

/* S_OK once FINISHED, VSS_S_ASYNC_PENDING, or the operation's failure. */
static HRESULT poll(IVssAsync *async)
{
    HRESULT status = VSS_S_ASYNC_PENDING;
    HRESULT waited = IVssAsync_Wait(async, POLL_MS);
    HRESULT hr = IVssAsync_QueryStatus(async, &status, NULL);

    if (FAILED(hr))
        return hr;
    if (status == VSS_S_ASYNC_FINISHED)
        return S_OK;
    if (status == VSS_S_ASYNC_CANCELLED)
        return HRESULT_FROM_WIN32(ERROR_CANCELLED);
    if (status != VSS_S_ASYNC_PENDING)
        return FAILED(status) ? status : E_UNEXPECTED;
    return FAILED(waited) ? waited : VSS_S_ASYNC_PENDING;
}

static void stop_operation(const struct ntdsvss_settings *settings, const wchar_t *operation,
                           IVssAsync *async)
{
    ULONGLONG limit_ms = 2 * (ULONGLONG)settings->wait_ms;
    ULONGLONG deadline;
    HRESULT hr;

    if (limit_ms > CANCEL_WAIT_MAX_MS)
        limit_ms = CANCEL_WAIT_MAX_MS;
    deadline = GetTickCount64() + limit_ms;
    hr = IVssAsync_Cancel(async);
    if (FAILED(hr))
        call_end(settings, L"IVssAsync::Cancel", operation, hr);
    while (poll(async) == VSS_S_ASYNC_PENDING) {
        if (GetTickCount64() >= deadline) {
            report_line(settings, NTDSVSS_LEVEL_WARNING,
                        L"%ls did not stop within %llu s after it was cancelled", operation,
                        limit_ms / 1000);
            return;
        }
    }
}

HRESULT vss_wait(const struct ntdsvss_settings *settings, const wchar_t *operation, HRESULT started,
                 IVssAsync **async)
{
    ULONGLONG deadline = GetTickCount64() + settings->wait_ms;
    HRESULT hr = started;

    if (SUCCEEDED(hr) && !*async)
        hr = E_UNEXPECTED;
    if (FAILED(hr))
        goto out;
    do {
        hr = poll(*async);
        if (hr != VSS_S_ASYNC_PENDING)
            goto out;
        if (is_cancelled(settings))
            hr = HRESULT_FROM_WIN32(ERROR_CANCELLED);
        else if (GetTickCount64() >= deadline)
            hr = HRESULT_FROM_WIN32(ERROR_TIMEOUT);
    } while (hr == VSS_S_ASYNC_PENDING);
    stop_operation(settings, operation, *async);
out:
    if (*async)
        IVssAsync_Release(*async);
    return call_end(settings, operation, NULL, hr);
}
