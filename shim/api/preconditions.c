/*
 * preconditions.c - what the exported functions check before a session is asked.
 */
#include "preconditions.h"

#include "ansi.h"
#include "common/log_file.h"
#include "host/directory.h"
#include "host/identity.h"
#include "remote/auth_identity.h"

#include <ntdsbcli.h>

legacy_result preconditions_server_from_ansi(const char *server, wchar_t **wide)
{
    legacy_result hr = ansi_to_wide(server, wide);

    return hr == ERROR_NO_UNICODE_TRANSLATION ? hrCouldNotConnect : hr;
}

static legacy_result check_privilege(HANDLE token, const wchar_t *privilege,
                                     const wchar_t *who_else)
{
    legacy_result hr = ERROR_ACCESS_DENIED;

    if (identity_holds_privilege(token, privilege))
        return S_OK;
    if (GetLastError()) {
        hr = (legacy_result)GetLastError();
        log_line(LOG_ERROR, L"Cannot determine whether %ls is held: Win32 error %ld", privilege,
                 hr);
    } else {
        log_line(LOG_ERROR, L"%ls is not held: run elevated, as an administrator or %ls", privilege,
                 who_else);
    }
    return hr;
}

static legacy_result check_administrator(HANDLE token)
{
    legacy_result hr = ERROR_ACCESS_DENIED;

    if (identity_is_administrator(token))
        return S_OK;
    if (GetLastError()) {
        hr = (legacy_result)GetLastError();
        log_line(LOG_ERROR,
                 L"Cannot determine whether the account is an administrator: Win32 error %ld", hr);
    } else {
        log_line(LOG_ERROR, L"The account is not an elevated administrator");
    }
    return hr;
}

legacy_result preconditions_identity(const wchar_t *privilege, bool must_be_administrator)
{
    HANDLE token = NULL;
    legacy_result hr = auth_identity_token(&token);

    if (hr == S_OK)
        hr = check_privilege(token, privilege,
                             must_be_administrator ? L"with an account that has it"
                                                   : L"Backup Operator");
    if (hr == S_OK && must_be_administrator)
        hr = check_administrator(token);
    if (token)
        CloseHandle(token);
    return hr;
}

legacy_result preconditions_directory(enum ntdsvss_state wanted)
{
    static const wchar_t *const states[] = {
        [NTDSVSS_STATE_ABSENT] = L"This computer is not a domain controller",
        [NTDSVSS_STATE_ONLINE] = L"The directory service is running",
        [NTDSVSS_STATE_OFFLINE] = L"The directory service is stopped, or in restore mode",
        [NTDSVSS_STATE_BETWEEN] = L"The directory service is starting, stopping or paused",
    };
    enum ntdsvss_state state;
    legacy_result hr = directory_query_state(&state);

    if (hr != S_OK && wanted == NTDSVSS_STATE_ONLINE) {
        log_line(LOG_WARNING,
                 L"Windows does not say whether the directory service runs: 0x%08lx. Its writer "
                 L"will show it",
                 (unsigned long)hr);
        return S_OK;
    }
    if (hr != S_OK) {
        log_line(
            LOG_ERROR,
            L"Windows does not say whether the directory service is stopped: 0x%08lx. Only one "
            L"that is known to be stopped is restored. Run the program with an account that "
            L"may query services, for instance an elevated administrator",
            (unsigned long)hr);
        return hr;
    }
    if (state == wanted)
        return S_OK;
    log_line(LOG_ERROR, L"%ls: a %ls", states[state],
             wanted == NTDSVSS_STATE_ONLINE ? L"backup needs it running"
                                            : L"restore needs it stopped, in Directory Services "
                                              L"Restore Mode or by 'net stop ntds'");
    return hrCouldNotConnect;
}

legacy_result preconditions_clear_list(void **list, LPDWORD list_bytes)
{
    if (list)
        *list = NULL;
    if (list_bytes)
        *list_bytes = 0;
    return list && list_bytes ? S_OK : ERROR_INVALID_PARAMETER;
}
