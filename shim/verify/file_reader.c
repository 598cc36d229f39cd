/*
 * file_reader.c - cuts the caller's reads into pieces of whole pages, and has each one checked.
 */
#include "file_reader.h"

#include "file_check.h"
#include "file_source.h"
#include "side_check.h"
#include "common/log_file.h"

#include <ntdsbmsg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* One read and its check: few calls of the system, and still in the second-level cache. */
#define PIECE_BYTES (512u * 1024)
/* Smaller requests are served from pieces of this size: copying is cheaper than a call. */
#define STAGED_BYTES     (256u * 1024)
#define DIRECT_BYTES_MIN (32u * 1024)
/* Less is read before a thread has started. */
#define SIDE_BYTES_MIN (4ull * SIDE_CHECK_STRETCH_BYTES)

struct file_reader
{
    struct file_source *source;
    uint64_t bytes;
    uint64_t position; /* of the next byte to read from the source */
    legacy_result failure;
    uint8_t *staged; /* checked bytes that were not asked for yet; NULL until needed */
    uint32_t staged_at;
    uint32_t staged_end;
    legacy_result after_staged; /* what happens when they have been handed out */
    struct file_checker checker;
    wchar_t name[];
};

struct file_reader *file_reader_create_from(struct file_source *source, uint64_t bytes,
                                            enum file_check check, const wchar_t *name)
{
    size_t name_bytes = (wcslen(name) + 1) * sizeof(*name);
    struct file_reader *reader = calloc(1, sizeof(*reader) + name_bytes);

    if (!reader) {
        source->close(source);
        return NULL;
    }
    reader->source = source;
    reader->bytes = bytes;
    memcpy(reader->name, name, name_bytes);
    file_check_init(&reader->checker, source, bytes, check, reader->name);
    return reader;
}

struct file_reader *file_reader_create(HANDLE file, uint64_t bytes, enum file_check check,
                                       const wchar_t *name)
{
    struct file_source *source = file_source_from_handle(file);

    return source ? file_reader_create_from(source, bytes, check, name) : NULL;
}

void file_reader_for_recovery(struct file_reader *reader)
{
    file_check_for_recovery(&reader->checker);
}

legacy_result file_reader_want_digest(struct file_reader *reader)
{
    return file_check_want_digest(&reader->checker);
}

legacy_result file_reader_digest(struct file_reader *reader, uint8_t result[HASH_BYTES])
{
    return file_check_digest(&reader->checker, result);
}

bool file_reader_digest_is_of_sums(const struct file_reader *reader)
{
    return reader->checker.check != FILE_CHECK_NONE &&
           ese_sums_unit_bytes(&reader->checker.stream) != ESE_SUMS_ALL_BYTES;
}

const struct ese_database_header *file_reader_database(const struct file_reader *reader)
{
    return reader->checker.check == FILE_CHECK_NONE ? NULL
                                                    : ese_stream_database(&reader->checker.stream);
}

const struct ese_log_header *file_reader_log(const struct file_reader *reader)
{
    return reader->checker.check == FILE_CHECK_LOG ? ese_stream_log(&reader->checker.stream) : NULL;
}

bool file_reader_log_is_in_order(const struct file_reader *reader)
{
    return reader->checker.check != FILE_CHECK_LOG ||
           ese_stream_is_in_order(&reader->checker.stream);
}

bool file_reader_log_sum(const struct file_reader *reader, uint64_t *sum)
{
    return reader->checker.check == FILE_CHECK_LOG &&
           ese_stream_log_sum(&reader->checker.stream, sum);
}

const struct ese_fault *file_reader_fault(const struct file_reader *reader)
{
    return file_check_fault(&reader->checker);
}

static legacy_result read_bytes_at(struct file_reader *reader, uint64_t offset, uint8_t *to,
                                   uint32_t bytes)
{
    uint32_t got;

    if (!reader->source->read(reader->source, offset, to, bytes, &got)) {
        log_line(LOG_ERROR, L"%ls: reading at byte %llu failed: Win32 error %lu", reader->name,
                 (unsigned long long)offset, GetLastError());
        return hrDiskIO;
    }
    if (got != bytes) {
        log_line(
            LOG_ERROR, L"%ls: the file ends at byte %llu; it had %llu bytes when it was opened",
            reader->name, (unsigned long long)(offset + got), (unsigned long long)reader->bytes);
        return hrDiskIO;
    }
    return S_OK;
}

/* A log of version 7, whose first piece has been read, is judged, and then handed out, from
 * memory. `done`: bytes of it that are with the caller already. */
