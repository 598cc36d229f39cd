/*
 * test_pe_image.c - images made here, whole, cut at every byte, and with every byte changed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "doctor/pe_image.h"

#define PE_AT       0x80u
#define COFF_AT     (PE_AT + 4u)
#define OPTIONAL_AT (COFF_AT + 20u)
#define SECTION_RVA 0x1000u
#define SECTION_AT  0x400u
#define IMAGE_BYTES 0x600u
#define IMPORTS_AT  0x20u
#define DELAYED_AT  0x80u
#define NAMES_AT    0x100u
#define RESOURCE_AT 0x180u
#define DATA_AT     0x1E0u

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value);
    put16(at + 2, value >> 16);
}

static uint32_t optional_bytes(uint16_t machine)
{
    return machine == PE_MACHINE_X86 ? 224 : 240;
}

static uint8_t *directory(uint8_t *image, uint16_t machine, uint32_t index)
{
    return image + OPTIONAL_AT + (machine == PE_MACHINE_X86 ? 96u : 112u) + 8u * index;
}

/* One section with two imports at start (kernel32.dll, at_start) and one delayed. */
static void make_image(uint8_t image[IMAGE_BYTES], uint16_t machine, bool is_dll,
                       const char *at_start, const char *delayed)
{
    uint8_t *section_header = image + OPTIONAL_AT + optional_bytes(machine);
    uint8_t *section = image + SECTION_AT;

    memset(image, 0, IMAGE_BYTES);
    memcpy(image, "MZ", 2);
    put32(image + 0x3C, PE_AT);
    memcpy(image + PE_AT, "PE\0\0", 4);
    put16(image + COFF_AT, machine);
    put16(image + COFF_AT + 2, 1);
    put16(image + COFF_AT + 16, optional_bytes(machine));
    put16(image + COFF_AT + 18, is_dll ? 0x2022 : 0x0022);
    put16(image + OPTIONAL_AT, machine == PE_MACHINE_X86 ? 0x10B : 0x20B);
    put32(directory(image, machine, 0) - 4, 16);
    put32(directory(image, machine, 1), SECTION_RVA + IMPORTS_AT);
    put32(directory(image, machine, 13), SECTION_RVA + DELAYED_AT);
    put32(section_header + 12, SECTION_RVA);
    put32(section_header + 16, IMAGE_BYTES - SECTION_AT);
    put32(section_header + 20, SECTION_AT);
    put32(section + IMPORTS_AT + 12, SECTION_RVA + NAMES_AT);
    put32(section + IMPORTS_AT + 20 + 12, SECTION_RVA + NAMES_AT + 0x20);
    put32(section + DELAYED_AT, 1);
    put32(section + DELAYED_AT + 4, SECTION_RVA + NAMES_AT + 0x40);
    put32(directory(image, machine, 2), SECTION_RVA + RESOURCE_AT);
    put16(section + RESOURCE_AT + 14, 1); /* type 16, a name, a language, the data */
    put32(section + RESOURCE_AT + 16, 16);
    put32(section + RESOURCE_AT + 20, 0x80000018u);
    put16(section + RESOURCE_AT + 0x18 + 14, 1);
    put32(section + RESOURCE_AT + 0x18 + 20, 0x80000030u);
    put16(section + RESOURCE_AT + 0x30 + 14, 1);
    put32(section + RESOURCE_AT + 0x30 + 20, 0x48);
    put32(section + RESOURCE_AT + 0x48, SECTION_RVA + DATA_AT);
    put32(section + RESOURCE_AT + 0x4C, 5);
    memcpy(section + DATA_AT, "hello", 5);
    strcpy((char *)section + NAMES_AT, "KERNEL32.dll");
    strcpy((char *)section + NAMES_AT + 0x20, at_start);
    strcpy((char *)section + NAMES_AT + 0x40, delayed);
}

