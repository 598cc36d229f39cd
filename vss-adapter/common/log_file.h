/*
 * log_file.h - the log of one host program: a text file that the DLL and its brokers append to.
 *
 * Each line is written by one append, so lines of several processes do not mix. Lines are UTF-8 and
 * begin with the local time, the process id, and E, W, I or T. Logging never fails a call: a line
 * that cannot be written is lost, and GetLastError is left as it was.
 *
 * A file that has reached LOG_FILE_MAX_BYTES becomes <name>.old, in the place of the one before,
 * and a new one is begun: two files at most, whatever happens. Every process that writes to it sees
 * that by the size of what it has open, and follows. Where an account may not rename the file, or
 * somebody keeps the old one open without sharing it, the file grows on, and it is tried again
 * from time to time.
 */
#ifndef NTDSBCLI_LOG_FILE_H
#define NTDSBCLI_LOG_FILE_H

#include <windows.h>
#include <stdbool.h>

#define LOG_FILE_MAX_BYTES (8u * 1024 * 1024)

enum log_level
{
    LOG_OFF = 0,
    LOG_ERROR,
    LOG_WARNING,
    LOG_INFO,
    LOG_TRACE
};

/*
 * Opens the log for this process; lines above level are dropped. A second call replaces the first.
 * Missing folders of path are not made. False where the file cannot be opened, is a
 * reparse point, or has a second name (hard link).
 */
bool log_file_open(const wchar_t *path, enum log_level level);

/* Any thread. */
void log_line(enum log_level level, const wchar_t *format, ...);

/*
 * A line that says whose log it is: written at every level, and once more at the beginning of each
 * file that follows. The last one counts.
 */
void log_head(const wchar_t *format, ...);

/*
 * Also hands every line, whatever its level, to a function of this process (NULL: no longer), from
 * the thread that writes it. It must not log.
 */
typedef void (*log_watch)(void *context, enum log_level level, const wchar_t *line);
void log_file_watch(log_watch watch, void *context);

/* After it lines are dropped. */
void log_file_close(void);

#endif
