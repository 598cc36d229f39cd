/* The folder that holds a backup, for reading. */
#ifndef SAMPLES_SOURCE_H
#define SAMPLES_SOURCE_H

#include <stdint.h>

#include "messages.h"

struct source
{
    const wchar_t *shown; /* as the user wrote it; borrowed */
    wchar_t *path;        /* full, in the form that may be longer than MAX_PATH */
};

/*
 * Opens SHOWN, a folder that holds MARKER, the file that PROGRAM gives its name last; any other is
 * refused. Errors are reported. End with source_close, also after a failure.
 */
enum exit_code source_open(struct source *source, const wchar_t *shown, const wchar_t *marker,
                           const wchar_t *program);

/*
 * Opens the file NAME (a plain name without a path) for reading. *file is closed by the caller,
 * *bytes its size. Errors are reported.
 */
enum exit_code source_open_file(const struct source *source, const wchar_t *name, HANDLE *file,
                                uint64_t *bytes);

/*
 * Reads a whole small file that must not be empty. *data is on the heap, two zero bytes longer than
 * *bytes; it is NULL after an error, which is reported.
 */
enum exit_code source_read(const struct source *source, const wchar_t *name, void **data,
                           DWORD *bytes);

/* Reports that the file NAME cannot be used for a restore: PROBLEM ("is missing"). EXIT_READ. */
enum exit_code source_report_useless(const wchar_t *name, const wchar_t *problem);

/* Frees what the structure holds. */
void source_close(struct source *source);

#endif
