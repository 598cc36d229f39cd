/*
 * protocol.c - writes and reads the frames of protocol.h.
 */
#include "protocol.h"

#include <stdlib.h>
#include <string.h>

static void store_u16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static void store_u32(uint8_t *at, uint32_t value)
{
    store_u16(at, (uint16_t)value);
    store_u16(at + 2, (uint16_t)(value >> 16));
}

static uint16_t load_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

static uint32_t load_u32(const uint8_t *at)
{
    return (uint32_t)load_u16(at) | (uint32_t)load_u16(at + 2) << 16;
}

bool protocol_header_parse(const uint8_t bytes[PROTOCOL_HEADER_BYTES],
                           struct protocol_header *header)
{
    header->payload_bytes = load_u32(bytes);
    header->type = load_u16(bytes + 4);
    header->version = load_u16(bytes + 6);
    header->sequence = load_u32(bytes + 8);
    return header->version == PROTOCOL_VERSION && header->type >= PROTOCOL_HELLO &&
           header->type < PROTOCOL_TYPE_END && header->payload_bytes <= PROTOCOL_PAYLOAD_MAX_BYTES;
}

static uint8_t *reserve(struct protocol_writer *writer, size_t byte_count)
{
    const size_t limit = PROTOCOL_HEADER_BYTES + (size_t)PROTOCOL_PAYLOAD_MAX_BYTES;
    uint8_t *at;

    if (writer->failed || byte_count > limit - writer->byte_count) {
        writer->failed = true;
        return NULL;
    }
    if (writer->byte_count + byte_count > writer->capacity_bytes) {
        size_t wanted = writer->capacity_bytes ? writer->capacity_bytes * 2 : 256;
        uint8_t *grown;

        if (wanted < writer->byte_count + byte_count)
            wanted = writer->byte_count + byte_count;
        grown = realloc(writer->bytes, wanted);
        if (!grown) {
            writer->failed = true;
            return NULL;
        }
        writer->bytes = grown;
        writer->capacity_bytes = wanted;
    }
    at = writer->bytes + writer->byte_count;
    writer->byte_count += byte_count;
    return at;
}

void protocol_begin(struct protocol_writer *writer, enum protocol_type type, uint32_t sequence)
{
    uint8_t *header;

    writer->byte_count = 0;
    writer->failed = false;
    header = reserve(writer, PROTOCOL_HEADER_BYTES);
    if (!header)
        return;
    store_u32(header, 0);
    store_u16(header + 4, (uint16_t)type);
    store_u16(header + 6, PROTOCOL_VERSION);
    store_u32(header + 8, sequence);
}

void protocol_put_u32(struct protocol_writer *writer, uint32_t value)
{
    uint8_t *at = reserve(writer, 4);

    if (at)
        store_u32(at, value);
}

void protocol_put_u64(struct protocol_writer *writer, uint64_t value)
{
    protocol_put_u32(writer, (uint32_t)value);
    protocol_put_u32(writer, (uint32_t)(value >> 32));
}

void protocol_put_string(struct protocol_writer *writer, const uint16_t *units, size_t unit_count)
{
    uint8_t *at;
    size_t i;

    if (unit_count > PROTOCOL_PAYLOAD_MAX_BYTES / 2) {
        writer->failed = true;
        return;
    }
    protocol_put_u32(writer, (uint32_t)unit_count);
    at = reserve(writer, unit_count * 2);
    if (!at)
        return;
    for (i = 0; i < unit_count; i++)
        store_u16(at + 2 * i, units[i]);
}

bool protocol_finish(struct protocol_writer *writer)
{
    if (writer->failed)
        return false;
    store_u32(writer->bytes, (uint32_t)(writer->byte_count - PROTOCOL_HEADER_BYTES));
    return true;
}

void protocol_writer_fini(struct protocol_writer *writer)
{
    free(writer->bytes);
    memset(writer, 0, sizeof(*writer));
}

void protocol_reader_init(struct protocol_reader *reader, const uint8_t *payload,
                          size_t payload_bytes)
{
    reader->next = payload;
    reader->left_bytes = payload_bytes;
    reader->failed = false;
}

static const uint8_t *take(struct protocol_reader *reader, size_t byte_count)
{
    const uint8_t *at = reader->next;

    if (reader->failed || byte_count > reader->left_bytes) {
        reader->failed = true;
        return NULL;
    }
    reader->next += byte_count;
    reader->left_bytes -= byte_count;
    return at;
}

uint32_t protocol_get_u32(struct protocol_reader *reader)
{
    const uint8_t *at = take(reader, 4);

    return at ? load_u32(at) : 0;
}

uint64_t protocol_get_u64(struct protocol_reader *reader)
{
    uint64_t low = protocol_get_u32(reader);

    return low | (uint64_t)protocol_get_u32(reader) << 32;
}

const uint8_t *protocol_get_string(struct protocol_reader *reader, size_t *unit_count)
{
    uint32_t count = protocol_get_u32(reader);
    const uint8_t *units;

    *unit_count = 0;
    if (count > PROTOCOL_PAYLOAD_MAX_BYTES / 2)
        reader->failed = true;
    units = take(reader, (size_t)count * 2);
    if (units)
        *unit_count = count;
    return units;
}

bool protocol_reader_done(const struct protocol_reader *reader)
{
    return !reader->failed && reader->left_bytes == 0;
}
