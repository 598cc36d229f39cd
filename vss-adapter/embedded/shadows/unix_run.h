/*
 * Runs a shell script on the host and waits for its end.
 *
 * A Windows process under Wine gets no handle, exit code or pipe of a Unix child; a folder is used
 * instead: the script finds it as $0, writes its process id into $0/pid and, last, its exit code
 * into $0/rc (through a rename, so that it appears whole).
 */
#ifndef NTDSBCLI_EMBEDDED_UNIX_RUN_H
#define NTDSBCLI_EMBEDDED_UNIX_RUN_H

#include <windows.h>

/* Exit code that a script gives itself when it was cancelled. */
#define UNIX_RUN_CANCELLED 143

/* Runs `script` with arguments $1.. (count of them). `tag` names the folder and with it the job,
 * for unix_cancel from any process. `cancel` (may be NULL): when signalled, the script gets a TERM
 * and is waited for. On S_OK *exit_code is set; a failure HRESULT means that the script could not
 * be started or did not end in time. */
HRESULT unix_run(const wchar_t *tag, const char *script, const wchar_t *const *arguments,
                 size_t count, HANDLE cancel, int *exit_code);

/* Ends a job that another process left behind: TERM, then waits for its end and removes its folder.
 * Returns at once when there is no such job. */
void unix_cancel(const wchar_t *tag);

#endif
