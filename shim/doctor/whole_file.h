/*
 * whole_file.h - reads a small file into memory.
 */
#ifndef NTDSDOCTOR_WHOLE_FILE_H
#define NTDSDOCTOR_WHOLE_FILE_H

#include "host/result.h"

#include <windows.h>

/* Enough for every expiry token. */
#define WHOLE_FILE_TOKEN_BYTES_MAX (16u * 1024 * 1024)

/* *bytes: free. ERROR_INVALID_DATA: over max_bytes. ERROR_NOT_ENOUGH_MEMORY, or the system's. */
legacy_result whole_file_read(const wchar_t *path, DWORD max_bytes, void **bytes,
                              DWORD *byte_count);

#endif
