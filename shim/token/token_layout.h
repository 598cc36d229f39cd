/*
 * token_layout.h - the expiry token's bytes: what binds a restore to this backup and no other.
 *
 * Portable C that knows nothing but memory, so that hostile tokens can be tried on any machine.
 * Opaque to callers of the old API. Little-endian, no padding:
 *
 *   magic       8 bytes "ntdsbtok"
 *   version     u32, 3; 2 is read as well, and has neither installation nor the last number
 *   total       u32, bytes of the whole token
 *   created     u64, FILETIME
 *   expires     u64, FILETIME
 *   backup id   16 random bytes
 *   state       u8 select components, u8 bootable system state, u8 partial file support, u8 zero;
 *               u32 backup type: the arguments of SetBackupState
 *   computer    text
 *   databases   u32 count, then each: text local path, u64 file bytes, u32 page bytes, u32 header
 *               checksum, u32 state, u64 dbtime, 28 bytes database signature, 28 bytes log
 *               signature, u32 lowest and highest required and highest committed generation, u32
 *               enum ese_header_copies; page bytes 0 where the header could not be read, and zeros
 *               after it
 *   logs        u32 lowest and highest archived generation, u32 current one; 0 for none. SHA-256 of
 *               the current log (see below) and of the checkpoint; zeros for none
 *   documents   text components document, text writer document, text writer's backup metadata
 *   installation  u32 enum token_expiry, text SID of the domain, text "Machine DN Name", SHA-256 of
 *               backup id and boot key; empty and zeros for what is not known
 *   current log  u32, 1: its SHA-256 is of the sums of its segments (ese_sums.h), 0: of all bytes
 *   SHA-256     32 bytes over all before it: against damage, not against forgery
 *
 * A text is a u32 count of bytes and that many bytes of UTF-8.
 */
#ifndef NTDSBCLI_TOKEN_LAYOUT_H
#define NTDSBCLI_TOKEN_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TOKEN_MAGIC           "ntdsbtok"
#define TOKEN_MAGIC_BYTES     8u
#define TOKEN_VERSION         3u
#define TOKEN_VERSION_LEAST   2u
#define TOKEN_TOTAL_OFFSET    12u
#define TOKEN_ID_BYTES        16u
#define TOKEN_SIGNATURE_BYTES 28u
#define TOKEN_HASH_BYTES      32u

/* Who chose the time of expiry. */
enum token_expiry
{
    TOKEN_EXPIRY_UNKNOWN, /* of version 2 */
    TOKEN_EXPIRY_SETTING,
    TOKEN_EXPIRY_WRITER,
    TOKEN_EXPIRY_TOMBSTONE,
    TOKEN_EXPIRY_ASSUMED
};

/* Points into the token; not terminated. */
struct token_text
{
    const uint8_t *bytes;
    uint32_t byte_count;
};

struct token_fields
{
    uint32_t version;
    uint64_t created;
    uint64_t expires;
    const uint8_t *backup_id; /* TOKEN_ID_BYTES */
    bool select_components, bootable_system_state, partial_files;
    uint32_t backup_type;
    struct token_text computer;
    uint32_t database_count;
    const uint8_t *databases; /* for token_layout_database */
    uint32_t generation_low, generation_high, generation_current;
    const uint8_t *current_log_hash; /* TOKEN_HASH_BYTES */
    bool current_log_of_sums;
    const uint8_t *checkpoint_hash; /* TOKEN_HASH_BYTES */
    struct token_text components_document, writer_document, backup_metadata;
    /* Of version 2: empty, and NULL. */
    enum token_expiry expiry;
    struct token_text domain_sid, machine_name;
    const uint8_t *boot_key_hash; /* TOKEN_HASH_BYTES */
    const uint8_t *hash;          /* TOKEN_HASH_BYTES, not checked */
};

struct token_database_fields
{
    struct token_text path;
    uint64_t bytes;
    uint32_t page_bytes;
    uint32_t header_checksum;
    uint32_t state;
    uint64_t dbtime;
    const uint8_t *signature;     /* TOKEN_SIGNATURE_BYTES */
    const uint8_t *log_signature; /* TOKEN_SIGNATURE_BYTES */
    uint32_t required_low, required_high, committed_high;
    uint32_t header_copies;
};

/*
 * Reads byte_count bytes of whatever. False, with *fields undefined, unless every field lies within
 * them and nothing is left over.
 */
bool token_layout_parse(const uint8_t *token, size_t byte_count, struct token_fields *fields);

/* The database of an index below fields->database_count, of a token that was parsed. */
void token_layout_database(const struct token_fields *fields, uint32_t index,
                           struct token_database_fields *database);

#endif
