/* Error messages and exit codes. */
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
    EXIT_DIRECTORY = 3, /* no domain controller, or its directory is in the wrong state */
    EXIT_ACCESS = 4,
    EXIT_SERVICE = 5, /* the server could not do its part, mostly VSS */
    EXIT_READ = 6,    /* a file could not be read, or is damaged */
    EXIT_WRITE = 7,   /* the folder that receives the files cannot be written */
};

/* Prints an error: the program's name, then like wprintf. */
void messages_error(const wchar_t *format, ...);

/* Advice that several tables give. */
#define MESSAGES_NO_MEMORY L"Close other programs, then try again."
#define MESSAGES_TIMEOUT                                                                           \
    L"The server did not answer in time. Try again when it is less busy. If that does not help, "  \
    L"restart its Volume Shadow Copy service."

/* What to do about a code. */
struct messages_advice
{
    HRESULT hr;
    const wchar_t *text;
};

/* The advice for HR in TABLE, else the general one; NULL if there is none. */
const wchar_t *messages_find_advice(HRESULT hr, const struct messages_advice *table, size_t count);

/*
 * Reports that FUNCTION, called for WHAT (a server, a file or NULL), returned HR: the code, its
 * text in the program's library or in Windows, and ADVICE unless that text gives some already.
 */
void messages_call_failed(const wchar_t *function, const wchar_t *what, HRESULT hr,
                          const wchar_t *advice);

/*
 * Reports that DOING ("create", "read" ...) failed for the file PATH with the Windows error ERROR,
 * and what to do about it. The file is in PLACE: MESSAGES_BACKUP_FOLDER or MESSAGES_DIRECTORY.
 * Returns CODE, which is EXIT_READ or EXIT_WRITE.
 */
enum exit_code messages_file_failed(enum exit_code code, const wchar_t *doing, const wchar_t *path,
                                    DWORD error, const wchar_t *place);

#define MESSAGES_BACKUP_FOLDER L"backup folder"
#define MESSAGES_DIRECTORY     L"directory"

/* What a folder with *.part files is told to hold. */
#define MESSAGES_INTERRUPTED L"It holds the unusable rest of an interrupted backup (*.part)."

/* Report that memory ran out. Return EXIT_OTHER. */
enum exit_code messages_no_memory(void);
enum exit_code messages_no_buffer(DWORD bytes);

#endif
