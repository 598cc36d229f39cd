/*
 * Checkpoint files: choice between the two copies, the fields, sealing.
 *
 * Knows memory only.
 */
#include "ese_checkpoint.h"

#include <string.h>

/* No magic here either; the type byte is 0 in files of old engines, so without a good sum only
 * type 4 counts. */
static bool copy_is_good(const uint8_t *copy)
{
    uint8_t type = copy[ESE_CHK_FILE_TYPE];

    return ese_header_is_good(copy, ESE_CHECKPOINT_COPY_BYTES) &&
           (type == ESE_CHECKPOINT_FILE_TYPE || type == 0) &&
           !ese_is_zero(copy + ESE_CHK_SIGNATURE, ESE_SIGNATURE_BYTES) &&
           ese_get_lgpos(copy + ESE_CHK_POSITION).generation != 0;
}

static void fill(const uint8_t *copy, struct ese_checkpoint *checkpoint)
{
    memset(checkpoint, 0, sizeof(*checkpoint));
    checkpoint->position = ese_get_lgpos(copy + ESE_CHK_POSITION);
    checkpoint->full_position = ese_get_lgpos(copy + ESE_CHK_FULL_POSITION);
    checkpoint->consistent = ese_get_lgpos(copy + ESE_CHK_CONSISTENT);
    checkpoint->log_signature = ese_get_signature(copy + ESE_CHK_SIGNATURE);
    checkpoint->flags = copy[ESE_CHK_FLAGS];
    checkpoint->file_type = copy[ESE_CHK_FILE_TYPE];
}

enum ese_verdict ese_checkpoint_parse(const void *file, size_t bytes,
                                      struct ese_checkpoint *checkpoint)
{
    const uint8_t *first = file;
    const uint8_t *second = first + ESE_CHECKPOINT_COPY_BYTES;
    bool first_good, second_good;

    if (bytes < ESE_CHECKPOINT_BYTES)
        return ESE_TRUNCATED;
    first_good = copy_is_good(first);
    second_good = copy_is_good(second);
    if (!first_good && !second_good) {
        if (first[ESE_CHK_FILE_TYPE] == ESE_CHECKPOINT_FILE_TYPE ||
            second[ESE_CHK_FILE_TYPE] == ESE_CHECKPOINT_FILE_TYPE)
            return ESE_BAD_CHECKSUM;
        return ESE_NOT_RECOGNISED;
    }
    fill(first_good ? first : second, checkpoint);
    if (!first_good)
        checkpoint->copies = ESE_COPIES_SHADOW_ONLY;
    else if (!second_good)
        checkpoint->copies = ESE_COPIES_PRIMARY_ONLY;
    else if (memcmp(first, second, ESE_CHECKPOINT_COPY_BYTES) != 0)
        checkpoint->copies = ESE_COPIES_DIFFER;
    else
        checkpoint->copies = ESE_COPIES_BOTH;
    return ESE_GOOD;
}

void ese_checkpoint_seal(void *file)
{
    uint8_t *first = file;

    ese_header_seal(first, ESE_CHECKPOINT_COPY_BYTES);
    memcpy(first + ESE_CHECKPOINT_COPY_BYTES, first, ESE_CHECKPOINT_COPY_BYTES);
}
