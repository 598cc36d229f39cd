/*
 * interlock_mutex.c - the mutex around every change of the interlock.
 */
#include "interlock_mutex.h"
#include "common/report.h"
#include "common/system_library.h"

#include <sddl.h>

#define LOCK_WAIT_MS 30000u /* or settings->wait_ms where that is less */

/* Nobody but the system and administrators may hold up a restore. */
#define ADMINISTRATORS_ONLY L"D:P(A;;GA;;;SY)(A;;GA;;;BA)"
#define NAMESPACE           L"ntdsbcli"

/* Of Vista on, and not of Wine. */
struct namespace_api
{
    HANDLE(WINAPI *create_boundary)(LPCWSTR, ULONG);
    BOOL(WINAPI *add_sid)(HANDLE *, PSID);
    void(WINAPI *delete_boundary)(HANDLE);
    HANDLE(WINAPI *create)(LPSECURITY_ATTRIBUTES, LPVOID, LPCWSTR);
    HANDLE(WINAPI *open)(LPVOID, LPCWSTR);
};

static bool load_namespace_api(struct namespace_api *api)
{
    const struct system_function functions[] = {
        {"CreateBoundaryDescriptorW", &api->create_boundary},
        {"AddSIDToBoundaryDescriptor", &api->add_sid},
        {"DeleteBoundaryDescriptor", &api->delete_boundary},
        {"CreatePrivateNamespaceW", &api->create},
        {"OpenPrivateNamespaceW", &api->open},
    };

    return system_library_find(GetModuleHandleW(L"kernel32.dll"), functions, ARRAYSIZE(functions));
}

/* NULL: GetLastError says why, and nothing at all where the function is Wine's and does nothing. */
static HANDLE enter_namespace(const struct namespace_api *api, SECURITY_ATTRIBUTES *attributes)
{
    BYTE administrators[SECURITY_MAX_SID_SIZE];
    DWORD sid_bytes = sizeof(administrators);
    HANDLE entered = NULL;
    HANDLE boundary;
    DWORD error;

    SetLastError(ERROR_SUCCESS);
    boundary = api->create_boundary(NAMESPACE, 0);

    if (!boundary)
        return NULL;
    if (CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, administrators, &sid_bytes) &&
        api->add_sid(&boundary, administrators)) {
        entered = api->create(attributes, boundary, NAMESPACE);
        if (!entered && GetLastError() == ERROR_ALREADY_EXISTS)
            entered = api->open(boundary, NAMESPACE);
    }
    error = GetLastError();
    api->delete_boundary(boundary);
    SetLastError(error);
    return entered;
}

/*
 * In a name space that takes an administrator to make or enter, a program without rights can
 * neither make the mutex first nor open it. Once entered it is never left, as the last handle's end
 * would end the name space, and the next one would be another with another mutex. Where the system
 * has none (Wine) the mutex has a global name, which anybody may make first: that can hold up a
 * restore, and no more. Where it has them and this one cannot be entered there is no mutex: under
 * another name it would keep nobody out.
 *
 * Not run on Windows.
 */
static HANDLE create_mutex(SECURITY_ATTRIBUTES *attributes)
{
    static HANDLE present;
    struct namespace_api api;

    if (!present && load_namespace_api(&api)) {
        HANDLE entered = enter_namespace(&api, attributes);

        if (entered)
            InterlockedCompareExchangePointer(&present, entered, NULL);
        else if (GetLastError() != ERROR_SUCCESS && GetLastError() != ERROR_CALL_NOT_IMPLEMENTED)
            return NULL;
    }
    if (present)
        return CreateMutexW(attributes, FALSE, NAMESPACE L"\\restore");
    return CreateMutexW(attributes, FALSE, L"Global\\ntdsbcli-restore");
}

static HRESULT open_mutex(HANDLE *mutex)
{
    SECURITY_ATTRIBUTES attributes = {.nLength = sizeof(attributes)};
    HANDLE opened;
    DWORD error;

    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(
            ADMINISTRATORS_ONLY, SDDL_REVISION_1, &attributes.lpSecurityDescriptor, NULL))
        return HRESULT_FROM_WIN32(GetLastError() ? GetLastError() : ERROR_GEN_FAILURE);
    opened = create_mutex(&attributes);
    error = GetLastError();
    LocalFree(attributes.lpSecurityDescriptor);
    if (!opened)
        return HRESULT_FROM_WIN32(error ? error : ERROR_GEN_FAILURE);
    *mutex = opened;
    return S_OK;
}

HRESULT interlock_lock(const struct ntdsvss_settings *settings, HANDLE *mutex)
{
    static const wchar_t operation[] = L"Waiting for the mutex of restores";
    DWORD limit_ms = settings->wait_ms < LOCK_WAIT_MS ? settings->wait_ms : LOCK_WAIT_MS;
    HANDLE opened = NULL;
    HRESULT hr;

    call_begin(settings, operation);
    hr = open_mutex(&opened);
    if (SUCCEEDED(hr)) {
        switch (WaitForSingleObject(opened, limit_ms)) {
        case WAIT_OBJECT_0:
        case WAIT_ABANDONED: /* a half-made interlock is one without an owner */
            *mutex = opened;
            opened = NULL;
            break;
        case WAIT_TIMEOUT:
            hr = HRESULT_FROM_WIN32(ERROR_TIMEOUT);
            break;
        default:
            hr = HRESULT_FROM_WIN32(GetLastError() ? GetLastError() : ERROR_GEN_FAILURE);
            break;
        }
    }
    if (opened)
        CloseHandle(opened);
    return call_end(settings, operation, NULL, hr);
}

void interlock_unlock(HANDLE mutex)
{
    if (!mutex)
        return;
    ReleaseMutex(mutex);
    CloseHandle(mutex);
}
