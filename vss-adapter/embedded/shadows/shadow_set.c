/*
 * shadow_set.c - copies the volumes of a set side by side.
 */
#include "embedded/base/method_log.h"
#include "shadow.h"

struct copy
{
    struct shadow *shadow;
    HANDLE stop; /* one volume failed, or the set was cancelled: no other is needed */
    HANDLE thread;
    HRESULT hr;
};

static DWORD WINAPI copy_volume(void *context)
{
    struct copy *copy = context;
    ULONGLONG begin_ms = GetTickCount64();

    copy->hr = shadow_create(copy->shadow, copy->stop);
    if (FAILED(copy->hr))
        SetEvent(copy->stop);
    method_log(copy->hr, "Copy", "volume=%lc: device=%lu ms=%lu", copy->shadow->volume.letter,
               copy->shadow->device_number, (unsigned long)(GetTickCount64() - begin_ms));
    return 0;
}

static void start(struct copy *copy)
{
    copy->thread = CreateThread(NULL, 0, copy_volume, copy, 0, NULL);
    if (copy->thread)
        return;
    copy->hr = E_OUTOFMEMORY;
    SetEvent(copy->stop);
}

/* True: cancel was signalled meanwhile. */
static bool wait_for(const struct copy *copy, HANDLE cancel)
{
    HANDLE handles[] = {copy->thread, cancel};
    bool cancelled;

    if (!copy->thread)
        return false;
    cancelled =
        WaitForMultipleObjects(cancel ? 2 : 1, handles, FALSE, INFINITE) == WAIT_OBJECT_0 + 1;
    if (cancelled)
        SetEvent(copy->stop);
    WaitForSingleObject(copy->thread, INFINITE);
    CloseHandle(copy->thread);
    return cancelled;
}

HRESULT shadow_create_set(struct shadow *shadows, size_t count, HANDLE cancel)
{
    struct copy copies[SHADOW_SET_MAX] = {0};
    HANDLE stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    HRESULT hr = S_OK;
    size_t i;

    if (!stop)
        return E_OUTOFMEMORY;
    for (i = 0; i < count; i++) {
        copies[i] = (struct copy){.shadow = &shadows[i], .stop = stop};
        start(&copies[i]);
    }
    for (i = 0; i < count; i++) {
        if (wait_for(&copies[i], cancel))
            cancel = NULL;
        /* A volume that was stopped because another one failed is not the cause. */
        if (FAILED(copies[i].hr) && (SUCCEEDED(hr) || hr == E_ABORT))
            hr = copies[i].hr;
    }
    CloseHandle(stop);
    return hr;
}
