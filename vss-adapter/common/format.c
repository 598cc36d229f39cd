/*
 * format.c - one place for what _snwprintf leaves to its callers.
 */
#include "format.h"

#include <stdio.h>

bool format_text_va(wchar_t *text, size_t chars, const wchar_t *format, va_list args)
{
    int written = _vsnwprintf(text, chars, format, args);

    text[chars - 1] = 0;
    return written >= 0 && (size_t)written < chars;
}

bool format_text(wchar_t *text, size_t chars, const wchar_t *format, ...)
{
    va_list args;
    bool fits;

    va_start(args, format);
    fits = format_text_va(text, chars, format, args);
    va_end(args);
    return fits;
}
