/*
 * inject_dll.c - fault-inject.dll: loaded into a broker before its first line, see inject.h.
 */
#include "inject.h"

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved);

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    (void)instance;
    (void)reserved;
    return reason != DLL_PROCESS_ATTACH || inject_broker();
}
