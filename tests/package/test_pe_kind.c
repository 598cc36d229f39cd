/*
 * test_pe_kind.c - what kind of program a file is, by headers made for each case.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pe_kind.h"

enum
{
    HEADER_AT = 0x80,
    OPTIONAL_AT = HEADER_AT + 24,
    OPTIONAL_BYTES = 96 + 16 * 8,
    SECTIONS_AT = OPTIONAL_AT + OPTIONAL_BYTES,
    CLR_AT = 0x300,
    CLR_ADDRESS = 0x2008,
    FILE_BYTES = 0x400
};

static void put_u16(unsigned char *bytes, size_t at, uint32_t value)
{
    bytes[at] = (unsigned char)value;
    bytes[at + 1] = (unsigned char)(value >> 8);
}

static void put_u32(unsigned char *bytes, size_t at, uint32_t value)
{
    put_u16(bytes, at, value & 0xFFFF);
    put_u16(bytes, at + 2, value >> 16);
}

/* One section; it holds the .NET header at CLR_AT, which only counts if the directory names it. */
static void make_program(unsigned char bytes[FILE_BYTES], uint32_t machine)
{
    memset(bytes, 0, FILE_BYTES);
    memcpy(bytes, "MZ", 2);
    put_u32(bytes, 0x3C, HEADER_AT);
    memcpy(bytes + HEADER_AT, "PE\0", 4);
    put_u16(bytes, HEADER_AT + 4, machine);
    put_u16(bytes, HEADER_AT + 6, 1);
    put_u16(bytes, HEADER_AT + 20, OPTIONAL_BYTES);
    put_u16(bytes, HEADER_AT + 22, 0x0102);
    put_u16(bytes, OPTIONAL_AT, 0x10B);
    put_u32(bytes, SECTIONS_AT + 12, CLR_ADDRESS - 8);
    put_u32(bytes, SECTIONS_AT + 16, 0x100);
    put_u32(bytes, SECTIONS_AT + 20, CLR_AT - 8);
}

static void make_dot_net(unsigned char bytes[FILE_BYTES], uint32_t flags)
{
    make_program(bytes, 0x014C);
    put_u32(bytes, OPTIONAL_AT + 96 + 14 * 8, CLR_ADDRESS);
    put_u32(bytes, CLR_AT + 16, flags);
}

static void pe_kind__each_machine__is_told(void **state)
{
    static const struct
    {
        uint32_t machine;
        enum pe_kind kind;
    } rows[] = {
        {0x014C, PE_KIND_X86},   {0x8664, PE_KIND_X64},   {0x01C0, PE_KIND_ARM},
        {0x01C2, PE_KIND_ARM},   {0x01C4, PE_KIND_ARM},   {0xAA64, PE_KIND_ARM},
        {0x0200, PE_KIND_OTHER}, {0x0000, PE_KIND_OTHER},
    };
    unsigned char bytes[FILE_BYTES];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        make_program(bytes, rows[i].machine);
        print_message("machine %04x\n", rows[i].machine);
        assert_int_equal(pe_kind_of(bytes, sizeof(bytes)), rows[i].kind);
    }
}

static void pe_kind__dot_net__runs_as_its_flags_say(void **state)
{
    static const struct
    {
        const char *label;
        uint32_t flags;
        enum pe_kind kind;
    } rows[] = {
        {"any processor", 0x1, PE_KIND_ANY},
        {"any processor, signed", 0x9, PE_KIND_ANY},
        {"x86", 0x3, PE_KIND_X86},
        {"any processor, 32 bit preferred", 0x20003, PE_KIND_X86},
        {"with native code", 0x0, PE_KIND_X86},
    };
    unsigned char bytes[FILE_BYTES];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        make_dot_net(bytes, rows[i].flags);
        print_message("%s\n", rows[i].label);
        assert_int_equal(pe_kind_of(bytes, sizeof(bytes)), rows[i].kind);
    }
}

static void pe_kind__dot_net_header_outside_of_all_sections__is_x86(void **state)
{
    unsigned char bytes[FILE_BYTES];

    (void)state;
    make_dot_net(bytes, 0x1);
    put_u32(bytes, OPTIONAL_AT + 96 + 14 * 8, 0xFFFFFFF0);
    assert_int_equal(pe_kind_of(bytes, sizeof(bytes)), PE_KIND_X86);
}

static void pe_kind__dll__is_told(void **state)
{
    unsigned char bytes[FILE_BYTES];

    (void)state;
    make_program(bytes, 0x8664);
    put_u16(bytes, HEADER_AT + 22, 0x2022);
    assert_int_equal(pe_kind_of(bytes, sizeof(bytes)), PE_KIND_DLL);
}

static void pe_kind__older_headers__are_16_bit(void **state)
{
    static const char *const signatures[] = {"NE", "LE", "LX", "??"};
    unsigned char bytes[FILE_BYTES];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
        make_program(bytes, 0x014C);
        memcpy(bytes + HEADER_AT, signatures[i], 2);
        print_message("%s\n", signatures[i]);
        assert_int_equal(pe_kind_of(bytes, sizeof(bytes)), PE_KIND_16_BIT);
    }
    make_program(bytes, 0x014C);
    put_u32(bytes, 0x3C, 0xFFFFFFFF);
    assert_int_equal(pe_kind_of(bytes, sizeof(bytes)), PE_KIND_16_BIT);
}

static void pe_kind__no_program__is_none(void **state)
{
    (void)state;
    assert_int_equal(pe_kind_of((const unsigned char *)"", 0), PE_KIND_NONE);
    assert_int_equal(pe_kind_of((const unsigned char *)"M", 1), PE_KIND_NONE);
    assert_int_equal(pe_kind_of((const unsigned char *)"#!/bin/sh", 9), PE_KIND_NONE);
}

/* In a block of exactly that size, so that reading past it is seen. */
static void pe_kind__cut_off_anywhere__is_judged_without_reading_on(void **state)
{
    unsigned char bytes[FILE_BYTES];
    size_t byte_count;

    (void)state;
    make_dot_net(bytes, 0x1);
    for (byte_count = 0; byte_count < FILE_BYTES; byte_count++) {
        unsigned char *cut = test_malloc(byte_count + 1);
        enum pe_kind kind;

        memcpy(cut, bytes, byte_count);
        kind = pe_kind_of(cut, byte_count);
        if (byte_count < HEADER_AT + 24)
            assert_true(kind == PE_KIND_NONE || kind == PE_KIND_16_BIT);
        else
            assert_int_equal(kind, byte_count < CLR_AT + 20 ? PE_KIND_X86 : PE_KIND_ANY);
        test_free(cut);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pe_kind__each_machine__is_told),
        cmocka_unit_test(pe_kind__dot_net__runs_as_its_flags_say),
        cmocka_unit_test(pe_kind__dot_net_header_outside_of_all_sections__is_x86),
        cmocka_unit_test(pe_kind__dll__is_told),
        cmocka_unit_test(pe_kind__older_headers__are_16_bit),
        cmocka_unit_test(pe_kind__no_program__is_none),
        cmocka_unit_test(pe_kind__cut_off_anywhere__is_judged_without_reading_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
