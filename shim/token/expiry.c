/*
 * expiry.c - chooses the time of expiry.
 *
 * The format of the writer's metadata is not published: what is not plainly a time is not guessed
 * at.
 */
#include "expiry.h"

#include "common/format.h"
#include "common/log_file.h"
#include "tombstone.h"

#include <windows.h>

#define DEFAULT_DAYS     60u
#define FILETIME_PER_DAY (24ull * 60 * 60 * 10000000)

static uint64_t to_number(FILETIME time)
{
    return (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

uint64_t expiry_now(void)
{
    FILETIME now;

    GetSystemTimeAsFileTime(&now);
    return to_number(now);
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

bool expiry_parse_time(const wchar_t *text, uint64_t *time)
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
    *time = to_number(parsed);
    return true;
}

uint64_t expiry_of_backup(uint64_t created, uint32_t setting_days, const wchar_t *backup_metadata)
{
    uint32_t days = setting_days;
    uint64_t expires;

    if (!days && expiry_parse_time(backup_metadata, &expires) && expires > created) {
        log_line(LOG_INFO, L"The backup expires at %ls, as the NTDS writer says", backup_metadata);
        return expires;
    }
    if (!days)
        days = tombstone_lifetime_days();
    if (!days)
        days = DEFAULT_DAYS;
    log_line(LOG_INFO, L"The backup expires in %u days (%ls)", days,
             setting_days ? L"ExpiryDays" : L"tombstone lifetime");
    return created + days * FILETIME_PER_DAY;
}

void expiry_format_time(uint64_t time, wchar_t text[EXPIRY_TEXT_CHARS])
{
    FILETIME stored = {.dwLowDateTime = (DWORD)time, .dwHighDateTime = (DWORD)(time >> 32)};
    SYSTEMTIME date;

    if (!FileTimeToSystemTime(&stored, &date) || date.wYear > 9999)
        wcscpy(text, L"?");
    else
        format_text(text, EXPIRY_TEXT_CHARS, L"%04u-%02u-%02uT%02u:%02u:%02uZ", date.wYear,
                    date.wMonth, date.wDay, date.wHour, date.wMinute, date.wSecond);
}
