/*
 * token.h - the expiry token: what binds a restore to this backup and no other.
 *
 * Opaque to callers. Layout, little-endian, no padding:
 *
 *   magic       8 bytes "ntdsbtok"
 *   version     u32, 1
 *   total       u32, bytes of the whole token
 *   created     u64, FILETIME
 *   expires     u64, FILETIME
 *   backup id   16 random bytes
 *   state       u8 select components, u8 bootable system state, u8 partial file support, u8 zero;
 *               u32 backup type: the arguments of SetBackupState
 *   computer    text
 *   databases   u32 count, then each: text local path, u64 file bytes, u32 page bytes, u32 header
 *               checksum, u32 state, u64 dbtime, 28 bytes database signature, 28 bytes log
 *               signature, u32 lowest and highest required and highest committed generation; page
 *               bytes 0 where the header could not be read, and zeros after it
 *   logs        u32 lowest, highest, current generation; 0 for none
 *   documents   text components document, text writer document, text writer's backup metadata
 *   SHA-256     32 bytes over all before it: against damage, not against forgery
 *
 * A text is a u32 count of bytes and that many bytes of UTF-8.
 */
#ifndef NTDSBCLI_TOKEN_H
#define NTDSBCLI_TOKEN_H

#include "ese/ese_database.h"

#include <windows.h>
#include <stdbool.h>
#include <stdint.h>

struct token_database
{
    const wchar_t *path;
    uint64_t bytes;
    bool has_header;
    uint32_t header_checksum;
    struct ese_database_header header;
};

struct token_content
{
    const wchar_t *computer;
    uint32_t lifetime_days;
    const struct token_database *databases;
    size_t database_count;
    uint32_t generation_low, generation_high, generation_current;
    const wchar_t *components_document;
    const wchar_t *writer_document;
    const wchar_t *backup_metadata;
};

/*
 * Builds a token of *byte_count bytes, created now. S_OK, ERROR_NOT_ENOUGH_MEMORY, or a Win32 code
 * of the system's random numbers or hash. Free it with allocation_free.
 */
HRESULT token_build(const struct token_content *content, void **token, uint32_t *byte_count);

#endif
