/*
 * token_layout.c - reads the bytes of an expiry token, none of which it trusts.
 *
 * Must not know hashes, clocks or the operating system.
 */
#include "token_layout.h"

#include "ese/ese_fields.h"

#include <string.h>

/* Reading past the end sticks, and gives zeros. */
struct cursor
{
    const uint8_t *next;
    size_t left_bytes;
    bool failed;
};

static const uint8_t *take(struct cursor *cursor, size_t byte_count)
{
    const uint8_t *at = cursor->next;

    if (cursor->failed || byte_count > cursor->left_bytes) {
        cursor->failed = true;
        return NULL;
    }
    cursor->next += byte_count;
    cursor->left_bytes -= byte_count;
    return at;
}

static uint8_t take8(struct cursor *cursor)
{
    const uint8_t *at = take(cursor, 1);

    return at ? *at : 0;
}

static uint32_t take32(struct cursor *cursor)
{
    const uint8_t *at = take(cursor, 4);

    return at ? ese_get32(at) : 0;
}

static uint64_t take64(struct cursor *cursor)
{
    const uint8_t *at = take(cursor, 8);

    return at ? ese_get64(at) : 0;
}

static bool take_flag(struct cursor *cursor)
{
    uint8_t value = take8(cursor);

    if (value > 1)
        cursor->failed = true;
    return value == 1;
}

static struct token_text take_text(struct cursor *cursor)
{
    struct token_text text = {0};

    text.byte_count = take32(cursor);
    text.bytes = take(cursor, text.byte_count);
    return text;
}

static void take_database(struct cursor *cursor, struct token_database_fields *database)
{
    database->path = take_text(cursor);
    database->bytes = take64(cursor);
    database->page_bytes = take32(cursor);
    database->header_checksum = take32(cursor);
    database->state = take32(cursor);
    database->dbtime = take64(cursor);
    database->signature = take(cursor, TOKEN_SIGNATURE_BYTES);
    database->log_signature = take(cursor, TOKEN_SIGNATURE_BYTES);
    database->required_low = take32(cursor);
    database->required_high = take32(cursor);
    database->committed_high = take32(cursor);
    database->header_copies = take32(cursor);
}

static void take_head(struct cursor *cursor, size_t byte_count, struct token_fields *fields)
{
    const uint8_t *magic = take(cursor, TOKEN_MAGIC_BYTES);

    if (!magic || memcmp(magic, TOKEN_MAGIC, TOKEN_MAGIC_BYTES) != 0)
        cursor->failed = true;
    fields->version = take32(cursor);
    if (fields->version < TOKEN_VERSION_LEAST || fields->version > TOKEN_VERSION)
        cursor->failed = true;
    if (take32(cursor) != byte_count)
        cursor->failed = true;
    fields->created = take64(cursor);
    fields->expires = take64(cursor);
    fields->backup_id = take(cursor, TOKEN_ID_BYTES);
    fields->select_components = take_flag(cursor);
    fields->bootable_system_state = take_flag(cursor);
    fields->partial_files = take_flag(cursor);
    if (take8(cursor) != 0)
        cursor->failed = true;
    fields->backup_type = take32(cursor);
    fields->computer = take_text(cursor);
}

static void take_installation(struct cursor *cursor, struct token_fields *fields)
{
    uint32_t expiry = take32(cursor);

    if (expiry > TOKEN_EXPIRY_ASSUMED)
        cursor->failed = true;
    fields->expiry = (enum token_expiry)expiry;
    fields->domain_sid = take_text(cursor);
    fields->machine_name = take_text(cursor);
    fields->boot_key_hash = take(cursor, TOKEN_HASH_BYTES);
}

static void take_current_log(struct cursor *cursor, struct token_fields *fields)
{
    uint32_t of_sums = take32(cursor);

    if (of_sums > 1)
        cursor->failed = true;
    fields->current_log_of_sums = of_sums == 1;
}

bool token_layout_parse(const uint8_t *token, size_t byte_count, struct token_fields *fields)
{
    struct cursor cursor = {token, byte_count, false};
    struct token_database_fields database;
    uint32_t i;

    memset(fields, 0, sizeof(*fields));
    take_head(&cursor, byte_count, fields);
    fields->database_count = take32(&cursor);
    fields->databases = cursor.next;
    for (i = 0; !cursor.failed && i < fields->database_count; i++)
        take_database(&cursor, &database);
    fields->generation_low = take32(&cursor);
    fields->generation_high = take32(&cursor);
    fields->generation_current = take32(&cursor);
    fields->current_log_hash = take(&cursor, TOKEN_HASH_BYTES);
    fields->checkpoint_hash = take(&cursor, TOKEN_HASH_BYTES);
    fields->components_document = take_text(&cursor);
    fields->writer_document = take_text(&cursor);
    fields->backup_metadata = take_text(&cursor);
    if (fields->version > TOKEN_VERSION_LEAST) {
        take_installation(&cursor, fields);
        take_current_log(&cursor, fields);
    }
    fields->hash = take(&cursor, TOKEN_HASH_BYTES);
    return !cursor.failed && cursor.left_bytes == 0;
}

void token_layout_database(const struct token_fields *fields, uint32_t index,
                           struct token_database_fields *database)
{
    struct cursor cursor = {fields->databases, (size_t)(fields->hash - fields->databases), false};
    uint32_t i;

    for (i = 0; i <= index; i++)
        take_database(&cursor, database);
}
