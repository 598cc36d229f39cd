/*
 * log_file.c - appends lines to the log.
 *
 * Must not know what is logged.
 */
#include "log_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <wchar.h>

#define LINE_CHARS 1200

static struct
{
    SRWLOCK lock; /* guards all below; shared while a line is written */
    HANDLE file;
    enum log_level level;
} state = {.lock = SRWLOCK_INIT};

static HANDLE open_plain_file(const wchar_t *path)
{
    /* FILE_APPEND_DATA without FILE_WRITE_DATA: each write goes to the end, whoever else writes. */
    HANDLE file =
        CreateFileW(path, FILE_APPEND_DATA | FILE_READ_ATTRIBUTES | SYNCHRONIZE,
                    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_ALWAYS,
                    FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT, NULL);
    BY_HANDLE_FILE_INFORMATION info;

    if (file == INVALID_HANDLE_VALUE)
        return NULL;
    if (!GetFileInformationByHandle(file, &info) ||
        (info.dwFileAttributes & (FILE_ATTRIBUTE_REPARSE_POINT | FILE_ATTRIBUTE_DIRECTORY))) {
        CloseHandle(file);
        return NULL;
    }
    return file;
}

bool log_file_open(const wchar_t *path, enum log_level level)
{
    HANDLE file = level == LOG_OFF ? NULL : open_plain_file(path);

    log_file_close();
    AcquireSRWLockExclusive(&state.lock);
    state.file = file;
    state.level = level;
    ReleaseSRWLockExclusive(&state.lock);
    return file != NULL;
}

void log_file_close(void)
{
    HANDLE file;

    AcquireSRWLockExclusive(&state.lock);
    file = state.file;
    state.file = NULL;
    ReleaseSRWLockExclusive(&state.lock);
    if (file)
        CloseHandle(file);
}

/* The count of characters in line, which ends in "\r\n"; control characters become spaces. */
static size_t format_line(wchar_t *line, enum log_level level, const wchar_t *format, va_list args)
{
    SYSTEMTIME now;
    size_t used, i;
    int written;

    GetLocalTime(&now);
    written = _snwprintf(line, LINE_CHARS - 3, L"%04u-%02u-%02u %02u:%02u:%02u.%03u %5lu %lc ",
                         now.wYear, now.wMonth, now.wDay, now.wHour, now.wMinute, now.wSecond,
                         now.wMilliseconds, GetCurrentProcessId(), (wint_t)L"-EWIT"[level]);
    used = written < 0 ? 0 : (size_t)written;
    written = _vsnwprintf(line + used, LINE_CHARS - 3 - used, format, args);
    i = used;
    used = written < 0 ? LINE_CHARS - 3 : used + (size_t)written;
    for (; i < used; i++) {
        if (line[i] < L' ')
            line[i] = L' ';
    }
    line[used++] = L'\r';
    line[used++] = L'\n';
    return used;
}

void log_line(enum log_level level, const wchar_t *format, ...)
{
    DWORD kept_error = GetLastError();
    char bytes[LINE_CHARS * 3];
    wchar_t line[LINE_CHARS];
    DWORD written;
    va_list args;
    size_t used;
    int byte_count;

    AcquireSRWLockShared(&state.lock);
    if (state.file && level <= state.level) {
        va_start(args, format);
        used = format_line(line, level, format, args);
        va_end(args);
        byte_count =
            WideCharToMultiByte(CP_UTF8, 0, line, (int)used, bytes, sizeof(bytes), NULL, NULL);
        if (byte_count > 0)
            WriteFile(state.file, bytes, (DWORD)byte_count, &written, NULL);
    }
    ReleaseSRWLockShared(&state.lock);
    SetLastError(kept_error);
}
