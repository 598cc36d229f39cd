/*
 * auth_identity.h - the identity that DsSetAuthIdentity names: a logon, process-wide.
 */
#ifndef NTDSBCLI_AUTH_IDENTITY_H
#define NTDSBCLI_AUTH_IDENTITY_H

#include "host/result.h"

#include <windows.h>

/*
 * What is asked of the system; replaced by tests only, as no account can be logged on where they
 * run (Wine's LogonUser accepts everybody). NULL puts the system's own functions back.
 */
struct auth_api
{
    BOOL(WINAPI *logon)
    (LPCWSTR user, LPCWSTR domain, LPCWSTR password, DWORD type, DWORD provider, HANDLE *token);
    BOOL(WINAPI *create_as_user)
    (HANDLE token, LPCWSTR path, LPWSTR command_line, SECURITY_ATTRIBUTES *process,
     SECURITY_ATTRIBUTES *thread, BOOL inherit, DWORD flags, void *environment, LPCWSTR folder,
     STARTUPINFOW *startup, PROCESS_INFORMATION *created);
    BOOL(WINAPI *create_with_token)
    (HANDLE token, DWORD logon_flags, LPCWSTR path, LPWSTR command_line, DWORD flags,
     void *environment, LPCWSTR folder, STARTUPINFOW *startup, PROCESS_INFORMATION *created);
};

void auth_identity_replace_api(const struct auth_api *api);
const struct auth_api *auth_identity_api(void);

/*
 * Logs the user on, and keeps the token or the error until the next call; the password is not kept.
 * user NULL: the process's own identity again. S_OK, also where the logon failed: that surfaces
 * when the identity is used (Microsoft Learn, DsSetAuthIdentity, has no error for it).
 */
legacy_result auth_identity_set(const wchar_t *user, const wchar_t *domain,
                                const wchar_t *password);

/* The account could not even be tried: as if its logon had failed with this error. */
void auth_identity_fail(legacy_result error);

/*
 * *token: NULL where none is set, else a duplicate to close with CloseHandle. The logon's Win32
 * error where it failed: nothing may be done under another identity then.
 */
legacy_result auth_identity_token(HANDLE *token);

#endif
