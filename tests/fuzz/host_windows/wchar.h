/*
 * wchar.h - the C library's functions are for its own, wider characters; these are for ours.
 */
#ifndef NTDSBCLI_FUZZ_WCHAR_H
#define NTDSBCLI_FUZZ_WCHAR_H

#include_next <wchar.h>

#include <stdarg.h>
#include <stdint.h>

#define wcslen  host_wcslen
#define wcsnlen host_wcsnlen
#define wcscpy  host_wcscpy
#define wcsncpy host_wcsncpy
#define wcsrchr host_wcsrchr
#define wcschr  host_wcschr
#define wcscspn host_wcscspn
#define wcspbrk host_wcspbrk
#define wcsncmp host_wcsncmp
#define wmemcpy host_wmemcpy
#define _wcsdup host_wcsdup
#define wcsspn  host_wcsspn
#define wcscmp  host_wcscmp

#define wcstoul     host_wcstoul
#define wcstoull    host_wcstoull
#define _wcstoui64  host_wcstoull
#define _wcsicmp    host_wcsicmp
#define _wcsnicmp   host_wcsnicmp
#define _vsnwprintf host_vsnwprintf
#define _vscwprintf host_vscwprintf

size_t host_wcslen(const wchar_t *text);
size_t host_wcsnlen(const wchar_t *text, size_t most);
wchar_t *host_wcscpy(wchar_t *to, const wchar_t *from);
wchar_t *host_wcsncpy(wchar_t *to, const wchar_t *from, size_t count);
wchar_t *host_wcsrchr(const wchar_t *text, wchar_t wanted);
wchar_t *host_wcschr(const wchar_t *text, wchar_t wanted);
size_t host_wcscspn(const wchar_t *text, const wchar_t *stops);
wchar_t *host_wcspbrk(const wchar_t *text, const wchar_t *wanted);
int host_wcsncmp(const wchar_t *left, const wchar_t *right, size_t count);
wchar_t *host_wmemcpy(wchar_t *to, const wchar_t *from, size_t count);
wchar_t *host_wcsdup(const wchar_t *text);
size_t host_wcsspn(const wchar_t *text, const wchar_t *wanted);
int host_wcscmp(const wchar_t *left, const wchar_t *right);
int host_wcsicmp(const wchar_t *left, const wchar_t *right);
int host_wcsnicmp(const wchar_t *left, const wchar_t *right, size_t count);

/* host_format.c. A long has 32 bits, as everywhere in Windows. */
uint32_t host_wcstoul(const wchar_t *text, wchar_t **end, int base);
uint64_t host_wcstoull(const wchar_t *text, wchar_t **end, int base);
int host_vsnwprintf(wchar_t *text, size_t chars, const wchar_t *format, va_list arguments);
int host_vscwprintf(const wchar_t *format, va_list arguments);

#endif
