/*
 * directory.h - this computer's directory service: is it a domain controller, does it run, where
 * are its files.
 */
#ifndef NTDSBCLI_DIRECTORY_H
#define NTDSBCLI_DIRECTORY_H

#include <windows.h>

enum directory_state
{
    DIRECTORY_ABSENT,  /* not a domain controller */
    DIRECTORY_ONLINE,  /* the service runs, and not in Directory Services Restore Mode */
    DIRECTORY_OFFLINE, /* stopped, or restore mode */
    DIRECTORY_BETWEEN  /* starting, stopping or paused: neither of the two */
};

enum directory_state directory_query_state(void);

enum directory_location
{
    DIRECTORY_DATABASE_FILE,
    DIRECTORY_LOG_FOLDER,
    DIRECTORY_CHECKPOINT_FOLDER
};

/*
 * The registered local path; free it with free. *path is untouched where the result is not S_OK: a
 * Win32 code (2: the value is missing).
 */
HRESULT directory_location(enum directory_location which, wchar_t **path);

#endif
