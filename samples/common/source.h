/* The folder of a backup, for reading. */
#ifndef SAMPLES_SOURCE_H
#define SAMPLES_SOURCE_H

#include <stdint.h>

#include "messages.h"

struct source
{
    const wchar_t *shown; /* as the user wrote it; borrowed */
    wchar_t *path;        /* full, in the \\?\ form, which may be longer than MAX_PATH */
};

/*
 * Opens the folder SHOWN. Refused if it lacks MARKER, the file that PROGRAM renames last. Errors
 * are reported. End with source_close, also after a failure.
 */
enum exit_code source_open(struct source *source, const wchar_t *shown, const wchar_t *marker,
                           const wchar_t *program);

/*
 * Opens the file NAME, which has no path, for reading. *bytes receives its size. The caller closes
 * *file. Errors are reported.
 */
enum exit_code source_open_file(const struct source *source, const wchar_t *name, HANDLE *file,
                                uint64_t *bytes);

/*
 * Reads a whole small file; an empty one is refused. *data is on the heap, and two zero bytes
 * follow its *bytes; it is NULL after an error. Errors are reported.
 */
enum exit_code source_read(const struct source *source, const wchar_t *name, void **data,
                           DWORD *bytes);

/* Reports the PROBLEM ("is missing") of the file NAME. Returns EXIT_READ. */
enum exit_code source_report_useless(const wchar_t *name, const wchar_t *problem);

/* Frees what the structure holds. */
void source_close(struct source *source);

#endif
