/*
 * broker_client.c - sends requests to the broker and takes its replies apart.
 *
 * Waits for the pipe and the broker's process alike, so that its death ends the wait at once; one
 * that has said nothing for PROTOCOL_SILENCE_MAX_MS counts as dead. Must not know sessions.
 */
#include "broker_client.h"

#include "broker_process.h"
#include "common/log_file.h"

#include <ntdsbmsg.h>
#include <stdlib.h>
#include <wchar.h>

_Static_assert(sizeof(wchar_t) == sizeof(uint16_t), "protocol strings are UTF-16 units");

struct broker_client
{
    struct broker_process broker;
    HANDLE io_event; /* manual-reset */
    uint32_t sequence;
    bool broken;
    bool out_of_memory; /* why its last answer could not be taken in */
    struct protocol_writer request;
    uint8_t *reply; /* payload of the last reply */
    size_t reply_bytes;
};

static HRESULT broken(struct broker_client *client, const wchar_t *why)
{
    DWORD exit_code = STILL_ACTIVE;

    if (!client->broken) {
        GetExitCodeProcess(client->broker.process, &exit_code);
        log_line(LOG_ERROR,
                 L"The broker (process %lu) is lost: %ls; its exit code is %lu (259: it runs)",
                 GetProcessId(client->broker.process), why, exit_code);
    }
    client->broken = true;
    return client->out_of_memory ? ERROR_NOT_ENOUGH_MEMORY : hrCommunicationError;
}

/* Moves all bytes, or fails. */
static bool transfer(struct broker_client *client, uint8_t *bytes, size_t byte_count, bool writing)
{
    HANDLE handles[2] = {client->io_event, client->broker.process};
    size_t done = 0;

    while (done < byte_count) {
        OVERLAPPED io = {.hEvent = client->io_event};
        DWORD moved = 0;
        BOOL started = writing ? WriteFile(client->broker.pipe, bytes + done,
                                           (DWORD)(byte_count - done), NULL, &io)
                               : ReadFile(client->broker.pipe, bytes + done,
                                          (DWORD)(byte_count - done), NULL, &io);

        if (!started && GetLastError() != ERROR_IO_PENDING)
            return false;
        if (WaitForMultipleObjects(2, handles, FALSE, PROTOCOL_SILENCE_MAX_MS) != WAIT_OBJECT_0)
            CancelIo(client->broker.pipe);
        if (!GetOverlappedResult(client->broker.pipe, &io, &moved, TRUE) || !moved)
            return false;
        done += moved;
    }
    return true;
}

/* One frame; its payload replaces client->reply. */
static HRESULT receive(struct broker_client *client, struct protocol_header *header)
{
    uint8_t bytes[PROTOCOL_HEADER_BYTES];
    uint8_t *payload;

    if (!transfer(client, bytes, sizeof(bytes), false))
        return broken(client, L"no answer");
    if (!protocol_header_parse(bytes, header))
        return broken(client, L"its answer is not of this version's protocol");
    payload = malloc(header->payload_bytes ? header->payload_bytes : 1);
    if (!payload) {
        client->out_of_memory = true;
        return broken(client, L"not enough memory for its answer");
    }
    free(client->reply);
    client->reply = payload;
    client->reply_bytes = header->payload_bytes;
    if (!transfer(client, payload, header->payload_bytes, false))
        return broken(client, L"its answer is cut short");
    return S_OK;
}

static void log_keepalive(struct broker_client *client)
{
    struct protocol_reader reader;
    size_t unit_count;
    const uint8_t *units;
    wchar_t operation[80] = L"";

    protocol_reader_init(&reader, client->reply, client->reply_bytes);
    units = protocol_get_string(&reader, &unit_count);
    if (protocol_reader_done(&reader) && unit_count < 80)
        memcpy(operation, units, unit_count * sizeof(*operation));
    log_line(LOG_TRACE, L"Still waiting for %ls", operation);
}

