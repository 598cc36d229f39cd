/*
 * filtered_token.c - restricts this process's own token.
 */
#include "filtered_token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

HANDLE filtered_token(void)
{
    BYTE group[SECURITY_MAX_SID_SIZE];
    SID_AND_ATTRIBUTES denied = {.Sid = group};
    DWORD group_bytes = sizeof(group);
    HANDLE own = NULL, filtered = NULL;

    assert_true(CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, group, &group_bytes));
    assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &own));
    assert_true(CreateRestrictedToken(own, 0, 1, &denied, 0, NULL, 0, NULL, &filtered));
    CloseHandle(own);
    return filtered;
}
