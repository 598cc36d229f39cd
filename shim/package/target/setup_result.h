/*
 * setup_result.h - what setup-target tells the installer: an exit code and an INI file.
 */
#ifndef SETUP_RESULT_H
#define SETUP_RESULT_H

#include <windows.h>
#include <stdbool.h>
#include <wchar.h>

#define SETUP_PATH_CHARS 32768

/* The installer's own: guides/legacy-program.md. */
enum setup_exit
{
    SETUP_GOOD = 0,
    SETUP_USAGE = 2,
    SETUP_NO_PROGRAM = 3,
    SETUP_KIND = 4,
    SETUP_RUNNING = 5,
    SETUP_FOREIGN = 6,
    SETUP_NOT_WRITTEN = 7,
    SETUP_WINDOWS_FOLDER = 8,
    SETUP_LONG_PATH = 9,
    SETUP_STUCK = 10
};

/* Begins the file. With the mark at its beginning the INI functions keep every character. */
bool setup_result_begin(const wchar_t *path);

/* Section [target]. */
void setup_result_tell(const wchar_t *key, const wchar_t *value);

/* Tells the key Message, and returns code. */
enum setup_exit setup_result_refuse(enum setup_exit code, const wchar_t *format, ...);

/* One more sentence for the key Notes: what did not work, and did not stop Setup. */
void setup_result_note(const wchar_t *format, ...);

#endif
