/* Text for people: UTF-16 on a console, UTF-8 in a file or a pipe. It knows nothing of the API. */
#ifndef SAMPLES_CONSOLE_H
#define SAMPLES_CONSOLE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Where a line goes: results and progress, or complaints. */
enum console_stream
{
    CONSOLE_OUTPUT,
    CONSOLE_ERROR,
};

/* True where the stream is a console window, which can be overwritten in place. */
bool console_is_terminal(enum console_stream stream);

/* Columns of the console window, at least 40; 80 where there is no console. */
int console_columns(void);

/* Print like wprintf, after taking a redrawn line away; what is longer than 4,000 characters is
 * cut and ends in "...". */
void console_print(enum console_stream stream, const wchar_t *format, ...);
void console_print_list(enum console_stream stream, const wchar_t *format, va_list arguments);

/* Shows TEXT in the last line of the console, in place of what was shown there before. */
void console_redraw_line(const wchar_t *text);

#endif
