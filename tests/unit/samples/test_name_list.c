/*
 * test_name_list.c - the lists that legacy-backup saved, cut at every byte and spoiled: nothing
 * behind their end is read.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <cmocka.h>

#include "name_list.h"

#define PAGE_BYTES 65536u

static const wchar_t wide[] = L"DC:\\Windows\\NTDS\\ntds.dit\0LD:\\Logs\\edb.log\0";
static const char narrow[] = "DC:\\Windows\\NTDS\\ntds.dit\0LD:\\Logs\\edb.log\0";

/* A page that nothing lies behind. */
static char *page;

static int make_page(void **state)
{
    DWORD old;

    (void)state;
    page = VirtualAlloc(NULL, 2 * PAGE_BYTES, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    return page && VirtualProtect(page + PAGE_BYTES, PAGE_BYTES, PAGE_NOACCESS, &old) ? 0 : -1;
}

static int free_page(void **state)
{
    (void)state;
    return VirtualFree(page, 0, MEM_RELEASE) ? 0 : -1;
}

/* The list is at the page's end. Returns its entries; *whole as legacy-restore asks for it. */
static unsigned walk(const void *data, DWORD bytes, bool ansi, bool *whole)
{
    struct name_list list = {.data = page + PAGE_BYTES - bytes, .bytes = bytes, .ansi = ansi};
    struct name_cursor cursor = {0};
    struct name_entry entry;
    unsigned count = 0;
    wchar_t *path;
    bool valid;

    memcpy(list.data, data, bytes);
    for (; name_list_next(&list, &cursor, &entry, &valid); count++) {
        path = name_entry_path(&list, &entry);
        assert_non_null(path);
        assert_true(wcslen(path) < bytes);
        assert_true(!valid || !wcspbrk(entry.file_name, L"\\/:"));
        free(path);
    }
    *whole = name_list_is_whole(&list, &cursor);
    return count;
}

static void list__as_saved__is_whole(void **state)
{
    bool whole;

    (void)state;
    assert_int_equal(walk(wide, sizeof(wide), false, &whole), 2);
    assert_true(whole);
    assert_int_equal(walk(narrow, sizeof(narrow), true, &whole), 2);
    assert_true(whole);
    /* No logs at all. */
    assert_int_equal(walk(L"", sizeof(wchar_t), false, &whole), 0);
    assert_true(whole);
}

static void list__cut_at_any_byte__is_not_whole(void **state)
{
    bool whole;
    DWORD bytes;

    (void)state;
    for (bytes = 0; bytes < sizeof(wide) - sizeof(wchar_t); bytes++) {
        assert_true(walk(wide, bytes, false, &whole) <= 2);
        assert_false(whole);
    }
    for (bytes = 0; bytes < sizeof(narrow) - 1; bytes++) {
        assert_true(walk(narrow, bytes, true, &whole) <= 2);
        assert_false(whole);
    }
}

/* A name has 255 characters at most. */
static void list__with_a_long_name__is_not_valid(void **state)
{
    wchar_t text[] = L"LD:\\", list_text[4 + 256 + 2] = L"";
    struct name_list list = {.data = list_text};
    struct name_entry entry;
    size_t chars;

    (void)state;
    for (chars = 255; chars <= 256; chars++) {
        struct name_cursor cursor = {0};
        bool valid = chars == 256;

        wcscpy(list_text, text);
        wmemset(list_text + 4, L'n', chars);
        list_text[4 + chars] = list_text[4 + chars + 1] = L'\0';
        list.bytes = (DWORD)((4 + chars + 2) * sizeof(wchar_t));
        assert_true(name_list_next(&list, &cursor, &entry, &valid));
        assert_int_equal(valid, chars == 255);
    }
}

static void list__with_any_byte_spoiled__is_read_to_its_end_and_not_further(void **state)
{
    static const char values[] = {0, 1, '.', '\\', -1};
    char copy[sizeof(wide)];
    bool whole;
    size_t i, j;

    (void)state;
    for (i = 0; i < sizeof(wide); i++) {
        for (j = 0; j < sizeof(values); j++) {
            memcpy(copy, wide, sizeof(copy));
            copy[i] = values[j];
            walk(copy, sizeof(copy), false, &whole);
            walk(copy, sizeof(copy) - 1, true, &whole);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list__as_saved__is_whole),
        cmocka_unit_test(list__cut_at_any_byte__is_not_whole),
        cmocka_unit_test(list__with_a_long_name__is_not_valid),
        cmocka_unit_test(list__with_any_byte_spoiled__is_read_to_its_end_and_not_further),
    };

    return cmocka_run_group_tests(tests, make_page, free_page);
}
