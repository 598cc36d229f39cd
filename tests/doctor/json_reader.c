/*
 * json_reader.c - a recursive descent.
 *
 * Written apart from the doctor's writer, so that both do not share a mistake. Must not know what
 * the values mean.
 */
#include "json_reader.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define DEPTH_MAX   16
#define PATH_BYTES  256
#define VALUE_BYTES 16384

struct reader
{
    const uint8_t *at, *end;
    json_visit visit;
    void *context;
    int depth;
    char path[PATH_BYTES];
    char value[VALUE_BYTES];
    size_t value_bytes;
};

static void skip_space(struct reader *reader)
{
    while (reader->at < reader->end && strchr(" \t\r\n", *reader->at) && *reader->at)
        reader->at++;
}

static bool take(struct reader *reader, char wanted)
{
    if (reader->at == reader->end || *reader->at != (uint8_t)wanted)
        return false;
    reader->at++;
    return true;
}

static bool keep(struct reader *reader, uint8_t byte)
{
    if (reader->value_bytes + 1 >= VALUE_BYTES)
        return false;
    reader->value[reader->value_bytes++] = (char)byte;
    reader->value[reader->value_bytes] = 0;
    return true;
}

static bool take_hex(struct reader *reader, unsigned int *code)
{
    int i;

    *code = 0;
    for (i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdef0123456789ABCDEF";
        const char *found;

        if (reader->at == reader->end || !*reader->at)
            return false;
        found = strchr(digits, *reader->at++);
        if (!found)
            return false;
        *code = *code * 16 + (unsigned int)((found - digits) % 16);
    }
    return true;
}

/* Only what the doctor writes: controls. Anything else is kept as a question mark. */
static bool take_escape(struct reader *reader)
{
    static const char marks[] = "\"\\/bfnrt";
    static const char meant[] = "\"\\/\b\f\n\r\t";
    unsigned int code;
    const char *found;

    if (take(reader, 'u'))
        return take_hex(reader, &code) && keep(reader, code < 0x80 ? (uint8_t)code : '?');
    if (reader->at == reader->end || !*reader->at)
        return false;
    found = strchr(marks, *reader->at++);
    return found && keep(reader, (uint8_t)meant[found - marks]);
}

/* One character of UTF-8: no overlong form, no surrogate, nothing beyond U+10FFFF. */
static bool take_character(struct reader *reader)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint8_t first = *reader->at;
    int length = first < 0x80             ? 1
                 : (first & 0xE0) == 0xC0 ? 2
                 : (first & 0xF0) == 0xE0 ? 3
                 : (first & 0xF8) == 0xF0 ? 4
                                          : 0;
    uint32_t code = length > 1 ? first & (0x7Fu >> length) : first;
    int i;

    if (!length || reader->end - reader->at < length || first < 0x20)
        return false;
    for (i = 0; i < length; i++) {
        if (i && (reader->at[i] & 0xC0) != 0x80)
            return false;
        if (i)
            code = code << 6 | (reader->at[i] & 0x3Fu);
        if (!keep(reader, reader->at[i]))
            return false;
    }
    reader->at += length;
    return code >= least[length] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

static bool take_string(struct reader *reader)
{
    reader->value_bytes = 0;
    reader->value[0] = 0;
    if (!take(reader, '"'))
        return false;
    while (reader->at < reader->end) {
        if (take(reader, '"'))
            return true;
        if (take(reader, '\\')) {
            if (!take_escape(reader))
                return false;
        } else if (!take_character(reader)) {
            return false;
        }
    }
    return false;
}

/* null, true, false, or an integer: the doctor writes no other numbers. */
static bool take_word(struct reader *reader)
{
    const uint8_t *begin = reader->at;
    const char *word;

    reader->value_bytes = 0;
    while (reader->at<reader->end && * reader->at> ' ' && !strchr(",]}", *reader->at)) {
        if (!keep(reader, *reader->at++))
            return false;
    }
    if (reader->at == begin)
        return false;
    word = reader->value;
    if (strcmp(word, "null") == 0 || strcmp(word, "true") == 0 || strcmp(word, "false") == 0)
        return true;
    word += *word == '-';
    return *word && strspn(word, "0123456789") == strlen(word) && (*word != '0' || !word[1]);
}

static bool take_value(struct reader *reader);

static bool take_members(struct reader *reader, bool is_object)
{
    size_t length = strlen(reader->path);
    unsigned int index = 0;
    bool good = ++reader->depth <= DEPTH_MAX;

    reader->at++;
    skip_space(reader);
    if (good && take(reader, is_object ? '}' : ']')) {
        reader->depth--;
        return true;
    }
    while (good) {
        skip_space(reader);
        if (is_object)
            good = take_string(reader);
        else
            snprintf(reader->value, VALUE_BYTES, "%u", index++);
        if (!good || length + strlen(reader->value) + 2 > PATH_BYTES)
            return false;
        sprintf(reader->path + length, "%s%s", length ? "." : "", reader->value);
        skip_space(reader);
        good = (!is_object || take(reader, ':')) && take_value(reader);
        reader->path[length] = 0;
        skip_space(reader);
        if (good && take(reader, is_object ? '}' : ']'))
            break;
        good = good && take(reader, ',');
    }
    reader->depth--;
    return good;
}

static bool take_value(struct reader *reader)
{
    skip_space(reader);
    if (reader->at == reader->end)
        return false;
    if (*reader->at == '{' || *reader->at == '[')
        return take_members(reader, *reader->at == '{');
    if (*reader->at == '"' ? !take_string(reader) : !take_word(reader))
        return false;
    reader->visit(reader->context, reader->path, reader->value);
    return true;
}

bool json_read(const char *bytes, size_t byte_count, json_visit visit, void *context,
               size_t *offset)
{
    static struct reader reader;
    bool good;

    memset(&reader, 0, sizeof(reader));
    reader.at = (const uint8_t *)bytes;
    reader.end = reader.at + byte_count;
    reader.visit = visit;
    reader.context = context;
    good = take_value(&reader);
    skip_space(&reader);
    *offset = (size_t)(reader.at - (const uint8_t *)bytes);
    return good && reader.at == reader.end;
}
