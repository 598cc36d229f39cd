/*
 * hash.c - SHA-256 by the system.
 */
#include "hash.h"

#include "system_crypt.h"

#include <stdlib.h>

struct hash
{
    const struct system_crypt *crypt;
    BCRYPT_ALG_HANDLE algorithm;
    BCRYPT_HASH_HANDLE state;
    bool failed;
};

legacy_result hash_create(struct hash **hash)
{
    struct hash *created = calloc(1, sizeof(*created));
    legacy_result hr;

    if (!created)
        return ERROR_NOT_ENOUGH_MEMORY;
    hr = system_crypt(&created->crypt);
    if (hr == S_OK && (created->crypt->open_algorithm(&created->algorithm, BCRYPT_SHA256_ALGORITHM,
                                                      NULL, 0) != 0 ||
                       created->crypt->create_hash(created->algorithm, &created->state, NULL, 0,
                                                   NULL, 0, 0) != 0))
        hr = ERROR_GEN_FAILURE;
    if (hr == S_OK)
        *hash = created;
    else
        hash_destroy(created);
    return hr;
}

bool hash_feed(struct hash *hash, const void *bytes, size_t byte_count)
{
    const UCHAR *next = bytes;

    while (!hash->failed && byte_count) {
        ULONG run = byte_count < 0x40000000 ? (ULONG)byte_count : 0x40000000;

        hash->failed = hash->crypt->hash_data(hash->state, (UCHAR *)next, run, 0) != 0;
        next += run;
        byte_count -= run;
    }
    return !hash->failed;
}

bool hash_finish(struct hash *hash, uint8_t result[HASH_BYTES])
{
    uint8_t finished[HASH_BYTES];

    if (hash->failed || hash->crypt->finish_hash(hash->state, finished, HASH_BYTES, 0) != 0)
        return false;
    memcpy(result, finished, HASH_BYTES);
    return true;
}

void hash_destroy(struct hash *hash)
{
    if (!hash)
        return;
    if (hash->state)
        hash->crypt->destroy_hash(hash->state);
    if (hash->algorithm)
        hash->crypt->close_algorithm(hash->algorithm, 0);
    free(hash);
}

legacy_result hash_bytes(const void *bytes, size_t byte_count, uint8_t result[HASH_BYTES])
{
    struct hash *hash;
    legacy_result hr = hash_create(&hash);

    if (hr != S_OK)
        return hr;
    if (!hash_feed(hash, bytes, byte_count) || !hash_finish(hash, result))
        hr = ERROR_GEN_FAILURE;
    hash_destroy(hash);
    return hr;
}

void hash_format(const uint8_t *bytes, size_t byte_count, wchar_t *text)
{
    static const wchar_t digits[] = L"0123456789abcdef";
    size_t i;

    for (i = 0; i < byte_count; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[2 * byte_count] = 0;
}

static int digit_value(wchar_t digit)
{
    if (digit >= L'0' && digit <= L'9')
        return digit - L'0';
    if (digit >= L'a' && digit <= L'f')
        return digit - L'a' + 10;
    return digit >= L'A' && digit <= L'F' ? digit - L'A' + 10 : -1;
}

bool hash_parse(const wchar_t *text, uint8_t *bytes, size_t byte_count)
{
    size_t i;

    for (i = 0; i < byte_count; i++) {
        int high = digit_value(text[2 * i]);
        int low = high < 0 ? -1 : digit_value(text[2 * i + 1]);

        if (low < 0)
            return false;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}
