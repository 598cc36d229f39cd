/*
 * file_source.h - where a file reader has its bytes from: an open file, or a test's stand-in.
 *
 * One thread at a time.
 */
#ifndef NTDSBCLI_FILE_SOURCE_H
#define NTDSBCLI_FILE_SOURCE_H

#include <windows.h>
#include <stdbool.h>
#include <stdint.h>

struct file_source
{
    /* Reads from offset on; *got is less than bytes only at the end of the file. False: see
     * GetLastError; *got is then undefined. */
    bool (*read)(struct file_source *source, uint64_t offset, void *to, uint32_t bytes,
                 uint32_t *got);
    /* The same from the device itself, past the caches, where that can be had. */
    bool (*read_uncached)(struct file_source *source, uint64_t offset, void *to, uint32_t bytes,
                          uint32_t *got);
    /* Reading since it was asked last was so fast that two readers side by side would gain. */
    bool (*is_fast)(struct file_source *source);
    /* One more over the same file, for another thread, with a read and a close of its own only.
     * NULL: it cannot be had, or there is no processor for that thread. */
    struct file_source *(*second)(struct file_source *source);
    void (*close)(struct file_source *source);
};

/* Takes ownership of a handle that can be read synchronously; closes it also where NULL (out of
 * memory) is returned. */
struct file_source *file_source_from_handle(HANDLE file);

#endif
