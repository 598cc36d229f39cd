/*
 * test_restore_map.c - which maps are taken, and how their names may be spelled.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <wchar.h>
#include <cmocka.h>

#include "session/restore_map.h"

#define POISON ((wchar_t *)(uintptr_t)0xDDDDDDD0u)

static const struct restore_map_facts facts = {
    .host = L"DC1",
    .backup_host = L"OLDDC",
    .backup_database = L"C:\\Windows\\NTDS\\ntds.dit",
    .database = L"D:\\Verzeichnis \x00fc\\ntds.dit",
};

#define OLD L"C:\\Windows\\NTDS\\ntds.dit"
#define NEW L"D:\\Verzeichnis \x00fc\\ntds.dit"

static HRESULT check(const EDB_RSTMAPW *map, size_t count, wchar_t **text)
{
    *text = POISON;
    return restore_map_check(map, count, &facts, text);
}

static void map__names_spelled_in_any_way__is_accepted(void **state)
{
    static const struct
    {
        const char *label;
        const wchar_t *old_name, *new_name;
    } rows[] = {
        {"local", OLD, NEW},
        {"case", L"c:\\windows\\ntds\\NTDS.DIT", L"d:\\VERZEICHNIS \x00dc\\NTDS.dit"},
        {"UNC", L"\\\\DC1\\C$\\Windows\\NTDS\\ntds.dit",
         L"\\\\DC1\\D$\\Verzeichnis \x00fc\\ntds.dit"},
        {"UNC, other case", L"\\\\dc1\\c$\\Windows\\NTDS\\ntds.dit", NEW},
        {"BFT", L"\x0044" OLD, L"\x0044" NEW},
        {"BFT and UNC", L"\x0044\\\\DC1\\C$\\Windows\\NTDS\\ntds.dit",
         L"\x0044\\\\DC1\\D$\\Verzeichnis \x00fc\\ntds.dit"},
        {"named by the backup's computer", L"\\\\OLDDC\\C$\\Windows\\NTDS\\ntds.dit", NEW},
    };
    wchar_t *text;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        EDB_RSTMAPW map = {_wcsdup(rows[i].old_name), _wcsdup(rows[i].new_name)};

        if (check(&map, 1, &text) != S_OK)
            fail_msg("%s: refused", rows[i].label);
        assert_true(wcsncmp(text, map.wszDatabaseName, wcslen(map.wszDatabaseName)) == 0);
        assert_true(wcscmp(text + wcslen(map.wszDatabaseName) + 1, map.wszNewDatabaseName) == 0);
        assert_int_equal(text[wcslen(map.wszDatabaseName)], L'>');
        free(text);
        free(map.wszDatabaseName);
        free(map.wszNewDatabaseName);
    }
}

static void map__not_one_entry_for_the_database__is_refused(void **state)
{
    wchar_t old_name[] = OLD, new_name[] = NEW, other[] = L"C:\\system.edb", empty[] = L"";
    wchar_t elsewhere[] = L"\\\\DC2\\C$\\Windows\\NTDS\\ntds.dit";
    const struct
    {
        const char *label;
        EDB_RSTMAPW map[2];
        size_t count;
    } rows[] = {
        {"another old path", {{other, new_name}}, 1},
        {"another computer's", {{elsewhere, new_name}}, 1},
        {"another new path", {{old_name, other}}, 1},
        {"the old path as new", {{old_name, old_name}}, 1},
        {"exchanged", {{new_name, old_name}}, 1},
        {"twice", {{old_name, new_name}, {old_name, new_name}}, 2},
        {"twice, one astray", {{old_name, new_name}, {old_name, other}}, 2},
        {"no old path", {{NULL, new_name}}, 1},
        {"no new path", {{old_name, NULL}}, 1},
        {"empty old path", {{empty, new_name}}, 1},
        {"empty new path", {{old_name, empty}}, 1},
        {"the second lacks one", {{old_name, new_name}, {other, NULL}}, 2},
    };
    wchar_t *text;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (check(rows[i].map, rows[i].count, &text) != ERROR_INVALID_PARAMETER)
            fail_msg("%s: not refused", rows[i].label);
        assert_ptr_equal(text, POISON);
    }
}

static void map__with_entries_for_other_files__is_accepted_with_all_in_its_text(void **state)
{
    wchar_t old_name[] = OLD, new_name[] = NEW, other[] = L"C:\\system.edb";
    const EDB_RSTMAPW first[] = {{old_name, new_name}, {other, other}};
    const EDB_RSTMAPW last[] = {{other, new_name}, {old_name, new_name}};
    wchar_t *text;

    (void)state;
    assert_int_equal(check(first, 2, &text), S_OK);
    assert_int_equal(wcscmp(text, OLD L">" NEW L"\nC:\\system.edb>C:\\system.edb"), 0);
    free(text);
    assert_int_equal(check(last, 2, &text), S_OK);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(map__names_spelled_in_any_way__is_accepted),
        cmocka_unit_test(map__not_one_entry_for_the_database__is_refused),
        cmocka_unit_test(map__with_entries_for_other_files__is_accepted_with_all_in_its_text),
    };

    return cmocka_run_group_tests_name("restore_map", tests, NULL, NULL);
}
