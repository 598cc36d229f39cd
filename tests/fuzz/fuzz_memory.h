/*
 * fuzz_memory.h - the targets that are portable C: token, documents of VSS, program files.
 */
#ifndef TESTS_FUZZ_MEMORY_H
#define TESTS_FUZZ_MEMORY_H

#include "fuzz_targets.h"

/* Both readers of XML; a text that was taken writes, reads and writes again the same. */
void fuzz_document(const uint8_t *data, size_t bytes);

/* A program file: what is found in it lies within its bytes. */
void fuzz_image(const uint8_t *data, size_t bytes);

/* A token's fields lie within its bytes, the texts, hashes and databases included. */
void fuzz_token(const uint8_t *data, size_t bytes);

#endif
