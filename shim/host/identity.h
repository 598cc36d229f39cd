/*
 * identity.h - whose identity a call works under: the process's, never a thread's token.
 */
#ifndef NTDSBCLI_IDENTITY_H
#define NTDSBCLI_IDENTITY_H

#include "result.h"

#include <windows.h>
#include <stdbool.h>

/*
 * Sets the thread's impersonation token aside. Give *token, NULL where there was none, to
 * identity_leave on the same thread. Else a Win32 code, with a line in the log: the thread still
 * impersonates, and nothing may be done for the caller.
 */
legacy_result identity_enter(HANDLE *token);
void identity_leave(HANDLE token);

/*
 * Does the token (NULL: the process's own) hold the privilege, enabled or not? What could not be
 * found out is not held: GetLastError then says why, and is 0 where the answer is no.
 */
bool identity_holds_privilege(HANDLE token, const wchar_t *privilege);

/* Is the token (NULL: the process's own) an administrator's, and not only by name (as before an
 * elevation)? What could not be found out as above. */
bool identity_is_administrator(HANDLE token);

/* The longest SID has 15 sub-authorities. */
#define IDENTITY_SID_CHARS 192u

/* The process's own account, as text. False: GetLastError says why. */
bool identity_own_sid(wchar_t sid[IDENTITY_SID_CHARS]);

#endif
