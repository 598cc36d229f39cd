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

wchar_t *host_wcschr(const wchar_t *text, wchar_t wanted)
{
    while (*text && *text != wanted)
        text++;
    return *text == wanted ? (wchar_t *)text : NULL;
}

size_t host_wcscspn(const wchar_t *text, const wchar_t *stops)
{
    size_t count = 0;

    while (text[count] && !host_wcschr(stops, text[count]))
        count++;
    return count;
}

wchar_t *host_wcspbrk(const wchar_t *text, const wchar_t *wanted)
{
    text += host_wcscspn(text, wanted);
    return *text ? (wchar_t *)text : NULL;
}

int host_wcsncmp(const wchar_t *left, const wchar_t *right, size_t count)
{
    size_t i = 0;

    while (i < count && left[i] && left[i] == right[i])
        i++;
    return i == count ? 0 : left[i] - right[i];
}

int host_wcscmp(const wchar_t *left, const wchar_t *right)
{
    return host_wcsncmp(left, right, SIZE_MAX);
}

size_t host_wcsspn(const wchar_t *text, const wchar_t *wanted)
{
    size_t count = 0;

    while (text[count] && host_wcschr(wanted, text[count]))
        count++;
    return count;
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

int host_wcsnicmp(const wchar_t *left, const wchar_t *right, size_t count)
{
    size_t i = 0;

    while (i < count && left[i] && upper(left[i]) == upper(right[i]))
        i++;
    return i == count ? 0 : upper(left[i]) - upper(right[i]);
}

int host_wcsicmp(const wchar_t *left, const wchar_t *right)
{
    return host_wcsnicmp(left, right, SIZE_MAX);
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

/* The code point at *at, which moves behind it; U+FFFD for half of a pair. */
static uint32_t take_point(const wchar_t *wide, size_t count, size_t *at)
{
    uint32_t unit = wide[(*at)++];
    uint32_t low = *at < count ? wide[*at] : 0;

    if (unit < 0xD800 || unit > 0xDFFF)
        return unit;
    if (unit > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
        return 0xFFFD;
    ++*at;
    return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
}

/* The bytes that it takes; out may be NULL. */
static size_t put_point(uint32_t point, char *out)
{
    size_t more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static const uint8_t heads[] = {0, 0xC0, 0xE0, 0xF0};
    size_t i;

    if (!out)
        return more + 1;
    out[0] = (char)(heads[more] | point >> 6 * more);
    for (i = 1; i <= more; i++)
        out[i] = (char)(0x80 | (point >> 6 * (more - i) & 0x3F));
    return more + 1;
}

static int to_utf8(const wchar_t *wide, size_t count, char *out, size_t out_bytes)
{
    size_t at = 0, used = 0, needed;
    uint32_t point;

    while (at < count) {
        point = take_point(wide, count, &at);
        needed = put_point(point, NULL);
        if (out_bytes && used + needed > out_bytes)
            return 0;
        put_point(point, out_bytes ? out + used : NULL);
        used += needed;
    }
    return (int)used;
}

int WideCharToMultiByte(UINT code_page, DWORD flags, const wchar_t *wide, int wide_chars, char *out,
                        int out_bytes, const char *substitute, BOOL *replaced)
{
    size_t count = wide_chars < 0 ? host_wcslen(wide) + 1 : (size_t)wide_chars;
    size_t i;

    (void)flags;
    (void)substitute;
    if (code_page == CP_UTF8)
        return to_utf8(wide, count, out, (size_t)out_bytes);
    if (out_bytes < 0 || count > (size_t)out_bytes)
        return 0;
    for (i = 0; i < count; i++) {
        out[i] = wide[i] < 0x100 ? (char)wide[i] : '?';
        if (wide[i] >= 0x100 && replaced)
            *replaced = TRUE;
    }
    return (int)count;
}

/* The code point at *at, which moves behind it; U+FFFD for what is not UTF-8. */
static uint32_t take_utf8(const uint8_t *text, size_t count, size_t *at)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    uint8_t head = text[(*at)++];
    size_t more = head < 0xC0 ? 0 : head < 0xE0 ? 1 : head < 0xF0 ? 2 : 3;
    uint32_t point = more ? head & (0x3Fu >> more) : head;
    size_t i;

    if ((head >= 0x80 && head < 0xC2) || head > 0xF4)
        return 0xFFFD;
    for (i = 0; i < more; i++) {
        if (*at == count || (text[*at] & 0xC0) != 0x80)
            return 0xFFFD;
        point = point << 6 | (text[(*at)++] & 0x3F);
    }
    if (point < least[more] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
        return 0xFFFD;
    return point;
}

static int from_utf8(const uint8_t *text, size_t count, wchar_t *out, size_t out_chars)
{
    size_t at = 0, used = 0;

    while (at < count) {
        uint32_t point = take_utf8(text, count, &at);
        size_t units = point >= 0x10000 ? 2 : 1;

        if (out_chars && used + units > out_chars)
            return 0;
        if (out_chars && units == 1)
            out[used] = (wchar_t)point;
        if (out_chars && units == 2) {
            out[used] = (wchar_t)(0xD800 + ((point - 0x10000) >> 10));
            out[used + 1] = (wchar_t)(0xDC00 + (point & 0x3FF));
        }
        used += units;
    }
    return (int)used;
}

int MultiByteToWideChar(UINT code_page, DWORD flags, const char *text, int byte_count, wchar_t *out,
                        int out_chars)
{
    size_t count = byte_count < 0 ? strlen(text) + 1 : (size_t)byte_count;
    size_t i;

    (void)flags;
    if (code_page == CP_UTF8)
        return from_utf8((const uint8_t *)text, count, out, (size_t)out_chars);
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
    static const DWORD types[4] = {0, FILE_TYPE_DISK, FILE_TYPE_PIPE, FILE_TYPE_DISK};

    return types[(uintptr_t)file / 4 % 4];
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

/* --- times ---------------------------------------------------------------------------------- */

#define SECOND 10000000ull
#define DAY    (24ull * 60 * 60 * SECOND)

void GetSystemTimeAsFileTime(FILETIME *time)
{
    const uint64_t now = 134000000000000000ull;

    *time = (FILETIME){(DWORD)now, (DWORD)(now >> 32)};
}

static uint32_t days_of_year(uint32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 366 : 365;
}

/* Since the beginning of 1601. */
static uint32_t days_before(uint32_t year)
{
    uint32_t years = year - 1601;

    return years * 365 + years / 4 - years / 100 + years / 400;
}

static uint32_t days_of_month(uint32_t year, uint32_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && days_of_year(year) == 366);
}

BOOL FileTimeToSystemTime(const FILETIME *time, SYSTEMTIME *parts)
{
    uint64_t left = (uint64_t)time->dwHighDateTime << 32 | time->dwLowDateTime;
    uint64_t days = left / DAY;
    uint32_t year = 1601 + (uint32_t)(days / 366), month = 1;

    if (left >> 63)
        return FALSE;
    days -= days_before(year);
    for (; days >= days_of_year(year); year++)
        days -= days_of_year(year);
    for (; days >= days_of_month(year, month); month++)
        days -= days_of_month(year, month);
    left = left % DAY / SECOND;
    *parts = (SYSTEMTIME){.wYear = (WORD)year,
                          .wMonth = (WORD)month,
                          .wDay = (WORD)(days + 1),
                          .wHour = (WORD)(left / 3600),
                          .wMinute = (WORD)(left / 60 % 60),
                          .wSecond = (WORD)(left % 60)};
    return TRUE;
}

BOOL SystemTimeToFileTime(const SYSTEMTIME *parts, FILETIME *time)
{
    uint64_t days = parts->wDay - 1u, ticks;
    uint32_t i;

    if (parts->wYear < 1601 || parts->wYear > 30827 || parts->wMonth < 1 || parts->wMonth > 12 ||
        parts->wDay < 1 || parts->wDay > days_of_month(parts->wYear, parts->wMonth) ||
        parts->wHour > 23 || parts->wMinute > 59 || parts->wSecond > 59)
        return FALSE;
    days += days_before(parts->wYear);
    for (i = 1; i < parts->wMonth; i++)
        days += days_of_month(parts->wYear, i);
    ticks = days * DAY + (parts->wHour * 3600ull + parts->wMinute * 60u + parts->wSecond) * SECOND;
    *time = (FILETIME){(DWORD)ticks, (DWORD)(ticks >> 32)};
    return TRUE;
}

/* --- files ---------------------------------------------------------------------------------- */

DWORD GetFullPathNameW(const wchar_t *path, DWORD chars, wchar_t *full, wchar_t **leaf)
{
    (void)path;
    (void)chars;
    (void)full;
    (void)leaf;
    return 0;
}

DWORD GetFileAttributesW(const wchar_t *path)
{
    (void)path;
    return INVALID_FILE_ATTRIBUTES;
}

void SetLastError(DWORD error)
{
    (void)error;
}