/*
 * Sends the request that was put together and waits for its reply. S_OK or the broker's HRESULT,
 * with reader behind it; the caller must check protocol_reader_done.
 */
static HRESULT exchange(struct broker_client *client, struct protocol_reader *reader)
{
    struct protocol_writer *request = &client->request;
    struct protocol_header sent, header;
    HRESULT hr;

    if (client->broken)
        return hrCommunicationError;
    if (!protocol_finish(request))
        return ERROR_NOT_ENOUGH_MEMORY;
    protocol_header_parse(request->bytes, &sent);
    if (!transfer(client, request->bytes, request->byte_count, true))
        return broken(client, L"it takes no request");
    do {
        hr = receive(client, &header);
        if (hr != S_OK)
            return hr;
        if (header.type == PROTOCOL_KEEPALIVE)
            log_keepalive(client);
    } while (header.type == PROTOCOL_KEEPALIVE);
    if (header.type != sent.type || header.sequence != sent.sequence)
        return broken(client, L"it answered another request");
    protocol_reader_init(reader, client->reply, client->reply_bytes);
    hr = (HRESULT)protocol_get_u32(reader);
    if (reader->failed || (hr > 0) || (hr < 0 && !protocol_reader_done(reader)))
        return broken(client, L"its answer is malformed");
    return hr;
}

static void begin(struct broker_client *client, enum protocol_type type)
{
    protocol_begin(&client->request, type, ++client->sequence);
}

static HRESULT done(struct broker_client *client, const struct protocol_reader *reader)
{
    if (protocol_reader_done(reader))
        return S_OK;
    return broken(client, client->out_of_memory ? L"not enough memory for its answer"
                                                : L"its answer is malformed");
}

/* A terminated copy; NULL: the answer is malformed, or out of memory. */
static wchar_t *get_text(struct broker_client *client, struct protocol_reader *reader)
{
    size_t unit_count;
    const uint8_t *units = protocol_get_string(reader, &unit_count);
    wchar_t *text = units ? malloc((unit_count + 1) * sizeof(*text)) : NULL;

    if (!text) {
        client->out_of_memory = units != NULL;
        reader->failed = true;
        return NULL;
    }
    memcpy(text, units, unit_count * sizeof(*text));
    text[unit_count] = 0;
    if (wcslen(text) != unit_count)
        reader->failed = true;
    return text;
}

static void get_files(struct broker_client *client, struct protocol_reader *reader,
                      struct broker_files *files)
{
    uint32_t count = protocol_get_u32(reader);
    uint32_t kind;

    /* A file takes 8 bytes at least: a count that cannot be true allocates nothing. */
    if (count > reader->left_bytes / 8) {
        reader->failed = true;
        return;
    }
    files->files = calloc(count ? count : 1, sizeof(*files->files));
    if (!files->files)
        client->out_of_memory = reader->failed = true;
    while (!reader->failed && files->count < count) {
        struct broker_file *file = &files->files[files->count++];

        kind = protocol_get_u32(reader);
        if (kind < PROTOCOL_FILE_DATABASE || kind >= PROTOCOL_FILE_KIND_END)
            reader->failed = true;
        file->kind = (enum protocol_file_kind)kind;
        file->path = get_text(client, reader);
    }
}

void broker_files_fini(struct broker_files *files)
{
    size_t i;

    for (i = 0; i < files->count; i++)
        free(files->files[i].path);
    free(files->files);
    memset(files, 0, sizeof(*files));
}

void broker_documents_fini(struct broker_documents *documents)
{
    free(documents->components);
    free(documents->writer);
    free(documents->backup_metadata);
    memset(documents, 0, sizeof(*documents));
}

