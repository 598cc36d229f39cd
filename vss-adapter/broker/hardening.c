/*
 * hardening.c - the search order of DLLs, the variables of the system's folders, privileges.
 *
 * A user's own environment is inherited by programs that the user runs elevated.
 */
#include "hardening.h"

#include "common/system_library.h"

typedef BOOL(WINAPI *set_directories_function)(DWORD);

/* Before Windows 8 it is there with an update only (Microsoft Learn, SetDefaultDllDirectories). */
static void load_from_system_only(void)
{
    set_directories_function set_directories;

    if (!system_library_function(L"kernel32.dll", "SetDefaultDllDirectories", &set_directories) ||
        !set_directories(LOAD_LIBRARY_SEARCH_SYSTEM32))
        SetDllDirectoryW(L"");
}

void hardening_trust_system_only(void)
{
    wchar_t windows[MAX_PATH];
    UINT length = GetSystemWindowsDirectoryW(windows, MAX_PATH);

    load_from_system_only();
    if (!length || length >= MAX_PATH || windows[1] != L':')
        return;
    SetEnvironmentVariableW(L"SystemRoot", windows);
    SetEnvironmentVariableW(L"windir", windows);
    windows[2] = 0;
    SetEnvironmentVariableW(L"SystemDrive", windows);
}

void hardening_enable_privilege(const wchar_t *name)
{
    TOKEN_PRIVILEGES privileges = {.PrivilegeCount = 1};
    HANDLE token;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token))
        return;
    privileges.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    if (LookupPrivilegeValueW(NULL, name, &privileges.Privileges[0].Luid))
        AdjustTokenPrivileges(token, FALSE, &privileges, 0, NULL, NULL);
    CloseHandle(token);
}
