/*
 * fuzz_files.h - one file in memory: whatever is opened is this one.
 */
#ifndef TESTS_FUZZ_FILES_H
#define TESTS_FUZZ_FILES_H

#include <windows.h>

/* What it holds from now on. */
void files_put(const void *bytes, size_t byte_count);

/* What it holds, until the next change. */
const uint8_t *files_bytes(size_t *byte_count);

/* For reading from its start; for writing, empty. */
HANDLE files_open(void);
HANDLE files_create(void);

/* As ReadFile and WriteFile. */
BOOL files_read(HANDLE file, void *bytes, DWORD byte_count, DWORD *got);
BOOL files_write(HANDLE file, const void *bytes, DWORD byte_count, DWORD *written);

#endif
