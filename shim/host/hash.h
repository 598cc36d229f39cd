/*
 * hash.h - SHA-256, at once or in runs.
 */
#ifndef NTDSBCLI_HASH_H
#define NTDSBCLI_HASH_H

#include "result.h"

#include <windows.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HASH_BYTES 32u

struct hash;

/*
 * End it with hash_destroy. ERROR_NOT_ENOUGH_MEMORY; ERROR_MOD_NOT_FOUND, or what else kept
 * bcrypt.dll from being loaded; ERROR_GEN_FAILURE: it has no SHA-256.
 */
legacy_result hash_create(struct hash **hash);

/* False where the system fails; a failure sticks and is reported by hash_finish too. */
bool hash_feed(struct hash *hash, const void *bytes, size_t byte_count);

/* Once. False: result is untouched. */
bool hash_finish(struct hash *hash, uint8_t result[HASH_BYTES]);

/* NULL is ignored. */
void hash_destroy(struct hash *hash);

/* Bytes in lower-case hexadecimal; text has room for twice as many characters, and a terminator. */
void hash_format(const uint8_t *bytes, size_t byte_count, wchar_t *text);

/* The reverse, of either case; what follows is not looked at. False: it is something else. */
bool hash_parse(const wchar_t *text, uint8_t *bytes, size_t byte_count);

/* All of it in one call. Otherwise as hash_create, and result is untouched. */
legacy_result hash_bytes(const void *bytes, size_t byte_count, uint8_t result[HASH_BYTES]);

#endif
