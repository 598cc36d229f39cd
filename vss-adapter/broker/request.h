/*
 * request.h - the fields of one request, taken out of its payload.
 *
 * Portable C that knows nothing but memory, like protocol.h, whose table says which request has
 * which fields.
 */
#ifndef NTDSBROKER_REQUEST_H
#define NTDSBROKER_REQUEST_H

#include "protocol.h"

#define REQUEST_TEXTS_MAX 5u

/* The texts of BACKUP_START, RESTORE_START and RESTORE_REGISTER, in the order of the protocol. */
enum request_text
{
    REQUEST_INSTANCE = 0,
    REQUEST_COMPONENTS_DOCUMENT = 0,
    REQUEST_WRITER_DOCUMENT = 1,
    REQUEST_CHECKPOINT_FOLDER = 0,
    REQUEST_LOG_FOLDER = 1,
    REQUEST_BACKUP_LOG_FOLDER = 2,
    REQUEST_MAP = 3,
    REQUEST_BACKUP_ID = 4
};

/* Zero-initialise; request_fini in every state. */
struct request
{
    enum protocol_type type;
    uint32_t sequence;
    uint32_t index;                     /* BACKUP_OPEN, RESTORE_OPEN, RESTORE_SET_ASIDE */
    bool succeeded;                     /* RESTORE_COMPLETE */
    bool without_vss;                   /* RESTORE_START */
    uint16_t *texts[REQUEST_TEXTS_MAX]; /* UTF-16, terminated, ours; NULL where it has none */
    uint32_t generation_low, generation_high;
};

/*
 * Takes a request's payload apart. False, with nothing to free, where the type is none that the
 * session serves (HELLO, LOG and KEEPALIVE are not), a field is missing, left over or out of
 * bounds, a text holds a zero, or memory is out.
 */
bool request_parse(struct request *request, const struct protocol_header *header,
                   const uint8_t *payload);

void request_fini(struct request *request);

#endif
