/*
 * fuzz_pipe.c - the pipe between the DLL and its broker, with one of its ends played by any bytes.
 *
 * Both ends are the product's own (broker_client.c, server.c): frames come in pieces of any size,
 * requests while another one is served, and the end at any place. Must not know names.
 */
#include "fuzz_files.h"
#include "fuzz_promise.h"
#include "fuzz_windows.h"

#include "broker/server.h"
#include "broker/worker.h"
#include "remote/broker_client.h"
#include "remote/broker_process.h"
#include "common/log_file.h"

#include <stdlib.h>
#include <string.h>

static const HANDLE pipe_handle = (HANDLE)(uintptr_t)32;
static const HANDLE done_event = (HANDLE)(uintptr_t)36;

/* What the other end says, and the read that waits for it. */
static struct
{
    const uint8_t *next;
    size_t left_bytes;
    uint32_t chance;
    void *wanted;
    DWORD wanted_bytes;
    DWORD written_bytes; /* by a write; 0: a read is asked for */
    const uint8_t *start;
    bool is_broker;
    struct protocol_header asked; /* by the DLL, last */
} peer;

static uint32_t chance(uint32_t below)
{
    peer.chance = peer.chance * 1664525u + 1013904223u;
    return (peer.chance >> 16) % below;
}

static void begin(const uint8_t *data, size_t bytes)
{
    memset(&peer, 0, sizeof(peer));
    peer.chance = data[0];
    peer.start = peer.next = data + 1;
    peer.left_bytes = bytes - 1;
}

/* --- the pipe ----------------------------------------------------------------------------- */

DWORD GetLastError(void)
{
    return ERROR_IO_PENDING;
}

BOOL ReadFile(HANDLE file, void *bytes, DWORD byte_count, DWORD *got, OVERLAPPED *io)
{
    if (!io)
        return files_read(file, bytes, byte_count, got);
    PROMISE(file == pipe_handle && !got);
    peer.wanted = bytes;
    peer.wanted_bytes = byte_count;
    peer.written_bytes = 0;
    return FALSE;
}

/* The DLL goes on only after an answer to what it asked, with nothing behind it. */
static void check_answer(void)
{
    struct protocol_header answer = {0};
    const uint8_t *at = peer.start;
    const uint8_t *payload = NULL;

    while (at < peer.next) {
        PROMISE(protocol_header_parse(at, &answer));
        payload = at + PROTOCOL_HEADER_BYTES;
        at = payload + answer.payload_bytes;
    }
    PROMISE(at == peer.next && payload && answer.payload_bytes >= 4);
    PROMISE(answer.type == peer.asked.type && answer.sequence == peer.asked.sequence);
    if (payload[3] & 0x80)
        PROMISE(answer.payload_bytes == 4);
    else if (answer.type == PROTOCOL_BACKUP_OPEN || answer.type == PROTOCOL_RESTORE_OPEN)
        PROMISE(answer.payload_bytes == 20);
}

/* Whatever is said is a frame of this version. */
BOOL WriteFile(HANDLE file, const void *bytes, DWORD byte_count, DWORD *written, OVERLAPPED *io)
{
    struct protocol_header header;

    if (!io)
        return files_write(file, bytes, byte_count, written);
    PROMISE(file == pipe_handle && !written && byte_count >= PROTOCOL_HEADER_BYTES);
    PROMISE(protocol_header_parse(bytes, &header));
    PROMISE(header.payload_bytes == byte_count - PROTOCOL_HEADER_BYTES);
    if (peer.is_broker && peer.asked.sequence)
        check_answer();
    peer.asked = header;
    peer.written_bytes = byte_count;
    return FALSE;
}

BOOL GetOverlappedResult(HANDLE file, OVERLAPPED *io, DWORD *moved, BOOL wait)
{
    DWORD count = peer.wanted_bytes;

    (void)io;
    (void)wait;
    PROMISE(file == pipe_handle);
    if (peer.written_bytes) {
        *moved = peer.written_bytes;
        peer.written_bytes = 0;
        return TRUE;
    }
    if (count > peer.left_bytes)
        count = (DWORD)peer.left_bytes;
    if (count > 1 && chance(4) == 0)
        count = 1 + chance(count);
    if (!count)
        return FALSE;
    memcpy(peer.wanted, peer.next, count);
    peer.next += count;
    peer.left_bytes -= count;
    *moved = count;
    return TRUE;
}

