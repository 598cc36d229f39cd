/*
 * saved_value.h - a registry value as it was, to be put back.
 */
#ifndef NTDSVSS_SAVED_VALUE_H
#define NTDSVSS_SAVED_VALUE_H

#include <windows.h>
#include <stdbool.h>

/* Zero-initialise; saved_value_fini in every state. */
struct saved_value
{
    bool saved; /* the members below are valid */
    bool existed;
    DWORD type;
    DWORD byte_count;
    BYTE *data;
};

/* Keeps what the value is now, also that there is none. S_OK, E_OUTOFMEMORY or a Win32 failure. */
HRESULT saved_value_keep(struct saved_value *value, HKEY key, const wchar_t *name);

/* Makes the value what it was. S_OK, also where nothing had been kept, or a Win32 failure. */
HRESULT saved_value_put_back(const struct saved_value *value, HKEY key, const wchar_t *name);

void saved_value_fini(struct saved_value *value);

#endif
