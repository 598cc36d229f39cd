/*
 * planted.c - a program or DLL in a place where it must not be found: leaves a file that says that
 * it ran, C:\planted-<its name>.txt.
 */
#include <windows.h>
#include <stdio.h>
#include <wchar.h>

static void leave_mark(HMODULE module)
{
    wchar_t path[MAX_PATH], mark[MAX_PATH];
    const wchar_t *name;

    path[0] = 0;
    GetModuleFileNameW(module, path, MAX_PATH);
    name = wcsrchr(path, L'\\');
    _snwprintf(mark, MAX_PATH, L"C:\\planted-%ls.txt", name ? name + 1 : L"");
    mark[MAX_PATH - 1] = 0;
    CloseHandle(CreateFileW(mark, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL));
}

#ifdef PLANTED_DLL
BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved);

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH)
        leave_mark(instance);
    return TRUE;
}
#else
int main(void)
{
    leave_mark(NULL);
    return 0;
}
#endif
