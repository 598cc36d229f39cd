/*
 * host_windows.c - what the fuzzed modules ask Windows for, done on the host.
 *
 * Must not know the targets. Handles are small numbers that nothing stands behind.
 */
#include "windows.h"

#include <stdbool.h>
#include <stdlib.h>

/* --- characters --------------------------------------------------------------------------- */

size_t host_wcsnlen(const wchar_t *text, size_t most)
{
    size_t count = 0;

    while (count < most && text[count])
        count++;
    return count;
}

size_t host_wcslen(const wchar_t *text)
{
    return host_wcsnlen(text, SIZE_MAX);
}

wchar_t *host_wmemcpy(wchar_t *to, const wchar_t *from, size_t count)
{
    return memcpy(to, from, count * sizeof(*to));
}

wchar_t *host_wcscpy(wchar_t *to, const wchar_t *from)
{
    return host_wmemcpy(to, from, host_wcslen(from) + 1);
}

wchar_t *host_wcsncpy(wchar_t *to, const wchar_t *from, size_t count)
{
    size_t used = host_wcsnlen(from, count);

    host_wmemcpy(to, from, used);
    memset(to + used, 0, (count - used) * sizeof(*to));
    return to;
}

wchar_t *host_wcsrchr(const wchar_t *text, wchar_t wanted)
{
    size_t at = host_wcslen(text) + 1;

    while (at-- > 0) {
        if (text[at] == wanted)
            return (wchar_t *)text + at;
    }
    return NULL;
}

wchar_t *host_wcsdup(const wchar_t *text)
{
    size_t byte_count = (host_wcslen(text) + 1) * sizeof(*text);
    wchar_t *copy = malloc(byte_count);

    return copy ? memcpy(copy, text, byte_count) : NULL;
}

static wchar_t upper(wchar_t unit)
{
    bool letter = (unit >= L'a' && unit <= L'z') || (unit >= 0xE0 && unit <= 0xFE && unit != 0xF7);

    return letter ? (wchar_t)(unit - 0x20) : unit;
}

int CompareStringOrdinal(const wchar_t *left, int left_chars, const wchar_t *right, int right_chars,
                         BOOL ignore_case)
{
    size_t left_count = left_chars < 0 ? host_wcslen(left) : (size_t)left_chars;
    size_t right_count = right_chars < 0 ? host_wcslen(right) : (size_t)right_chars;
    size_t i;

    for (i = 0; i < left_count && i < right_count; i++) {
        wchar_t a = ignore_case ? upper(left[i]) : left[i];
        wchar_t b = ignore_case ? upper(right[i]) : right[i];

        if (a != b)
            return a < b ? CSTR_EQUAL - 1 : CSTR_EQUAL + 1;
    }
    if (left_count == right_count)
        return CSTR_EQUAL;
    return left_count < right_count ? CSTR_EQUAL - 1 : CSTR_EQUAL + 1;
}

UINT GetACP(void)
{
    return 1252;
}

int WideCharToMultiByte(UINT code_page, DWORD flags, const wchar_t *wide, int wide_chars, char *out,
                        int out_bytes, const char *substitute, BOOL *replaced)
{
    size_t count = wide_chars < 0 ? host_wcslen(wide) + 1 : (size_t)wide_chars;
    size_t i;

    (void)code_page;
    (void)flags;
    (void)substitute;
    if (out_bytes < 0 || count > (size_t)out_bytes)
        return 0;
    for (i = 0; i < count; i++) {
        out[i] = wide[i] < 0x100 ? (char)wide[i] : '?';
        if (wide[i] >= 0x100 && replaced)
            *replaced = TRUE;
    }
    return (int)count;
}

int MultiByteToWideChar(UINT code_page, DWORD flags, const char *text, int byte_count, wchar_t *out,
                        int out_chars)
{
    size_t count = byte_count < 0 ? strlen(text) + 1 : (size_t)byte_count;
    size_t i;

    (void)code_page;
    (void)flags;
    if (!out_chars)
        return (int)count;
    if (count > (size_t)out_chars)
        return 0;
    for (i = 0; i < count; i++)
        out[i] = (unsigned char)text[i];
    return (int)count;
}

/* --- objects ------------------------------------------------------------------------------ */

void AcquireSRWLockExclusive(SRWLOCK *lock)
{
    (void)lock;
}

void ReleaseSRWLockExclusive(SRWLOCK *lock)
{
    (void)lock;
}

HANDLE CreateEventW(void *attributes, BOOL manual, BOOL set, const wchar_t *name)
{
    (void)attributes;
    (void)manual;
    (void)set;
    (void)name;
    return (HANDLE)(uintptr_t)4;
}

BOOL CloseHandle(HANDLE handle)
{
    (void)handle;
    return TRUE;
}

HANDLE GetCurrentProcess(void)
{
    return (HANDLE)(uintptr_t)8;
}

DWORD GetCurrentProcessId(void)
{
    return 1;
}

DWORD GetProcessId(HANDLE process)
{
    (void)process;
    return 2;
}

DWORD GetFileType(HANDLE file)
{
    return (uintptr_t)file % 8 ? FILE_TYPE_DISK : 0;
}

BOOL GetExitCodeProcess(HANDLE process, DWORD *code)
{
    (void)process;
    *code = STILL_ACTIVE;
    return TRUE;
}

DWORD WaitForSingleObject(HANDLE handle, DWORD limit_ms)
{
    (void)handle;
    (void)limit_ms;
    return WAIT_OBJECT_0;
}

BOOL DuplicateHandle(HANDLE from, HANDLE handle, HANDLE to, HANDLE *made, DWORD access,
                     BOOL inheritable, DWORD options)
{
    (void)from;
    (void)to;
    (void)access;
    (void)inheritable;
    (void)options;
    *made = handle;
    return handle != NULL;
}

ULONGLONG GetTickCount64(void)
{
    return 1000;
}
