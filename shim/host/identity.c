/*
 * identity.c - thread tokens, privileges, groups.
 *
 * Microsoft Learn (DsSetAuthIdentity): the functions work under the security context of the
 * calling process where none was set.
 */
#include "identity.h"

#include "common/log_file.h"

#include <sddl.h>
#include <stdlib.h>
#include <wchar.h>

legacy_result identity_enter(HANDLE *token)
{
    legacy_result hr;

    *token = NULL;
    if (OpenThreadToken(GetCurrentThread(), TOKEN_IMPERSONATE, TRUE, token) && RevertToSelf())
        return S_OK;
    if (!*token && GetLastError() == ERROR_NO_TOKEN)
        return S_OK;
    hr = result_last_error();
    if (*token)
        CloseHandle(*token);
    *token = NULL;
    log_line(LOG_ERROR,
             L"The calling thread impersonates an account, and that cannot be set aside: Win32 "
             L"error %ld. Nothing is done under that account. Call from a thread that does not "
             L"impersonate",
             hr);
    return hr;
}

void identity_leave(HANDLE token)
{
    DWORD kept_error = GetLastError();

    if (token) {
        if (!SetThreadToken(NULL, token))
            log_line(LOG_ERROR,
                     L"The calling thread's impersonation could not be put back: Win32 error %lu. "
                     L"It goes on under the account of the process",
                     GetLastError());
        CloseHandle(token);
    }
    SetLastError(kept_error);
}

static TOKEN_PRIVILEGES *read_privileges(HANDLE token)
{
    TOKEN_PRIVILEGES *privileges = NULL;
    DWORD byte_count = 0;

    GetTokenInformation(token, TokenPrivileges, NULL, 0, &byte_count);
    if (byte_count) {
        privileges = malloc(byte_count);
        if (!privileges)
            SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    }
    if (privileges &&
        !GetTokenInformation(token, TokenPrivileges, privileges, byte_count, &byte_count)) {
        free(privileges);
        privileges = NULL;
    }
    return privileges;
}

static bool holds(const TOKEN_PRIVILEGES *privileges, const wchar_t *privilege)
{
    LUID wanted;
    DWORD i;

    if (!LookupPrivilegeValueW(NULL, privilege, &wanted)) {
        if (GetLastError() == ERROR_NO_SUCH_PRIVILEGE)
            SetLastError(ERROR_SUCCESS);
        return false;
    }
    SetLastError(ERROR_SUCCESS);
    for (i = 0; i < privileges->PrivilegeCount; i++) {
        const LUID_AND_ATTRIBUTES *one = &privileges->Privileges[i];

        if (one->Luid.LowPart == wanted.LowPart && one->Luid.HighPart == wanted.HighPart)
            return !(one->Attributes & SE_PRIVILEGE_REMOVED);
    }
    return false;
}

bool identity_holds_privilege(HANDLE token, const wchar_t *privilege)
{
    HANDLE own = NULL;
    TOKEN_PRIVILEGES *privileges;
    DWORD error;
    bool held;

    if (!token && !OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &own))
        return false;
    privileges = read_privileges(token ? token : own);
    held = privileges && holds(privileges, privilege);
    error = GetLastError();
    free(privileges);
    if (own)
        CloseHandle(own);
    SetLastError(error);
    return held;
}

bool identity_is_administrator(HANDLE token)
{
    BYTE group[SECURITY_MAX_SID_SIZE];
    DWORD group_bytes = sizeof(group);
    HANDLE copy = NULL;
    BOOL member = FALSE;
    DWORD error = ERROR_SUCCESS;

    if (!CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, group, &group_bytes))
        return false;
    /* CheckTokenMembership wants an impersonation token. */
    if (token && !DuplicateToken(token, SecurityIdentification, &copy))
        return false;
    if (!CheckTokenMembership(copy, group, &member)) {
        error = GetLastError();
        member = FALSE;
    }
    if (copy)
        CloseHandle(copy);
    SetLastError(error);
    return member;
}

bool identity_own_sid(wchar_t sid[IDENTITY_SID_CHARS])
{
    union
    {
        TOKEN_USER user;
        BYTE bytes[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } read;
    DWORD byte_count;
    HANDLE token;
    wchar_t *text = NULL;
    bool done;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return false;
    done = GetTokenInformation(token, TokenUser, &read, sizeof(read), &byte_count) &&
           ConvertSidToStringSidW(read.user.User.Sid, &text);
    CloseHandle(token);
    if (done)
        wcscpy(sid, text);
    LocalFree(text);
    return done;
}
