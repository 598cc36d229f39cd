/*
 * dll_instance.c - finds the module by an address in it, so that nothing has to be kept by DllMain.
 */
#include "dll_instance.h"

HINSTANCE dll_instance(void)
{
    HMODULE module = NULL;

    GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS |
                           GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                       (const wchar_t *)(void *)dll_instance, &module);
    return module;
}
