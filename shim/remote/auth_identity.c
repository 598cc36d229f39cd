/*
 * auth_identity.c - logs on and keeps the token.
 */
#include "auth_identity.h"

#include "common/log_file.h"
#include "host/result.h"

#include <stdbool.h>

static const struct auth_api system_api = {LogonUserW, CreateProcessAsUserW,
                                           CreateProcessWithTokenW};

static struct
{
    SRWLOCK lock; /* guards all below */
    const struct auth_api *api;
    HANDLE token; /* NULL: none set, or the logon failed */
    legacy_result error;
} identity = {.lock = SRWLOCK_INIT, .api = &system_api, .error = S_OK};

void auth_identity_replace_api(const struct auth_api *api)
{
    AcquireSRWLockExclusive(&identity.lock);
    identity.api = api ? api : &system_api;
    ReleaseSRWLockExclusive(&identity.lock);
}

const struct auth_api *auth_identity_api(void)
{
    const struct auth_api *api;

    AcquireSRWLockShared(&identity.lock);
    api = identity.api;
    ReleaseSRWLockShared(&identity.lock);
    return api;
}

/* A batch logon needs a right that backup accounts have; network-cleartext is what others may do.
 */
static legacy_result logon(const wchar_t *user, const wchar_t *domain, const wchar_t *password,
                           HANDLE *token)
{
    const struct auth_api *api = auth_identity_api();

    if (api->logon(user, domain, password, LOGON32_LOGON_BATCH, LOGON32_PROVIDER_DEFAULT, token))
        return S_OK;
    if (api->logon(user, domain, password, LOGON32_LOGON_NETWORK_CLEARTEXT,
                   LOGON32_PROVIDER_DEFAULT, token))
        return S_OK;
    return result_last_error();
}

/* Takes ownership of token. */
static void keep(HANDLE token, legacy_result error)
{
    HANDLE old;

    AcquireSRWLockExclusive(&identity.lock);
    old = identity.token;
    identity.token = token;
    identity.error = error;
    ReleaseSRWLockExclusive(&identity.lock);
    if (old)
        CloseHandle(old);
}

void auth_identity_fail(legacy_result error)
{
    keep(NULL, error);
    log_line(
        LOG_ERROR,
        L"DsSetAuthIdentity: 0x%08lx. No backup or restore is prepared until an account is set",
        (unsigned long)error);
}

legacy_result auth_identity_set(const wchar_t *user, const wchar_t *domain, const wchar_t *password)
{
    HANDLE token = NULL;
    legacy_result error = S_OK;

    if (user)
        error = logon(user, domain, password, &token);
    keep(error == S_OK ? token : NULL, error);
    if (user)
        log_line(error == S_OK ? LOG_INFO : LOG_ERROR, L"DsSetAuthIdentity %ls\\%ls: 0x%08lx",
                 domain ? domain : L"", user, (unsigned long)error);
    return S_OK;
}

legacy_result auth_identity_token(HANDLE *token)
{
    HANDLE duplicate = NULL;
    legacy_result hr;

    AcquireSRWLockShared(&identity.lock);
    hr = identity.error;
    if (hr == S_OK && identity.token &&
        !DuplicateHandle(GetCurrentProcess(), identity.token, GetCurrentProcess(), &duplicate, 0,
                         FALSE, DUPLICATE_SAME_ACCESS))
        hr = result_last_error();
    ReleaseSRWLockShared(&identity.lock);
    if (hr == S_OK)
        *token = duplicate;
    return hr;
}
