/*
 * fuzz_memory.c - the token's bytes, the documents that come back from a backup medium, and the
 * program files that the doctor is shown.
 */
#include "fuzz_memory.h"
#include "fuzz_promise.h"

#include "doctor/pe_image.h"
#include "embedded/document/document.h"
#include "ese/ese_fields.h"
#include "token/token_layout.h"

#include <string.h>

/* --- token -------------------------------------------------------------------------------- */

/* What is read, in a place that the compiler cannot leave out. */
static volatile uint32_t looked_at;

static void look_at(const uint8_t *bytes, size_t byte_count, const uint8_t *token,
                    size_t token_bytes)
{
    size_t i;

    if (!byte_count)
        return; /* of version 2, which lacks it */
    PROMISE(bytes >= token && byte_count <= token_bytes - (size_t)(bytes - token));
    for (i = 0; i < byte_count; i++)
        looked_at += bytes[i];
}

static void look_at_databases(const struct token_fields *fields, const uint8_t *token, size_t bytes)
{
    struct token_database_fields database;
    /* The databases are found from the first one on: all of many would take for ever. */
    uint32_t count = fields->database_count < 64 ? fields->database_count : 64;
    uint32_t i;

    for (i = 0; i < count; i++) {
        token_layout_database(fields, i, &database);
        look_at(database.path.bytes, database.path.byte_count, token, bytes);
        look_at(database.signature, TOKEN_SIGNATURE_BYTES, token, bytes);
        look_at(database.log_signature, TOKEN_SIGNATURE_BYTES, token, bytes);
    }
}

static void check_token(const uint8_t *data, size_t bytes)
{
    struct token_fields fields;

    if (!token_layout_parse(data, bytes, &fields))
        return;
    look_at(fields.backup_id, TOKEN_ID_BYTES, data, bytes);
    look_at(fields.computer.bytes, fields.computer.byte_count, data, bytes);
    look_at(fields.current_log_hash, TOKEN_HASH_BYTES, data, bytes);
    look_at(fields.checkpoint_hash, TOKEN_HASH_BYTES, data, bytes);
    look_at(fields.components_document.bytes, fields.components_document.byte_count, data, bytes);
    look_at(fields.writer_document.bytes, fields.writer_document.byte_count, data, bytes);
    look_at(fields.backup_metadata.bytes, fields.backup_metadata.byte_count, data, bytes);
    look_at(fields.domain_sid.bytes, fields.domain_sid.byte_count, data, bytes);
    look_at(fields.machine_name.bytes, fields.machine_name.byte_count, data, bytes);
    if (fields.boot_key_hash)
        look_at(fields.boot_key_hash, TOKEN_HASH_BYTES, data, bytes);
    PROMISE(fields.hash == data + bytes - TOKEN_HASH_BYTES);
    look_at_databases(&fields, data, bytes);
}

/* As it is, and with the total that its bytes have, which chance does not find. */
void fuzz_token(const uint8_t *data, size_t bytes)
{
    uint8_t *fitting;

    check_token(data, bytes);
    if (bytes < TOKEN_TOTAL_OFFSET + 4)
        return;
    fitting = malloc(bytes);
    PROMISE(fitting);
    memcpy(fitting, data, bytes);
    ese_put32(fitting + TOKEN_TOTAL_OFFSET, (uint32_t)bytes);
    check_token(fitting, bytes);
    free(fitting);
}

/* --- documents ---------------------------------------------------------------------------- */

static char *text_of_writer(const struct doc_writer *writer)
{
    struct doc_buffer buffer = {0};

    doc_write_writer(&buffer, writer);
    return doc_buffer_take(&buffer);
}

static char *text_of_backup(const struct doc_backup *backup)
{
    struct doc_buffer buffer = {0};

    doc_write_backup(&buffer, backup);
    return doc_buffer_take(&buffer);
}

static void check_writer(const char *text, size_t bytes)
{
    struct doc_writer writer = {0}, again = {0};
    char *written, *rewritten;

    if (doc_read_writer(&writer, text, bytes) != DOC_OK) {
        static const struct doc_writer nothing;

        PROMISE(memcmp(&writer, &nothing, sizeof(writer)) == 0);
        return;
    }
    written = text_of_writer(&writer);
    PROMISE(written);
    PROMISE(doc_read_writer(&again, written, strlen(written)) == DOC_OK);
    rewritten = text_of_writer(&again);
    PROMISE(rewritten && strcmp(written, rewritten) == 0);
    free(rewritten);
    free(written);
    doc_writer_fini(&again);
    doc_writer_fini(&writer);
}

static void check_backup(const char *text, size_t bytes)
{
    struct doc_backup backup = {0}, again = {0};
    char *written, *rewritten;

    if (doc_read_backup(&backup, text, bytes) != DOC_OK) {
        static const struct doc_backup nothing;

        PROMISE(memcmp(&backup, &nothing, sizeof(backup)) == 0);
        return;
    }
    written = text_of_backup(&backup);
    PROMISE(written);
    PROMISE(doc_read_backup(&again, written, strlen(written)) == DOC_OK);
    rewritten = text_of_backup(&again);
    PROMISE(rewritten && strcmp(written, rewritten) == 0);
    free(rewritten);
    free(written);
    doc_backup_fini(&again);
    doc_backup_fini(&backup);
}

void fuzz_document(const uint8_t *data, size_t bytes)
{
    check_writer((const char *)data, bytes);
    check_backup((const char *)data, bytes);
}

/* --- program files -------------------------------------------------------------------------- */

void fuzz_image(const uint8_t *data, size_t bytes)
{
    static const uint32_t types[] = {3, 11, 16, 24};
    struct pe_image image;
    const uint8_t *found;
    uint32_t byte_count;
    enum pe_import import;
    size_t i;

    if (!pe_image_parse(data, bytes, &image))
        return;
    PROMISE(pe_image_bits(&image) == 0 || pe_image_bits(&image) == 32 ||
            pe_image_bits(&image) == 64);
    import = pe_image_find_import(&image, "NTDSBCLI.dll");
    PROMISE(import == pe_image_find_import(&image, "ntdsbcli.DLL"));
    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        byte_count = 0;
        found = pe_image_find_resource(&image, types[i], &byte_count);
        if (found)
            look_at(found, byte_count, data, bytes);
    }
}
