/*
 * test_names.c - lists of names byte by byte, and every spelling a caller may give back.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "host/allocation.h"
#include "inject.h"
#include "session/lists.h"
#include "session/names.h"

static const struct name two[] = {
    {L'\x44', (wchar_t *)L"C:\\Windows\\NTDS\\ntds.dit"},
    {L'\x82', (wchar_t *)L"D:\\Logs"},
};

static void list__of_two__is_double_terminated_and_counts_every_character(void **state)
{
    static const wchar_t expected[] = L"\x44\\\\HOST\\C$\\Windows\\NTDS\\ntds.dit\0"
                                      L"\x82\\\\HOST\\D$\\Logs\0";
    size_t char_count = 0;
    wchar_t *list = names_build(two, 2, L"HOST", &char_count);

    (void)state;
    assert_non_null(list);
    assert_int_equal(char_count, sizeof(expected) / sizeof(expected[0]));
    assert_memory_equal(list, expected, sizeof(expected));
    allocation_free(list);
}

static void list__of_each_drive__has_the_share_of_its_letter(void **state)
{
    static const wchar_t letters[] = L"AZaz";
    static const wchar_t others[] = L"@[`{";
    wchar_t path[] = L"?:\\x", expected[] = L"\x44\\\\HOST\\?$\\x";
    const struct name name = {L'\x44', path};
    size_t i, char_count;
    wchar_t *list;

    (void)state;
    for (i = 0; i < 4; i++) {
        path[0] = expected[8] = letters[i];
        list = names_build(&name, 1, L"HOST", &char_count);
        assert_int_equal(wcscmp(list, expected), 0);
        allocation_free(list);
        path[0] = others[i];
        list = names_build(&name, 1, L"HOST", &char_count);
        assert_int_equal(wcscmp(list + 1, path), 0);
        allocation_free(list);
    }
}

static void list__empty__is_two_terminators(void **state)
{
    size_t char_count = 0, byte_count = 0;
    wchar_t *list = names_build(NULL, 0, L"HOST", &char_count);
    bool unconvertible = true;
    char *ansi = names_build_ansi(NULL, 0, L"HOST", &byte_count, &unconvertible);

    (void)state;
    assert_int_equal(char_count, 2);
    assert_memory_equal(list, L"\0", 2 * sizeof(wchar_t));
    assert_int_equal(byte_count, 2);
    assert_memory_equal(ansi, "\0", 2);
    assert_false(unconvertible);
    allocation_free(list);
    allocation_free(ansi);
}

static void ansi_list__bft_characters__are_single_bytes(void **state)
{
    static const char expected[] = "\x44\\\\HOST\\C$\\Windows\\NTDS\\ntds.dit\0"
                                   "\x82\\\\HOST\\D$\\Logs\0";
    bool unconvertible = true;
    size_t byte_count = 0;
    char *list = names_build_ansi(two, 2, L"HOST", &byte_count, &unconvertible);

    (void)state;
    assert_non_null(list);
    assert_int_equal(byte_count, sizeof(expected));
    assert_memory_equal(list, expected, sizeof(expected));
    assert_false(unconvertible);
    allocation_free(list);
}

static void ansi_list__path_the_code_page_lacks__is_refused_not_replaced(void **state)
{
    /* Half of a surrogate pair: no code page holds it, not even UTF-8. */
    const struct name bad = {L'\x44', (wchar_t *)L"C:\\\xd800\\ntds.dit"};
    bool unconvertible = false;
    size_t byte_count = 0;

    (void)state;
    assert_null(names_build_ansi(&bad, 1, L"HOST", &byte_count, &unconvertible));
    assert_true(unconvertible);
}

/* C:\A is another folder. */
static void ansi_list__path_the_code_page_has_nearly__is_refused_not_replaced(void **state)
{
    const struct name bad = {L'\x44', (wchar_t *)L"C:\\\x0100\\ntds.dit"};
    bool unconvertible = false;
    size_t byte_count = 0;

    (void)state;
    if (GetACP() == CP_UTF8)
        skip();
    assert_null(names_build_ansi(&bad, 1, L"HOST", &byte_count, &unconvertible));
    assert_true(unconvertible);
}

