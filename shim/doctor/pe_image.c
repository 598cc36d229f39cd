/*
 * pe_image.c - reads the headers, the two import tables and the resources of an image.
 *
 * Every offset is checked against the end of the file before its use, in 64-bit arithmetic, and
 * every loop has a fixed limit.
 */
#include "pe_image.h"

#include <string.h>

#define DOS_HEADER_BYTES     64u
#define PE_OFFSET_AT         0x3Cu
#define COFF_HEADER_BYTES    20u
#define SECTION_HEADER_BYTES 40u
#define SECTIONS_MAX         96u /* the loader's limit */
#define MAGIC_32             0x010Bu
#define MAGIC_64             0x020Bu
#define CHARACTERISTICS_DLL  0x2000u
#define DIRECTORY_IMPORT     1u
#define DIRECTORY_RESOURCE   2u
#define DIRECTORY_DELAYED    13u
#define DIRECTORY_MANAGED    14u
#define IMPORT_BYTES         20u
#define IMPORT_NAME_AT       12u
#define DELAYED_BYTES        32u
#define DELAYED_NAME_AT      4u
#define DESCRIPTORS_MAX      4096u
#define RESOURCE_HEAD_BYTES  16u
#define RESOURCE_ENTRY_BYTES 8u
#define RESOURCE_IS_FOLDER   0x80000000u

static bool has(const struct pe_image *image, uint64_t offset, uint64_t byte_count)
{
    return offset <= image->byte_count && byte_count <= image->byte_count - offset;
}

static uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)get16(at) | (uint32_t)get16(at + 2) << 16;
}

/* The directory's address; 0: the header has no such entry. */
static uint32_t directory_rva(const uint8_t *optional, uint32_t optional_bytes, uint32_t count_at,
                              uint32_t index)
{
    uint64_t at = (uint64_t)count_at + 4 + 8 * (uint64_t)index;

    if (index >= get32(optional + count_at) || at + 8 > optional_bytes)
        return 0;
    return get32(optional + at);
}

bool pe_image_parse(const uint8_t *bytes, size_t byte_count, struct pe_image *image)
{
    uint32_t optional_bytes, count_at;
    const uint8_t *coff, *optional;
    uint64_t offset;

    memset(image, 0, sizeof(*image));
    image->bytes = bytes;
    image->byte_count = byte_count;
    if (!has(image, 0, DOS_HEADER_BYTES) || bytes[0] != 'M' || bytes[1] != 'Z')
        return false;
    offset = get32(bytes + PE_OFFSET_AT);
    if (!has(image, offset, 4 + COFF_HEADER_BYTES) || memcmp(bytes + offset, "PE\0", 4) != 0)
        return false;
    coff = bytes + offset + 4;
    image->machine = get16(coff);
    image->section_count = get16(coff + 2);
    optional_bytes = get16(coff + 16);
    image->is_dll = (get16(coff + 18) & CHARACTERISTICS_DLL) != 0;
    offset += 4 + COFF_HEADER_BYTES;
    if (optional_bytes < 2 || !has(image, offset, optional_bytes))
        return false;
    optional = bytes + offset;
    if (get16(optional) != MAGIC_32 && get16(optional) != MAGIC_64)
        return false;
    offset += optional_bytes;
    if (image->section_count > SECTIONS_MAX ||
        !has(image, offset, (uint64_t)image->section_count * SECTION_HEADER_BYTES))
        return false;
    image->sections = bytes + offset;
    count_at = get16(optional) == MAGIC_64 ? 108 : 92;
    if (optional_bytes < count_at + 4)
        return false;
    image->import_rva = directory_rva(optional, optional_bytes, count_at, DIRECTORY_IMPORT);
    image->resource_rva = directory_rva(optional, optional_bytes, count_at, DIRECTORY_RESOURCE);
    image->delayed_rva = directory_rva(optional, optional_bytes, count_at, DIRECTORY_DELAYED);
    image->is_managed = directory_rva(optional, optional_bytes, count_at, DIRECTORY_MANAGED) != 0;
    return true;
}

int pe_image_bits(const struct pe_image *image)
{
    switch (image->machine) {
    case PE_MACHINE_X86:
        return 32;
    case PE_MACHINE_X64:
    case PE_MACHINE_ARM64:
        return 64;
    default:
        return 0;
    }
}

