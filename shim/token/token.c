/*
 * token.c - writes the expiry token, and checks the hash and the date of one.
 */
#include "token.h"

#include "host/allocation.h"
#include "expiry.h"
#include "host/clock.h"
#include "host/hash.h"
#include "host/system_crypt.h"

#include <ntdsbmsg.h>
#include <stdlib.h>
#include <wchar.h>

struct buffer
{
    uint8_t *bytes;
    size_t byte_count, capacity;
    bool failed;
};

static uint8_t *reserve(struct buffer *buffer, size_t byte_count)
{
    uint8_t *at;

    if (buffer->byte_count + byte_count > buffer->capacity) {
        size_t wanted = (buffer->byte_count + byte_count) * 2;
        uint8_t *grown = buffer->failed ? NULL : realloc(buffer->bytes, wanted);

        if (!grown) {
            buffer->failed = true;
            return NULL;
        }
        buffer->bytes = grown;
        buffer->capacity = wanted;
    }
    at = buffer->bytes + buffer->byte_count;
    buffer->byte_count += byte_count;
    return at;
}

static void put_bytes(struct buffer *buffer, const void *bytes, size_t byte_count)
{
    uint8_t *at = reserve(buffer, byte_count);

    if (at)
        memcpy(at, bytes, byte_count);
}

/* value_bytes 1, 4 or 8; Windows is little-endian on every processor it runs on. */
static void put_number(struct buffer *buffer, uint64_t value, size_t value_bytes)
{
    put_bytes(buffer, &value, value_bytes);
}

static void put_text(struct buffer *buffer, const wchar_t *text)
{
    int length = (int)wcslen(text);
    int byte_count = WideCharToMultiByte(CP_UTF8, 0, text, length, NULL, 0, NULL, NULL);
    uint8_t *at;

    put_number(buffer, (uint64_t)byte_count, 4);
    at = reserve(buffer, (size_t)byte_count);
    if (at)
        WideCharToMultiByte(CP_UTF8, 0, text, length, (char *)at, byte_count, NULL, NULL);
}

static void put_signature(struct buffer *buffer, const struct ese_signature *signature)
{
    uint8_t bytes[ESE_SIGNATURE_BYTES];

    ese_put_signature(bytes, signature);
    put_bytes(buffer, bytes, sizeof(bytes));
}

static void put_database(struct buffer *buffer, const struct token_database *database)
{
    const struct ese_database_header *header = &database->header;

    put_text(buffer, database->path);
    put_number(buffer, database->bytes, 8);
    put_number(buffer, header->page_bytes, 4);
    put_number(buffer, header->checksum, 4);
    put_number(buffer, header->state, 4);
    put_number(buffer, header->dbtime, 8);
    put_signature(buffer, &header->signature);
    put_signature(buffer, &header->log_signature);
    put_number(buffer, header->required_low, 4);
    put_number(buffer, header->required_high, 4);
    put_number(buffer, header->committed_high, 4);
    put_number(buffer, header->copies, 4);
}

static void put_installation(struct buffer *buffer, const struct token_content *content,
                             const uint8_t boot_key_hash[HASH_BYTES])
{
    const struct installation *installation = content->installation;

    put_number(buffer, content->expiry, 4);
    put_text(buffer, installation->domain_sid ? installation->domain_sid : L"");
    put_text(buffer, installation->machine_name ? installation->machine_name : L"");
    put_bytes(buffer, boot_key_hash, HASH_BYTES);
}

static void put_content(struct buffer *buffer, const struct token_content *content)
{
    size_t i;

    /* SetBackupState(true, true, VSS_BT_FULL, false) */
    put_number(buffer, 0x00000101, 4);
    put_number(buffer, 1, 4);
    put_text(buffer, content->computer);
    put_number(buffer, content->database_count, 4);
    for (i = 0; i < content->database_count; i++)
        put_database(buffer, &content->databases[i]);
    put_number(buffer, content->generation_low, 4);
    put_number(buffer, content->generation_high, 4);
    put_number(buffer, content->generation_current, 4);
    put_bytes(buffer, content->current_log_hash, TOKEN_HASH_BYTES);
    put_bytes(buffer, content->checkpoint_hash, TOKEN_HASH_BYTES);
    put_text(buffer, content->components_document);
    put_text(buffer, content->writer_document);
    put_text(buffer, content->backup_metadata);
}