static void name__in_every_spelling__means_the_local_path(void **state)
{
    static const struct
    {
        const wchar_t *given;
        const wchar_t *local;
    } rows[] = {
        {L"C:\\NTDS\\ntds.dit", L"C:\\NTDS\\ntds.dit"},
        {L"\x44"
         L"C:\\NTDS\\ntds.dit",
         L"C:\\NTDS\\ntds.dit"},
        {L"\\\\HOST\\C$\\NTDS\\ntds.dit", L"C:\\NTDS\\ntds.dit"},
        {L"\x44\\\\HOST\\C$\\NTDS\\ntds.dit", L"C:\\NTDS\\ntds.dit"},
        {L"\\\\host\\c$\\NTDS\\ntds.dit", L"c:\\NTDS\\ntds.dit"},
        /* 0x44 is also the letter D: no character is dropped from a path on that drive. */
        {L"D:\\NTDS\\ntds.dit", L"D:\\NTDS\\ntds.dit"},
        {L"\x44"
         L"D:\\NTDS\\ntds.dit",
         L"D:\\NTDS\\ntds.dit"},
        /* Not this computer, or not an administrative share: left as it is, and found nowhere. */
        {L"\\\\OTHER\\C$\\x", L"\\\\OTHER\\C$\\x"},
        {L"\\\\HOSTX\\C$\\x", L"\\\\HOSTX\\C$\\x"},
        {L"\\\\POST\\C$\\x", L"\\\\POST\\C$\\x"},
        {L"\\\\HOST\\share\\x", L"\\\\HOST\\share\\x"},
        {L"\\\\HOST", L"\\\\HOST"},
        {L"\\\\HOST\\", L"\\\\HOST\\"},
        {L"\\\\HOST\\C$", L"\\\\HOST\\C$"},
        {L"\\\\", L"\\\\"},
        {L"\x44", L"\x44"},
        {L"", L""},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        wchar_t *local = names_to_local(rows[i].given, L"HOST");

        assert_non_null(local);
        if (wcscmp(local, rows[i].local) != 0)
            fail_msg("row %u: '%ls' became '%ls'", (unsigned)i, rows[i].given, local);
        free(local);
    }
}

static void compare__ignores_case_in_any_language(void **state)
{
    (void)state;
    assert_int_equal(names_compare(L"C:\\\x00e4\x0416", L"c:\\\x00c4\x0436"), 0);
    assert_true(names_compare(L"a", L"B") < 0);
    assert_true(names_compare(L"b", L"A") > 0);
}

static bool is_built(void *context)
{
    void *list = NULL;
    DWORD list_bytes = 0;
    legacy_result hr = lists_build(two, 2, L"HOST", *(bool *)context, &list, &list_bytes);

    assert_true((hr == S_OK) == (list != NULL));
    assert_true((hr == S_OK) == (list_bytes != 0));
    allocation_free(list);
    return hr == S_OK;
}

static void list__a_call_fails__is_none(void **state)
{
    int ansi;

    (void)state;
    assert_true(inject_host(GetModuleHandleW(NULL)));
    for (ansi = 0; ansi <= 1; ansi++) {
        bool context = ansi != 0;

        assert_string_equal(inject_each(is_built, &context, 2, NULL), "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list__of_two__is_double_terminated_and_counts_every_character),
        cmocka_unit_test(list__of_each_drive__has_the_share_of_its_letter),
        cmocka_unit_test(list__empty__is_two_terminators),
        cmocka_unit_test(ansi_list__bft_characters__are_single_bytes),
        cmocka_unit_test(ansi_list__path_the_code_page_lacks__is_refused_not_replaced),
        cmocka_unit_test(ansi_list__path_the_code_page_has_nearly__is_refused_not_replaced),
        cmocka_unit_test(name__in_every_spelling__means_the_local_path),
        cmocka_unit_test(compare__ignores_case_in_any_language),
        cmocka_unit_test(list__a_call_fails__is_none),
    };

    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
