/* The progress of one file: a bar on a console, a plain line now and then elsewhere. */
#ifndef SAMPLES_PROGRESS_H
#define SAMPLES_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "paths.h"

#define PROGRESS_NAME_CHARS (FILE_NAME_CHARS + 32)

/* A moment of the copy; two of them give a rate. */
struct progress_mark
{
    uint64_t time_ms;
    uint64_t done_bytes;
};

struct progress
{
    wchar_t name[PROGRESS_NAME_CHARS];
    uint64_t total_bytes;
    uint64_t started_ms;
    uint64_t drawn_ms;
    struct progress_mark newer, older;
    bool terminal;
};

/* Starts the file NAME, NUMBER in a list of COUNT, which has TOTAL_BYTES. */
void progress_start(struct progress *progress, const wchar_t *name, unsigned number, unsigned count,
                    uint64_t total_bytes);

/* DONE_BYTES of it are done. Prints only when the last time was long enough ago. */
void progress_update(struct progress *progress, uint64_t done_bytes);

/* The file is done: replaces the bar with a line of size, time and rate. */
void progress_finish(struct progress *progress, uint64_t done_bytes);

#define PROGRESS_TEXT_CHARS 32

/* Puts "17.2 MiB" into TEXT, of PROGRESS_TEXT_CHARS. */
void progress_size_text(uint64_t bytes, wchar_t *text);

/* Prints "Backup complete: 5 files, 1.2 GiB in 0:17, 75.3 MiB/s."; WHAT is "Backup". */
void progress_print_summary(const wchar_t *what, unsigned file_count, uint64_t bytes,
                            uint64_t milliseconds);

#endif
