/* Prints text: UTF-16 on a console, UTF-8 to a file or a pipe. */
#include "console.h"

#include <windows.h>
#include <wchar.h>

#include "text.h"

#define TEXT_CHARS      4000
#define UTF8_BYTES_MAX  (TEXT_CHARS * 3)
#define COLUMNS_DEFAULT 80
#define COLUMNS_MIN     40
#define COLUMNS_MAX     200

/* True while the last line is one that the next text replaces. Only the main thread prints. */
static bool line_is_redrawn;

static HANDLE stream_handle(enum console_stream stream)
{
    return GetStdHandle(stream == CONSOLE_ERROR ? STD_ERROR_HANDLE : STD_OUTPUT_HANDLE);
}

bool console_is_terminal(enum console_stream stream)
{
    DWORD mode = 0;

    return GetConsoleMode(stream_handle(stream), &mode) != 0;
}

static int columns_of_console(void)
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    int columns;

    if (!GetConsoleScreenBufferInfo(stream_handle(CONSOLE_OUTPUT), &info))
        return COLUMNS_DEFAULT;
    columns = info.srWindow.Right - info.srWindow.Left + 1;
    return min(max(columns, COLUMNS_MIN), COLUMNS_MAX);
}

/* No byte order mark: every current tool reads UTF-8 without one, and ASCII stays ASCII. */
static void write_utf8(HANDLE file, const wchar_t *text)
{
    char utf8[UTF8_BYTES_MAX];
    DWORD written = 0;
    int bytes = WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8, sizeof(utf8), NULL, NULL);

    /* A failure here cannot be reported: this is where failures are printed. */
    if (bytes > 1)
        (void)WriteFile(file, utf8, (DWORD)bytes - 1, &written, NULL);
}

static void write_text(enum console_stream stream, const wchar_t *text)
{
    DWORD written = 0;

    if (console_is_terminal(stream))
        (void)WriteConsoleW(stream_handle(stream), text, (DWORD)wcslen(text), &written, NULL);
    else
        write_utf8(stream_handle(stream), text);
}

void console_redraw_line(const wchar_t *text)
{
    wchar_t line[COLUMNS_MAX + 2];
    /* The last column stays free: a character there would move the cursor to the next line. */
    int columns = columns_of_console() - 1;

    (void)text_format(line, ARRAYSIZE(line), L"\r%-*.*ls", columns, columns, text);
    line_is_redrawn = true;
    write_text(CONSOLE_OUTPUT, line);
}

void console_print_list(enum console_stream stream, const wchar_t *format, va_list arguments)
{
    wchar_t text[TEXT_CHARS];

    if (!text_format_list(text, TEXT_CHARS - 1, format, arguments))
        wcscat(text, L"\n");
    if (line_is_redrawn) {
        console_redraw_line(L"");
        write_text(CONSOLE_OUTPUT, L"\r");
        line_is_redrawn = false;
    }
    write_text(stream, text);
}

void console_print(enum console_stream stream, const wchar_t *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    console_print_list(stream, format, arguments);
    va_end(arguments);
}
