/*
 * load_by_name.c - loads a DLL as nothing with rights should: by its name alone.
 *
 * The program is the proof that what is planted would be found: the exit code is 0 where it was
 * loaded. The DLL stands for one of the system that names another so.
 */
#include <windows.h>

#ifdef LOAD_BY_NAME_DLL
BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved);

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    (void)instance;
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH)
        LoadLibraryW(L"es.dll");
    return TRUE;
}
#else
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    return argc == 2 && LoadLibraryW(argv[1]) ? 0 : 1;
}
#endif
