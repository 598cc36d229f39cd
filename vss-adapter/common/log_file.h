/*
 * log_file.h - the log of one host program: a text file that the DLL and its brokers append to.
 *
 * The host's process alone opens the file, and nobody else can open it for writing meanwhile. Its
 * brokers get handles of it from the host (log_file_give): they open nothing by name, so it does
 * not matter what became of the name or the folder, nor whose account a broker has.
 *
 * Each line is written by one append, so lines of several processes do not mix. Lines are UTF-8 and
 * begin with the local time, the process id, and E, W, I or T. Logging never fails a call: a line
 * that cannot be written is lost, and GetLastError is left as it was.
 *
 * A file that has reached LOG_FILE_MAX_BYTES is followed by another one, which the host opens. If
 * there is none, the file grows on, and it is tried again from time to time.
 */
#ifndef NTDSBCLI_LOG_FILE_H
#define NTDSBCLI_LOG_FILE_H

#include <windows.h>
#include <stdbool.h>
#include <stdint.h>

#define LOG_FILE_MAX_BYTES (8u * 1024 * 1024)

enum log_level
{
    LOG_OFF = 0,
    LOG_ERROR,
    LOG_WARNING,
    LOG_INFO,
    LOG_TRACE
};

/* Makes the full file the old one and opens the next, which may be appended to; NULL: it cannot.
 * It must not log, and full is closed after it. */
typedef HANDLE (*log_file_next)(HANDLE full);

/* Takes the handle of a file over, for appending; lines above level are dropped. A second call
 * replaces the first. next: NULL in a broker, whose host gives it the file that follows. */
void log_file_use(HANDLE file, enum log_level level, log_file_next next);

/* Changes with each file, also to none. */
uint32_t log_file_number(void);

/* Duplicates the file into another process, for appending alone. *given is 0 if there is none or it
 * fails; the result is log_file_number's. */
uint32_t log_file_give(HANDLE process, uint64_t *given);

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
