/*
 * server.c - the broker's pipe: reads requests, writes replies, notices that the host is gone.
 *
 * The life line is the pipe and the host's process handle: when either ends, what is under way is
 * cancelled and the session ended as a failed one.
 */
#include "server.h"

#include "common/log_file.h"
#include "protocol.h"
#include "worker.h"

#include <stdlib.h>
#include <wchar.h>

#define WATCHDOG_MS  80000u
#define WRITE_MAX_MS 30000u
#define ABANDON_MS   5000u

_Static_assert(WATCHDOG_MS + ABANDON_MS < PROTOCOL_END_MAX_MS, "the DLL ends what takes longer");

struct server
{
    HANDLE pipe;
    HANDLE host;
    HANDLE read_event;
    HANDLE write_event;
    OVERLAPPED reading;
    struct worker *worker;
    struct worker_limits limits;
    bool hangs; /* the worker has not come back from a call and will not be waited for */
    bool greeted;
    bool busy; /* a request is with the worker */
    uint32_t busy_sequence;
    enum protocol_type busy_type;

    /* The frame being received. */
    struct protocol_header header;
    uint8_t *bytes;
    size_t capacity_bytes;
    size_t received_bytes;
    size_t wanted_bytes;
};

static bool start_reading(struct server *server)
{
    DWORD wanted = (DWORD)(server->wanted_bytes - server->received_bytes);

    memset(&server->reading, 0, sizeof(server->reading));
    server->reading.hEvent = server->read_event;
    return ReadFile(server->pipe, server->bytes + server->received_bytes, wanted, NULL,
                    &server->reading) ||
           GetLastError() == ERROR_IO_PENDING;
}

static bool write_frame(struct server *server, const struct protocol_writer *frame)
{
    HANDLE handles[2] = {server->write_event, server->host};
    OVERLAPPED writing = {.hEvent = server->write_event};
    DWORD written = 0;

    if (!WriteFile(server->pipe, frame->bytes, (DWORD)frame->byte_count, NULL, &writing) &&
        GetLastError() != ERROR_IO_PENDING)
        return false;
    if (WaitForMultipleObjects(2, handles, FALSE, WRITE_MAX_MS) != WAIT_OBJECT_0)
        CancelIo(server->pipe);
    return GetOverlappedResult(server->pipe, &writing, &written, TRUE) &&
           written == frame->byte_count;
}

/* A reply of a result and, for HELLO, the process id. */
static bool write_result(struct server *server, enum protocol_type type, uint32_t sequence,
                         HRESULT hr)
{
    struct protocol_writer frame = {0};
    bool written;

    protocol_begin(&frame, type, sequence);
    protocol_put_u32(&frame, (uint32_t)hr);
    if (type == PROTOCOL_HELLO && SUCCEEDED(hr))
        protocol_put_u32(&frame, GetCurrentProcessId());
    written = protocol_finish(&frame) && write_frame(server, &frame);
    protocol_writer_fini(&frame);
    return written;
}

static bool greet(struct server *server, struct protocol_reader *payload)
{
    uint64_t provider[2];

    server->limits.wait_ms = protocol_get_u32(payload);
    server->limits.retry_ms = protocol_get_u32(payload);
    provider[0] = protocol_get_u64(payload);
    provider[1] = protocol_get_u64(payload);
    if (!protocol_reader_done(payload) || server->greeted || !server->limits.wait_ms)
        return false;
    memcpy(&server->limits.provider, provider, sizeof(server->limits.provider));
    server->greeted = true;
    return write_result(server, PROTOCOL_HELLO, server->header.sequence, S_OK);
}

static bool take_log(struct server *server, struct protocol_reader *payload)
{
    uint32_t level = protocol_get_u32(payload);
    HANDLE file = (HANDLE)(uintptr_t)protocol_get_u64(payload);

    if (!protocol_reader_done(payload) || !server->greeted || server->busy || level > LOG_TRACE ||
        (file && GetFileType(file) != FILE_TYPE_DISK))
        return false;
    log_file_use(file, (enum log_level)level, NULL);
    log_line(LOG_TRACE, L"Broker serves process %lu", GetProcessId(server->host));
    return write_result(server, PROTOCOL_LOG, server->header.sequence, S_OK);
}

/* False: the client broke the protocol, which ends the session as its death would. */
static bool dispatch(struct server *server)
{
    const uint8_t *payload = server->bytes + PROTOCOL_HEADER_BYTES;
    struct protocol_reader reader;
    struct request request;

    protocol_reader_init(&reader, payload, server->header.payload_bytes);
    if (server->header.type == PROTOCOL_HELLO)
        return greet(server, &reader);
    if (server->header.type == PROTOCOL_LOG)
        return take_log(server, &reader);
    if (!server->greeted || server->busy || !request_parse(&request, &server->header, payload))
        return false;
    server->busy = true;
    server->busy_type = request.type;
    server->busy_sequence = request.sequence;
    worker_submit(server->worker, &server->limits, &request);
    return true;
}

