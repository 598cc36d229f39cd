/*
 * pe_kind.h - the processor mode in which a program file runs.
 */
#ifndef PE_KIND_H
#define PE_KIND_H

#include <stddef.h>

enum pe_kind
{
    PE_KIND_X86,
    PE_KIND_X64,
    PE_KIND_ANY, /* .NET for any processor: what Windows is */
    PE_KIND_ARM,
    PE_KIND_16_BIT, /* Windows 3 and MS-DOS programs */
    PE_KIND_OTHER,  /* another processor */
    PE_KIND_DLL,
    PE_KIND_NONE /* not a program, or truncated */
};

/*
 * Judges a whole file in memory; the bytes are not trusted.
 */
enum pe_kind pe_kind_of(const unsigned char *bytes, size_t byte_count);

#endif
