/*
 * module.c - entry point of vssapi.dll, and the life of the module.
 *
 * Refuses to load outside Wine: an emulated VSS must not get onto a real server.
 */
#include "module.h"
#include "common/system_library.h"
#include "wine_mounts.h"

#include <stdlib.h>

static HINSTANCE instance;

HINSTANCE module_instance(void)
{
    return instance;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *reserved);

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *reserved)
{
    FARPROC wine_version;

    (void)reserved;
    if (reason != DLL_PROCESS_ATTACH)
        return TRUE;
    if (!system_library_function(L"ntdll.dll", "wine_get_version", &wine_version))
        return FALSE;
    instance = module;
    DisableThreadLibraryCalls(module);
    wine_mounts_repair();
    return TRUE;
}

struct thread_start
{
    HMODULE reference;
    DWORD (*run)(void *);
    void *argument;
};

static DWORD WINAPI thread_main(void *context)
{
    struct thread_start start = *(struct thread_start *)context;
    DWORD code;

    free(context);
    code = start.run(start.argument);
    FreeLibraryAndExitThread(start.reference, code);
}

HANDLE module_start_thread(DWORD (*run)(void *), void *argument)
{
    struct thread_start *start = malloc(sizeof(*start));
    HANDLE thread = NULL;
    DWORD error;

    if (!start) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    *start = (struct thread_start){.run = run, .argument = argument};
    if (GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (LPCWSTR)(void *)thread_main,
                           &start->reference))
        thread = CreateThread(NULL, 0, thread_main, start, 0, NULL);
    if (thread)
        return thread;
    error = GetLastError();
    if (start->reference)
        FreeLibrary(start->reference);
    free(start);
    SetLastError(error);
    return NULL;
}
