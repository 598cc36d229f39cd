/*
 * fuzz_json.c - texts of any units, lone surrogates among them, in the doctor's JSON; it is read
 * back by the tests' own strict reader.
 */
#include "fuzz_promise.h"
#include "fuzz_windows.h"

#include "doctor/json_text.h"
#include "json_reader.h"

#include <string.h>

static void count_value(void *context, const char *path, const char *value)
{
    (void)path;
    (void)value;
    ++*(size_t *)context;
}

void fuzz_json(const uint8_t *data, size_t bytes)
{
    size_t chars = bytes / sizeof(wchar_t), byte_count = 0, offset = 0, values = 0;
    wchar_t *string = calloc(chars + 1, sizeof(*string));
    struct json_text text = {0};
    char *utf8;

    PROMISE(string);
    memcpy(string, data, chars * sizeof(*string));
    json_text_put(&text, L"{");
    json_text_member(&text, L"text", string);
    json_text_put(&text, L", ");
    json_text_number(&text, L"number", bytes);
    json_text_put(&text, L", ");
    json_text_time(&text, L"time", chars);
    json_text_put(&text, L"}");
    utf8 = json_text_utf8(&text, &byte_count);
    PROMISE(utf8 && !utf8[byte_count]);
    PROMISE(json_read(utf8, byte_count, count_value, &values, &offset));
    PROMISE(values == 3);
    free(utf8);
    free(string);
}