static HRESULT greet(struct broker_client *client, const struct broker_client_options *options)
{
    struct protocol_reader reader;
    HRESULT hr;

    begin(client, PROTOCOL_HELLO);
    protocol_put_u32(&client->request, options->wait_ms);
    protocol_put_u32(&client->request, options->retry_ms);
    protocol_put_u32(&client->request, options->log_level);
    protocol_put_string(&client->request, (const uint16_t *)options->log_path,
                        wcslen(options->log_path));
    hr = exchange(client, &reader);
    if (hr != S_OK)
        return hr;
    protocol_get_u32(&reader);
    return done(client, &reader);
}

HRESULT broker_client_start(const struct broker_client_options *options,
                            struct broker_client **client)
{
    struct broker_client *started = calloc(1, sizeof(*started));
    HRESULT hr = ERROR_NOT_ENOUGH_MEMORY;

    if (started)
        started->io_event = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!started || !started->io_event) {
        free(started);
        return hr;
    }
    hr = broker_process_start(&started->broker);
    if (hr == S_OK)
        hr = greet(started, options);
    if (hr == S_OK)
        hr = broker_process_settle(&started->broker);
    if (hr == S_OK)
        *client = started;
    else
        broker_client_stop(started, 0);
    return hr;
}

HRESULT broker_client_backup_start(struct broker_client *client, struct broker_files *databases,
                                   struct broker_documents *documents)
{
    struct broker_documents got = {0};
    struct broker_files files = {0};
    struct protocol_reader reader;
    HRESULT hr;

    begin(client, PROTOCOL_BACKUP_START);
    hr = exchange(client, &reader);
    if (hr != S_OK)
        return hr;
    get_files(client, &reader, &files);
    got.components = get_text(client, &reader);
    got.writer = get_text(client, &reader);
    got.backup_metadata = get_text(client, &reader);
    hr = done(client, &reader);
    if (hr == S_OK) {
        *databases = files;
        *documents = got;
    } else {
        broker_files_fini(&files);
        broker_documents_fini(&got);
    }
    return hr;
}

/* A request without fields, and a list of files for a reply. */
static HRESULT files_request(struct broker_client *client, enum protocol_type type,
                             struct broker_files *list)
{
    struct broker_files files = {0};
    struct protocol_reader reader;
    HRESULT hr;

    begin(client, type);
    hr = exchange(client, &reader);
    if (hr != S_OK)
        return hr;
    get_files(client, &reader, &files);
    hr = done(client, &reader);
    if (hr == S_OK)
        *list = files;
    else
        broker_files_fini(&files);
    return hr;
}

HRESULT broker_client_backup_logs(struct broker_client *client, struct broker_files *logs)
{
    return files_request(client, PROTOCOL_BACKUP_LOGS, logs);
}

/* The request has been put together: its reply names a file handle of the broker. */
static HRESULT open_request(struct broker_client *client, HANDLE *file, uint64_t *bytes)
{
    struct protocol_reader reader;
    uint64_t remote, size;
    HANDLE taken;
    HRESULT hr;

    hr = exchange(client, &reader);
    if (hr != S_OK)
        return hr;
    remote = protocol_get_u64(&reader);
    size = protocol_get_u64(&reader);
    hr = done(client, &reader);
    if (hr != S_OK)
        return hr;
    /* Not DUPLICATE_CLOSE_SOURCE: under Wine the broker's threads would have to do that, and a call
     * that waits for those of a process that is just being killed never comes back. */
    if (!DuplicateHandle(client->broker.process, (HANDLE)(uintptr_t)remote, GetCurrentProcess(),
                         &taken, FILE_READ_DATA | FILE_READ_ATTRIBUTES | SYNCHRONIZE, FALSE, 0))
        return broken(client, L"its file handle cannot be taken");
    /* From anything else a read might never come back. */
    if (GetFileType(taken) != FILE_TYPE_DISK) {
        CloseHandle(taken);
        return broken(client, L"what it opened is no file");
    }
    *file = taken;
    *bytes = size;
    return S_OK;
}

