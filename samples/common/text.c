/* Formats texts, with a mark where they were cut, and converts them. */
#include "text.h"

#include <stdlib.h>
#include <wchar.h>

static const wchar_t cut_mark[] = L"...";

bool text_format_list(wchar_t *buffer, size_t chars, const wchar_t *format, va_list arguments)
{
    int needed = _vsnwprintf(buffer, chars, format, arguments);

    /* msvcrt.dll terminates neither a text that just fills BUFFER nor one that was cut. */
    if (needed >= 0 && (size_t)needed < chars)
        return true;
    wcscpy(buffer + chars - ARRAYSIZE(cut_mark), cut_mark);
    return false;
}

bool text_format(wchar_t *buffer, size_t chars, const wchar_t *format, ...)
{
    va_list arguments;
    bool whole;

    va_start(arguments, format);
    whole = text_format_list(buffer, chars, format, arguments);
    va_end(arguments);
    return whole;
}

wchar_t *text_new(const wchar_t *format, ...)
{
    va_list arguments;
    wchar_t *text = NULL;
    int chars;

    va_start(arguments, format);
    chars = _vscwprintf(format, arguments);
    va_end(arguments);
    if (chars >= 0)
        text = malloc(((size_t)chars + 1) * sizeof(*text));
    if (text) {
        va_start(arguments, format);
        (void)text_format_list(text, (size_t)chars + 1, format, arguments);
        va_end(arguments);
    }
    return text;
}

wchar_t *text_to_wide(UINT code_page, const char *text)
{
    int chars = MultiByteToWideChar(code_page, 0, text, -1, NULL, 0);
    wchar_t *wide = chars > 0 ? malloc((size_t)chars * sizeof(*wide)) : NULL;

    if (wide)
        MultiByteToWideChar(code_page, 0, text, -1, wide, chars);
    return wide;
}

char *text_from_wide(UINT code_page, const wchar_t *wide)
{
    BOOL lost = FALSE;
    /* Windows refuses both for UTF-8, which lacks no character. */
    BOOL *lost_out = code_page == CP_UTF8 ? NULL : &lost;
    DWORD flags = code_page == CP_UTF8 ? 0 : WC_NO_BEST_FIT_CHARS;
    int bytes = WideCharToMultiByte(code_page, flags, wide, -1, NULL, 0, NULL, lost_out);
    char *text = bytes > 0 && !lost ? malloc((size_t)bytes) : NULL;

    if (text)
        WideCharToMultiByte(code_page, flags, wide, -1, text, bytes, NULL, NULL);
    return text;
}
