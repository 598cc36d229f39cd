/*
 * token.h - makes expiry tokens, and says whether one can still be used. token_layout.h has the
 * format.
 */
#ifndef NTDSBCLI_TOKEN_H
#define NTDSBCLI_TOKEN_H

#include "host/result.h"

#include "ese/ese_database.h"
#include "host/installation.h"
#include "token_layout.h"

#include <windows.h>
#include <stdbool.h>
#include <stdint.h>

struct token_database
{
    const wchar_t *path;
    uint64_t bytes;
    struct ese_database_header header;
};

struct token_content
{
    const wchar_t *computer;
    uint64_t created; /* FILETIME values */
    uint64_t expires;
    const struct token_database *databases;
    size_t database_count;
    uint32_t generation_low, generation_high, generation_current;
    uint8_t current_log_hash[TOKEN_HASH_BYTES]; /* zeros: none, or not known */
    bool current_log_of_sums;                   /* and not of all bytes */
    uint8_t checkpoint_hash[TOKEN_HASH_BYTES];
    const wchar_t *components_document;
    const wchar_t *writer_document;
    const wchar_t *backup_metadata;
    enum token_expiry expiry;
    const struct installation *installation;
};

/*
 * Builds a token of *byte_count bytes. S_OK, ERROR_NOT_ENOUGH_MEMORY, or a Win32 code
 * of the system's random numbers or hash. Free it with allocation_free.
 */
legacy_result token_build(const struct token_content *content, void **token, uint32_t *byte_count);

/*
 * Takes a token apart, whatever its bytes. S_OK: fields point into it. hrMissingExpiryToken: there
 * is none. hrUnknownExpiryTokenFormat: damaged, cut, foreign, or of another version.
 */
legacy_result token_parse(const void *token, size_t byte_count, struct token_fields *fields);

/* The text in new memory; free it with free. NULL: out of memory. */
wchar_t *token_text_copy(struct token_text text);

/*
 * hrContentsExpired from its time of expiry on (expiry_at_restore). ERROR_TIME_SKEW: the clock is
 * more than a day before the backup's time, so nobody knows how old it is. now: a FILETIME value.
 */
legacy_result token_check_expiry(const struct token_fields *fields, uint64_t now,
                                 uint32_t setting_days);

#endif