static void image__of_each_processor__is_read(void **state)
{
    static const struct
    {
        const char *label;
        uint16_t machine;
        bool is_dll;
        int bits;
    } rows[] = {
        {"x86 program", PE_MACHINE_X86, false, 32},
        {"x64 program", PE_MACHINE_X64, false, 64},
        {"x86 DLL", PE_MACHINE_X86, true, 32},
        {"x64 DLL", PE_MACHINE_X64, true, 64},
        {"ARM64 program", PE_MACHINE_ARM64, false, 64},
        {"of a processor that is not known", 0x0200, false, 0},
    };
    uint8_t bytes[IMAGE_BYTES];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pe_image image;

        memset(&image, 0xDD, sizeof(image));
        make_image(bytes, rows[i].machine, rows[i].is_dll, "ntdsbcli.dll", "other.dll");
        if (!pe_image_parse(bytes, sizeof(bytes), &image) || image.machine != rows[i].machine ||
            image.is_dll != rows[i].is_dll || pe_image_bits(&image) != rows[i].bits ||
            image.is_managed)
            fail_msg("%s", rows[i].label);
    }
}

static void imports__are_found_by_name__whatever_its_case(void **state)
{
    static const struct
    {
        const char *label, *at_start, *delayed, *wanted;
        enum pe_import expected;
    } rows[] = {
        {"at start", "ntdsbcli.dll", "other.dll", "ntdsbcli.dll", PE_IMPORT_AT_START},
        {"other case", "NTDSBCLI.DLL", "other.dll", "ntdsbcli.dll", PE_IMPORT_AT_START},
        {"delayed", "other.dll", "NtdsBcli.dll", "ntdsbcli.dll", PE_IMPORT_DELAYED},
        {"both", "ntdsbcli.dll", "ntdsbcli.dll", "ntdsbcli.dll", PE_IMPORT_AT_START},
        {"neither", "other.dll", "another.dll", "ntdsbcli.dll", PE_IMPORT_NONE},
        {"longer name", "ntdsbcli.dlls", "other.dll", "ntdsbcli.dll", PE_IMPORT_NONE},
        {"shorter name", "ntdsbcli", "other.dll", "ntdsbcli.dll", PE_IMPORT_NONE},
    };
    static const uint16_t machines[] = {PE_MACHINE_X86, PE_MACHINE_X64};
    uint8_t bytes[IMAGE_BYTES];
    struct pe_image image;
    size_t i, m;

    (void)state;
    for (m = 0; m < 2; m++) {
        for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            make_image(bytes, machines[m], false, rows[i].at_start, rows[i].delayed);
            assert_true(pe_image_parse(bytes, sizeof(bytes), &image));
            if (pe_image_find_import(&image, rows[i].wanted) != rows[i].expected)
                fail_msg("%s, machine %x", rows[i].label, machines[m]);
        }
    }
}

static void managed_program__is_seen(void **state)
{
    uint8_t bytes[IMAGE_BYTES];
    struct pe_image image;

    (void)state;
    make_image(bytes, PE_MACHINE_X86, false, "mscoree.dll", "other.dll");
    put32(directory(bytes, PE_MACHINE_X86, 14), SECTION_RVA);
    assert_true(pe_image_parse(bytes, sizeof(bytes), &image));
    assert_true(image.is_managed);
}

static void resource__of_a_type__is_found(void **state)
{
    uint8_t bytes[IMAGE_BYTES];
    struct pe_image image;
    const uint8_t *found;
    uint32_t byte_count = 0;

    (void)state;
    make_image(bytes, PE_MACHINE_X64, false, "ntdsbcli.dll", "other.dll");
    assert_true(pe_image_parse(bytes, sizeof(bytes), &image));
    found = pe_image_find_resource(&image, 16, &byte_count);
    assert_non_null(found);
    assert_int_equal(byte_count, 5);
    assert_memory_equal(found, "hello", 5);
    assert_null(pe_image_find_resource(&image, 17, &byte_count));
}

static void folder_of_resources__that_contains_itself__ends(void **state)
{
    uint8_t bytes[IMAGE_BYTES];
    struct pe_image image;
    uint32_t byte_count = 0;

    (void)state;
    make_image(bytes, PE_MACHINE_X64, false, "ntdsbcli.dll", "other.dll");
    put32(bytes + SECTION_AT + RESOURCE_AT + 20, 0x80000000u);
    assert_true(pe_image_parse(bytes, sizeof(bytes), &image));
    assert_null(pe_image_find_resource(&image, 16, &byte_count));
}

