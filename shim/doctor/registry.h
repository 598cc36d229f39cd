/*
 * registry.h - reads values of HKLM, 64-bit view.
 */
#ifndef NTDSDOCTOR_REGISTRY_H
#define NTDSDOCTOR_REGISTRY_H

#include <windows.h>
#include <stdbool.h>

/* NULL: the key cannot be opened, *status says why. Close it with RegCloseKey. */
HKEY registry_open(const wchar_t *path, LSTATUS *status);

/* A REG_SZ or REG_EXPAND_SZ value, expanded; NULL: it does not exist. The caller frees it. */
wchar_t *registry_text(HKEY key, const wchar_t *value);

/* False: there is no such REG_DWORD or REG_QWORD. */
bool registry_number(HKEY key, const wchar_t *value, DWORD *number);

#endif
