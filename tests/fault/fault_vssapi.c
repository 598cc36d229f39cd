/*
 * fault_vssapi.c - a vssapi.dll that is none: loads or not, exports little or nothing. One program
 * for each, see CMakeLists.txt. Whatever is called in it is wrong to be called.
 */
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved);
HRESULT WINAPI CreateVssBackupComponentsInternal(void **components);
void WINAPI VssFreeSnapshotPropertiesInternal(void *properties);

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    (void)instance;
    (void)reserved;
#ifdef FAULT_VSSAPI_REFUSES
    return reason != DLL_PROCESS_ATTACH;
#else
    (void)reason;
    return TRUE;
#endif
}

#ifdef FAULT_VSSAPI_CREATES
__declspec(dllexport) HRESULT WINAPI CreateVssBackupComponentsInternal(void **components)
{
    *components = NULL;
    return S_OK;
}
#endif

#ifdef FAULT_VSSAPI_FREES
__declspec(dllexport) void WINAPI VssFreeSnapshotPropertiesInternal(void *properties)
{
    (void)properties;
    TerminateProcess(GetCurrentProcess(), 99);
}
#endif
