/*
 * pe_kind.h - in which processor mode a program file runs.
 */
#ifndef PE_KIND_H
#define PE_KIND_H

#include <stddef.h>

enum pe_kind
{
    PE_KIND_X86,
    PE_KIND_X64,
    PE_KIND_ARM,
    PE_KIND_16_BIT, /* Windows 3 and MS-DOS programs */
    PE_KIND_OTHER,  /* another processor */
    PE_KIND_DLL,
    PE_KIND_NONE /* not a program, or cut off */
};

/*
 * Judges a whole file in memory; the bytes may be anything. A .NET program for any processor counts
 * as x64, as that is how x64 Windows runs it.
 */
enum pe_kind pe_kind_of(const unsigned char *bytes, size_t byte_count);

#endif