static legacy_result seal(struct buffer *buffer)
{
    uint32_t total = (uint32_t)(buffer->byte_count + TOKEN_HASH_BYTES);
    uint8_t hash[TOKEN_HASH_BYTES];
    legacy_result hr;

    ese_put32(buffer->bytes + TOKEN_TOTAL_OFFSET, total);
    hr = hash_bytes(buffer->bytes, buffer->byte_count, hash);
    if (hr != S_OK)
        return hr;
    put_bytes(buffer, hash, sizeof(hash));
    return buffer->failed ? ERROR_NOT_ENOUGH_MEMORY : S_OK;
}

legacy_result token_build(const struct token_content *content, void **token, uint32_t *byte_count)
{
    struct buffer buffer = {0};
    uint8_t backup_id[TOKEN_ID_BYTES];
    uint8_t boot_key_hash[HASH_BYTES];
    legacy_result hr = system_crypt_random(backup_id, sizeof(backup_id));

    if (hr == S_OK)
        hr = installation_hash_boot_key(content->installation, backup_id, sizeof(backup_id),
                                        boot_key_hash);
    if (hr != S_OK)
        return hr;
    put_bytes(&buffer, TOKEN_MAGIC, TOKEN_MAGIC_BYTES);
    put_number(&buffer, TOKEN_VERSION, 4);
    put_number(&buffer, 0, 4); /* the total, by seal */
    put_number(&buffer, content->created, 8);
    put_number(&buffer, content->expires, 8);
    put_bytes(&buffer, backup_id, sizeof(backup_id));
    put_content(&buffer, content);
    put_installation(&buffer, content, boot_key_hash);
    put_number(&buffer, content->current_log_of_sums, 4);
    hr = buffer.failed ? ERROR_NOT_ENOUGH_MEMORY : seal(&buffer);
    if (hr == S_OK) {
        *token = allocation_create(buffer.byte_count);
        if (*token) {
            memcpy(*token, buffer.bytes, buffer.byte_count);
            *byte_count = (uint32_t)buffer.byte_count;
        } else {
            hr = ERROR_NOT_ENOUGH_MEMORY;
        }
    }
    free(buffer.bytes);
    return hr;
}

legacy_result token_parse(const void *token, size_t byte_count, struct token_fields *fields)
{
    uint8_t hash[TOKEN_HASH_BYTES];
    legacy_result hr;

    if (!token || !byte_count)
        return hrMissingExpiryToken;
    if (!token_layout_parse(token, byte_count, fields))
        return hrUnknownExpiryTokenFormat;
    hr = hash_bytes(token, byte_count - TOKEN_HASH_BYTES, hash);
    if (hr != S_OK)
        return hr;
    return memcmp(hash, fields->hash, sizeof(hash)) == 0 ? S_OK : hrUnknownExpiryTokenFormat;
}

wchar_t *token_text_copy(struct token_text text)
{
    /* Never more characters than bytes. */
    wchar_t *copy = calloc((size_t)text.byte_count + 1, sizeof(*copy));

    if (copy && text.byte_count)
        MultiByteToWideChar(CP_UTF8, 0, (const char *)text.bytes, (int)text.byte_count, copy,
                            (int)text.byte_count);
    return copy;
}

legacy_result token_check_expiry(const struct token_fields *fields, uint64_t now,
                                 uint32_t setting_days)
{
    if (now + CLOCK_DAY < fields->created)
        return ERROR_TIME_SKEW;
    return now < expiry_at_restore(fields, setting_days) ? S_OK : hrContentsExpired;
}
