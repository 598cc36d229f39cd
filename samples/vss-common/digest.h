/* SHA-256 of what passes by, so that a restore knows the bytes of the backup again. */
#ifndef SAMPLES_DIGEST_H
#define SAMPLES_DIGEST_H

#include <windows.h>
#include <wincrypt.h>
#include <stdbool.h>

#define DIGEST_TEXT_CHARS 65

/* Starts as {0}. */
struct digest
{
    HCRYPTPROV provider;
    HCRYPTHASH hash;
};

/* False where the system has no SHA-256. End with digest_close in every case. */
bool digest_open(struct digest *digest);
bool digest_add(struct digest *digest, const void *data, DWORD bytes);

/* 64 hexadecimal digits, into TEXT of DIGEST_TEXT_CHARS. Nothing can be added afterwards. */
bool digest_text(struct digest *digest, wchar_t *text);
void digest_close(struct digest *digest);

/* 32 hexadecimal digits that nobody has had before, into TEXT. */
#define DIGEST_ID_CHARS 33
bool digest_new_id(wchar_t *text);

#endif
