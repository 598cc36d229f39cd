/*
 * test_format.c - text into fixed buffers, and arrays that grow.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/array.h"
#include "common/format.h"

#include <stdlib.h>

static void format__fits_exactly_or_not__is_terminated_and_told(void **state)
{
    static const struct
    {
        const wchar_t *given, *expected;
        bool fits;
    } rows[] = {
        {L"", L"", true},
        {L"abc", L"abc", true},
        {L"abcd", L"abc", false}, /* _snwprintf fills the buffer and does not terminate */
        {L"abcde", L"abc", false},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        wchar_t text[6] = L"XXXXX";

        assert_int_equal(format_text(text, 4, L"%ls", rows[i].given), rows[i].fits);
        assert_int_equal(wcscmp(text, rows[i].expected), 0);
        assert_int_equal(text[4], L'X');
    }
}

static void array__grows_item_by_item__keeps_what_was_there(void **state)
{
    size_t capacity = 0, grown = 0, count, before;
    unsigned int *items = NULL;

    (void)state;
    for (count = 0; count < 1000; count++) {
        before = capacity;
        assert_true(array_grow(&items, &capacity, count, sizeof(*items)));
        assert_true(capacity > count);
        grown += capacity != before;
        items[count] = (unsigned int)count;
    }
    for (count = 0; count < 1000; count++)
        assert_int_equal(items[count], count);
    assert_true(grown <= 8); /* doubles: 8, 16 ... 1024 */
    free(items);
}

static void array__no_memory__leaves_all_as_it_was(void **state)
{
    size_t capacity = 0;
    char *items = NULL;

    (void)state;
    assert_true(array_grow(&items, &capacity, 0, 1));
    items[0] = 'x';
    assert_false(array_grow(&items, &capacity, capacity, SIZE_MAX / 8));
    assert_int_equal(capacity, 8);
    assert_int_equal(items[0], 'x');
    free(items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(format__fits_exactly_or_not__is_terminated_and_told),
        cmocka_unit_test(array__grows_item_by_item__keeps_what_was_there),
        cmocka_unit_test(array__no_memory__leaves_all_as_it_was),
    };

    return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
