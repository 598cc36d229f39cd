/*
 * wincrypt.h - as much of it as the fuzzed modules use.
 */
#ifndef NTDSBCLI_FUZZ_WINCRYPT_H
#define NTDSBCLI_FUZZ_WINCRYPT_H

#include <windows.h>

typedef ULONG_PTR HCRYPTPROV, HCRYPTHASH;

#endif
