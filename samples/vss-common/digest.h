/* SHA-256 by Windows. */
#ifndef SAMPLES_DIGEST_H
#define SAMPLES_DIGEST_H

#include <windows.h>
#include <wincrypt.h>
#include <stdbool.h>

#include "messages.h"

#define DIGEST_TEXT_CHARS 65

/* {0} is closed. */
struct digest
{
    HCRYPTPROV provider;
    HCRYPTHASH hash;
};

/* False with the last error set. End with digest_close in every case. */
bool digest_open(struct digest *digest);
bool digest_add(struct digest *digest, const void *data, DWORD bytes);

/* Puts 64 hexadecimal digits into TEXT, of DIGEST_TEXT_CHARS. Nothing can be added afterwards. */
bool digest_text(struct digest *digest, wchar_t *text);
void digest_close(struct digest *digest);

/* Puts 32 random hexadecimal digits into TEXT, of DIGEST_ID_CHARS. */
#define DIGEST_ID_CHARS 33
bool digest_new_id(wchar_t *text);

/* Reports that one of these failed for WHAT, from the last error. Returns EXIT_OTHER. */
enum exit_code digest_failed(const wchar_t *what);

#endif
