/* Prints text: UTF-16 on a console, UTF-8 to a file or a pipe. */
#ifndef SAMPLES_CONSOLE_H
#define SAMPLES_CONSOLE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* CONSOLE_OUTPUT is for results and progress. */
enum console_stream
{
    CONSOLE_OUTPUT,
    CONSOLE_ERROR,
};

/* True if the stream is a console, where a line can be overwritten. */
bool console_is_terminal(enum console_stream stream);

/* Print like wprintf, in place of a redrawn line. A text of more than 4,000 characters is cut and
 * ends in "...". */
void console_print(enum console_stream stream, const wchar_t *format, ...);
void console_print_list(enum console_stream stream, const wchar_t *format, va_list arguments);

/* Replaces the last line of the console with TEXT. */
void console_redraw_line(const wchar_t *text);

#endif
