/*
 * log_file.c - appends lines to the log, and begins a new file where one is full.
 */
#include "log_file.h"

#include "format.h"

#include <stdarg.h>
#include <stddef.h>
#include <wchar.h>

#define TEXT_CHARS 1200
#define LINE_CHARS (TEXT_CHARS + 48) /* time, process, level; a line end */

/* After a file could not be made the old one: how much it grows until that is tried again. */
#define RETRY_BYTES (256u * 1024)

static struct
{
    /* Guards all below, also while a line is written: where the system looks for the end of the
     * file and writes there in two steps (Wine), lines of several threads would be lost. */
    SRWLOCK lock;
    HANDLE file;
    uint32_t number;
    log_file_next next;
    enum log_level level;
    LONGLONG full_at;         /* the size from which on another file is wanted */
    wchar_t head[TEXT_CHARS]; /* "" for none */
    log_watch watch;
    void *watch_context;
} state = {.lock = SRWLOCK_INIT};

void log_file_use(HANDLE file, enum log_level level, log_file_next next)
{
    HANDLE replaced;

    AcquireSRWLockExclusive(&state.lock);
    replaced = state.file;
    state.file = file;
    state.number++;
    state.next = next;
    state.level = level;
    state.full_at = next ? LOG_FILE_MAX_BYTES : MAXLONGLONG;
    state.head[0] = 0;
    ReleaseSRWLockExclusive(&state.lock);
    if (replaced)
        CloseHandle(replaced);
}

void log_file_close(void)
{
    log_file_use(NULL, LOG_OFF, NULL);
}

uint32_t log_file_number(void)
{
    uint32_t number;

    AcquireSRWLockShared(&state.lock);
    number = state.number;
    ReleaseSRWLockShared(&state.lock);
    return number;
}

uint32_t log_file_give(HANDLE process, uint64_t *given)
{
    HANDLE duplicate = NULL;
    uint32_t number;

    AcquireSRWLockShared(&state.lock);
    number = state.number;
    if (state.file &&
        !DuplicateHandle(GetCurrentProcess(), state.file, process, &duplicate,
                         FILE_APPEND_DATA | FILE_READ_ATTRIBUTES | SYNCHRONIZE, FALSE, 0))
        duplicate = NULL;
    ReleaseSRWLockShared(&state.lock);
    *given = (uint64_t)(uintptr_t)duplicate;
    return number;
}

void log_file_watch(log_watch watch, void *context)
{
    AcquireSRWLockExclusive(&state.lock);
    state.watch = watch;
    state.watch_context = context;
    ReleaseSRWLockExclusive(&state.lock);
}

/* --- one line ----------------------------------------------------------------------------------
 */

/* line: terminated, with room for a line end; control characters become spaces. */
static size_t finish_line(wchar_t line[LINE_CHARS])
{
    size_t i;

    for (i = 0; line[i]; i++) {
        if (line[i] < L' ')
            line[i] = L' ';
    }
    line[i++] = L'\r';
    line[i++] = L'\n';
    return i;
}

static void write_text(enum log_level level, const wchar_t *text)
{
    char bytes[LINE_CHARS * 3];
    wchar_t line[LINE_CHARS];
    SYSTEMTIME now;
    DWORD written;
    int byte_count;

    GetLocalTime(&now);
    format_text(line, LINE_CHARS - 2, L"%04u-%02u-%02u %02u:%02u:%02u.%03u %5lu %lc %ls", now.wYear,
                now.wMonth, now.wDay, now.wHour, now.wMinute, now.wSecond, now.wMilliseconds,
                GetCurrentProcessId(), (wint_t)L"-EWIT"[level], text);
    byte_count = WideCharToMultiByte(CP_UTF8, 0, line, (int)finish_line(line), bytes, sizeof(bytes),
                                     NULL, NULL);
    if (byte_count > 0)
        WriteFile(state.file, bytes, (DWORD)byte_count, &written, NULL);
}

/* --- a file that is full -----------------------------------------------------------------------
 */

static bool is_full(void)
{
    LARGE_INTEGER size;

    return state.file && GetFileSizeEx(state.file, &size) && size.QuadPart >= state.full_at;
}

/* The lock is held exclusively. */
static void begin_new_file(void)
{
    HANDLE following = state.next(state.file);
    LARGE_INTEGER size = {0};

    if (!following) {
        GetFileSizeEx(state.file, &size);
        state.full_at = size.QuadPart + RETRY_BYTES;
        return;
    }
    CloseHandle(state.file);
    state.file = following;
    state.number++;
    state.full_at = LOG_FILE_MAX_BYTES;
    write_text(LOG_INFO, state.head[0] ? state.head : L"Earlier entries are in the .old file");
}

/* The lock is held exclusively. */
static void write_line(enum log_level level, const wchar_t *text)
{
    if (is_full())
        begin_new_file();
    write_text(level, text);
}

/* --- */

void log_line(enum log_level level, const wchar_t *format, ...)
{
    DWORD kept_error = GetLastError();
    wchar_t text[TEXT_CHARS];
    va_list args;
    bool wanted;

    AcquireSRWLockExclusive(&state.lock);
    wanted = state.file && level <= state.level;
    if (wanted || state.watch) {
        va_start(args, format);
        if (!format_text_va(text, TEXT_CHARS, format, args))
            wcscpy(text + TEXT_CHARS - 4, L"...");
        va_end(args);
    }
    if (state.watch)
        state.watch(state.watch_context, level, text);
    if (wanted)
        write_line(level, text);
    ReleaseSRWLockExclusive(&state.lock);
    SetLastError(kept_error);
}

void log_head(const wchar_t *format, ...)
{
    DWORD kept_error = GetLastError();
    wchar_t text[TEXT_CHARS];
    va_list args;

    va_start(args, format);
    format_text_va(text, TEXT_CHARS, format, args);
    va_end(args);
    AcquireSRWLockExclusive(&state.lock);
    if (state.file)
        write_line(LOG_INFO, text);
    wcscpy(state.head, text);
    ReleaseSRWLockExclusive(&state.lock);
    SetLastError(kept_error);
}
