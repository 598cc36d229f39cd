/*
 * Files beyond 4 GiB with holes, the same on Windows and elsewhere.
 *
 * Knows nothing of ESE. Not for several threads at once.
 */
#ifndef NTDSBCLI_LAB_HOST_FILE_H
#define NTDSBCLI_LAB_HOST_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct host_file
{
    FILE *stream; /* NULL: not open */
    uint64_t bytes;
};

/* Opens an existing file; writable: for reading and writing. False: see errno. */
bool host_file_open(struct host_file *file, const char *path, bool writable);
/* Makes a new file (an old one is emptied); what is never written is a hole where the file system
 * has holes. */
bool host_file_create(struct host_file *file, const char *path);
/* NULL-safe in that a file never opened may be closed. False if writing what was buffered failed.
 */
bool host_file_close(struct host_file *file);

/* Exactly `bytes` at `offset`. */
bool host_file_read(struct host_file *file, uint64_t offset, void *buffer, size_t bytes);
bool host_file_write(struct host_file *file, uint64_t offset, const void *buffer, size_t bytes);
/* Makes the file longer (zeros) or shorter. */
bool host_file_resize(struct host_file *file, uint64_t bytes);

#endif
