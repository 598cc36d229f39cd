/*
 * event_log.c - puts entries together and reports them.
 */
#include "event_log.h"

#include "common/format.h"
#include "host_log.h"
#include "common/log_file.h"
#include "result_text.h"

#include <wchar.h>

#define NUMBER_CHARS  24
#define PROGRAM_CHARS (2 * MAX_PATH)

static const struct event_log_api system_api = {RegisterEventSourceW, ReportEventW,
                                                DeregisterEventSource};

static struct
{
    SRWLOCK lock; /* guards what is below */
    const struct event_log_api *api;
} present = {.lock = SRWLOCK_INIT, .api = &system_api};

void event_log_replace_api(const struct event_log_api *api)
{
    AcquireSRWLockExclusive(&present.lock);
    present.api = api ? api : &system_api;
    ReleaseSRWLockExclusive(&present.lock);
}

static const struct event_log_api *current_api(void)
{
    const struct event_log_api *api;

    AcquireSRWLockShared(&present.lock);
    api = present.api;
    ReleaseSRWLockShared(&present.lock);
    return api;
}

static WORD event_type(DWORD event)
{
    switch (event >> 30) {
    case 3:
        return EVENTLOG_ERROR_TYPE;
    case 2:
        return EVENTLOG_WARNING_TYPE;
    default:
        return EVENTLOG_INFORMATION_TYPE;
    }
}

/* more: what follows the program and its process id; its strings need not outlive the call. */
static void report(DWORD event, const wchar_t *const *more, size_t more_count)
{
    const struct event_log_api *api = current_api();
    const wchar_t *strings[EVENT_LOG_STRINGS_MAX];
    wchar_t program[PROGRAM_CHARS] = L"";
    wchar_t process[NUMBER_CHARS];
    const wchar_t *name;
    HANDLE source;
    BOOL reported;
    size_t i;

    GetModuleFileNameW(NULL, program, PROGRAM_CHARS - 1);
    name = wcsrchr(program, L'\\');
    format_text(process, NUMBER_CHARS, L"%lu", GetCurrentProcessId());
    strings[0] = name ? name + 1 : program;
    strings[1] = process;
    for (i = 0; i < more_count; i++)
        strings[2 + i] = more[i];
    source = api->open(NULL, EVENT_LOG_SOURCE);
    reported = source && api->report(source, event_type(event), 0, event, NULL,
                                     (WORD)(2 + more_count), 0, strings, NULL);
    if (reported)
        log_line(LOG_TRACE, L"Event Log: event %lu of source " EVENT_LOG_SOURCE, event & 0xFFFF);
    else
        log_line(LOG_WARNING, L"Event Log: event %lu could not be written: Win32 error %lu",
                 event & 0xFFFF, GetLastError());
    if (source)
        api->close(source);
}

void event_log_backup_started(void)
{
    report(EVENT_LOG_BACKUP_STARTED, NULL, 0);
}

void event_log_backup_complete(size_t database_count, size_t log_count, uint64_t byte_count,
                               uint64_t elapsed_ms)
{
    wchar_t numbers[4][NUMBER_CHARS];
    const wchar_t *strings[] = {numbers[0], numbers[1], numbers[2], numbers[3]};

    format_text(numbers[0], NUMBER_CHARS, L"%llu", (unsigned long long)database_count);
    format_text(numbers[1], NUMBER_CHARS, L"%llu", (unsigned long long)log_count);
    format_text(numbers[2], NUMBER_CHARS, L"%llu", (unsigned long long)byte_count);
    format_text(numbers[3], NUMBER_CHARS, L"%llu", (unsigned long long)(elapsed_ms / 1000));
    report(EVENT_LOG_BACKUP_COMPLETE, strings, 4);
}

void event_log_file_left_out(const wchar_t *path, const wchar_t *reason)
{
    const wchar_t *strings[] = {path, reason};

    report(EVENT_LOG_FILE_LEFT_OUT, strings, 2);
}

void event_log_no_log(const wchar_t *folder, legacy_result hr, const wchar_t *why)
{
    wchar_t code[RESULT_NAME_CHARS];
    const wchar_t *strings[] = {folder, why[0] ? why : code};

    result_name(hr, code);
    report(EVENT_LOG_NO_LOG, strings, 2);
}

void event_log_backup_failed(const wchar_t *function, legacy_result hr)
{
    wchar_t log_path[HOST_LOG_CHARS];
    wchar_t code[RESULT_NAME_CHARS];
    wchar_t text[RESULT_TEXT_CHARS];
    const wchar_t *strings[] = {function, code, text, log_path};

    result_name(hr, code);
    result_text(hr, text);
    host_log_path(log_path);
    report(EVENT_LOG_BACKUP_FAILED, strings, 4);
}

void event_log_backup_aborted(size_t delivered_count, size_t file_count)
{
    wchar_t log_path[HOST_LOG_CHARS];
    wchar_t numbers[2][NUMBER_CHARS];
    const wchar_t *strings[] = {numbers[0], numbers[1], log_path};

    format_text(numbers[0], NUMBER_CHARS, L"%llu", (unsigned long long)delivered_count);
    format_text(numbers[1], NUMBER_CHARS, L"%llu", (unsigned long long)file_count);
    host_log_path(log_path);
    report(EVENT_LOG_BACKUP_ABORTED, strings, 3);
}

void event_log_restore_started(const wchar_t *backup_id, bool taken_over)
{
    const wchar_t *strings[] = {
        backup_id, taken_over ? L"It takes over from a restore that was never completed." : L""};

    report(EVENT_LOG_RESTORE_STARTED, strings, 2);
}

void event_log_restore_no_vss(const wchar_t *backup_id, const wchar_t *failure)
{
    const wchar_t *strings[] = {backup_id, failure};

    report(EVENT_LOG_RESTORE_NO_VSS, strings, 2);
}

void event_log_restore_complete(const wchar_t *backup_id)
{
    report(EVENT_LOG_RESTORE_COMPLETE, &backup_id, 1);
}

void event_log_restore_failed(const wchar_t *backup_id, const wchar_t *function, legacy_result hr)
{
    wchar_t log_path[HOST_LOG_CHARS];
    wchar_t code[RESULT_NAME_CHARS];
    wchar_t text[RESULT_TEXT_CHARS];
    const wchar_t *strings[] = {backup_id, function, code, text, log_path};

    result_name(hr, code);
    result_text(hr, text);
    host_log_path(log_path);
    report(EVENT_LOG_RESTORE_FAILED, strings, 5);
}
