/* SHA-256 by the system's own library. It must not know what passes by. */
#include "digest.h"

#include <wchar.h>

#define HASH_BYTES 32
#define ID_BYTES   16

static void to_hex(const unsigned char *bytes, size_t count, wchar_t *text)
{
    static const wchar_t digits[] = L"0123456789abcdef";
    size_t i;

    for (i = 0; i < count; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[2 * count] = L'\0';
}

bool digest_open(struct digest *digest)
{
    return BCryptOpenAlgorithmProvider(&digest->algorithm, BCRYPT_SHA256_ALGORITHM, NULL, 0) >= 0 &&
           BCryptCreateHash(digest->algorithm, &digest->hash, NULL, 0, NULL, 0, 0) >= 0;
}

bool digest_add(struct digest *digest, const void *data, DWORD bytes)
{
    return BCryptHashData(digest->hash, (PUCHAR)data, bytes, 0) >= 0;
}

bool digest_text(struct digest *digest, wchar_t *text)
{
    unsigned char hash[HASH_BYTES];

    if (BCryptFinishHash(digest->hash, hash, sizeof(hash), 0) < 0)
        return false;
    to_hex(hash, sizeof(hash), text);
    return true;
}

void digest_close(struct digest *digest)
{
    if (digest->hash)
        BCryptDestroyHash(digest->hash);
    if (digest->algorithm)
        BCryptCloseAlgorithmProvider(digest->algorithm, 0);
    *digest = (struct digest){0};
}

bool digest_new_id(wchar_t *text)
{
    unsigned char id[ID_BYTES];

    if (BCryptGenRandom(NULL, id, sizeof(id), BCRYPT_USE_SYSTEM_PREFERRED_RNG) < 0)
        return false;
    to_hex(id, sizeof(id), text);
    return true;
}
