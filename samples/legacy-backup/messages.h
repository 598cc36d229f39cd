/* What went wrong, said to people, and the exit code that says it to programs. */
#ifndef LEGACY_BACKUP_MESSAGES_H
#define LEGACY_BACKUP_MESSAGES_H

#include <windows.h>

/* The exit codes of the program; monitoring relies on the numbers. */
enum exit_code
{
    EXIT_OK = 0,
    EXIT_OTHER = 1,
    EXIT_USAGE = 2,
    EXIT_OFFLINE = 3, /* no domain controller, or its directory is not online */
    EXIT_ACCESS = 4,
    EXIT_SERVICE = 5, /* the server could not provide the backup: on today's Windows, VSS */
    EXIT_READ = 6,    /* a file could not be read, or is damaged */
    EXIT_WRITE = 7,   /* the backup folder cannot be written */
};

/* What the backup was about when a call failed: the same code means different things. */
enum backup_step
{
    STEP_CONNECT, /* DsIsNTDSOnline */
    STEP_PREPARE,
    STEP_READ, /* lists, open, read, close, logs */
    STEP_END,
};

/*
 * Reports that FUNCTION (about WHAT, a server or file name, or NULL) returned HR: code, its text
 * from the DLL or the system, and what to do. Returns the exit code that belongs to it, never
 * EXIT_OK.
 */
enum exit_code messages_call_failed(const wchar_t *function, const wchar_t *what, HRESULT hr,
                                    enum backup_step step);

/*
 * Reports that the backup folder or a file in it could not be used: DOING ("create", "write", ...),
 * PATH, Windows error ERROR. Returns EXIT_WRITE.
 */
enum exit_code messages_write_failed(const wchar_t *doing, const wchar_t *path, DWORD error);

#endif