/* The byte_count bytes at an address; NULL: they are not in the file. */
static const uint8_t *at_rva(const struct pe_image *image, uint64_t rva, uint64_t byte_count)
{
    uint32_t i;

    for (i = 0; i < image->section_count; i++) {
        const uint8_t *section = image->sections + (size_t)i * SECTION_HEADER_BYTES;
        uint64_t start = get32(section + 12);
        uint64_t size = get32(section + 16);
        uint64_t offset = get32(section + 20);

        if (rva < start || rva - start > size || byte_count > size - (rva - start))
            continue;
        offset += rva - start;
        return has(image, offset, byte_count) ? image->bytes + offset : NULL;
    }
    return NULL;
}

static char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter + ('a' - 'A')) : letter;
}

static bool name_is(const struct pe_image *image, uint32_t rva, const char *name)
{
    size_t length = strlen(name) + 1;
    const uint8_t *at = at_rva(image, rva, length);
    size_t i;

    for (i = 0; at && i < length; i++) {
        if (lower((char)at[i]) != lower(name[i]))
            return false;
    }
    return at != NULL;
}

static bool is_zero(const uint8_t *at, size_t byte_count)
{
    size_t i;

    for (i = 0; i < byte_count; i++) {
        if (at[i])
            return false;
    }
    return true;
}

static bool table_has(const struct pe_image *image, uint32_t table_rva, uint32_t entry_bytes,
                      uint32_t name_at, const char *dll)
{
    const uint8_t *entry;
    uint32_t i;

    for (i = 0; table_rva && i < DESCRIPTORS_MAX; i++) {
        entry = at_rva(image, (uint64_t)table_rva + (uint64_t)i * entry_bytes, entry_bytes);
        if (!entry || is_zero(entry, entry_bytes))
            return false;
        if (name_is(image, get32(entry + name_at), dll))
            return true;
    }
    return false;
}

enum pe_import pe_image_find_import(const struct pe_image *image, const char *dll)
{
    if (table_has(image, image->import_rva, IMPORT_BYTES, IMPORT_NAME_AT, dll))
        return PE_IMPORT_AT_START;
    /* Compilers before 2003 made tables with absolute addresses; those are not read. */
    if (table_has(image, image->delayed_rva, DELAYED_BYTES, DELAYED_NAME_AT, dll))
        return PE_IMPORT_DELAYED;
    return PE_IMPORT_NONE;
}

/* The entry of a resource folder with an id, or any: the first one. False: there is none. */
static bool resource_entry(const struct pe_image *image, uint32_t folder, bool any, uint32_t id,
                           uint32_t *target)
{
    uint64_t rva = (uint64_t)image->resource_rva + folder;
    const uint8_t *head = at_rva(image, rva, RESOURCE_HEAD_BYTES);
    const uint8_t *entry;
    uint32_t count, i;

    if (!head)
        return false;
    count = (uint32_t)get16(head + 12) + get16(head + 14);
    for (i = 0; i < count && i < DESCRIPTORS_MAX; i++) {
        entry = at_rva(image, rva + RESOURCE_HEAD_BYTES + (uint64_t)i * RESOURCE_ENTRY_BYTES,
                       RESOURCE_ENTRY_BYTES);
        if (!entry)
            return false;
        if (any || get32(entry) == id) {
            *target = get32(entry + 4);
            return true;
        }
    }
    return false;
}

const uint8_t *pe_image_find_resource(const struct pe_image *image, uint32_t type,
                                      uint32_t *byte_count)
{
    uint32_t target = RESOURCE_IS_FOLDER;
    const uint8_t *entry;
    int level;

    if (!image->resource_rva)
        return NULL;
    for (level = 0; level < 3; level++) { /* type, name, language */
        if (!(target & RESOURCE_IS_FOLDER) ||
            !resource_entry(image, target & ~RESOURCE_IS_FOLDER, level > 0, type, &target))
            return NULL;
    }
    if (target & RESOURCE_IS_FOLDER)
        return NULL;
    entry = at_rva(image, (uint64_t)image->resource_rva + target, 16);
    if (!entry)
        return NULL;
    *byte_count = get32(entry + 4);
    return at_rva(image, get32(entry), *byte_count);
}
