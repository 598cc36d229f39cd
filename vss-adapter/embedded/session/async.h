/*
 * async.h - IVssAsync: an operation on a thread of its own.
 */
#ifndef NTDSBCLI_EMBEDDED_ASYNC_H
#define NTDSBCLI_EMBEDDED_ASYNC_H

#include <windows.h>
#include <vss.h>

/*
 * The operation. Runs on the worker thread with COM entered (MTA); a long one checks the event
 * cancel. S_OK: finished; E_ABORT: cancelled; anything else is its error.
 */
typedef HRESULT (*async_operation)(void *context, HANDLE cancel);

/* Called once, on the worker thread, after the operation and before its end is visible. */
typedef void (*async_completion)(void *context);

/*
 * Starts an operation. The caller gets one reference in *async. context must live until complete
 * was called. On failure neither function was or will be called.
 */
HRESULT async_start(async_operation operation, async_completion complete, void *context,
                    IVssAsync **async);

#endif
