/*
 * system_library.h - libraries of the system, from its folder and no other, and their functions.
 */
#ifndef NTDSBCLI_SYSTEM_LIBRARY_H
#define NTDSBCLI_SYSTEM_LIBRARY_H

#include <windows.h>
#include <stdbool.h>
#include <stddef.h>

/* A function that is looked for, and the pointer to a function that receives it. */
struct system_function
{
    const char *name;
    void *pointer;
};

/* From the system folder. NULL: GetLastError says why. FreeLibrary gives it back. */
HMODULE system_library_load(const wchar_t *name);

/* All functions, each into its pointer, which is NULL if it is missing. False: one is. */
bool system_library_find(HMODULE module, const struct system_function *functions, size_t count);

/* One function of a library that every process has; pointer receives NULL if it is missing. */
bool system_library_function(const wchar_t *library, const char *name, void *pointer);

#endif
