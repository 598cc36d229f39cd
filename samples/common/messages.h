/* What went wrong, said to people, and the exit code that says it to programs. */
#ifndef SAMPLES_MESSAGES_H
#define SAMPLES_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <windows.h>

/* The exit codes of the programs; monitoring relies on the numbers. */
enum exit_code
{
    EXIT_OK = 0,
    EXIT_OTHER = 1,
    EXIT_USAGE = 2,
    EXIT_DIRECTORY = 3, /* no domain controller, or its directory runs or stands as it must not */
    EXIT_ACCESS = 4,
    EXIT_SERVICE = 5, /* the server could not do its part: on today's Windows, VSS */
    EXIT_READ = 6,    /* a file could not be read, or is damaged */
    EXIT_WRITE = 7,   /* the folder that receives the files cannot be written */
};

/* Prints an error: the program's name, then like wprintf. */
void messages_error(const wchar_t *format, ...);

/* What to do about a code. */
struct messages_advice
{
    HRESULT hr;
    const wchar_t *text;
};

/* The advice for HR in a table, then in that of the codes which mean the same everywhere; NULL. */
const wchar_t *messages_find_advice(HRESULT hr, const struct messages_advice *table, size_t count);

/*
 * Reports that FUNCTION (about WHAT, a server or file name, or NULL) returned HR: the code, its
 * text from the program's library or the system, and, unless that has said already what to do,
 * ADVICE.
 */
void messages_call_failed(const wchar_t *function, const wchar_t *what, HRESULT hr,
                          const wchar_t *advice);

/*
 * Report that a file could not be used: DOING ("create", "read", ...), PATH, Windows error ERROR,
 * and what to do about it. PLACE says what the file is in: MESSAGES_BACKUP_FOLDER or
 * MESSAGES_DIRECTORY. Return EXIT_READ and EXIT_WRITE.
 */
enum exit_code messages_read_failed(const wchar_t *doing, const wchar_t *path, DWORD error,
                                    const wchar_t *place);
enum exit_code messages_write_failed(const wchar_t *doing, const wchar_t *path, DWORD error,
                                     const wchar_t *place);

#define MESSAGES_BACKUP_FOLDER L"backup folder"
#define MESSAGES_DIRECTORY     L"directory"

/* Report that there is no memory. Return EXIT_OTHER. */
enum exit_code messages_no_memory(void);
enum exit_code messages_no_buffer(DWORD bytes);

#endif