static legacy_result stage_whole(struct file_reader *reader, uint32_t done)
{
    uint32_t bytes = (uint32_t)reader->bytes;
    uint32_t first = (uint32_t)reader->position;
    uint8_t *whole = malloc(bytes);
    legacy_result hr;

    if (!whole)
        return ERROR_NOT_ENOUGH_MEMORY;
    free(reader->staged);
    reader->staged = whole;
    hr = read_bytes_at(reader, 0, whole, bytes);
    if (hr == S_OK)
        hr = file_check_piece(&reader->checker, first, whole + first, bytes - first);
    if (hr == S_OK)
        hr = file_check_whole_log(&reader->checker, whole, bytes);
    reader->staged_at = done;
    reader->staged_end = bytes;
    reader->position = bytes;
    return hr;
}

/* Reads and checks the next piece into `to`. */
static legacy_result read_piece(struct file_reader *reader, uint8_t *to, uint32_t bytes)
{
    legacy_result hr = read_bytes_at(reader, reader->position, to, bytes);

    if (hr == S_OK)
        hr = file_check_piece(&reader->checker, reader->position, to, bytes);
    if (hr != S_OK)
        return hr;
    reader->position += bytes;
    return S_OK;
}

/* A piece that is bad is as good as ever up to the fault: it fails when the caller gets there. */
static legacy_result stage(struct file_reader *reader, uint32_t bytes)
{
    uint64_t offset = reader->position;
    uint64_t left = reader->bytes - offset;
    uint64_t sound;
    legacy_result hr;

    if (!reader->staged)
        reader->staged = malloc(STAGED_BYTES);
    if (!reader->staged)
        return ERROR_NOT_ENOUGH_MEMORY;
    if (bytes > left)
        bytes = (uint32_t)left;
    hr = read_piece(reader, reader->staged, bytes);
    if (hr == S_OK && offset == 0 && file_check_wants_whole(&reader->checker))
        return stage_whole(reader, 0);
    reader->staged_at = 0;
    reader->staged_end = bytes;
    if (hr == S_OK)
        return S_OK;
    sound = file_check_sound_bytes(&reader->checker);
    if (hr == hrDiskIO || sound <= offset || sound >= offset + bytes)
        return hr;
    reader->staged_end = (uint32_t)(sound - offset);
    reader->after_staged = hr;
    return S_OK;
}

/*
 * How much of a request goes straight into the caller's buffer: whole pages, or all to the end of
 * the file; 0 if it is to be staged.
 */
static uint32_t direct_bytes(const struct file_reader *reader, uint32_t wanted)
{
    uint32_t unit =
        reader->position == 0 ? FILE_CHECK_UNIT_BYTES_MAX : file_check_unit_bytes(&reader->checker);
    uint32_t least = reader->position == 0 ? FILE_CHECK_HEAD_BYTES : DIRECT_BYTES_MIN;

    if (wanted > PIECE_BYTES)
        wanted = PIECE_BYTES;
    else if (wanted == reader->bytes - reader->position)
        return wanted;
    return wanted < least ? 0 : wanted - wanted % unit;
}

static uint32_t unstage(struct file_reader *reader, uint8_t *to, uint32_t wanted)
{
    uint32_t bytes = reader->staged_end - reader->staged_at;

    if (bytes > wanted)
        bytes = wanted;
    memcpy(to, reader->staged + reader->staged_at, bytes);
    reader->staged_at += bytes;
    return bytes;
}

/* Takes one step towards `wanted` bytes; *done grows where some went into the buffer. */
static legacy_result step(struct file_reader *reader, uint8_t *to, uint32_t wanted, uint32_t *done)
{
    uint32_t direct;
    legacy_result hr;

    if (reader->staged_at != reader->staged_end) {
        *done += unstage(reader, to, wanted);
        return S_OK;
    }
    if (reader->after_staged != S_OK)
        return reader->after_staged;
    direct = direct_bytes(reader, wanted);
    if (direct == 0) {
        /* The rest of a large request is one cut page: no more than that goes the long way. */
        bool is_rest = *done >= DIRECT_BYTES_MIN && reader->position != 0 &&
                       wanted < file_check_unit_bytes(&reader->checker);

        return stage(reader, is_rest ? file_check_unit_bytes(&reader->checker) : STAGED_BYTES);
    }
    hr = read_piece(reader, to, direct);
    if (hr != S_OK)
        return hr;
    *done += direct;
    if (reader->position == direct && file_check_wants_whole(&reader->checker)) {
        hr = stage_whole(reader, direct);
        /* It may have been read again. */
        if (hr == S_OK)
            memcpy(to, reader->staged, direct);
    }
    return hr;
}

