/*
 * worker.c - runs requests on the one thread that may talk to VSS.
 */
#include "worker.h"

#include "common/log_file.h"
#include "broker_session.h"

#include <objbase.h>
#include <stdlib.h>
#include <wchar.h>

#define OPERATION_CHARS 80
/* A wait ends itself within its limit and the time to cancel: 30 s, or twice a shorter limit. */
#define OVERDUE_MARGIN_MAX_MS 45000u

_Static_assert((int)NTDSVSS_LEVEL_ERROR == (int)LOG_ERROR &&
                   (int)NTDSVSS_LEVEL_TRACE == (int)LOG_TRACE,
               "levels are passed through");

struct worker
{
    HANDLE thread;
    HANDLE submitted; /* auto-reset */
    HANDLE done;      /* auto-reset */
    HANDLE cancel;    /* manual-reset */

    /* Written by the submitting thread before `submitted` is set. */
    struct worker_limits limits;
    struct request request; /* the session thread's from then on */
    bool quit;

    /* Written by the session thread before `done` is set. */
    struct protocol_writer reply;
    bool reply_good;

    struct vss_session session; /* the session thread's alone, but for worker_abandon */

    SRWLOCK waiting_lock; /* guards the two below */
    wchar_t operation[OPERATION_CHARS];
    ULONGLONG since;
};

static void log_session(void *context, enum ntdsvss_level level, const wchar_t *line)
{
    (void)context;
    /* Set in, as the call of the old API that it belongs to stands around it. */
    log_line((enum log_level)level, L"  %ls", line);
}

static void note_waiting(void *context, const wchar_t *operation)
{
    struct worker *worker = context;

    AcquireSRWLockExclusive(&worker->waiting_lock);
    worker->since = operation ? GetTickCount64() : 0;
    wcsncpy(worker->operation, operation ? operation : L"", OPERATION_CHARS - 1);
    ReleaseSRWLockExclusive(&worker->waiting_lock);
}

ULONGLONG worker_waiting(struct worker *worker, wchar_t *operation, size_t operation_chars)
{
    ULONGLONG since;

    AcquireSRWLockShared(&worker->waiting_lock);
    since = worker->since;
    wcsncpy(operation, worker->operation, operation_chars - 1);
    operation[operation_chars - 1] = 0;
    ReleaseSRWLockShared(&worker->waiting_lock);
    return since;
}

ULONGLONG worker_overdue_ms(const struct worker_limits *limits)
{
    ULONGLONG margin_ms = 3 * (ULONGLONG)limits->wait_ms;

    if (margin_ms > OVERDUE_MARGIN_MAX_MS)
        margin_ms = OVERDUE_MARGIN_MAX_MS;
    return limits->wait_ms + margin_ms;
}

static void set_settings(struct worker *worker)
{
    worker->session.settings = (struct ntdsvss_settings){
        .wait_ms = worker->limits.wait_ms,
        .retry_ms = worker->limits.retry_ms,
        .provider = worker->limits.provider,
        .cancel = worker->cancel,
        .log = log_session,
        .waiting = note_waiting,
        .context = worker,
    };
}

static void run_request(struct worker *worker)
{
    set_settings(worker);
    protocol_begin(&worker->reply, worker->request.type, worker->request.sequence);
    vss_session_run(&worker->session, &worker->request, &worker->reply);
    worker->reply_good = protocol_finish(&worker->reply);
    request_fini(&worker->request);
}

static DWORD WINAPI session_thread(void *parameter)
{
    struct worker *worker = parameter;
    HRESULT hr = CoInitializeEx(NULL, COINIT_MULTITHREADED);

    if (FAILED(hr))
        log_line(LOG_ERROR, L"CoInitializeEx failed: 0x%08lx", (unsigned long)hr);
    for (;;) {
        WaitForSingleObject(worker->submitted, INFINITE);
        if (worker->quit)
            break;
        run_request(worker);
        SetEvent(worker->done);
    }
    vss_session_close(&worker->session);
    if (SUCCEEDED(hr))
        CoUninitialize();
    return 0;
}

static void destroy(struct worker *worker)
{
    if (worker->thread)
        CloseHandle(worker->thread);
    if (worker->submitted)
        CloseHandle(worker->submitted);
    if (worker->done)
        CloseHandle(worker->done);
    if (worker->cancel)
        CloseHandle(worker->cancel);
    protocol_writer_fini(&worker->reply);
    request_fini(&worker->request);
    free(worker);
}

struct worker *worker_create(void)
{
    struct worker *worker = calloc(1, sizeof(*worker));

    if (!worker)
        return NULL;
    InitializeSRWLock(&worker->waiting_lock);
    worker->submitted = CreateEventW(NULL, FALSE, FALSE, NULL);
    worker->done = CreateEventW(NULL, FALSE, FALSE, NULL);
    worker->cancel = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (worker->submitted && worker->done && worker->cancel)
        worker->thread = CreateThread(NULL, 0, session_thread, worker, 0, NULL);
    if (!worker->thread) {
        destroy(worker);
        return NULL;
    }
    return worker;
}

HANDLE worker_done_event(const struct worker *worker)
{
    return worker->done;
}

void worker_submit(struct worker *worker, const struct worker_limits *limits,
                   struct request *request)
{
    worker->limits = *limits;
    worker->request = *request;
    memset(request, 0, sizeof(*request));
    SetEvent(worker->submitted);
}

const struct protocol_writer *worker_reply(struct worker *worker)
{
    return worker->reply_good ? &worker->reply : NULL;
}

static DWORD WINAPI abandon_thread(void *parameter)
{
    struct worker *worker = parameter;
    HRESULT hr = CoInitializeEx(NULL, COINIT_MULTITHREADED);

    vss_session_abandon(&worker->session);
    if (SUCCEEDED(hr))
        CoUninitialize();
    return 0;
}

void worker_abandon(struct worker *worker, DWORD limit_ms)
{
    HANDLE thread = CreateThread(NULL, 0, abandon_thread, worker, 0, NULL);

    if (!thread)
        return;
    WaitForSingleObject(thread, limit_ms);
    CloseHandle(thread);
}

bool worker_shut_down(struct worker *worker, DWORD limit_ms)
{
    /* A request still under way runs into the cancel event, then the thread sees quit. */
    worker->quit = true;
    SetEvent(worker->cancel);
    SetEvent(worker->submitted);
    if (WaitForSingleObject(worker->thread, limit_ms) != WAIT_OBJECT_0)
        return false;
    destroy(worker);
    return true;
}
