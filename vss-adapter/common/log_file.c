/*
 * log_file.c - appends lines to the log, and begins a new file where one is full.
 */
#include "log_file.h"

#include "format.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
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
    wchar_t *path;
    enum log_level level;
    LONGLONG full_at;         /* the size from which on another file is wanted */
    wchar_t head[TEXT_CHARS]; /* "" for none */
    log_watch watch;
    void *watch_context;
} state = {.lock = SRWLOCK_INIT};

static HANDLE open_with(const wchar_t *path, DWORD more_access)
{
    /* FILE_APPEND_DATA without FILE_WRITE_DATA: each write goes to the end, whoever else writes. */
    return CreateFileW(path, FILE_APPEND_DATA | FILE_READ_ATTRIBUTES | SYNCHRONIZE | more_access,
                       FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_ALWAYS,
                       FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT, NULL);
}

/* Other accounts may add files to the folder: neither a link of theirs is followed, nor is a file
 * written to that has another name elsewhere. */
static HANDLE open_plain_file(const wchar_t *path)
{
    BY_HANDLE_FILE_INFORMATION info;
    HANDLE file = open_with(path, DELETE);

    /* Who may not rename it can write all the same. */
    if (file == INVALID_HANDLE_VALUE)
        file = open_with(path, 0);
    if (file == INVALID_HANDLE_VALUE)
        return NULL;
    if (!GetFileInformationByHandle(file, &info) || info.nNumberOfLinks > 1 ||
        (info.dwFileAttributes & (FILE_ATTRIBUTE_REPARSE_POINT | FILE_ATTRIBUTE_DIRECTORY))) {
        CloseHandle(file);
        return NULL;
    }
    return file;
}

bool log_file_open(const wchar_t *path, enum log_level level)
{
    HANDLE file = level == LOG_OFF ? NULL : open_plain_file(path);
    wchar_t *copy = file ? _wcsdup(path) : NULL;

    log_file_close();
    AcquireSRWLockExclusive(&state.lock);
    state.file = file;
    state.path = copy;
    state.level = level;
    state.full_at = copy ? LOG_FILE_MAX_BYTES : MAXLONGLONG;
    state.head[0] = 0;
    ReleaseSRWLockExclusive(&state.lock);
    return file != NULL;
}

void log_file_close(void)
{
    wchar_t *path;
    HANDLE file;

    AcquireSRWLockExclusive(&state.lock);
    file = state.file;
    path = state.path;
    state.file = NULL;
    state.path = NULL;
    ReleaseSRWLockExclusive(&state.lock);
    if (file)
        CloseHandle(file);
    free(path);
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

static bool is_same_file(HANDLE one, HANDLE other)
{
    BY_HANDLE_FILE_INFORMATION a, b;

    return GetFileInformationByHandle(one, &a) && GetFileInformationByHandle(other, &b) &&
           a.dwVolumeSerialNumber == b.dwVolumeSerialNumber &&
           a.nFileIndexHigh == b.nFileIndexHigh && a.nFileIndexLow == b.nFileIndexLow;
}

/*
 * By handle: where another process was quicker this renames the old file to its own name, and
 * never the new one.
 */
static bool make_old(HANDLE file, const wchar_t *path)
{
    static const wchar_t suffix[] = L".old";
    size_t name_chars = wcslen(path) + wcslen(suffix);
    size_t byte_count = sizeof(FILE_RENAME_INFO) + (name_chars + 1) * sizeof(wchar_t);
    FILE_RENAME_INFO *info = calloc(1, byte_count);
    bool renamed;

    if (!info)
        return false;
    info->ReplaceIfExists = TRUE;
    info->FileNameLength = (DWORD)(name_chars * sizeof(wchar_t));
    wcscpy(info->FileName, path);
    wcscat(info->FileName, suffix);
    renamed = SetFileInformationByHandle(file, FileRenameInfo, info, (DWORD)byte_count);
    free(info);
    return renamed;
}

/* The lock is held exclusively. */
static void begin_new_file(void)
{
    HANDLE present = open_plain_file(state.path);
    LARGE_INTEGER size = {0};

    if (present && is_same_file(present, state.file)) {
        CloseHandle(present);
        present = make_old(state.file, state.path) ? open_plain_file(state.path) : NULL;
    }
    if (!present) {
        GetFileSizeEx(state.file, &size);
        state.full_at = size.QuadPart + RETRY_BYTES;
        return;
    }
    CloseHandle(state.file);
    state.file = present;
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
