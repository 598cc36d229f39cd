/*
 * record_text.c - lines, keys and words.
 */
#include "record_text.h"

wchar_t *record_text_line(wchar_t **text)
{
    wchar_t *line = *text;
    wchar_t *end;

    if (!line[0])
        return NULL;
    end = line + wcscspn(line, L"\r\n");
    *text = end + wcsspn(end, L"\r\n");
    *end = 0;
    return line;
}

wchar_t *record_text_value(wchar_t *line, const wchar_t *key)
{
    size_t chars = wcslen(key);

    return line && wcsncmp(line, key, chars) == 0 && line[chars] == L' ' ? line + chars + 1 : NULL;
}

size_t record_text_word(wchar_t **text, const wchar_t *const *words, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        wchar_t *rest = words[i] ? record_text_value(*text, words[i]) : NULL;

        if (!rest)
            continue;
        *text = rest;
        break;
    }
    return i;
}
