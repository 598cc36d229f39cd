/* Copies files of the directory's backup into the backup folder. */
#ifndef SAMPLES_COPY_IN_H
#define SAMPLES_COPY_IN_H

#include <stdint.h>

#include "folder.h"

struct copy_in
{
    struct folder *folder;
    void *buffer;
    DWORD buffer_bytes;
    unsigned file_count;  /* done so far */
    uint64_t total_bytes; /* done so far */
};

/* One file, open wherever it comes from. */
struct copy_in_file
{
    const wchar_t *name; /* in the folder */
    unsigned number;     /* its place in a list of COUNT, for people */
    unsigned count;
    uint64_t bytes;

    /* Fills BUFFER: *read is 0 at the file's end. Errors are reported. */
    enum exit_code (*read)(void *context, void *buffer, DWORD buffer_bytes, DWORD *read);
    void *context;
};

/*
 * Copies one file. Errors are reported, and a file that ends early is one. A wish to stop (stop.h)
 * is reported by the caller and gives EXIT_OTHER.
 */
enum exit_code copy_in_file(struct copy_in *copy, const struct copy_in_file *file);

#endif
