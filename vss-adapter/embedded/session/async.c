/*
 * async.c - runs an operation and tells its state.
 */
#include "async.h"
#include "embedded/base/method_log.h"
#include "embedded/base/module.h"
#include "embedded/base/unknown.h"

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
    HRESULT result; /* valid once done is signalled: FINISHED, CANCELLED or an error */
    LONG waited;    /* Wait was called: see QueryStatus */
    LONG asked;     /* QueryStatus was called */
};

static struct async *impl_from_IVssAsync(IVssAsync *iface)
{
    return CONTAINING_RECORD(iface, struct async, IVssAsync_iface);
}

static void async_destroy(void *object)
{
    struct async *self = object;

    if (self->cancel)
        CloseHandle(self->cancel);
    if (self->done)
        CloseHandle(self->done);
    free(self);
}

static const IID *const async_iids[] = {&IID_IVssAsync, NULL};

UNKNOWN_METHODS(IVssAsync, async, async_iids, async_destroy)

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

/* S_OK also after the timeout (MS docs): only QueryStatus tells the difference. */
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
    /*
     * On Windows no operation has finished in the moment it was started. A caller that does not
     * wait must see that here too.
     */
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
    self->complete(self->context);
    SetEvent(self->done);
    async_Release(&self->IVssAsync_iface);
    if (SUCCEEDED(com))
        CoUninitialize();
    return 0;
}

HRESULT async_start(async_operation operation, async_completion complete, void *context,
                    IVssAsync **async)
{
    struct async *self = unknown_create(sizeof(*self), &async_vtbl);
    HANDLE thread = NULL;

    if (!self)
        return E_OUTOFMEMORY;
    self->operation = operation;
    self->complete = complete;
    self->context = context;
    self->cancel = CreateEventW(NULL, TRUE, FALSE, NULL);
    self->done = CreateEventW(NULL, TRUE, FALSE, NULL);
    self->refs++; /* the worker's */
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
