/*
 * broker_client.c - sends requests to the broker and takes its replies apart.
 *
 * Waits for the pipe and the broker's process alike, so that its death ends the wait at once; one
 * that has said nothing for PROTOCOL_SILENCE_MAX_MS counts as dead, and is ended if it does not
 * end.
 */
#include "broker_client.h"

#include "broker/protocol.h"
#include "broker_process.h"
#include "common/log_file.h"

#include <ntdsbmsg.h>
#include <stdlib.h>
#include <wchar.h>

_Static_assert(sizeof(wchar_t) == sizeof(uint16_t), "protocol strings are UTF-16 units");

struct file_names
{
    struct ntdsvss_file *files; /* .path is ours to free */
    size_t count;
};

struct broker_client
{
    struct broker_process broker;
    HANDLE io_event; /* manual-reset */
    uint32_t sequence;
    enum log_level log_level;
    uint32_t log_number; /* log_file_number of the log that the broker has */
    bool broken;
    bool silent;        /* it said nothing for as long as one that works never does */
    bool out_of_memory; /* why its last answer could not be taken in */
    struct protocol_writer request;
    uint8_t *reply; /* payload of the last reply */
    size_t reply_bytes;
    struct file_names first, more; /* databases and logs of a backup; a restore has one list */
    struct ntdsvss_left_out *left_out;
    size_t left_out_count;
    struct ntdsvss_documents documents;
};

