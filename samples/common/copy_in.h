/* Copies files into the backup folder, whichever API reads them. */
#ifndef SAMPLES_COPY_IN_H
#define SAMPLES_COPY_IN_H

#include <stdint.h>

#include "file_writer.h"
#include "folder.h"

struct copy_in
{
    struct folder *folder;
    struct file_writer *writer;
    void *buffer;
    DWORD buffer_bytes;
    unsigned file_count;  /* done so far */
    uint64_t total_bytes; /* done so far */
};

/* One file, opened by the caller. */
struct copy_in_file
{
    const wchar_t *name; /* in the folder */
    unsigned number;     /* its place in a list of COUNT, shown with the progress */
    unsigned count;
    uint64_t bytes;

    /* Fills BUFFER; *read is 0 at the end of the file. Errors are reported. */
    enum exit_code (*read)(void *context, void *buffer, DWORD buffer_bytes, DWORD *read);
    void *context;
};

/*
 * Copies one file; it may reach the disk while the next is read. Errors are reported, also of the
 * files before it, and a file that ends early. Ctrl-C (stop.h) gives EXIT_OTHER; the caller reports
 * it.
 */
enum exit_code copy_in_file(struct copy_in *copy, const struct copy_in_file *file);

/* Waits until every file is on the disk: before anybody is told that they are. Errors are reported.
 */
enum exit_code copy_in_finish(struct copy_in *copy);

#endif
