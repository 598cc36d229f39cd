/*
 * unix_run.h - runs a shell script on the host and waits for its end.
 *
 * Under Wine, a Windows process gets no handle, exit code or pipe of a Unix child. A folder stands
 * in for them: the script finds it as $0, writes its process id into $0/pid and, last, its exit
 * code into $0/rc, by a rename, so that it appears whole.
 */
#ifndef NTDSBCLI_EMBEDDED_UNIX_RUN_H
#define NTDSBCLI_EMBEDDED_UNIX_RUN_H

#include <windows.h>

/* Begin and end of a script that does not handle TERM. Its result is its last command's. */
#define UNIX_RUN_BEGIN "exec </dev/null >\"$0/log\" 2>&1\necho $$ >\"$0/pid\"\n"
#define UNIX_RUN_END   "echo $? >\"$0/rc.tmp\"; mv \"$0/rc.tmp\" \"$0/rc\"\n"

/* The exit code of a script that was cancelled. */
#define UNIX_RUN_CANCELLED 143

/*
 * Runs script with count arguments, $1 and so on. tag names the folder and with it the job, for
 * unix_cancel from any process. If cancel (may be NULL) is signalled, the script gets a TERM and is
 * waited for.
 *
 * S_OK: *exit_code is set. A failure: the script could not be started, or did not end in time.
 */
HRESULT unix_run(const wchar_t *tag, const char *script, const wchar_t *const *arguments,
                 size_t count, HANDLE cancel, int *exit_code);

/*
 * Ends a job that another process left behind: sends a TERM, waits for its end and removes its
 * folder. Returns at once if there is no such job.
 */
void unix_cancel(const wchar_t *tag);

#endif
