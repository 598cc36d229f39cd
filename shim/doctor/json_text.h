/*
 * json_text.h - a JSON text that grows (RFC 8259).
 */
#ifndef NTDSDOCTOR_JSON_TEXT_H
#define NTDSDOCTOR_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

/* Zero-initialise; the caller frees units. failed: out of memory, and what follows is lost. */
struct json_text
{
    wchar_t *units;
    size_t count, capacity;
    bool failed;
};

/* As it is: brackets, commas. */
void json_text_put(struct json_text *text, const wchar_t *what);

/* With its quotes and escapes; NULL: null. */
void json_text_string(struct json_text *text, const wchar_t *string);

/* Members of an object: a string, a number, a time (FILETIME; 0: null), true or false or null. */
void json_text_member(struct json_text *text, const wchar_t *name, const wchar_t *string);
void json_text_number(struct json_text *text, const wchar_t *name, uint64_t number);
void json_text_time(struct json_text *text, const wchar_t *name, uint64_t time);
void json_text_word(struct json_text *text, const wchar_t *name, const wchar_t *word);

/* Zero-terminated UTF-8 in new memory; *byte_count without the zero. NULL: out of memory. Frees the
 * units in either case. */
char *json_text_utf8(struct json_text *text, size_t *byte_count);

#endif
