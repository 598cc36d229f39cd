/*
 * format.h - text into a fixed buffer: always terminated, and a text that did not fit is noticed.
 */
#ifndef NTDSBCLI_FORMAT_H
#define NTDSBCLI_FORMAT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

/*
 * As swprintf with the formats of Windows ("%ls", "%hs"). text has room for chars characters, at
 * least one, terminator included. False: the text did not fit, and is cut at its end.
 */
bool format_text(wchar_t *text, size_t chars, const wchar_t *format, ...);
bool format_text_va(wchar_t *text, size_t chars, const wchar_t *format, va_list args);

#endif
