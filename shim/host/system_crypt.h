/*
 * system_crypt.h - the system's bcrypt.dll: random bytes and hashes.
 *
 * It is loaded from the system folder and nowhere else. As an import it would be looked for in the
 * folder of the host program first: it is not among the DLLs that Windows always takes from its own
 * (KnownDLLs).
 */
#ifndef NTDSBCLI_SYSTEM_CRYPT_H
#define NTDSBCLI_SYSTEM_CRYPT_H

#include "result.h"

#include <windows.h>
#include <bcrypt.h>
#include <stdbool.h>

struct system_crypt
{
    __typeof__(&BCryptGenRandom) random;
    __typeof__(&BCryptOpenAlgorithmProvider) open_algorithm;
    __typeof__(&BCryptCloseAlgorithmProvider) close_algorithm;
    __typeof__(&BCryptCreateHash) create_hash;
    __typeof__(&BCryptHashData) hash_data;
    __typeof__(&BCryptFinishHash) finish_hash;
    __typeof__(&BCryptDestroyHash) destroy_hash;
};

/* All of its functions, loaded by the first call. Otherwise why it cannot be loaded. Any thread. */
legacy_result system_crypt(const struct system_crypt **functions);

/* Fills a buffer with random bytes. As system_crypt; ERROR_GEN_FAILURE: there are none. Any thread.
 */
legacy_result system_crypt_random(void *buffer, ULONG byte_count);

#endif
