/* Privileges of this process. It must not know what they are for. */
#include "privilege.h"

#include <windows.h>

void privilege_enable(const wchar_t *name)
{
    TOKEN_PRIVILEGES privileges = {.PrivilegeCount = 1};
    HANDLE token = NULL;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token))
        return;
    privileges.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    if (LookupPrivilegeValueW(NULL, name, &privileges.Privileges[0].Luid))
        (void)AdjustTokenPrivileges(token, FALSE, &privileges, 0, NULL, NULL);
    CloseHandle(token);
}
