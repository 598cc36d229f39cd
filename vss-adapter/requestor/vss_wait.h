/*
 * vss_wait.h - waits for an asynchronous VSS operation, within limits.
 */
#ifndef NTDSVSS_VSS_WAIT_H
#define NTDSVSS_VSS_WAIT_H

#include <ntdsvss.h>

#include <vss.h>

/*
 * Waits until the operation is over and releases *async. started is what the call that returned
 * *async returned: if it failed, nothing is waited for, and *async may be NULL.
 *
 * S_OK, the operation's own error, HRESULT_FROM_WIN32(ERROR_TIMEOUT) or ...(ERROR_CANCELLED); after
 * the last two the operation was asked to stop and has stopped, unless it did not within 30 s, or
 * twice settings->wait_ms where that is less.
 */
HRESULT vss_wait(const struct ntdsvss_settings *settings, const wchar_t *operation, HRESULT started,
                 IVssAsync **async);

#endif
