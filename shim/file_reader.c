/*
 * file_reader.c - ReadFile in chunks, each verified while it is in the processor's cache.
 *
 * Must not know where the handle came from, nor names beyond the log.
 */
#include "file_reader.h"

#include "log/log_file.h"
#include "result.h"

#include <ntdsbmsg.h>
#include <stdlib.h>
#include <wchar.h>

#define CHUNK_BYTES (256u * 1024)

struct file_reader
{
    HANDLE file;
    uint64_t bytes;
    uint64_t position;
    enum file_check check;
    bool refuse_correctable;
    HRESULT failure;
    struct ese_stream stream;
    wchar_t name[];
};

struct file_reader *file_reader_create(HANDLE file, uint64_t bytes, enum file_check check,
                                       const wchar_t *name)
{
    size_t name_bytes = (wcslen(name) + 1) * sizeof(*name);
    struct file_reader *reader = calloc(1, sizeof(*reader) + name_bytes);

    if (!reader) {
        CloseHandle(file);
        return NULL;
    }
    reader->file = file;
    reader->bytes = bytes;
    reader->check = check;
    memcpy(reader->name, name, name_bytes);
    ese_stream_init(&reader->stream,
                    check == FILE_CHECK_DATABASE ? ESE_FILE_DATABASE : ESE_FILE_LOG);
    return reader;
}

void file_reader_refuse_correctable(struct file_reader *reader)
{
    reader->refuse_correctable = true;
}

static const wchar_t *unit_name(const struct file_reader *reader, const struct ese_fault *fault)
{
    if (fault->is_header)
        return L"header";
    return reader->check == FILE_CHECK_DATABASE ? L"page" : L"segment";
}

static HRESULT report_fault(const struct file_reader *reader)
{
    const struct ese_fault *fault = ese_stream_fault(&reader->stream);

    log_line(
        LOG_ERROR, L"%ls: %hs at byte %llu (%ls %u), checksum stored %08x:%08x, computed %08x:%08x",
        reader->name, ese_verdict_name(fault->report.verdict), (unsigned long long)fault->offset,
        unit_name(reader, fault), fault->unit, fault->report.stored.exclusive_or,
        fault->report.stored.ecc, fault->report.computed.exclusive_or, fault->report.computed.ecc);
    return reader->check == FILE_CHECK_DATABASE ? hrReadVerifyFailure : hrLogReadVerifyFailure;
}

static HRESULT verify(struct file_reader *reader, uint8_t *bytes, uint32_t byte_count)
{
    uint64_t corrected = ese_stream_counts(&reader->stream)->corrected;
    bool good = reader->refuse_correctable
                    ? ese_stream_feed(&reader->stream, bytes, byte_count)
                    : ese_stream_feed_writable(&reader->stream, bytes, byte_count);

    if (ese_stream_counts(&reader->stream)->corrected != corrected)
        log_line(LOG_WARNING,
                 L"%ls: a single flipped bit was corrected in what was read, before byte %llu",
                 reader->name, (unsigned long long)(reader->position + byte_count));
    if (good && reader->position + byte_count == reader->bytes)
        good = ese_stream_finish(&reader->stream);
    return good ? S_OK : report_fault(reader);
}

static HRESULT read_chunk(struct file_reader *reader, uint8_t *bytes, uint32_t byte_count)
{
    DWORD got = 0;

    if (!ReadFile(reader->file, bytes, byte_count, &got, NULL)) {
        log_line(LOG_ERROR, L"%ls: reading at byte %llu failed: Win32 error %lu", reader->name,
                 (unsigned long long)reader->position, GetLastError());
        return hrDiskIO;
    }
    if (got != byte_count) {
        log_line(LOG_ERROR, L"%ls: ends at byte %llu, but had %llu bytes when it was opened",
                 reader->name, (unsigned long long)(reader->position + got),
                 (unsigned long long)reader->bytes);
        return hrDiskIO;
    }
    return reader->check == FILE_CHECK_NONE ? S_OK : verify(reader, bytes, byte_count);
}

HRESULT file_reader_read(struct file_reader *reader, uint8_t *buffer, uint32_t buffer_bytes,
                         uint32_t *read_bytes)
{
    uint64_t left = reader->bytes - reader->position;
    uint32_t wanted = left < buffer_bytes ? (uint32_t)left : buffer_bytes;
    uint32_t done = 0;

    *read_bytes = 0;
    if (reader->failure != S_OK)
        return reader->failure;
    if (!wanted)
        return ERROR_HANDLE_EOF;
    while (done < wanted) {
        uint32_t chunk = wanted - done < CHUNK_BYTES ? wanted - done : CHUNK_BYTES;

        reader->failure = read_chunk(reader, buffer + done, chunk);
        if (reader->failure != S_OK)
            return reader->failure;
        done += chunk;
        reader->position += chunk;
    }
    *read_bytes = done;
    return S_OK;
}

bool file_reader_is_delivered(const struct file_reader *reader)
{
    return reader->failure == S_OK && reader->position == reader->bytes;
}

/* hash may be NULL. */
static HRESULT read_rest(struct file_reader *reader, struct hash *hash)
{
    uint8_t *buffer = malloc(CHUNK_BYTES);
    HRESULT hr = buffer ? S_OK : ERROR_NOT_ENOUGH_MEMORY;
    uint32_t got;

    while (hr == S_OK) {
        hr = file_reader_read(reader, buffer, CHUNK_BYTES, &got);
        if (hr == S_OK && hash && !hash_feed(hash, buffer, got))
            hr = ERROR_GEN_FAILURE;
    }
    free(buffer);
    return hr == ERROR_HANDLE_EOF ? S_OK : hr;
}

HRESULT file_reader_verify(struct file_reader *reader)
{
    return read_rest(reader, NULL);
}

HRESULT file_reader_hash(struct file_reader *reader, uint8_t result[HASH_BYTES])
{
    struct hash *hash = hash_create();
    HRESULT hr = hash ? read_rest(reader, hash) : ERROR_NOT_ENOUGH_MEMORY;

    if (hr == S_OK && !hash_finish(hash, result))
        hr = ERROR_GEN_FAILURE;
    hash_destroy(hash);
    return hr;
}

const struct ese_fault *file_reader_fault(const struct file_reader *reader)
{
    return ese_stream_fault(&reader->stream);
}

void file_reader_destroy(struct file_reader *reader)
{
    if (!reader)
        return;
    CloseHandle(reader->file);
    free(reader);
}