BOOL CancelIo(HANDLE file)
{
    (void)file;
    return TRUE;
}

/* --- the log ------------------------------------------------------------------------------ */

void log_line(enum log_level level, const wchar_t *format, ...)
{
    (void)level;
    (void)format;
}

void log_file_use(HANDLE file, enum log_level level, log_file_next next)
{
    PROMISE(level <= LOG_TRACE && !next && (!file || GetFileType(file) == FILE_TYPE_DISK));
}

uint32_t log_file_number(void)
{
    return 1;
}

uint32_t log_file_give(HANDLE process, uint64_t *given)
{
    (void)process;
    *given = 0x44;
    return 1;
}

/* --- the worker behind the broker's end --------------------------------------------------- */

struct worker
{
    bool busy;
    bool failing;
    struct protocol_writer reply;
};

struct worker *worker_create(void)
{
    struct worker *worker = calloc(1, sizeof(*worker));

    PROMISE(worker);
    return worker;
}

HANDLE worker_done_event(const struct worker *worker)
{
    (void)worker;
    return done_event;
}

static struct worker *present;

/* One at a time, of a type that a session serves, with terminated texts where its type has some. */
void worker_submit(struct worker *worker, const struct worker_limits *limits,
                   struct request *request)
{
    size_t i;

    PROMISE(!worker->busy && limits->wait_ms != 0);
    PROMISE(request->type > PROTOCOL_HELLO && request->type < PROTOCOL_KEEPALIVE);
    for (i = 0; i < REQUEST_TEXTS_MAX; i++) {
        bool expected = request->type == PROTOCOL_RESTORE_REGISTER ||
                        (request->type == PROTOCOL_BACKUP_START && i < 1) ||
                        (request->type == PROTOCOL_RESTORE_START && i < 2);

        PROMISE((request->texts[i] != NULL) == expected);
        if (request->texts[i])
            PROMISE(wcslen((const wchar_t *)request->texts[i]) <= PROTOCOL_REQUEST_MAX_BYTES / 2);
    }
    worker->busy = true;
    worker->failing = chance(8) == 0;
    present = worker;
    protocol_begin(&worker->reply, request->type, request->sequence);
    protocol_put_u32(&worker->reply, 0);
    PROMISE(protocol_finish(&worker->reply));
    request_fini(request);
}

const struct protocol_writer *worker_reply(struct worker *worker)
{
    PROMISE(worker->busy);
    worker->busy = false;
    return worker->failing ? NULL : &worker->reply;
}

ULONGLONG worker_waiting(struct worker *worker, wchar_t *operation, size_t operation_chars)
{
    (void)worker;
    PROMISE(operation_chars >= 4);
    wmemcpy(operation, L"VSS", 4);
    return chance(2);
}

ULONGLONG worker_overdue_ms(const struct worker_limits *limits)
{
    return limits->wait_ms;
}

void worker_abandon(struct worker *worker, DWORD limit_ms)
{
    (void)worker;
    (void)limit_ms;
}

bool worker_shut_down(struct worker *worker, DWORD limit_ms)
{
    (void)limit_ms;
    protocol_writer_fini(&worker->reply);
    free(worker);
    present = NULL;
    return true;
}

DWORD WaitForMultipleObjects(DWORD count, const HANDLE *handles, BOOL all, DWORD limit_ms)
{
    (void)count;
    (void)all;
    if (handles[0] != done_event)
        return WAIT_OBJECT_0; /* what was begun is done */
    if (!present || !present->busy)
        return WAIT_OBJECT_0 + 1;
    switch (chance(4)) {
    case 0:
        return limit_ms != INFINITE ? WAIT_TIMEOUT : WAIT_OBJECT_0;
    case 1:
        return WAIT_OBJECT_0 + 1;
    default:
        return WAIT_OBJECT_0;
    }
}

