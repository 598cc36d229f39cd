/*
 * registration.h - what this computer says of a directory: does it run, where are its files.
 *
 * A directory is named by its service: NTDS is that of Active Directory Domain Services, ADAM_ and
 * the instance's name that of an AD LDS instance. SYSTEM is one and the same for both bitnesses.
 */
#ifndef NTDSBCLI_REGISTRATION_H
#define NTDSBCLI_REGISTRATION_H

#include <ntdsvss.h>

#include <windows.h>
#include <stdbool.h>

#define REGISTRATION_SERVICES L"SYSTEM\\CurrentControlSet\\Services\\"
#define REGISTRATION_NTDS     L"NTDS"
#define REGISTRATION_ADLDS    L"ADAM_" /* and the instance's name */

enum directory_location
{
    DIRECTORY_DATABASE_FILE,
    DIRECTORY_LOG_FOLDER,
    DIRECTORY_CHECKPOINT_FOLDER
};

/*
 * ERROR_SUCCESS, or the Win32 code that says why the registry or the service manager cannot be
 * asked; *state is NTDSVSS_STATE_UNKNOWN then. A service that does not exist is stopped.
 */
DWORD registration_state(const wchar_t *service, enum ntdsvss_state *state);

/* Did this computer start in Directory Services Restore Mode? */
bool registration_is_restore_mode(void);

/* The AD LDS instances that are registered here, in quotes, into text; cut where chars is not
 * enough, empty where there are none. */
void registration_list_instances(wchar_t *text, size_t chars);

/* The name of the value, below the service's Parameters, that says where. */
const wchar_t *registration_value(enum directory_location which);

/*
 * The registered local path; free it with free. *path is untouched where the result is not
 * ERROR_SUCCESS. ERROR_FILE_NOT_FOUND: the value, or the whole key, is missing or empty.
 */
LSTATUS registration_location(const wchar_t *service, enum directory_location which,
                              wchar_t **path);

#endif
