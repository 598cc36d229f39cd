/*
 * request.c - reads the payloads of requests.
 */
#include "request.h"

#include <stdlib.h>
#include <string.h>

static uint16_t *get_text(struct protocol_reader *reader)
{
    size_t unit_count, i;
    const uint8_t *units = protocol_get_string(reader, &unit_count);
    uint16_t *text = units ? malloc((unit_count + 1) * sizeof(*text)) : NULL;

    if (!text) {
        reader->failed = true;
        return NULL;
    }
    memcpy(text, units, unit_count * sizeof(*text));
    text[unit_count] = 0;
    for (i = 0; i < unit_count; i++) {
        if (!text[i])
            reader->failed = true;
    }
    return text;
}

static void get_texts(struct request *request, struct protocol_reader *reader, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        request->texts[i] = get_text(reader);
}

static bool get_flag(struct protocol_reader *reader)
{
    uint32_t value = protocol_get_u32(reader);

    if (value > 1)
        reader->failed = true;
    return value == 1;
}

static void get_fields(struct request *request, struct protocol_reader *reader)
{
    switch (request->type) {
    case PROTOCOL_BACKUP_START:
        get_texts(request, reader, 1);
        break;
    case PROTOCOL_BACKUP_OPEN:
    case PROTOCOL_RESTORE_OPEN:
    case PROTOCOL_RESTORE_SET_ASIDE:
        request->index = protocol_get_u32(reader);
        break;
    case PROTOCOL_RESTORE_START:
        get_texts(request, reader, 2);
        request->without_vss = get_flag(reader);
        break;
    case PROTOCOL_RESTORE_REGISTER:
        get_texts(request, reader, REQUEST_TEXTS_MAX);
        request->generation_low = protocol_get_u32(reader);
        request->generation_high = protocol_get_u32(reader);
        break;
    case PROTOCOL_RESTORE_COMPLETE:
        request->succeeded = get_flag(reader);
        break;
    case PROTOCOL_BACKUP_LOGS:
    case PROTOCOL_BACKUP_COMPLETE:
    case PROTOCOL_BACKUP_ABORT:
    case PROTOCOL_RESTORE_FILES:
        break;
    case PROTOCOL_HELLO:
    case PROTOCOL_LOG:
    case PROTOCOL_KEEPALIVE:
    case PROTOCOL_TYPE_END:
        reader->failed = true;
        break;
    }
}

bool request_parse(struct request *request, const struct protocol_header *header,
                   const uint8_t *payload)
{
    struct request parsed = {.type = (enum protocol_type)header->type,
                             .sequence = header->sequence};
    struct protocol_reader reader;

    protocol_reader_init(&reader, payload, header->payload_bytes);
    get_fields(&parsed, &reader);
    if (!protocol_reader_done(&reader)) {
        request_fini(&parsed);
        return false;
    }
    *request = parsed;
    return true;
}

void request_fini(struct request *request)
{
    size_t i;

    for (i = 0; i < REQUEST_TEXTS_MAX; i++)
        free(request->texts[i]);
    memset(request, 0, sizeof(*request));
}