HRESULT broker_client_backup_open(struct broker_client *client, uint32_t index, HANDLE *file,
                                  uint64_t *bytes)
{
    begin(client, PROTOCOL_BACKUP_OPEN);
    protocol_put_u32(&client->request, index);
    return open_request(client, file, bytes);
}

/* The request has been put together: its reply has no fields. */
static HRESULT empty_reply(struct broker_client *client)
{
    struct protocol_reader reader;
    HRESULT hr = exchange(client, &reader);

    return hr != S_OK ? hr : done(client, &reader);
}

HRESULT broker_client_backup_complete(struct broker_client *client)
{
    begin(client, PROTOCOL_BACKUP_COMPLETE);
    return empty_reply(client);
}

HRESULT broker_client_backup_abort(struct broker_client *client)
{
    begin(client, PROTOCOL_BACKUP_ABORT);
    return empty_reply(client);
}

static void put_text(struct broker_client *client, const wchar_t *text)
{
    protocol_put_string(&client->request, (const uint16_t *)text, wcslen(text));
}

/* The request has been put together: its reply is a yes or no. */
static HRESULT flag_request(struct broker_client *client, bool *flag)
{
    struct protocol_reader reader;
    uint32_t value;
    HRESULT hr = exchange(client, &reader);

    if (hr != S_OK)
        return hr;
    value = protocol_get_u32(&reader);
    if (value > 1)
        reader.failed = true;
    hr = done(client, &reader);
    if (hr == S_OK)
        *flag = value != 0;
    return hr;
}

HRESULT broker_client_restore_start(struct broker_client *client, const wchar_t *components,
                                    const wchar_t *writer, bool *has_writer)
{
    begin(client, PROTOCOL_RESTORE_START);
    put_text(client, components);
    put_text(client, writer);
    return flag_request(client, has_writer);
}

HRESULT broker_client_restore_register(struct broker_client *client,
                                       const struct broker_registration *registration,
                                       bool *taken_over)
{
    begin(client, PROTOCOL_RESTORE_REGISTER);
    put_text(client, registration->checkpoint_folder);
    put_text(client, registration->log_folder);
    put_text(client, registration->backup_log_folder);
    put_text(client, registration->map);
    put_text(client, registration->backup_id);
    protocol_put_u32(&client->request, registration->generation_low);
    protocol_put_u32(&client->request, registration->generation_high);
    return flag_request(client, taken_over);
}

HRESULT broker_client_restore_files(struct broker_client *client, struct broker_files *files)
{
    return files_request(client, PROTOCOL_RESTORE_FILES, files);
}

HRESULT broker_client_restore_open(struct broker_client *client, uint32_t index, HANDLE *file,
                                   uint64_t *bytes)
{
    begin(client, PROTOCOL_RESTORE_OPEN);
    protocol_put_u32(&client->request, index);
    return open_request(client, file, bytes);
}

HRESULT broker_client_restore_set_aside(struct broker_client *client, uint32_t index)
{
    begin(client, PROTOCOL_RESTORE_SET_ASIDE);
    protocol_put_u32(&client->request, index);
    return empty_reply(client);
}

HRESULT broker_client_restore_complete(struct broker_client *client, bool succeeded)
{
    begin(client, PROTOCOL_RESTORE_COMPLETE);
    protocol_put_u32(&client->request, succeeded);
    return empty_reply(client);
}

void broker_client_stop(struct broker_client *client, DWORD limit_ms)
{
    if (!client)
        return;
    if (client->broker.pipe) {
        CloseHandle(client->broker.pipe);
        client->broker.pipe = NULL;
    }
    if (client->broker.process &&
        WaitForSingleObject(client->broker.process, limit_ms) != WAIT_OBJECT_0 && limit_ms)
        log_line(LOG_WARNING, L"The broker (process %lu) has not ended within %lu s",
                 GetProcessId(client->broker.process), limit_ms / 1000);
    broker_process_close(&client->broker);
    CloseHandle(client->io_event);
    protocol_writer_fini(&client->request);
    free(client->reply);
    free(client);
}
