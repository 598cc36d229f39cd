/*
 * log_file.h - the log of one host program: a text file that the DLL and its brokers append to.
 *
 * Each line is written by one append, so lines of several processes do not mix. Lines are UTF-8 and
 * begin with the local time, the process id, and E, W, I or T. Logging never fails a call: a line
 * that cannot be written is lost, and GetLastError is left as it was.
 */
#ifndef NTDSBCLI_LOG_FILE_H
#define NTDSBCLI_LOG_FILE_H

#include <windows.h>
#include <stdbool.h>

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
 * Missing folders of path are not made. False where the file cannot be opened, or is a reparse
 * point.
 */
bool log_file_open(const wchar_t *path, enum log_level level);

/* Any thread. */
void log_line(enum log_level level, const wchar_t *format, ...);

/* After it lines are dropped. */
void log_file_close(void);

#endif