static legacy_result broken(struct broker_client *client, const wchar_t *why)
{
    DWORD exit_code = STILL_ACTIVE;

    if (!client->broken) {
        GetExitCodeProcess(client->broker.process, &exit_code);
        log_line(
            LOG_ERROR,
            L"Lost contact with the broker (process %lu): %ls; exit code %lu (259: still running)",
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
    DWORD waited;

    while (done < byte_count) {
        OVERLAPPED io = {.hEvent = client->io_event};
        DWORD moved = 0;
        BOOL started = writing ? WriteFile(client->broker.pipe, bytes + done,
                                           (DWORD)(byte_count - done), NULL, &io)
                               : ReadFile(client->broker.pipe, bytes + done,
                                          (DWORD)(byte_count - done), NULL, &io);

        if (!started && GetLastError() != ERROR_IO_PENDING)
            return false;
        waited = WaitForMultipleObjects(2, handles, FALSE, PROTOCOL_SILENCE_MAX_MS);
        if (waited != WAIT_OBJECT_0)
            CancelIo(client->broker.pipe);
        client->silent = waited == WAIT_TIMEOUT;
        if (!GetOverlappedResult(client->broker.pipe, &io, &moved, TRUE) || !moved)
            return false;
        done += moved;
    }
    return true;
}

/* One frame; its payload replaces client->reply. */
static legacy_result receive(struct broker_client *client, struct protocol_header *header)
{
    uint8_t bytes[PROTOCOL_HEADER_BYTES];
    uint8_t *payload;

    if (!transfer(client, bytes, sizeof(bytes), false))
        return broken(client, L"no answer");
    if (!protocol_header_parse(bytes, header))
        return broken(client, L"the broker is of another version: copy ntdsbcli.dll and the broker "
                              L"of one release");
    payload = malloc(header->payload_bytes ? header->payload_bytes : 1);
    if (!payload) {
        client->out_of_memory = true;
        return broken(client, L"not enough memory for the answer");
    }
    free(client->reply);
    client->reply = payload;
    client->reply_bytes = header->payload_bytes;
    if (!transfer(client, payload, header->payload_bytes, false))
        return broken(client, L"the answer is cut short");
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
 * Sends the request that was put together and waits for its reply. S_OK or the broker's
 * legacy_result, with reader behind it; the caller must check protocol_reader_done.
 */
static legacy_result exchange(struct broker_client *client, struct protocol_reader *reader)
{
    struct protocol_writer *request = &client->request;
    struct protocol_header sent, header;
    HRESULT from_broker;
    legacy_result hr;

    if (client->broken)
        return hrCommunicationError;
    if (!protocol_finish(request))
        return ERROR_NOT_ENOUGH_MEMORY;
    protocol_header_parse(request->bytes, &sent);
    if (!transfer(client, request->bytes, request->byte_count, true))
        return broken(client, L"the request could not be sent");
    do {
        hr = receive(client, &header);
        if (hr != S_OK)
            return hr;
        if (header.type == PROTOCOL_KEEPALIVE)
            log_keepalive(client);
    } while (header.type == PROTOCOL_KEEPALIVE);
    if (header.type != sent.type || header.sequence != sent.sequence)
        return broken(client, L"the answer is to another request");
    protocol_reader_init(reader, client->reply, client->reply_bytes);
    from_broker = (HRESULT)protocol_get_u32(reader);
    if (reader->failed || from_broker > 0 || (FAILED(from_broker) && !protocol_reader_done(reader)))
        return broken(client, L"the answer is malformed");
    return result_to_legacy(from_broker);
}

static void put_together(struct broker_client *client, enum protocol_type type)
{
    protocol_begin(&client->request, type, ++client->sequence);
}

static legacy_result done(struct broker_client *client, const struct protocol_reader *reader)
{
    if (protocol_reader_done(reader))
        return S_OK;
    return broken(client, client->out_of_memory ? L"not enough memory for the answer"
                                                : L"the answer is malformed");
}

/* The broker opens no log by name: it gets a handle of ours, and another one after each change. */
static void give_log(struct broker_client *client)
{
    struct protocol_reader reader;
    uint64_t given;

    if (client->broken || client->log_number == log_file_number())
        return;
    client->log_number = log_file_give(client->broker.process, &given);
    put_together(client, PROTOCOL_LOG);
    protocol_put_u32(&client->request, client->log_level);
    protocol_put_u64(&client->request, given);
    if (exchange(client, &reader) == S_OK)
        done(client, &reader);
}

static void begin(struct broker_client *client, enum protocol_type type)
{
    give_log(client);
    put_together(client, type);
}

/* A terminated copy; NULL: the answer is malformed, or out of memory. */
static wchar_t *get_text(struct broker_client *client, struct protocol_reader *reader)
{
    size_t unit_count;
    const uint8_t *units = protocol_get_string(reader, &unit_count);
    wchar_t *text = units ? malloc((unit_count + 1) * sizeof(*text)) : NULL;

    if (!text) {
        if (units)
            client->out_of_memory = true;
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
                      struct file_names *names)
{
    uint32_t count = protocol_get_u32(reader);
    uint32_t kind;

    /* A file takes 8 bytes at least: a count that cannot be true allocates nothing. */
    if (count > reader->left_bytes / 8) {
        reader->failed = true;
        return;
    }
    names->files = calloc(count ? count : 1, sizeof(*names->files));
    if (!names->files)
        client->out_of_memory = reader->failed = true;
    while (!reader->failed && names->count < count) {
        struct ntdsvss_file *file = &names->files[names->count++];

        kind = protocol_get_u32(reader);
        if (kind < NTDSVSS_FILE_DATABASE || kind > NTDSVSS_FILE_CHECKPOINT)
            reader->failed = true;
        file->kind = (enum ntdsvss_file_kind)kind;
        file->path = get_text(client, reader);
    }
}

static void free_files(struct file_names *names)
{
    size_t i;

    for (i = 0; i < names->count; i++)
        free((void *)names->files[i].path);
    free(names->files);
    memset(names, 0, sizeof(*names));
}

static void free_left_out(struct broker_client *client)
{
    size_t i;

    for (i = 0; i < client->left_out_count; i++) {
        free((void *)client->left_out[i].path);
        free((void *)client->left_out[i].reason);
    }
    free(client->left_out);
}

static void free_documents(struct ntdsvss_documents *documents)
{
    free((void *)documents->components);
    free((void *)documents->writer);
    free((void *)documents->backup_metadata);
    memset(documents, 0, sizeof(*documents));
}

static void put_text(struct broker_client *client, const wchar_t *text)
{
    protocol_put_string(&client->request, (const uint16_t *)text, wcslen(text));
}

static legacy_result greet(struct broker_client *client, const struct settings *settings)
{
    uint64_t provider[2];
    struct protocol_reader reader;
    legacy_result hr;

    client->log_level = (enum log_level)settings->log_level;
    put_together(client, PROTOCOL_HELLO);
    protocol_put_u32(&client->request, settings->wait_ms);
    protocol_put_u32(&client->request, settings->retry_ms);
    memcpy(provider, &settings->provider, sizeof(provider));
    protocol_put_u64(&client->request, provider[0]);
    protocol_put_u64(&client->request, provider[1]);
    hr = exchange(client, &reader);
    if (hr != S_OK)
        return hr;
    protocol_get_u32(&reader);
    return done(client, &reader);
}

legacy_result broker_client_start(const struct settings *settings, struct broker_client **client)
{
    struct broker_client *started = calloc(1, sizeof(*started));
    legacy_result hr = ERROR_NOT_ENOUGH_MEMORY;

    if (started)
        started->io_event = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!started || !started->io_event) {
        free(started);
        return hr;
    }
    hr = broker_process_start(&started->broker);
    if (hr == S_OK)
        hr = greet(started, settings);
    if (hr == S_OK)
        hr = broker_process_settle(&started->broker);
    if (hr == S_OK)
        *client = started;
    else
        broker_client_hang_up(started);
    return hr;
}

legacy_result broker_client_backup_start(struct broker_client *client, const wchar_t *instance,
                                         const struct ntdsvss_file **databases, size_t *count,
                                         struct ntdsvss_documents *documents)
{
    struct ntdsvss_documents got;
    struct file_names names = {0};
    struct protocol_reader reader;
    legacy_result hr;

    begin(client, PROTOCOL_BACKUP_START);
    put_text(client, instance ? instance : L"");
    hr = exchange(client, &reader);
    if (hr != S_OK)
        return hr;
    get_files(client, &reader, &names);
    got.components = get_text(client, &reader);
    got.writer = get_text(client, &reader);
    got.backup_metadata = get_text(client, &reader);
    hr = done(client, &reader);
    if (hr != S_OK) {
        free_files(&names);
        free_documents(&got);
        return hr;
    }
    client->first = names;
    client->documents = got;
    *databases = names.files;
    *count = names.count;
    *documents = got;
    return S_OK;
}

static void get_left_out(struct broker_client *client, struct protocol_reader *reader)
{
    uint32_t count = protocol_get_u32(reader);

    /* As in get_files. */
    if (count > reader->left_bytes / 8) {
        reader->failed = true;
        return;
    }
    client->left_out = calloc(count ? count : 1, sizeof(*client->left_out));
    if (!client->left_out)
        client->out_of_memory = reader->failed = true;
    while (!reader->failed && client->left_out_count < count) {
        struct ntdsvss_left_out *file = &client->left_out[client->left_out_count++];

        file->path = get_text(client, reader);
        file->reason = get_text(client, reader);
    }
}

legacy_result broker_client_backup_logs(struct broker_client *client,
                                        const struct ntdsvss_file **logs, size_t *count)
{
    struct protocol_reader reader;
    legacy_result hr;

    if (client->left_out)
        return hrInvalidBackupSequence;
    begin(client, PROTOCOL_BACKUP_LOGS);
    hr = exchange(client, &reader);
    if (hr != S_OK)
        return hr;
    get_files(client, &reader, &client->more);
    get_left_out(client, &reader);
    hr = done(client, &reader);
    if (hr != S_OK)
        return hr;
    *logs = client->more.files;
    *count = client->more.count;
    return S_OK;
}

void broker_client_left_out(const struct broker_client *client,
                            const struct ntdsvss_left_out **files, size_t *count)
{
    *files = client->left_out;
    *count = client->left_out_count;
}

/* The request has been put together: its reply names a file handle of the broker. */
static legacy_result open_request(struct broker_client *client, HANDLE *file, uint64_t *bytes)
{
    struct protocol_reader reader;
    uint64_t remote, size;
    HANDLE taken;
    legacy_result hr;

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
                         &taken, FILE_READ_DATA | FILE_READ_ATTRIBUTES | READ_CONTROL | SYNCHRONIZE,
                         FALSE, 0))
        return broken(client, L"the file handle in the answer cannot be duplicated");
    /* From anything else a read might never come back. */
    if (GetFileType(taken) != FILE_TYPE_DISK) {
        CloseHandle(taken);
        return broken(client, L"the handle in the answer is not a file's");
    }
    *file = taken;
    *bytes = size;
    return S_OK;
}

legacy_result broker_client_backup_open(struct broker_client *client, uint32_t index, HANDLE *file,
                                        uint64_t *bytes)
{
    begin(client, PROTOCOL_BACKUP_OPEN);
    protocol_put_u32(&client->request, index);
    return open_request(client, file, bytes);
}

/* The request has been put together: its reply has no fields. */
static legacy_result empty_reply(struct broker_client *client)
{
    struct protocol_reader reader;
    legacy_result hr = exchange(client, &reader);

    return hr != S_OK ? hr : done(client, &reader);
}

legacy_result broker_client_backup_complete(struct broker_client *client)
{
    begin(client, PROTOCOL_BACKUP_COMPLETE);
    return empty_reply(client);
}

legacy_result broker_client_backup_abort(struct broker_client *client)
{
    begin(client, PROTOCOL_BACKUP_ABORT);
    return empty_reply(client);
}

static bool get_flag(struct protocol_reader *reader)
{
    uint32_t value = protocol_get_u32(reader);

    if (value > 1)
        reader->failed = true;
    return value == 1;
}

legacy_result broker_client_restore_start(struct broker_client *client, const wchar_t *components,
                                          const wchar_t *writer, bool *has_writer)
{
    struct protocol_reader reader;
    legacy_result hr;
    bool got;

    begin(client, PROTOCOL_RESTORE_START);
    put_text(client, components ? components : L"");
    put_text(client, writer);
    protocol_put_u32(&client->request, !components);
    hr = exchange(client, &reader);
    if (hr != S_OK)
        return hr;
    got = get_flag(&reader);
    hr = done(client, &reader);
    if (hr == S_OK)
        *has_writer = got;
    return hr;
}

legacy_result broker_client_restore_register(struct broker_client *client,
                                             const struct ntdsvss_registration *registration,
                                             bool *taken_over, HRESULT *vss_result)
{
    struct protocol_reader reader;
    HRESULT got_result;
    legacy_result hr;
    bool got;

    begin(client, PROTOCOL_RESTORE_REGISTER);
    put_text(client, registration->checkpoint_folder);
    put_text(client, registration->log_folder);
    put_text(client, registration->backup_log_folder);
    put_text(client, registration->map);
    put_text(client, registration->backup_id);
    protocol_put_u32(&client->request, registration->generation_low);
    protocol_put_u32(&client->request, registration->generation_high);
    hr = exchange(client, &reader);
    if (hr != S_OK)
        return hr;
    got = get_flag(&reader);
    got_result = (HRESULT)protocol_get_u32(&reader);
    if (got_result > 0)
        reader.failed = true;
    hr = done(client, &reader);
    if (hr == S_OK) {
        *taken_over = got;
        *vss_result = got_result;
    }
    return hr;
}

legacy_result broker_client_restore_files(struct broker_client *client,
                                          const struct ntdsvss_file **files, size_t *count)
{
    struct file_names got = {0};
    struct protocol_reader reader;
    legacy_result hr;

    begin(client, PROTOCOL_RESTORE_FILES);
    hr = exchange(client, &reader);
    if (hr != S_OK)
        return hr;
    get_files(client, &reader, &got);
    hr = done(client, &reader);
    if (hr != S_OK) {
        free_files(&got);
        return hr;
    }
    free_files(&client->first);
    client->first = got;
    *files = got.files;
    *count = got.count;
    return S_OK;
}

legacy_result broker_client_restore_open(struct broker_client *client, uint32_t index, HANDLE *file,
                                         uint64_t *bytes)
{
    begin(client, PROTOCOL_RESTORE_OPEN);
    protocol_put_u32(&client->request, index);
    return open_request(client, file, bytes);
}

legacy_result broker_client_restore_set_aside(struct broker_client *client, uint32_t index)
{
    begin(client, PROTOCOL_RESTORE_SET_ASIDE);
    protocol_put_u32(&client->request, index);
    return empty_reply(client);
}

legacy_result broker_client_restore_complete(struct broker_client *client, bool succeeded)
{
    begin(client, PROTOCOL_RESTORE_COMPLETE);
    protocol_put_u32(&client->request, succeeded);
    return empty_reply(client);
}

static bool has_ended(const struct broker_client *client, DWORD limit_ms)
{
    return WaitForSingleObject(client->broker.process, limit_ms) == WAIT_OBJECT_0;
}

/*
 * One that has not ended when its own limits are over hangs for good, as if it were suspended, and
 * would keep its shadow copy and the computer's creation slot.
 */
static void wait_for_end(const struct broker_client *client)
{
    DWORD process_id = GetProcessId(client->broker.process);

    if (has_ended(client, PROTOCOL_END_MS))
        return;
    if (!client->silent) {
        log_line(LOG_WARNING, L"The broker (process %lu) has not ended for %u s; waiting for VSS",
                 process_id, PROTOCOL_END_MS / 1000);
        if (has_ended(client, PROTOCOL_END_MAX_MS - PROTOCOL_END_MS))
            return;
    }
    broker_process_kill(&client->broker);
    has_ended(client, PROTOCOL_END_MS);
    log_line(LOG_ERROR,
             L"The broker (process %lu) hung and was ended; VSS deletes its shadow copy by itself, "
             L"within minutes. Check with: vssadmin list shadows",
             process_id);
}

static void close_client(struct broker_client *client, bool wait)
{
    if (client->broker.pipe) {
        CloseHandle(client->broker.pipe);
        client->broker.pipe = NULL;
    }
    if (client->broker.process && wait)
        wait_for_end(client);
    broker_process_close(&client->broker);
    CloseHandle(client->io_event);
    protocol_writer_fini(&client->request);
    free(client->reply);
    free_files(&client->first);
    free_files(&client->more);
    free_left_out(client);
    free_documents(&client->documents);
    free(client);
}

void broker_client_stop(struct broker_client *client)
{
    if (client)
        close_client(client, true);
}

void broker_client_hang_up(struct broker_client *client)
{
    if (client)
        close_client(client, false);
}