void fuzz_requests(const uint8_t *data, size_t bytes)
{
    int code;

    if (!bytes)
        return;
    begin(data, bytes);
    present = NULL;
    code = server_run(pipe_handle, NULL);
    PROMISE(code == 0);
}

/* --- the broker before the DLL's end ------------------------------------------------------ */

legacy_result broker_process_start(struct broker_process *broker)
{
    broker->pipe = pipe_handle;
    broker->process = (HANDLE)(uintptr_t)40;
    broker->job = NULL;
    return S_OK;
}

legacy_result broker_process_settle(struct broker_process *broker)
{
    (void)broker;
    return S_OK;
}

void broker_process_kill(const struct broker_process *broker)
{
    (void)broker;
}

void broker_process_close(struct broker_process *broker)
{
    memset(broker, 0, sizeof(*broker));
}

/* Plays result.c: what a code becomes is not looked at here. */
legacy_result result_to_legacy(HRESULT hr)
{
    return hr;
}

static void take_files(legacy_result hr, const struct ntdsvss_file *files, size_t count)
{
    size_t i;

    PROMISE(hr <= 0 || hr == ERROR_NOT_ENOUGH_MEMORY);
    if (hr != S_OK)
        PROMISE(!files && !count);
    for (i = 0; i < count; i++) {
        PROMISE(files[i].path);
        PROMISE(files[i].kind >= NTDSVSS_FILE_DATABASE && files[i].kind <= NTDSVSS_FILE_CHECKPOINT);
    }
}

static void take_file(legacy_result hr, HANDLE file)
{
    PROMISE(hr <= 0 || hr == ERROR_NOT_ENOUGH_MEMORY);
    PROMISE((hr == S_OK) == (file != NULL));
    PROMISE(!file || GetFileType(file) == FILE_TYPE_DISK);
}

static void call_backup(struct broker_client *client)
{
    const struct ntdsvss_file *databases = NULL, *logs = NULL;
    struct ntdsvss_documents documents = {0};
    size_t database_count = 0, log_count = 0;
    HANDLE file = NULL;
    uint64_t size;
    legacy_result hr =
        broker_client_backup_start(client, NULL, &databases, &database_count, &documents);

    PROMISE((hr == S_OK) == (documents.components && documents.writer));
    take_files(hr, databases, database_count);
    hr = broker_client_backup_logs(client, &logs, &log_count);
    take_files(hr, logs, log_count);
    take_file(broker_client_backup_open(client, 0, &file, &size), file);
    if (chance(2) == 0)
        broker_client_backup_complete(client);
    else
        broker_client_backup_abort(client);
}

static void call_restore(struct broker_client *client)
{
    static const struct ntdsvss_registration registration = {L"C:\\c", L"C:\\l", L"C:\\b", L"a>b",
                                                             L"00",    1,        2};
    const struct ntdsvss_file *files = NULL;
    bool has_writer = false, taken_over = false;
    HRESULT vss_result = S_OK;
    HANDLE file = NULL;
    size_t count = 0;
    uint64_t size;
    legacy_result hr;

    broker_client_restore_start(client, chance(4) ? L"<a/>" : NULL, L"<b/>", &has_writer);
    broker_client_restore_register(client, &registration, &taken_over, &vss_result);
    PROMISE(vss_result <= 0);
    hr = broker_client_restore_files(client, &files, &count);
    take_files(hr, files, count);
    take_file(broker_client_restore_open(client, 0, &file, &size), file);
    broker_client_restore_set_aside(client, 1);
    broker_client_restore_complete(client, has_writer);
}

void fuzz_replies(const uint8_t *data, size_t bytes)
{
    static const struct settings settings = {
        .wait_ms = 1000, .retry_ms = 1000, .log_level = LOG_TRACE};
    struct broker_client *client = NULL;

    if (!bytes)
        return;
    begin(data, bytes);
    peer.is_broker = true;
    if (broker_client_start(&settings, &client) != S_OK)
        return;
    if (data[0] % 2 == 0)
        call_backup(client);
    else
        call_restore(client);
    broker_client_stop(client);
}
