/*
 * registry.h - values of HKLM, 64-bit view, for reading.
 */
#ifndef NTDSDOCTOR_REGISTRY_H
#define NTDSDOCTOR_REGISTRY_H

#include <windows.h>
#include <stdbool.h>

/* NULL where the key cannot be opened; *status says why. Close it with RegCloseKey. */
HKEY registry_open(const wchar_t *path, LSTATUS *status);

/* A REG_SZ or REG_EXPAND_SZ value, expanded; NULL where it is not there. Free it with free. */
wchar_t *registry_text(HKEY key, const wchar_t *value);

bool registry_number(HKEY key, const wchar_t *value, DWORD *number);

#endif