/* Room for a frame of byte_count bytes; what was received of it is kept. */
static bool make_room(struct server *server, size_t byte_count)
{
    uint8_t *grown;

    if (byte_count <= server->capacity_bytes)
        return true;
    grown = realloc(server->bytes, byte_count);
    if (!grown)
        return false;
    server->bytes = grown;
    server->capacity_bytes = byte_count;
    return true;
}

/* Takes in what the pending read brought, and starts the next one. */
static bool on_read(struct server *server)
{
    DWORD got = 0;

    if (!GetOverlappedResult(server->pipe, &server->reading, &got, FALSE) || !got)
        return false;
    server->received_bytes += got;
    if (server->received_bytes == PROTOCOL_HEADER_BYTES &&
        server->wanted_bytes == PROTOCOL_HEADER_BYTES) {
        if (!protocol_header_parse(server->bytes, &server->header) ||
            server->header.payload_bytes > PROTOCOL_REQUEST_MAX_BYTES ||
            !make_room(server, PROTOCOL_HEADER_BYTES + (size_t)server->header.payload_bytes))
            return false;
        server->wanted_bytes += server->header.payload_bytes;
    }
    if (server->received_bytes == server->wanted_bytes) {
        if (!dispatch(server))
            return false;
        server->received_bytes = 0;
        server->wanted_bytes = PROTOCOL_HEADER_BYTES;
    }
    return start_reading(server);
}

static bool on_done(struct server *server)
{
    const struct protocol_writer *reply = worker_reply(server->worker);

    server->busy = false;
    if (!reply)
        return write_result(server, server->busy_type, server->busy_sequence, E_OUTOFMEMORY);
    return write_frame(server, reply);
}

/* Says that work goes on, and gives up on a call that no limit of its own has ended. */
static bool on_time(struct server *server)
{
    struct protocol_writer frame = {0};
    wchar_t operation[80];
    ULONGLONG since = worker_waiting(server->worker, operation, 80);
    bool written;

    if (since && GetTickCount64() - since > worker_overdue_ms(&server->limits)) {
        log_line(LOG_ERROR, L"%ls has not returned for %llu s: giving up", operation,
                 (GetTickCount64() - since) / 1000);
        server->hangs = true;
        write_result(server, server->busy_type, server->busy_sequence,
                     HRESULT_FROM_WIN32(ERROR_TIMEOUT));
        return false;
    }
    protocol_begin(&frame, PROTOCOL_KEEPALIVE, server->busy_sequence);
    protocol_put_string(&frame, (const uint16_t *)operation, wcslen(operation));
    written = protocol_finish(&frame) && write_frame(server, &frame);
    protocol_writer_fini(&frame);
    return written;
}

static void serve(struct server *server)
{
    HANDLE handles[3] = {worker_done_event(server->worker), server->read_event, server->host};
    bool alive;

    server->wanted_bytes = PROTOCOL_HEADER_BYTES;
    alive = start_reading(server);
    while (alive) {
        switch (WaitForMultipleObjects(3, handles, FALSE,
                                       server->busy ? PROTOCOL_KEEPALIVE_MS : INFINITE)) {
        case WAIT_OBJECT_0:
            alive = on_done(server);
            break;
        case WAIT_OBJECT_0 + 1:
            alive = on_read(server);
            break;
        case WAIT_TIMEOUT:
            alive = on_time(server);
            break;
        default:
            alive = false;
            break;
        }
    }
    CancelIo(server->pipe);
}

int server_run(HANDLE pipe, HANDLE host)
{
    struct server server = {.pipe = pipe, .host = host};
    bool closed = true;

    server.read_event = CreateEventW(NULL, TRUE, FALSE, NULL);
    server.write_event = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (make_room(&server, PROTOCOL_HEADER_BYTES) && server.read_event && server.write_event)
        server.worker = worker_create();
    if (server.worker) {
        serve(&server);
        closed = worker_shut_down(server.worker, server.hangs ? ABANDON_MS : WATCHDOG_MS);
        if (!closed) {
            log_line(LOG_ERROR, L"The VSS session did not close in time");
            worker_abandon(server.worker, ABANDON_MS);
        }
    }
    if (server.write_event)
        CloseHandle(server.write_event);
    if (server.read_event)
        CloseHandle(server.read_event);
    free(server.bytes);
    return closed && server.worker ? 0 : 1;
}
