/*
 * test_check_program.c - files that are no programs, and what is said of them.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <cmocka.h>

#include "doctor/checks.h"

#define FILE_NAME L"test_check_program.bin"

static const struct finding *find(const struct findings *findings, const wchar_t *id)
{
    size_t i;

    for (i = 0; i < findings->count; i++) {
        if (wcscmp(findings->items[i].id, id) == 0)
            return &findings->items[i];
    }
    return NULL;
}

static void write_file(const void *bytes, DWORD byte_count)
{
    HANDLE file = CreateFileW(FILE_NAME, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    DWORD written = 0;

    assert_true(file != INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, bytes, byte_count, &written, NULL));
    CloseHandle(file);
}

static void program__that_is_none__is_named_with_what_to_do(void **state)
{
    static const struct
    {
        const char *label;
        const wchar_t *path;
        const char *bytes; /* NULL: no file is made */
        DWORD byte_count;
    } rows[] = {
        {"missing", L"C:\\no such folder\\program.exe", NULL, 0},
        {"a folder", L"C:\\windows", NULL, 0},
        {"empty name", L"", NULL, 0},
        {"empty", FILE_NAME, "", 0},
        {"text", FILE_NAME, "echo off", 8},
        {"MZ only", FILE_NAME, "MZ", 2},
        {"nothing but MZ and 0xff", FILE_NAME,
         "MZ\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
         "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
         "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
         64},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct findings findings = {0};
        const struct finding *found;

        if (rows[i].bytes)
            write_file(rows[i].bytes, rows[i].byte_count);
        check_program(&findings, rows[i].path);
        found = find(&findings, L"program.unreadable");
        if (!found || found->level != FINDING_ERROR || !found->next)
            fail_msg("%s", rows[i].label);
        assert_int_equal(findings_exit_code(&findings), EXIT_AREA + AREA_PROGRAM);
        findings_fini(&findings);
    }
    DeleteFileW(FILE_NAME);
}

static void program__without_the_dll_anywhere__is_told_where_to_put_it(void **state)
{
    wchar_t own[MAX_PATH];
    struct findings findings = {0};

    (void)state;
    assert_true(GetModuleFileNameW(NULL, own, MAX_PATH) > 0);
    check_program(&findings, own);
    assert_non_null(find(&findings, L"program.import"));
    assert_int_equal(find(&findings, L"program.import")->level, FINDING_NOTE);
    assert_non_null(find(&findings, L"program.dll-missing"));
    findings_fini(&findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program__that_is_none__is_named_with_what_to_do),
        cmocka_unit_test(program__without_the_dll_anywhere__is_told_where_to_put_it),
    };

    return cmocka_run_group_tests_name("check_program", tests, NULL, NULL);
}
