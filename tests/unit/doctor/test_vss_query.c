/*
 * test_vss_query.c - which shadow copies are left over.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "doctor/vss_query.h"
#include "host/clock.h"

#define NOW (100 * CLOCK_DAY)

static void shadows__of_any_age__are_left_over_after_a_day(void **state)
{
    static const struct
    {
        const char *label;
        uint64_t created[2];
        size_t count;
        bool expected;
    } rows[] = {
        {"none", {0, 0}, 0, false},
        {"new", {NOW - 1, NOW}, 2, false},
        {"of a day", {NOW - CLOCK_DAY, NOW}, 2, false},
        {"older", {NOW, NOW - CLOCK_DAY - 1}, 2, true},
        {"of the future", {NOW + CLOCK_DAY, NOW}, 2, false},
    };
    static struct vss_query query;
    size_t i, k;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        query.shadow_count = rows[i].count;
        for (k = 0; k < 2; k++)
            query.shadows[k].created = rows[i].created[k];
        if (vss_query_is_left_over(&query, NOW) != rows[i].expected)
            fail_msg("%s", rows[i].label);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shadows__of_any_age__are_left_over_after_a_day),
    };

    return cmocka_run_group_tests_name("vss_query", tests, NULL, NULL);
}
