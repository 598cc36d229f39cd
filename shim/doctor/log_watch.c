/*
 * log_watch.c - makes findings of log lines, as they are written or out of the file.
 */
#include "log_watch.h"

#include "common/log_file.h"

#include <stdlib.h>
#include <wchar.h>

#define TAIL_BYTES_MAX (256u * 1024)
#define STAMP_CHARS    23u /* the time before the process id */

static bool is_call(const wchar_t *line)
{
    return wcsncmp(line, L"Ds", 2) == 0 || wcsncmp(line, L"ntdsdoctor", 10) == 0;
}

static void on_line(void *context, enum log_level level, const wchar_t *line)
{
    const struct log_watch *watch = context;
    enum finding_level as = level == LOG_ERROR ? watch->error_as : watch->warning_as;

    if (level > LOG_WARNING || (watch->skips_calls && is_call(line)))
        return;
    findings_add(watch->findings, watch->area, as, watch->id,
                 as == FINDING_NOTE ? NULL : watch->next, L"%ls", line);
}

void log_watch_begin(struct log_watch *watch)
{
    log_file_watch(on_line, watch);
}

void log_watch_end(void)
{
    log_file_watch(NULL, NULL);
}

static HANDLE open_log(const wchar_t *path)
{
    return CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                       NULL, OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT, NULL);
}

LONGLONG log_watch_mark(const wchar_t *log_path)
{
    LARGE_INTEGER size = {0};
    HANDLE file = open_log(log_path);

    if (file == INVALID_HANDLE_VALUE)
        return 0;
    if (!GetFileSizeEx(file, &size))
        size.QuadPart = 0;
    CloseHandle(file);
    return size.QuadPart;
}

/* One line of the log, without its end: "<time> <process> E  text". */
static void take_line(const struct log_watch *watch, const char *line, size_t byte_count)
{
    wchar_t text[1200];
    int char_count = MultiByteToWideChar(CP_UTF8, 0, line, (int)byte_count, text, 1199);
    wchar_t *at;

    text[char_count < 0 ? 0 : char_count] = 0;
    if (wcslen(text) < STAMP_CHARS)
        return;
    if (wcstoul(text + STAMP_CHARS, &at, 10) == GetCurrentProcessId() ||
        wcsncmp(at, L" E ", 3) != 0)
        return;
    for (at += 3; *at == L' '; at++)
        continue;
    findings_add(watch->findings, watch->area, watch->error_as, watch->id, watch->next, L"%ls", at);
}

static void take_lines(const struct log_watch *watch, const char *bytes, size_t byte_count)
{
    const char *end;
    size_t at = 0;

    while (at < byte_count) {
        end = memchr(bytes + at, '\r', byte_count - at);
        if (!end)
            break;
        take_line(watch, bytes + at, (size_t)(end - bytes) - at);
        at = (size_t)(end - bytes) + 2; /* CR and LF */
    }
}

void log_watch_add_others(const struct log_watch *watch, const wchar_t *log_path, LONGLONG mark)
{
    LARGE_INTEGER from = {.QuadPart = mark};
    HANDLE file = open_log(log_path);
    char *bytes = malloc(TAIL_BYTES_MAX);
    DWORD got = 0;

    if (file != INVALID_HANDLE_VALUE && bytes && SetFilePointerEx(file, from, NULL, FILE_BEGIN) &&
        ReadFile(file, bytes, TAIL_BYTES_MAX, &got, NULL))
        take_lines(watch, bytes, got);
    free(bytes);
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
}
