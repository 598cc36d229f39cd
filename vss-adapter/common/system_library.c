/*
 * system_library.c - loads from the system folder: a name alone could be planted beside a program.
 */
#include "system_library.h"

#include <string.h>

HMODULE system_library_load(const wchar_t *name)
{
    return LoadLibraryExW(name, NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
}

bool system_library_find(HMODULE module, const struct system_function *functions, size_t count)
{
    bool all = true;
    size_t i;

    for (i = 0; i < count; i++) {
        FARPROC found = GetProcAddress(module, functions[i].name);

        memcpy(functions[i].pointer, &found, sizeof(found));
        all = all && found;
    }
    return all;
}

bool system_library_function(const wchar_t *library, const char *name, void *pointer)
{
    const struct system_function function = {name, pointer};

    return system_library_find(GetModuleHandleW(library), &function, 1);
}
