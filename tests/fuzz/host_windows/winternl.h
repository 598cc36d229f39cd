/*
 * winternl.h - as much of it as the fuzzed modules use.
 */
#ifndef NTDSBCLI_FUZZ_WINTERNL_H
#define NTDSBCLI_FUZZ_WINTERNL_H

#include <windows.h>

typedef struct
{
    USHORT Length, MaximumLength;
    wchar_t *Buffer;
} UNICODE_STRING;

#endif