/* Of exactly that size, so that a sanitizer sees the first byte too far. */
static bool try_bytes(const uint8_t *bytes, size_t byte_count)
{
    uint8_t *copy = malloc(byte_count ? byte_count : 1);
    struct pe_image image;
    const uint8_t *found = NULL;
    uint32_t found_bytes = 0;
    bool parsed;

    assert_non_null(copy);
    memcpy(copy, bytes, byte_count);
    parsed = pe_image_parse(copy, byte_count, &image);
    if (parsed) {
        pe_image_find_import(&image, "ntdsbcli.dll");
        found = pe_image_find_resource(&image, 16, &found_bytes);
    }
    if (found)
        assert_true((size_t)(found - copy) + found_bytes <= byte_count);
    free(copy);
    return parsed;
}

static void image__cut_anywhere__is_read_within_its_bytes(void **state)
{
    uint8_t bytes[IMAGE_BYTES];
    size_t byte_count;

    (void)state;
    make_image(bytes, PE_MACHINE_X64, false, "ntdsbcli.dll", "ntdsbcli.dll");
    for (byte_count = 0; byte_count < IMAGE_BYTES; byte_count++) {
        bool parsed = try_bytes(bytes, byte_count);

        if (parsed != (byte_count >= OPTIONAL_AT + 240 + 40))
            fail_msg("%u bytes", (unsigned int)byte_count);
    }
}

static void image__with_any_field_changed__is_read_within_its_bytes(void **state)
{
    static const uint8_t values[] = {0x00, 0x01, 0x7F, 0x80, 0xFF};
    uint8_t bytes[IMAGE_BYTES];
    size_t at, i, width, k;

    (void)state;
    for (at = 0; at < IMAGE_BYTES; at++) {
        for (i = 0; i < sizeof(values); i++) {
            for (width = 1; width <= 4 && at + width <= IMAGE_BYTES; width += 3) {
                make_image(bytes, at % 2 ? PE_MACHINE_X64 : PE_MACHINE_X86, false, "ntdsbcli.dll",
                           "ntdsbcli.dll");
                for (k = 0; k < width; k++)
                    bytes[at + k] = values[i];
                try_bytes(bytes, IMAGE_BYTES);
            }
        }
    }
}

static void import_table__without_an_end__is_left_after_a_while(void **state)
{
    static uint8_t bytes[1024 * 1024];
    struct pe_image image;
    size_t at;

    (void)state;
    make_image(bytes, PE_MACHINE_X64, false, "other.dll", "other.dll");
    put32(bytes + OPTIONAL_AT + 240 + 16, (uint32_t)sizeof(bytes) - SECTION_AT);
    for (at = SECTION_AT; at + 4 <= sizeof(bytes); at += 4)
        put32(bytes + at, SECTION_RVA + 4);
    assert_true(pe_image_parse(bytes, sizeof(bytes), &image));
    assert_int_equal(pe_image_find_import(&image, "ntdsbcli.dll"), PE_IMPORT_NONE);
}

static void other_files__are_no_images(void **state)
{
    static const char script[] =
        "#!/bin/sh\necho this is a program, but not for Windows at all, and "
        "it is long enough for a header\n";
    static const uint8_t zeros[4096];
    uint8_t dos[128] = {'M', 'Z'};

    (void)state;
    assert_false(try_bytes((const uint8_t *)script, sizeof(script)));
    assert_false(try_bytes(zeros, sizeof(zeros)));
    assert_false(try_bytes(dos, sizeof(dos)));
    put32(dos + 0x3C, 0xFFFFFFF0u);
    assert_false(try_bytes(dos, sizeof(dos)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(image__of_each_processor__is_read),
        cmocka_unit_test(imports__are_found_by_name__whatever_its_case),
        cmocka_unit_test(managed_program__is_seen),
        cmocka_unit_test(resource__of_a_type__is_found),
        cmocka_unit_test(folder_of_resources__that_contains_itself__ends),
        cmocka_unit_test(image__cut_anywhere__is_read_within_its_bytes),
        cmocka_unit_test(image__with_any_field_changed__is_read_within_its_bytes),
        cmocka_unit_test(import_table__without_an_end__is_left_after_a_while),
        cmocka_unit_test(other_files__are_no_images),
    };

    return cmocka_run_group_tests_name("pe_image", tests, NULL, NULL);
}
