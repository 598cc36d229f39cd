/*
 * record_text.h - takes a text apart that has one fact a line, with its key first.
 */
#ifndef NTDSBCLI_RECORD_TEXT_H
#define NTDSBCLI_RECORD_TEXT_H

#include <stddef.h>
#include <wchar.h>

/* Takes the next line off *text, terminated in place; NULL at the end. */
wchar_t *record_text_line(wchar_t **text);

/* What follows "key " on a line, which may be NULL; NULL: another key. */
wchar_t *record_text_value(wchar_t *line, const wchar_t *key);

/*
 * Which of count words, NULL for one that is not used, the text begins with, and a blank behind it,
 * which is taken too; count: none of them.
 */
size_t record_text_word(wchar_t **text, const wchar_t *const *words, size_t count);

#endif
