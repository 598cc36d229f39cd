/*
 * com_security.c - sets a requestor process's COM security.
 *
 * Writers call back into the requestor, so it is a COM server. Identify is enough, as no remote
 * share is backed up (MS docs: "Security considerations for requestors").
 */
#include <ntdsvss.h>

#include <objbase.h>
#include <objidl.h>

static HRESULT let_crashes_crash(void)
{
    IGlobalOptions *options;
    HRESULT hr = CoCreateInstance(&CLSID_GlobalOptions, NULL, CLSCTX_INPROC_SERVER,
                                  &IID_IGlobalOptions, (void **)&options);

    if (FAILED(hr))
        return hr;
    hr = options->lpVtbl->Set(options, COMGLB_EXCEPTION_HANDLING, COMGLB_EXCEPTION_DONOT_HANDLE);
    options->lpVtbl->Release(options);
    return hr;
}

HRESULT ntdsvss_com_security(void)
{
    HRESULT hr = CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
                                      RPC_C_IMP_LEVEL_IDENTIFY, NULL, EOAC_NONE, NULL);

    if (FAILED(hr) && hr != RPC_E_TOO_LATE)
        return hr;
    /* A refinement only: without it COM turns a crash in a call-back into an error code. */
    let_crashes_crash();
    return S_OK;
}
