/*
 * test_vss_query.c - which shadow copies are left over, and which writers have failed.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <vss.h>
#include <vswriter.h>
#include <vsserror.h>
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

/* A writer may be in a failed state without a code, and give a code in any state. */
static void writer__by_state_and_code__has_failed(void **state)
{
    static const struct
    {
        VSS_WRITER_STATE state;
        HRESULT failure;
        bool expected;
    } rows[] = {
        {VSS_WS_STABLE, S_OK, false},
        {VSS_WS_WAITING_FOR_BACKUP_COMPLETE, S_OK, false},
        {VSS_WS_STABLE, VSS_E_WRITERERROR_TIMEOUT, true},
        {VSS_WS_FAILED_AT_FREEZE, S_OK, true},
        {VSS_WS_UNKNOWN, S_OK, true},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        const struct vss_query_writer writer = {.state = (unsigned int)rows[i].state,
                                                .failure = rows[i].failure};

        assert_int_equal(vss_query_has_failed(&writer), rows[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shadows__of_any_age__are_left_over_after_a_day),
        cmocka_unit_test(writer__by_state_and_code__has_failed),
    };

    return cmocka_run_group_tests_name("vss_query", tests, NULL, NULL);
}
