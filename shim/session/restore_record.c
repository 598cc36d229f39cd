/*
 * restore_record.c - collects lines, and appends them to the record file as UTF-8.
 */
#include "restore_record.h"

#include "common/format.h"
#include "record/host_log.h"

#include <stdarg.h>
#include <stdlib.h>
#include <wchar.h>

#define LINE_CHARS 1200u
#define PATH_CHARS (2u * MAX_PATH)

static void append(struct restore_record *record, const wchar_t *line)
{
    size_t line_chars = wcslen(line);

    if (record->char_count + line_chars + 2 > record->capacity) {
        size_t wanted = (record->capacity + line_chars + 2) * 2;
        wchar_t *grown = realloc(record->text, wanted * sizeof(*grown));

        if (!grown) {
            record->lost_count++;
            return;
        }
        record->text = grown;
        record->capacity = wanted;
    }
    wmemcpy(record->text + record->char_count, line, line_chars);
    wmemcpy(record->text + record->char_count + line_chars, L"\r\n", 2);
    record->char_count += line_chars + 2;
}

void restore_record_line(struct restore_record *record, enum log_level level, const wchar_t *format,
                         ...)
{
    wchar_t line[LINE_CHARS];
    va_list args;

    va_start(args, format);
    format_text_va(line, LINE_CHARS, format, args);
    va_end(args);
    log_line(level, L"%ls", line);
    append(record, line);
}

/* As the log's: other accounts may add files to the folder, so no link is followed, of either kind.
 */
static HANDLE open_plain_file(const wchar_t *path)
{
    HANDLE file =
        CreateFileW(path, FILE_APPEND_DATA | FILE_READ_ATTRIBUTES | SYNCHRONIZE, FILE_SHARE_READ,
                    NULL, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT, NULL);
    BY_HANDLE_FILE_INFORMATION info;

    if (file != INVALID_HANDLE_VALUE &&
        (!GetFileInformationByHandle(file, &info) || info.nNumberOfLinks > 1 ||
         (info.dwFileAttributes & (FILE_ATTRIBUTE_REPARSE_POINT | FILE_ATTRIBUTE_DIRECTORY)))) {
        CloseHandle(file);
        file = INVALID_HANDLE_VALUE;
        SetLastError(ERROR_ACCESS_DENIED);
    }
    return file;
}

static bool write_text(HANDLE file, const wchar_t *text, size_t char_count)
{
    int byte_count = WideCharToMultiByte(CP_UTF8, 0, text, (int)char_count, NULL, 0, NULL, NULL);
    char *bytes = malloc((size_t)byte_count + 1);
    DWORD written = 0;
    bool done = false;

    if (bytes) {
        WideCharToMultiByte(CP_UTF8, 0, text, (int)char_count, bytes, byte_count, NULL, NULL);
        done = WriteFile(file, bytes, (DWORD)byte_count, &written, NULL) &&
               written == (DWORD)byte_count;
        free(bytes);
    }
    return done;
}

static bool write_record(HANDLE file, const struct restore_record *record)
{
    wchar_t head[80];
    SYSTEMTIME now;

    GetLocalTime(&now);
    format_text(head, 80, L"%04u-%02u-%02u %02u:%02u:%02u\r\n", now.wYear, now.wMonth, now.wDay,
                now.wHour, now.wMinute, now.wSecond);
    return write_text(file, head, wcslen(head)) &&
           write_text(file, record->text, record->char_count) && write_text(file, L"\r\n", 2) &&
           FlushFileBuffers(file);
}

void restore_record_save(const struct restore_record *record, const wchar_t *log_folder,
                         const wchar_t *backup_id)
{
    wchar_t path[PATH_CHARS];
    HANDLE folder = log_folder[0] && record->char_count ? host_log_hold_folder(log_folder) : NULL;
    HANDLE file;
    DWORD error;

    if (!folder) {
        log_line(LOG_WARNING,
                 L"The record of the restore was not written: there is no usable log folder");
        return;
    }
    format_text(path, PATH_CHARS, L"%ls\\restore-%ls.txt", log_folder, backup_id);
    file = open_plain_file(path);
    error = GetLastError();
    CloseHandle(folder);
    if (file == INVALID_HANDLE_VALUE) {
        log_line(LOG_WARNING, L"The record of the restore was not written: %ls: Win32 error %lu",
                 path, error);
        return;
    }
    if (write_record(file, record))
        log_line(LOG_INFO, L"The record of the restore is in %ls (%u line(s) lost)", path,
                 (unsigned int)record->lost_count);
    else
        log_line(LOG_WARNING, L"The record of the restore is incomplete: %ls: Win32 error %lu",
                 path, GetLastError());
    CloseHandle(file);
}

void restore_record_fini(struct restore_record *record)
{
    free(record->text);
    memset(record, 0, sizeof(*record));
}
