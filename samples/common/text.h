/* Formats texts, with a mark where they were cut, and converts them. */
#ifndef SAMPLES_TEXT_H
#define SAMPLES_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <windows.h>

/*
 * Print like swprintf into BUFFER of CHARS, at least 4. False if the text was cut: it then ends in
 * "...".
 */
bool text_format(wchar_t *buffer, size_t chars, const wchar_t *format, ...);
bool text_format_list(wchar_t *buffer, size_t chars, const wchar_t *format, va_list arguments);

/* Prints like swprintf to the heap, any length. NULL if memory ran out. */
wchar_t *text_new(const wchar_t *format, ...);

/*
 * Convert between UTF-16 and CODE_PAGE, CP_UTF8 or CP_ACP; on the heap. NULL if memory ran out, or
 * if the ANSI code page lacks a character.
 */
wchar_t *text_to_wide(UINT code_page, const char *text);
char *text_from_wide(UINT code_page, const wchar_t *wide);

#endif
