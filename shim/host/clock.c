/*
 * clock.c - the present, and times as text.
 */
#include "clock.h"

#include "common/format.h"

uint64_t clock_of(FILETIME time)
{
    return (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

uint64_t clock_now(void)
{
    FILETIME now;

    GetSystemTimeAsFileTime(&now);
    return clock_of(now);
}

/* The next digits of a time. The C runtime's scanf would allocate, and not look whether it could.
 */
static bool take_number(const wchar_t **text, unsigned int digit_count, WORD *number)
{
    unsigned int value = 0;

    for (; digit_count; digit_count--, ++*text) {
        if (**text < L'0' || **text > L'9')
            return false;
        value = 10 * value + (unsigned int)(**text - L'0');
    }
    *number = (WORD)value;
    return true;
}

bool clock_parse(const wchar_t *text, uint64_t *time)
{
    static const wchar_t after[] = L"--T::Z";
    SYSTEMTIME parts = {0};
    WORD *const numbers[] = {&parts.wYear, &parts.wMonth,  &parts.wDay,
                             &parts.wHour, &parts.wMinute, &parts.wSecond};
    FILETIME parsed;
    size_t i;

    for (i = 0; after[i]; i++) {
        if (!take_number(&text, i ? 2 : 4, numbers[i]) || *text++ != after[i])
            return false;
    }
    if (*text || !SystemTimeToFileTime(&parts, &parsed))
        return false;
    *time = clock_of(parsed);
    return true;
}

void clock_format(uint64_t time, wchar_t text[CLOCK_TEXT_CHARS])
{
    FILETIME stored = {.dwLowDateTime = (DWORD)time, .dwHighDateTime = (DWORD)(time >> 32)};
    SYSTEMTIME date;

    if (!FileTimeToSystemTime(&stored, &date) || date.wYear > 9999)
        wcscpy(text, L"?");
    else
        format_text(text, CLOCK_TEXT_CHARS, L"%04u-%02u-%02uT%02u:%02u:%02uZ", date.wYear,
                    date.wMonth, date.wDay, date.wHour, date.wMinute, date.wSecond);
}
