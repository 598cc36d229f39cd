/*
 * setup_result.c - writes the INI file.
 */
#include "setup_result.h"

#include <stdarg.h>
#include <stdio.h>

#define NOTES_CHARS 1000 /* the installer's texts end there */

static const wchar_t *result_path;
static wchar_t notes[NOTES_CHARS];

bool setup_result_begin(const wchar_t *path)
{
    static const unsigned char mark[] = {0xFF, 0xFE};
    HANDLE file =
        CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    DWORD written;
    bool is_written;

    if (file == INVALID_HANDLE_VALUE)
        return false;
    result_path = path;
    is_written = WriteFile(file, mark, sizeof(mark), &written, NULL) && written == sizeof(mark);
    CloseHandle(file);
    return is_written;
}

void setup_result_tell(const wchar_t *key, const wchar_t *value)
{
    WritePrivateProfileStringW(L"target", key, value, result_path);
}

enum setup_exit setup_result_refuse(enum setup_exit code, const wchar_t *format, ...)
{
    static wchar_t message[SETUP_PATH_CHARS + 200];
    va_list args;

    va_start(args, format);
    _vsnwprintf(message, SETUP_PATH_CHARS + 199, format, args);
    va_end(args);
    setup_result_tell(L"Message", message);
    return code;
}

void setup_result_note(const wchar_t *format, ...)
{
    size_t chars = wcslen(notes);
    va_list args;

    if (chars && chars + 1 < NOTES_CHARS)
        notes[chars++] = L' ';
    va_start(args, format);
    _vsnwprintf(notes + chars, NOTES_CHARS - 1 - chars, format, args);
    va_end(args);
    setup_result_tell(L"Notes", notes);
}
