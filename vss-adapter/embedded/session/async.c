/*
 * IVssAsync.
 *
 * Must not know: what the operation does.
 */
#include "async.h"
#include "embedded/base/method_log.h"
#include "embedded/base/module.h"

#include <stdbool.h>
#include <stdlib.h>

struct async
{
    IVssAsync IVssAsync_iface;
    LONG refs; /* the caller's, and one of the worker while it runs */
    async_operation operation;
    async_completion complete;
    void *context;
    HANDLE cancel;
    HANDLE done;
    HRESULT result; /* valid when `done` is signalled: FINISHED, CANCELLED or an error */
    LONG waited;    /* Wait was called: see QueryStatus */
    LONG asked;     /* QueryStatus was called */
};

static struct async *impl_from_IVssAsync(IVssAsync *iface)
{
    return CONTAINING_RECORD(iface, struct async, IVssAsync_iface);
}

static HRESULT STDMETHODCALLTYPE async_QueryInterface(IVssAsync *iface, REFIID iid, void **object)
{
    if (!object)
        return E_POINTER;
    if (IsEqualIID(iid, &IID_IUnknown) || IsEqualIID(iid, &IID_IVssAsync)) {
        *object = iface;
        IVssAsync_AddRef(iface);
        return S_OK;
    }
    *object = NULL;
    return E_NOINTERFACE;
}

static ULONG STDMETHODCALLTYPE async_AddRef(IVssAsync *iface)
{
    return (ULONG)InterlockedIncrement(&impl_from_IVssAsync(iface)->refs);
}

static void async_destroy(struct async *self)
{
    if (self->cancel)
        CloseHandle(self->cancel);
    if (self->done)
        CloseHandle(self->done);
    free(self);
}

static ULONG STDMETHODCALLTYPE async_Release(IVssAsync *iface)
{
    struct async *self = impl_from_IVssAsync(iface);
    LONG refs = InterlockedDecrement(&self->refs);

    if (refs == 0)
        async_destroy(self);
    return (ULONG)refs;
}

static HRESULT STDMETHODCALLTYPE async_Cancel(IVssAsync *iface)
{
    struct async *self = impl_from_IVssAsync(iface);
    HRESULT hr = S_OK;

    if (WaitForSingleObject(self->done, 0) == WAIT_OBJECT_0)
        hr = self->result == VSS_S_ASYNC_CANCELLED ? VSS_S_ASYNC_CANCELLED : VSS_S_ASYNC_FINISHED;
    else
        SetEvent(self->cancel);
    return method_log(hr, "IVssAsync::Cancel", "");
}

/* S_OK also when the time was up (MS docs): only QueryStatus tells. */
static HRESULT STDMETHODCALLTYPE async_Wait(IVssAsync *iface, DWORD milliseconds)
{
    struct async *self = impl_from_IVssAsync(iface);
    DWORD wait;

    InterlockedExchange(&self->waited, 1);
    wait = WaitForSingleObject(self->done, milliseconds);
    return wait == WAIT_FAILED ? VSS_E_UNEXPECTED : S_OK;
}

static HRESULT STDMETHODCALLTYPE async_QueryStatus(IVssAsync *iface, HRESULT *result, INT *reserved)
{
    struct async *self = impl_from_IVssAsync(iface);
    bool first;

    if (reserved)
        *reserved = 0;
    if (!result)
        return E_INVALIDARG;
    /* On Windows nothing is ready the moment it was started. A caller that does not wait must see
     * that here too, however fast the operation was. */
    first = InterlockedExchange(&self->asked, 1) == 0;
    if ((first && self->waited == 0) || WaitForSingleObject(self->done, 0) != WAIT_OBJECT_0)
        *result = VSS_S_ASYNC_PENDING;
    else
        *result = self->result;
    return S_OK;
}

static const IVssAsyncVtbl async_vtbl = {
    .QueryInterface = async_QueryInterface,
    .AddRef = async_AddRef,
    .Release = async_Release,
    .Cancel = async_Cancel,
    .Wait = async_Wait,
    .QueryStatus = async_QueryStatus,
};

static DWORD async_worker(void *argument)
{
    struct async *self = argument;
    HRESULT com = CoInitializeEx(NULL, COINIT_MULTITHREADED);
    HRESULT hr = self->operation(self->context, self->cancel);

    if (hr == E_ABORT)
        self->result = VSS_S_ASYNC_CANCELLED;
    else
        self->result = SUCCEEDED(hr) ? VSS_S_ASYNC_FINISHED : hr;
    self->complete(self->context, hr);
    SetEvent(self->done);
    async_Release(&self->IVssAsync_iface);
    if (SUCCEEDED(com))
        CoUninitialize();
    return 0;
}

HRESULT async_start(async_operation operation, async_completion complete, void *context,
                    IVssAsync **async)
{
    struct async *self = calloc(1, sizeof(*self));
    HANDLE thread;

    if (!self)
        return E_OUTOFMEMORY;
    self->IVssAsync_iface.lpVtbl = &async_vtbl;
    self->refs = 2;
    self->operation = operation;
    self->complete = complete;
    self->context = context;
    self->cancel = CreateEventW(NULL, TRUE, FALSE, NULL);
    self->done = CreateEventW(NULL, TRUE, FALSE, NULL);
    thread = NULL;
    if (self->cancel && self->done)
        thread = module_start_thread(async_worker, self);
    if (!thread) {
        async_destroy(self);
        return E_OUTOFMEMORY;
    }
    CloseHandle(thread);
    *async = &self->IVssAsync_iface;
    return S_OK;
}