static uint64_t bytes_left(const struct file_reader *reader)
{
    return reader->bytes - reader->position + (reader->staged_end - reader->staged_at);
}

legacy_result file_reader_read(struct file_reader *reader, uint8_t *buffer, uint32_t buffer_bytes,
                               uint32_t *read_bytes)
{
    uint64_t left = bytes_left(reader);
    uint32_t wanted = left < buffer_bytes ? (uint32_t)left : buffer_bytes;
    uint32_t done = 0;

    *read_bytes = 0;
    if (reader->failure != S_OK)
        return reader->failure;
    if (!wanted)
        return ERROR_HANDLE_EOF;
    while (done < wanted) {
        reader->failure = step(reader, buffer + done, wanted - done, &done);
        if (reader->failure != S_OK)
            return reader->failure;
    }
    *read_bytes = done;
    return S_OK;
}

bool file_reader_is_delivered(const struct file_reader *reader)
{
    return reader->failure == S_OK && bytes_left(reader) == 0;
}

static bool can_have_side(const struct file_reader *reader)
{
    return reader->checker.check == FILE_CHECK_DATABASE && reader->failure == S_OK &&
           reader->staged_at == reader->staged_end &&
           ese_stream_unit_bytes(&reader->checker.stream) != 0 &&
           reader->bytes - reader->position > SIDE_BYTES_MIN;
}

/* Between two stretches: a fast file gets a second reader, and a slow one loses it. */
static void choose_side(struct file_reader *reader, struct side_check **side)
{
    bool is_fast = reader->source->is_fast(reader->source);
    struct file_source *second;

    if (*side && !is_fast) {
        side_check_destroy(*side);
        *side = NULL;
    } else if (!*side && is_fast && can_have_side(reader)) {
        second = reader->source->second(reader->source);
        if (second)
            *side = side_check_create(second, &reader->checker.stream,
                                      reader->position + SIDE_CHECK_STRETCH_BYTES, reader->bytes);
    }
}

/* False: the stretch that comes next is to be read as ever. */
static bool take_from_side(struct file_reader *reader, struct side_check *side)
{
    if (!side || side_check_next(side) != reader->position ||
        !file_check_stretch(&reader->checker, side_check_take(side)))
        return false;
    reader->position += SIDE_CHECK_STRETCH_BYTES;
    return true;
}

legacy_result file_reader_verify(struct file_reader *reader)
{
    uint8_t *buffer = malloc(PIECE_BYTES);
    legacy_result hr = buffer ? S_OK : ERROR_NOT_ENOUGH_MEMORY;
    struct side_check *side = NULL;
    uint32_t got;

    while (hr == S_OK) {
        if (take_from_side(reader, side))
            continue;
        hr = file_reader_read(reader, buffer, PIECE_BYTES, &got);
        if (reader->position % SIDE_CHECK_STRETCH_BYTES == 0)
            choose_side(reader, &side);
    }
    side_check_destroy(side);
    free(buffer);
    return hr == ERROR_HANDLE_EOF ? S_OK : hr;
}

legacy_result file_reader_identify(struct file_reader *reader, uint8_t result[HASH_BYTES])
{
    legacy_result hr = file_reader_want_digest(reader);

    if (hr == S_OK)
        hr = file_reader_verify(reader);
    return hr == S_OK ? file_reader_digest(reader, result) : hr;
}

legacy_result file_reader_hash(struct file_reader *reader, uint8_t result[HASH_BYTES])
{
    uint8_t *buffer = malloc(PIECE_BYTES);
    struct hash *hash = NULL;
    legacy_result hr = buffer ? hash_create(&hash) : ERROR_NOT_ENOUGH_MEMORY;
    uint32_t got;

    while (hr == S_OK) {
        hr = file_reader_read(reader, buffer, PIECE_BYTES, &got);
        if (hr == S_OK && !hash_feed(hash, buffer, got))
            hr = ERROR_GEN_FAILURE;
    }
    if (hr == ERROR_HANDLE_EOF)
        hr = hash_finish(hash, result) ? S_OK : ERROR_GEN_FAILURE;
    hash_destroy(hash);
    free(buffer);
    return hr;
}

void file_reader_destroy(struct file_reader *reader)
{
    if (!reader)
        return;
    file_check_log_summary(&reader->checker);
    file_check_fini(&reader->checker);
    reader->source->close(reader->source);
    free(reader->staged);
    free(reader);
}
