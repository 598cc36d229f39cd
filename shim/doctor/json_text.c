/*
 * json_text.c - puts JSON together.
 */
#include "json_text.h"

#include "common/format.h"
#include "host/clock.h"

#include <windows.h>
#include <stdlib.h>

static void put_unit(struct json_text *text, wchar_t unit)
{
    if (text->count == text->capacity) {
        size_t wanted = text->capacity ? text->capacity * 2 : 4096;
        wchar_t *grown = text->failed ? NULL : realloc(text->units, wanted * sizeof(*text->units));

        if (!grown) {
            text->failed = true;
            return;
        }
        text->units = grown;
        text->capacity = wanted;
    }
    text->units[text->count++] = unit;
}

void json_text_put(struct json_text *text, const wchar_t *what)
{
    for (; *what; what++)
        put_unit(text, *what);
}

void json_text_string(struct json_text *text, const wchar_t *string)
{
    wchar_t escape[8];

    if (!string) {
        json_text_put(text, L"null");
        return;
    }
    put_unit(text, L'"');
    for (; *string; string++) {
        if (*string == L'"' || *string == L'\\') {
            put_unit(text, L'\\');
            put_unit(text, *string);
        } else if (*string < 0x20) {
            format_text(escape, 8, L"\\u%04x", (unsigned int)*string);
            json_text_put(text, escape);
        } else {
            put_unit(text, *string);
        }
    }
    put_unit(text, L'"');
}

void json_text_member(struct json_text *text, const wchar_t *name, const wchar_t *string)
{
    json_text_string(text, name);
    json_text_put(text, L": ");
    json_text_string(text, string);
}

void json_text_number(struct json_text *text, const wchar_t *name, uint64_t number)
{
    wchar_t digits[24];

    format_text(digits, 24, L"%llu", (unsigned long long)number);
    json_text_string(text, name);
    json_text_put(text, L": ");
    json_text_put(text, digits);
}

void json_text_time(struct json_text *text, const wchar_t *name, uint64_t time)
{
    wchar_t formatted[CLOCK_TEXT_CHARS];

    clock_format(time, formatted);
    json_text_member(text, name, time ? formatted : NULL);
}

void json_text_word(struct json_text *text, const wchar_t *name, const wchar_t *word)
{
    json_text_string(text, name);
    json_text_put(text, L": ");
    json_text_put(text, word);
}

char *json_text_utf8(struct json_text *text, size_t *byte_count)
{
    char *bytes = NULL;
    int needed;

    if (!text->failed) {
        needed =
            WideCharToMultiByte(CP_UTF8, 0, text->units, (int)text->count, NULL, 0, NULL, NULL);
        bytes = malloc((size_t)needed + 1);
    }
    if (bytes) {
        WideCharToMultiByte(CP_UTF8, 0, text->units, (int)text->count, bytes, needed, NULL, NULL);
        bytes[needed] = 0;
        *byte_count = (size_t)needed;
    }
    free(text->units);
    return bytes;
}
