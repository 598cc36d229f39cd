/*
 * json_reader.h - reads JSON (RFC 8259), strictly, and tells every value with its place.
 */
#ifndef DOCTOR_JSON_READER_H
#define DOCTOR_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>

/* path: such as "findings.3.id"; value: a text without its quotes, or the value as it stands. */
typedef void (*json_visit)(void *context, const char *path, const char *value);

/*
 * False, with *offset where it stopped, unless the bytes are one value in valid UTF-8 and nothing
 * else. Values before the fault have been told.
 */
bool json_read(const char *bytes, size_t byte_count, json_visit visit, void *context,
               size_t *offset);

#endif
