/*
 * What the name of a file says of its part in an ESE instance.
 *
 * Knows names only.
 */
#include "ese_names.h"

#include <stdio.h>
#include <string.h>

#define NAME_CHARS_MAX    64u /* longer ones are nobody's log */
#define SHORT_GENERATIONS 0xFFFFFu

/* ASCII only, whatever the program's locale: these names are ASCII by definition. */
static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void copy_lower(char *to, const char *from, size_t chars)
{
    size_t i;

    for (i = 0; i < chars; i++)
        to[i] = lower(from[i]);
    to[chars] = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

/* The stem after the base name: five or eight hexadecimal digits, not all zero. */
static bool parse_generation(const char *digits, struct ese_name *name)
{
    size_t count = strlen(digits);
    uint32_t generation = 0;
    size_t i;

    if (count != 5 && count != 8)
        return false;
    for (i = 0; i < count; i++) {
        int value = hex_value(digits[i]);

        if (value < 0)
            return false;
        generation = generation << 4 | (uint32_t)value;
    }
    if (generation == 0)
        return false;
    name->kind = ESE_NAME_ARCHIVED_LOG;
    name->generation = generation;
    name->hex_digits = (uint8_t)count;
    return true;
}

static void classify_log(const char *stem, const char *base, struct ese_name *name)
{
    size_t base_chars = strlen(base);

    if (strcmp(stem, "res1") == 0 || strcmp(stem, "res2") == 0) {
        name->kind = ESE_NAME_RESERVE_LOG;
        return;
    }
    if (strncmp(stem, base, base_chars) != 0)
        return;
    stem += base_chars;
    if (*stem == '\0')
        name->kind = ESE_NAME_CURRENT_LOG;
    else if (strcmp(stem, "tmp") == 0)
        name->kind = ESE_NAME_TEMPORARY_LOG;
    else
        parse_generation(stem, name);
}

static void classify(const char *stem, const char *extension, const char *base,
                     struct ese_name *name)
{
    if (strcmp(extension, "log") == 0 || strcmp(extension, "jtx") == 0)
        classify_log(stem, base, name);
    else if (strcmp(extension, "jrs") == 0)
        name->kind = ESE_NAME_RESERVE_LOG;
    else if (strcmp(extension, "chk") == 0 || strcmp(extension, "jcp") == 0)
        name->kind = ESE_NAME_CHECKPOINT;
    else if (strcmp(extension, "jfm") == 0)
        name->kind = ESE_NAME_FLUSH_MAP;
    else if (strcmp(extension, "pat") == 0)
        name->kind = ESE_NAME_PATCH;
    else if (strcmp(extension, "edb") == 0 &&
             (strcmp(stem, "temp") == 0 || strcmp(stem, "tmp") == 0))
        name->kind = ESE_NAME_TEMPORARY_DATABASE;
}

struct ese_name ese_name_classify(const char *name, const char *base)
{
    struct ese_name result = {.kind = ESE_NAME_OTHER};
    char stem[NAME_CHARS_MAX + 1];
    char low_base[NAME_CHARS_MAX + 1];
    char *dot;

    if (strlen(name) > NAME_CHARS_MAX || strlen(base) > NAME_CHARS_MAX)
        return result;
    copy_lower(stem, name, strlen(name));
    copy_lower(low_base, base, strlen(base));
    dot = strrchr(stem, '.');
    if (dot == NULL)
        return result;
    *dot = '\0';
    classify(stem, dot + 1, low_base, &result);
    return result;
}

struct ese_name ese_name_classify_wide(const wchar_t *name, const char *base)
{
    struct ese_name other = {.kind = ESE_NAME_OTHER};
    char narrow[NAME_CHARS_MAX + 1];
    size_t chars = wcslen(name);
    size_t i;

    if (chars > NAME_CHARS_MAX)
        return other;
    for (i = 0; i < chars; i++) {
        if (name[i] < 1 || name[i] > 0x7E)
            return other;
        narrow[i] = (char)name[i];
    }
    narrow[chars] = '\0';
    return ese_name_classify(narrow, base);
}

bool ese_name_is_backed_up_log(const struct ese_name *name)
{
    return name->kind == ESE_NAME_ARCHIVED_LOG || name->kind == ESE_NAME_CURRENT_LOG;
}

void ese_log_name(char name[ESE_LOG_NAME_CHARS], const char *base, uint32_t generation)
{
    snprintf(name, ESE_LOG_NAME_CHARS,
             generation > SHORT_GENERATIONS ? "%.3s%08lX.log" : "%.3s%05lX.log", base,
             (unsigned long)generation);
}
