/*
 * SHA-256 by Windows.
 * Through advapi32.dll, which is always loaded from Windows' own folder. The newer bcrypt.dll would
 * be looked for in the program's folder first, where another file may have been planted.
 */
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

static bool open_provider(HCRYPTPROV *provider)
{
    return CryptAcquireContextW(provider, NULL, NULL, PROV_RSA_AES,
                                CRYPT_VERIFYCONTEXT | CRYPT_SILENT);
}

bool digest_open(struct digest *digest)
{
    return open_provider(&digest->provider) &&
           CryptCreateHash(digest->provider, CALG_SHA_256, 0, 0, &digest->hash);
}

bool digest_add(struct digest *digest, const void *data, DWORD bytes)
{
    return CryptHashData(digest->hash, data, bytes, 0);
}

bool digest_text(struct digest *digest, wchar_t *text)
{
    unsigned char hash[HASH_BYTES];
    DWORD bytes = sizeof(hash);

    if (!CryptGetHashParam(digest->hash, HP_HASHVAL, hash, &bytes, 0) || bytes != sizeof(hash))
        return false;
    to_hex(hash, sizeof(hash), text);
    return true;
}

void digest_close(struct digest *digest)
{
    if (digest->hash)
        CryptDestroyHash(digest->hash);
    if (digest->provider)
        CryptReleaseContext(digest->provider, 0);
    *digest = (struct digest){0};
}

bool digest_new_id(wchar_t *text)
{
    unsigned char id[ID_BYTES];
    HCRYPTPROV provider;
    bool made;

    if (!open_provider(&provider))
        return false;
    made = CryptGenRandom(provider, sizeof(id), id);
    CryptReleaseContext(provider, 0);
    if (made)
        to_hex(id, sizeof(id), text);
    return made;
}

enum exit_code digest_failed(const wchar_t *what)
{
    messages_error(L"the SHA-256 of \"%ls\" cannot be computed: error %lu.\n  Try again; if that "
                   L"does not help, check the cryptographic services of this computer.\n",
                   what, (unsigned long)GetLastError());
    return EXIT_OTHER;
}
