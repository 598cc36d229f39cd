/*
 * worker.h - the broker's session thread: runs one request at a time against the VSS session.
 *
 * The thread that owns the pipe hands a request over, and goes on listening; it is told by an event
 * when the reply is ready. Only one request is under way at any time.
 */
#ifndef NTDSBROKER_WORKER_H
#define NTDSBROKER_WORKER_H

#include "request.h"

#include <windows.h>

/* What a HELLO said. */
struct worker_limits
{
    uint32_t wait_ms;
    uint32_t retry_ms;
    GUID provider;
};

struct worker;

/* Starts the thread. NULL: GetLastError tells. */
struct worker *worker_create(void);

/* Signalled when the reply to the last request is ready; the caller's to wait on, not to close. */
HANDLE worker_done_event(const struct worker *worker);

/* Hands over a request, which is empty afterwards (takes ownership). Not while one is under way. */
void worker_submit(struct worker *worker, const struct worker_limits *limits,
                   struct request *request);

/* After worker_done_event: the finished frame, or NULL where it could not be built. Good until the
 * next submit. */
const struct protocol_writer *worker_reply(struct worker *worker);

/* What the thread is waiting for now, and since when (GetTickCount64; 0: nothing). Any thread. */
ULONGLONG worker_waiting(struct worker *worker, wchar_t *operation, size_t operation_chars);

/* A call that takes longer hangs: no limit of its own has ended it. */
ULONGLONG worker_overdue_ms(const struct worker_limits *limits);

/*
 * Ends the session in the place of its thread, which hangs in a call of VSS: AbortBackup, or
 * PostRestore. Gives up after limit_ms. The process must be ended afterwards.
 */
void worker_abandon(struct worker *worker, DWORD limit_ms);

/*
 * Cancels what is under way, ends a session that was not completed as a failed one, releases it,
 * ends the thread.
 * False where that took longer than limit_ms: worker_abandon is what is left then.
 */
bool worker_shut_down(struct worker *worker, DWORD limit_ms);

#endif
