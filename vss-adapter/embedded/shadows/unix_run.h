/*
 * unix_run.h - runs a shell script on the host and waits for its end.
 *
 * Under Wine, a Windows process gets no handle, exit code or pipe of a Unix child. Names of empty
 * files stand in for them, as a full disk has room for a name: the script makes $0.pid.<its process
 * id> and, last, $0.rc.<its exit code>.
 */
#ifndef NTDSBCLI_EMBEDDED_UNIX_RUN_H
#define NTDSBCLI_EMBEDDED_UNIX_RUN_H

#include <windows.h>

/* Begin and end of a script that does not handle TERM. Its result is its last command's. */
#define UNIX_RUN_BEGIN "exec </dev/null >/dev/null 2>&1\n" UNIX_RUN_SAY_PID
#define UNIX_RUN_END   "true >\"$0.rc.$?\"\n"

#define UNIX_RUN_SAY_PID "true >\"$0.pid.$$\"\n"

/* The exit code of a script that was cancelled. */
#define UNIX_RUN_CANCELLED 143

/*
 * Runs script with count arguments, $1 and so on. tag names the job, for unix_cancel from any
 * process. If cancel (may be NULL) is signalled, the script gets a TERM and is waited for.
 *
 * S_OK: *exit_code is set. A failure: the script could not be started, died, or did not end in
 * time: then unix_cancel still finds it. ERROR_DISK_FULL (as an HRESULT): not even the names have
 * room; with a NULL exit_code the script runs nevertheless, and the caller looks at what it did.
 */
HRESULT unix_run(const wchar_t *tag, const char *script, const wchar_t *const *arguments,
                 size_t count, HANDLE cancel, int *exit_code);

/*
 * Ends a job that another process left behind: sends a TERM, waits for its end and removes its
 * names. Returns at once if there is no such job.
 */
void unix_cancel(const wchar_t *tag);

#endif
