/*
 * operator_start.c - logs on and starts.
 */
#include "operator_start.h"

static BOOL create_batch(const struct operator_start *start, wchar_t *line, STARTUPINFOW *startup,
                         PROCESS_INFORMATION *created)
{
    const struct account_api *api = start->account->api;
    HANDLE token;
    DWORD error;
    BOOL done;

    if (!api->logon(LOCAL_ACCOUNT_NAME, L".", start->account->password, LOGON32_LOGON_BATCH,
                    LOGON32_PROVIDER_DEFAULT, &token))
        return FALSE;
    done = api->create_with_token(token, 0, NULL, line, CREATE_SUSPENDED, NULL, start->folder,
                                  startup, created);
    error = GetLastError();
    CloseHandle(token);
    SetLastError(error);
    return done;
}

BOOL operator_create(void *context, wchar_t *line, STARTUPINFOW *startup,
                     PROCESS_INFORMATION *created)
{
    const struct operator_start *start = context;

    /* It gets a console of its own, whatever is asked for. */
    startup->dwFlags |= STARTF_USESHOWWINDOW;
    startup->wShowWindow = SW_HIDE;
    if (start->logon == OPERATOR_BATCH)
        return create_batch(start, line, startup, created);
    return start->account->api->create_with_logon(
        LOCAL_ACCOUNT_NAME, L".", start->account->password, 0, NULL, line, CREATE_SUSPENDED, NULL,
        start->folder, startup, created);
}
