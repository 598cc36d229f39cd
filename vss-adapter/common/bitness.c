/*
 * bitness.c - asks what this process is to Windows.
 *
 * GetNativeSystemInfo would not do: it tells 32-bit programs on ARM64 that the processor is x86
 * (Microsoft Learn).
 */
#include "bitness.h"

#include <windows.h>

bool bitness_is_emulated(void)
{
    BOOL is_emulated = FALSE;

    return IsWow64Process(GetCurrentProcess(), &is_emulated) && is_emulated;
}

int bitness_of_system(void)
{
    return sizeof(void *) == 8 || bitness_is_emulated() ? 64 : 32;
}
