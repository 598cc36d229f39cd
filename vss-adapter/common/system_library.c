/*
 * system_library.c - loads from the system folder: a name alone could be planted beside a program.
 */
#include "system_library.h"

#include "format.h"

#include <string.h>

/* The full path finds the library; what it imports comes from beside it, as with the flag below. */
static HMODULE load_by_path(const wchar_t *name)
{
    wchar_t folder[MAX_PATH];
    wchar_t path[MAX_PATH];
    UINT length = GetSystemDirectoryW(folder, MAX_PATH);

    if (!length || length >= MAX_PATH || !format_text(path, MAX_PATH, L"%ls\\%ls", folder, name)) {
        SetLastError(ERROR_BAD_PATHNAME);
        return NULL;
    }
    return LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
}

HMODULE system_library_load(const wchar_t *name)
{
    HMODULE module = LoadLibraryExW(name, NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);

    /* Windows Server 2008 and 2008 R2 do not know the flag before the update KB2533623. */
    if (!module && GetLastError() == ERROR_INVALID_PARAMETER)
        module = load_by_path(name);
    return module;
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
