/*
 * pe_kind.c - reads the headers of a program file. Source: Microsoft, "PE Format"; ECMA-335
 * II.25.3.3 (the flags of a .NET program).
 */
#include "pe_kind.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum
{
    NEW_HEADER_AT = 0x3C,
    FILE_HEADER_BYTES = 24, /* signature included */
    SECTION_BYTES = 40,
    CLR_DIRECTORY = 14,
    CLR_FLAGS_AT = 16
};

#define FILE_IS_DLL         0x2000u
#define CLR_IL_ONLY         0x1u
#define CLR_32_BIT_REQUIRED 0x2u

struct image
{
    const unsigned char *bytes;
    size_t byte_count;
};

static bool read_u16(const struct image *image, uint64_t at, uint32_t *value)
{
    if (image->byte_count < 2 || at > image->byte_count - 2)
        return false;
    *value = (uint32_t)image->bytes[at] | (uint32_t)image->bytes[at + 1] << 8;
    return true;
}

static bool read_u32(const struct image *image, uint64_t at, uint32_t *value)
{
    uint32_t low, high;

    if (!read_u16(image, at, &low) || !read_u16(image, at + 2, &high))
        return false;
    *value = low | high << 16;
    return true;
}

/* The file offset of an address, from the section table. */
static bool file_offset(const struct image *image, uint64_t sections_at, uint32_t section_count,
                        uint32_t address, uint64_t *offset)
{
    uint32_t i, first, raw_bytes, raw_at;

    for (i = 0; i < section_count; i++) {
        uint64_t section = sections_at + (uint64_t)i * SECTION_BYTES;

        if (!read_u32(image, section + 12, &first) || !read_u32(image, section + 16, &raw_bytes) ||
            !read_u32(image, section + 20, &raw_at))
            return false;
        if (address >= first && address - first < raw_bytes) {
            *offset = (uint64_t)raw_at + (address - first);
            return true;
        }
    }
    return false;
}

/* A 32-bit file that 64-bit Windows runs as a 64-bit process. */
static bool runs_on_any_processor(const struct image *image, uint64_t header)
{
    uint64_t optional = header + FILE_HEADER_BYTES;
    uint64_t directory = optional + 96 + CLR_DIRECTORY * 8;
    uint32_t section_count, optional_bytes, address, flags;
    uint64_t clr;

    return read_u16(image, header + 6, &section_count) &&
           read_u16(image, header + 20, &optional_bytes) &&
           optional_bytes >= 96 + (CLR_DIRECTORY + 1) * 8 && read_u32(image, directory, &address) &&
           address != 0 &&
           file_offset(image, optional + optional_bytes, section_count, address, &clr) &&
           read_u32(image, clr + CLR_FLAGS_AT, &flags) && (flags & CLR_IL_ONLY) &&
           !(flags & CLR_32_BIT_REQUIRED);
}

enum pe_kind pe_kind_of(const unsigned char *bytes, size_t byte_count)
{
    const struct image image = {bytes, byte_count};
    uint32_t header, signature, machine, flags;

    if (byte_count < 2 || memcmp(bytes, "MZ", 2) != 0)
        return PE_KIND_NONE;
    /* MS-DOS programs can have any bytes at this place. */
    if (!read_u32(&image, NEW_HEADER_AT, &header) || !read_u16(&image, header, &signature))
        return PE_KIND_16_BIT;
    if (signature != 0x4550) /* "PE" */
        return PE_KIND_16_BIT;
    if (!read_u16(&image, (uint64_t)header + 4, &machine) ||
        !read_u16(&image, (uint64_t)header + 22, &flags))
        return PE_KIND_NONE;
    if (flags & FILE_IS_DLL)
        return PE_KIND_DLL;
    switch (machine) {
    case 0x014C:
        return runs_on_any_processor(&image, header) ? PE_KIND_ANY : PE_KIND_X86;
    case 0x8664:
        return PE_KIND_X64;
    case 0x01C0:
    case 0x01C2:
    case 0x01C4:
    case 0xAA64:
        return PE_KIND_ARM;
    default:
        return PE_KIND_OTHER;
    }
}
