/*
 * surroundings.c - the search order of DLLs, and the variables of the system's folders.
 *
 * A user's own environment is inherited by programs that the user runs elevated. Must not know
 * sessions.
 */
#include "surroundings.h"

#include <windows.h>

typedef BOOL(WINAPI *set_directories_function)(DWORD);

/* Before Windows 8 it is there with an update only (Microsoft Learn, SetDefaultDllDirectories). */
static void load_from_system_only(void)
{
    set_directories_function set_directories =
        (set_directories_function)(void (*)(void))GetProcAddress(GetModuleHandleW(L"kernel32.dll"),
                                                                 "SetDefaultDllDirectories");

    if (!set_directories || !set_directories(LOAD_LIBRARY_SEARCH_SYSTEM32))
        SetDllDirectoryW(L"");
}

void surroundings_trust_system_only(void)
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
