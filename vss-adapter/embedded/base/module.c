/*
 * Entry point of vssapi.dll and the life of the module.
 *
 * Refuses to load outside Wine: a made-up VSS must not get onto a real server.
 */
#include "module.h"
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
    HMODULE ntdll;

    (void)reserved;
    if (reason != DLL_PROCESS_ATTACH)
        return TRUE;
    ntdll = GetModuleHandleW(L"ntdll.dll");
    if (!ntdll || !GetProcAddress(ntdll, "wine_get_version"))
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
    HANDLE thread;

    if (!start) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    start->run = run;
    start->argument = argument;
    if (!GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (LPCWSTR)(void *)thread_main,
                            &start->reference)) {
        free(start);
        return NULL;
    }
    thread = CreateThread(NULL, 0, thread_main, start, 0, NULL);
    if (!thread) {
        DWORD error = GetLastError();

        FreeLibrary(start->reference);
        free(start);
        SetLastError(error);
    }
    return thread;
}
