/*
 * restore_record.c - collects lines, and appends them to the record file as UTF-8.
 */
#include "restore_record.h"

#include "common/format.h"
#include "record/record_file.h"

#include <stdarg.h>
#include <stdlib.h>
#include <wchar.h>

#define LINE_CHARS 1200u

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
    if (record->watch)
        record->watch(record->watch_context, level, line);
    append(record, line);
}

static legacy_result write_record(HANDLE file, const struct restore_record *record)
{
    wchar_t head[80];
    SYSTEMTIME now;
    legacy_result hr;

    GetLocalTime(&now);
    format_text(head, 80, L"%04u-%02u-%02u %02u:%02u:%02u\r\n", now.wYear, now.wMonth, now.wDay,
                now.wHour, now.wMinute, now.wSecond);
    hr = record_file_write(file, head, wcslen(head));
    if (hr == S_OK)
        hr = record_file_write(file, record->text, record->char_count);
    if (hr == S_OK)
        hr = record_file_write(file, L"\r\n", 2);
    return hr == S_OK && !FlushFileBuffers(file) ? result_last_error() : hr;
}

void restore_record_save(const struct restore_record *record, const wchar_t *log_folder,
                         const wchar_t *backup_id)
{
    wchar_t path[RECORD_FILE_PATH_CHARS] = L"";
    wchar_t name[MAX_PATH];
    HANDLE file;
    legacy_result hr = ERROR_BAD_PATHNAME;

    if (!record->char_count)
        return;
    if (format_text(name, MAX_PATH, L"restore-%ls.txt", backup_id))
        hr = record_file_open(log_folder, name, FOLDER_FILE_APPEND, &file, path, ARRAYSIZE(path));
    if (hr == S_OK) {
        hr = write_record(file, record);
        CloseHandle(file);
    }
    if (hr == S_OK)
        log_line(LOG_INFO, L"The record of the restore is in %ls (%u line(s) lost)", path,
                 (unsigned int)record->lost_count);
    else
        log_line(LOG_WARNING, L"The record of the restore was not written (%ls): Win32 error %ld",
                 path, hr);
}

void restore_record_fini(struct restore_record *record)
{
    free(record->text);
    memset(record, 0, sizeof(*record));
}
