/*
 * test_list_file.c - lists of the A and the W functions, and what is no list.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>
#include <cmocka.h>

#include "doctor/list_file.h"

#define BYTES(text) text, sizeof(text)

static wchar_t path[MAX_PATH];

static int name_file(void **state)
{
    (void)state;
    GetTempPathW(MAX_PATH - 40, path);
    _snwprintf(path + wcslen(path), 40, L"list-%lu.bin", GetCurrentProcessId());
    return 0;
}

static int delete_file(void **state)
{
    (void)state;
    return DeleteFileW(path) ? 0 : -1;
}

static legacy_result read(const void *bytes, size_t byte_count, wchar_t **list)
{
    FILE *file = _wfopen(path, L"wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, byte_count, file), byte_count);
    fclose(file);
    return list_file_read(path, list);
}

static void list__of_either_kind__has_its_names(void **state)
{
    static const struct
    {
        const char *label;
        const void *bytes;
        size_t byte_count;
    } rows[] = {
        {"W", BYTES(L"!\\\\DC1\\C$\\edb.log\0%C:\\edb.chk\0")},
        {"A", BYTES("!\\\\DC1\\C$\\edb.log\0%C:\\edb.chk\0")},
        {"A, of an odd size", BYTES("!\\\\DC\\C$\\edb.log\0%C:\\edb.chk\0")},
    };
    wchar_t *list;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        const wchar_t *entry;

        if (read(rows[i].bytes, rows[i].byte_count, &list) != S_OK)
            fail_msg("%s: refused", rows[i].label);
        entry = list;
        assert_true(wcscmp(list_file_name(entry), L"edb.log") == 0);
        entry += wcslen(entry) + 1;
        assert_true(wcscmp(list_file_name(entry), L"edb.chk") == 0);
        entry += wcslen(entry) + 1;
        assert_int_equal(*entry, 0);
        free(list);
    }
}

static void list__that_is_empty__has_no_names(void **state)
{
    static const struct
    {
        const void *bytes;
        size_t byte_count;
    } rows[] = {{BYTES(L"\0")}, {BYTES("\0")}};
    wchar_t *list;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        assert_int_equal(read(rows[i].bytes, rows[i].byte_count, &list), S_OK);
        assert_int_equal(list[0], 0);
        free(list);
    }
}

static void list__without_its_end__is_refused(void **state)
{
    static const struct
    {
        const char *label;
        const void *bytes;
        size_t byte_count;
    } rows[] = {
        {"nothing", "", 0},
        {"one byte", "", 1},
        {"W, cut", BYTES(L"!C:\\edb.log")},
        {"A, cut", BYTES("!C:\\edb.log")},
    };
    wchar_t *list;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        if (read(rows[i].bytes, rows[i].byte_count, &list) != ERROR_INVALID_DATA)
            fail_msg("%s: taken", rows[i].label);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, name_file, delete_file)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(list__of_either_kind__has_its_names),
        TEST(list__that_is_empty__has_no_names),
        TEST(list__without_its_end__is_refused),
    };

    return cmocka_run_group_tests_name("list_file", tests, NULL, NULL);
}
