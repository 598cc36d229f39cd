/* How far one file is: a bar that is redrawn on a console, a plain line now and then elsewhere. */
#ifndef SAMPLES_PROGRESS_H
#define SAMPLES_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "paths.h"

#define PROGRESS_NAME_CHARS (FILE_NAME_CHARS + 32)

/* A moment of the copy; two of them give the rate of late. */
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

/* Starts counting NAME, a file of TOTAL_BYTES, which is NUMBER in a list of COUNT. */
void progress_start(struct progress *progress, const wchar_t *name, unsigned number, unsigned count,
                    uint64_t total_bytes);

/* Tells how many bytes of it are done; draws only when it is time to. */
void progress_update(struct progress *progress, uint64_t done_bytes);

/* The file is done: replaces the bar by a line with size, time and rate. */
void progress_finish(struct progress *progress, uint64_t done_bytes);

#define PROGRESS_TEXT_CHARS 32

/* "17.2 MiB" for a count of bytes, into TEXT of PROGRESS_TEXT_CHARS. */
void progress_size_text(uint64_t bytes, wchar_t *text);

/* "11.0 MiB/s" for BYTES in MILLISECONDS, into TEXT of PROGRESS_TEXT_CHARS. */
void progress_rate_text(uint64_t bytes, uint64_t milliseconds, wchar_t *text);

/* "0:07" or "1:02:07" for a time, rounded up to whole seconds, into TEXT of PROGRESS_TEXT_CHARS. */
void progress_time_text(uint64_t milliseconds, wchar_t *text);

/* "Backup complete: 5 files, 1.2 GiB in 0:17, 75.3 MiB/s.", where WHAT is "Backup". */
void progress_print_summary(const wchar_t *what, unsigned file_count, uint64_t bytes,
                            uint64_t milliseconds);

#endif
