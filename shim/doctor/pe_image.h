/*
 * pe_image.h - what a program file says about itself: processor, kind, and whose names it imports.
 *
 * Portable C that knows nothing but memory: the file is whatever somebody named on a command line,
 * so nothing in it is trusted. Source of the layout: Microsoft Learn, "PE Format".
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
    PE_IMPORT_AT_START, /* the loader gets it before the program runs */
    PE_IMPORT_DELAYED   /* at the first call */
};

/* Points into the bytes it was read from. */
struct pe_image
{
    const uint8_t *bytes;
    size_t byte_count;
    uint16_t machine;
    bool is_dll;
    bool is_managed; /* .NET: what it loads is not in its imports */
    /* The rest is for the functions below. */
    const uint8_t *sections;
    uint32_t section_count;
    uint32_t import_rva, delayed_rva, resource_rva;
};

/* False where the bytes are no PE image with an optional header of 32 or 64 bit. */
bool pe_image_parse(const uint8_t *bytes, size_t byte_count, struct pe_image *image);

/* 32 or 64; 0 for a processor that is not known here. */
int pe_image_bits(const struct pe_image *image);

/* Whether the image imports from a DLL of that name (ASCII, whatever case). */
enum pe_import pe_image_find_import(const struct pe_image *image, const char *dll);

/*
 * The first resource of a type (RT_VERSION is 16), in whatever language; NULL where there is none.
 */
const uint8_t *pe_image_find_resource(const struct pe_image *image, uint32_t type,
                                      uint32_t *byte_count);

#endif
