/*
 * ansi.c - converts from the ANSI code page.
 */
#include "ansi.h"

#include <stdbool.h>
#include <stdlib.h>

/* Converts behind room for prefix_chars characters, which the caller fills. */
static HRESULT convert(const char *text, size_t prefix_chars, wchar_t **wide)
{
    int char_count = MultiByteToWideChar(CP_ACP, MB_ERR_INVALID_CHARS, text, -1, NULL, 0);
    wchar_t *converted;

    if (!char_count)
        return ERROR_NO_UNICODE_TRANSLATION;
    converted = malloc((prefix_chars + (size_t)char_count) * sizeof(*converted));
    if (!converted)
        return ERROR_NOT_ENOUGH_MEMORY;
    MultiByteToWideChar(CP_ACP, MB_ERR_INVALID_CHARS, text, -1, converted + prefix_chars,
                        char_count);
    *wide = converted;
    return S_OK;
}

HRESULT ansi_to_wide(const char *text, wchar_t **wide)
{
    *wide = NULL;
    return text ? convert(text, 0, wide) : S_OK;
}

HRESULT ansi_name_to_wide(const char *name, wchar_t **wide)
{
    bool has_bft = name[0] && ((name[1] == '\\' && name[2] == '\\') ||
                               (name[1] && name[2] == ':' && name[0] != '\\'));
    HRESULT hr;

    *wide = NULL;
    hr = convert(name + has_bft, has_bft, wide);
    if (hr == S_OK && has_bft)
        (*wide)[0] = (unsigned char)name[0];
    return hr;
}
