/*
 * pe_image.h - processor, kind, imports and resources of a program file.
 *
 * Portable C over memory. The file is any file named on a command line, so nothing in it is
 * trusted. Source of the layout: Microsoft Learn, "PE Format".
 */
#ifndef NTDSDOCTOR_PE_IMAGE_H
#define NTDSDOCTOR_PE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PE_MACHINE_X86   0x014C
#define PE_MACHINE_X64   0x8664
#define PE_MACHINE_ARM64 0xAA64

enum pe_import
{
    PE_IMPORT_NONE,
    PE_IMPORT_AT_START, /* loaded before the program runs */
    PE_IMPORT_DELAYED   /* loaded at the first call */
};

/* Points into the bytes that were parsed. */
struct pe_image
{
    const uint8_t *bytes;
    size_t byte_count;
    uint16_t machine;
    bool is_dll;
    bool is_managed; /* .NET: its imports do not name what it loads */
    /* Private: */
    const uint8_t *sections;
    uint32_t section_count;
    uint32_t import_rva, delayed_rva, resource_rva;
};

/* False: the bytes are not a 32- or 64-bit PE image. */
bool pe_image_parse(const uint8_t *bytes, size_t byte_count, struct pe_image *image);

/* 32 or 64; 0 for any other processor than x86, x64 and ARM64. */
int pe_image_bits(const struct pe_image *image);

/* Does the image import from the DLL (ASCII, in upper or lower case)? */
enum pe_import pe_image_find_import(const struct pe_image *image, const char *dll);

/* The first resource of a type (RT_VERSION is 16), in any language; NULL: there is none. */
const uint8_t *pe_image_find_resource(const struct pe_image *image, uint32_t type,
                                      uint32_t *byte_count);

#endif
