/*
 * bcrypt.h - as much of it as the fuzzed modules use; nothing is hashed here.
 */
#ifndef NTDSBCLI_FUZZ_BCRYPT_H
#define NTDSBCLI_FUZZ_BCRYPT_H

#include <windows.h>

typedef void *BCRYPT_ALG_HANDLE, *BCRYPT_HASH_HANDLE;

#define BCRYPT_SHA256_ALGORITHM L"SHA256"

LONG BCryptGenRandom(BCRYPT_ALG_HANDLE algorithm, UCHAR *bytes, ULONG byte_count, ULONG flags);
LONG BCryptOpenAlgorithmProvider(BCRYPT_ALG_HANDLE *algorithm, LPCWSTR id, LPCWSTR provider,
                                 ULONG flags);
LONG BCryptCloseAlgorithmProvider(BCRYPT_ALG_HANDLE algorithm, ULONG flags);
LONG BCryptCreateHash(BCRYPT_ALG_HANDLE algorithm, BCRYPT_HASH_HANDLE *hash, UCHAR *object,
                      ULONG object_bytes, UCHAR *secret, ULONG secret_bytes, ULONG flags);
LONG BCryptHashData(BCRYPT_HASH_HANDLE hash, UCHAR *bytes, ULONG byte_count, ULONG flags);
LONG BCryptFinishHash(BCRYPT_HASH_HANDLE hash, UCHAR *result, ULONG result_bytes, ULONG flags);
LONG BCryptDestroyHash(BCRYPT_HASH_HANDLE hash);

#endif
