/*
 * test_shadow_storage.c - how much free space is enough.
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

#include "doctor/shadow_storage.h"

#define MIB (1024ull * 1024)

static void free_space__is_judged_by_the_least_area_of_windows(void **state)
{
    static const struct
    {
        const char *label;
        uint64_t free_bytes, total_bytes;
        enum space_verdict expected;
    } rows[] = {
        {"plenty", 50000 * MIB, 100000 * MIB, SPACE_ENOUGH},
        {"just enough", 320 * MIB, 100000 * MIB, SPACE_ENOUGH},
        {"a byte less", 320 * MIB - 1, 100000 * MIB, SPACE_SCARCE},
        {"a quarter of it", 80 * MIB, 100000 * MIB, SPACE_SCARCE},
        {"less than that", 80 * MIB - 1, 100000 * MIB, SPACE_NONE},
        {"full", 0, 100000 * MIB, SPACE_NONE},
        {"small volume", 100 * MIB, 400 * MIB, SPACE_ENOUGH},
        {"small and full", 10 * MIB, 400 * MIB, SPACE_NONE},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (shadow_storage_judge(rows[i].free_bytes, rows[i].total_bytes) != rows[i].expected)
            fail_msg("%s", rows[i].label);
    }
}

static void storage__of_a_volume_that_is_none__is_not_known(void **state)
{
    uint64_t used = 7;
    uint64_t most = 7;

    (void)state;
    assert_true(FAILED(shadow_storage_query(L"\\\\?\\Volume{none}\\", &used, &most)));
    assert_int_equal(used, 7);
    assert_int_equal(most, 7);
}

static void storage__without_a_limit__is_unbounded_and_no_number(void **state)
{
    static const struct
    {
        uint64_t used_bytes, most_bytes;
        const wchar_t *expected;
    } rows[] = {
        {5 * MIB, 640 * MIB, L"uses 5 of at most 640 MiB"},
        {0, 0, L"uses 0 of at most 0 MiB"},
        {5 * MIB, SHADOW_STORAGE_UNBOUNDED, L"uses 5 MiB and is unbounded"},
    };
    wchar_t text[SHADOW_STORAGE_TEXT_CHARS];
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        shadow_storage_describe(rows[i].used_bytes, rows[i].most_bytes, text);
        if (wcscmp(text, rows[i].expected) != 0)
            fail_msg("row %u: %ls", (unsigned int)i, text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(free_space__is_judged_by_the_least_area_of_windows),
        cmocka_unit_test(storage__of_a_volume_that_is_none__is_not_known),
        cmocka_unit_test(storage__without_a_limit__is_unbounded_and_no_number),
    };

    return cmocka_run_group_tests_name("shadow_storage", tests, NULL, NULL);
}
