/* Writes files, and brings them to the disk beside the writing of what follows: a thread flushes
 * what has been written while the caller reads and writes on. */
#ifndef SAMPLES_FILE_WRITER_H
#define SAMPLES_FILE_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

/* How a file for a writer is shared: it is flushed through a handle of its own, as Windows lets
 * every write through one handle wait for a flush through the same. */
#define FILE_WRITER_SHARE FILE_SHARE_WRITE

/* One thread of the program's uses it. */
struct file_writer;

/* NULL with the last error set. */
struct file_writer *file_writer_start(void);

/*
 * FILE, which is empty and lies at PATH, is written next. It will have BYTES, which are set aside
 * now: a full disk is noticed at once. TAG comes back in file_writer_failed. The writer closes
 * FILE, also after a failure. False: it failed, or a file before it.
 */
bool file_writer_open(struct file_writer *writer, HANDLE file, const wchar_t *path, uint64_t bytes,
                      void *tag);

/* The next BYTES of that file. False: as above. */
bool file_writer_write(struct file_writer *writer, const void *data, DWORD bytes);

/* That file is complete: it goes to the disk and is closed. */
void file_writer_close(struct file_writer *writer);

/* Waits until every file is on the disk and closed. False: as above. */
bool file_writer_wait(struct file_writer *writer);

/* The Win32 code of the first file that could not be written, and its tag; ERROR_SUCCESS: none. */
DWORD file_writer_failed(struct file_writer *writer, void **tag);

/* Ends the thread and closes every file; what was not waited for may not be on the disk. NULL is
 * allowed. */
void file_writer_stop(struct file_writer *writer);

#endif
