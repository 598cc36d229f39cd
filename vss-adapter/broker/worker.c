/*
 * worker.c - turns requests into calls of the adapter, on the one thread that may make them.
 *
 * Must not know the pipe.
 */
#include "worker.h"

#include "log/log_file.h"

#include <ntdsvss.h>
#include <objbase.h>
#include <stdlib.h>
#include <wchar.h>

#define OPERATION_CHARS 80

_Static_assert(sizeof(wchar_t) == sizeof(uint16_t), "protocol strings are UTF-16 units");
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
    enum protocol_type type;
    uint32_t sequence;
    uint32_t index;
    bool quit;

    /* Written by the session thread before `done` is set. */
    struct protocol_writer reply;
    bool reply_good;

    /* The session thread's alone, but for worker_abandon. */
    struct ntdsvss_backup *volatile backup;

    SRWLOCK waiting_lock; /* guards the two below */
    wchar_t operation[OPERATION_CHARS];
    ULONGLONG since;
};

static void log_session(void *context, enum ntdsvss_level level, const wchar_t *line)
{
    (void)context;
    log_line((enum log_level)level, L"%ls", line);
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

static void put_text(struct protocol_writer *reply, const wchar_t *text)
{
    protocol_put_string(reply, (const uint16_t *)text, wcslen(text));
}

static enum protocol_file_kind wire_kind(enum ntdsvss_file_kind kind)
{
    switch (kind) {
    case NTDSVSS_FILE_DATABASE:
        return PROTOCOL_FILE_DATABASE;
    case NTDSVSS_FILE_LOG:
        return PROTOCOL_FILE_LOG;
    case NTDSVSS_FILE_CHECKPOINT:
        break;
    }
    return PROTOCOL_FILE_CHECKPOINT;
}

static void put_files(struct protocol_writer *reply, const struct ntdsvss_file *files, size_t count)
{
    size_t i;

    protocol_put_u32(reply, (uint32_t)count);
    for (i = 0; i < count; i++) {
        protocol_put_u32(reply, (uint32_t)wire_kind(files[i].kind));
        put_text(reply, files[i].path);
    }
}

static void put_result(struct protocol_writer *reply, HRESULT hr)
{
    protocol_put_u32(reply, (uint32_t)hr);
}

static void close_session(struct worker *worker)
{
    ntdsvss_backup_close(worker->backup);
    worker->backup = NULL;
}

static HRESULT create_session(struct worker *worker, const struct ntdsvss_settings *settings)
{
    struct ntdsvss_backup *backup;
    HRESULT hr = ntdsvss_backup_create(settings, &backup);

    if (SUCCEEDED(hr))
        worker->backup = backup;
    return hr;
}

static void backup_start(struct worker *worker)
{
    struct ntdsvss_settings settings = {
        .wait_ms = worker->limits.wait_ms,
        .retry_ms = worker->limits.retry_ms,
        .cancel = worker->cancel,
        .log = log_session,
        .waiting = note_waiting,
        .context = worker,
    };
    struct ntdsvss_documents documents;
    const struct ntdsvss_file *files;
    size_t count;
    HRESULT hr;

    hr = create_session(worker, &settings);
    if (SUCCEEDED(hr))
        hr = ntdsvss_backup_start(worker->backup);
    put_result(&worker->reply, hr);
    if (FAILED(hr)) {
        close_session(worker);
        return;
    }
    ntdsvss_backup_databases(worker->backup, &files, &count);
    put_files(&worker->reply, files, count);
    ntdsvss_backup_documents(worker->backup, &documents);
    put_text(&worker->reply, documents.components);
    put_text(&worker->reply, documents.writer);
    put_text(&worker->reply, documents.backup_metadata);
}

static void backup_logs(struct worker *worker)
{
    const struct ntdsvss_file *files;
    size_t count;
    HRESULT hr = ntdsvss_backup_logs(worker->backup, &files, &count);

    put_result(&worker->reply, hr);
    if (SUCCEEDED(hr))
        put_files(&worker->reply, files, count);
}

/* The DLL takes the handle out of this process and closes it here in the same step. */
static void backup_open(struct worker *worker)
{
    uint64_t bytes = 0;
    HANDLE file = NULL;
    HRESULT hr = ntdsvss_backup_open_file(worker->backup, worker->index, &file, &bytes);

    put_result(&worker->reply, hr);
    if (FAILED(hr))
        return;
    protocol_put_u64(&worker->reply, (uint64_t)(uintptr_t)file);
    protocol_put_u64(&worker->reply, bytes);
}

static void backup_complete(struct worker *worker)
{
    HRESULT hr = ntdsvss_backup_complete(worker->backup);

    close_session(worker);
    put_result(&worker->reply, hr);
}

static void backup_abort(struct worker *worker)
{
    close_session(worker);
    put_result(&worker->reply, S_OK);
}

static void run_request(struct worker *worker)
{
    protocol_begin(&worker->reply, worker->type, worker->sequence);
    if (worker->type == PROTOCOL_BACKUP_START && !worker->backup)
        backup_start(worker);
    else if (worker->type == PROTOCOL_BACKUP_START || !worker->backup)
        put_result(&worker->reply, E_UNEXPECTED);
    else if (worker->type == PROTOCOL_BACKUP_LOGS)
        backup_logs(worker);
    else if (worker->type == PROTOCOL_BACKUP_OPEN)
        backup_open(worker);
    else if (worker->type == PROTOCOL_BACKUP_COMPLETE)
        backup_complete(worker);
    else
        backup_abort(worker);
    worker->reply_good = protocol_finish(&worker->reply);
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
    close_session(worker);
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
                   enum protocol_type type, uint32_t sequence, uint32_t index)
{
    worker->limits = *limits;
    worker->type = type;
    worker->sequence = sequence;
    worker->index = index;
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

    if (worker->backup)
        ntdsvss_backup_abandon(worker->backup);
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
