/*
 * dll_main.c - the DLL's entry point, which does next to nothing: everything is made at first use,
 * and at the end of the process left to the system.
 */
#include "unload.h"

#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved);

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    if (reason == DLL_PROCESS_ATTACH)
        DisableThreadLibraryCalls(instance);
    else if (reason == DLL_PROCESS_DETACH && !reserved)
        unload();
    return TRUE;
}
