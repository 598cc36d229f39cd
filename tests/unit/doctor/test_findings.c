/*
 * test_findings.c - exit codes for monitoring.
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

#include "doctor/findings.h"

struct entry
{
    enum finding_area area;
    enum finding_level level;
};

static void exit_code__is_of_the_first_area_with_an_error(void **state)
{
    static const struct
    {
        const char *label;
        struct entry entries[3];
        bool is_refused;
        int expected;
    } rows[] = {
        {"all well", {{AREA_VSS, FINDING_OK}, {AREA_LOG, FINDING_NOTE}}, false, 0},
        {"a warning", {{AREA_VSS, FINDING_OK}, {AREA_LOG, FINDING_WARNING}}, false, 3},
        {"program", {{AREA_LOG, FINDING_ERROR}, {AREA_PROGRAM, FINDING_ERROR}}, false, 10},
        {"rights", {{AREA_RIGHTS, FINDING_ERROR}}, false, 11},
        {"directory", {{AREA_DIRECTORY, FINDING_ERROR}}, false, 12},
        {"VSS", {{AREA_VSS, FINDING_ERROR}, {AREA_RIGHTS, FINDING_WARNING}}, false, 13},
        {"volumes", {{AREA_VOLUMES, FINDING_ERROR}}, false, 14},
        {"leftovers", {{AREA_LEFTOVERS, FINDING_ERROR}}, false, 15},
        {"settings", {{AREA_SETTINGS, FINDING_ERROR}}, false, 16},
        {"log", {{AREA_LOG, FINDING_ERROR}}, false, 17},
        {"backup test", {{AREA_BACKUP_TEST, FINDING_ERROR}}, false, 18},
        {"backup that cannot be restored", {{AREA_BACKUP, FINDING_ERROR}}, false, 19},
        {"no backup new enough", {{AREA_RECORDS, FINDING_ERROR}}, false, 22},
        {"wrong after a restore", {{AREA_AFTER_RESTORE, FINDING_ERROR}}, false, 23},
        {"records that cannot be listed",
         {{AREA_RECORDS, FINDING_WARNING}, {AREA_LOG, FINDING_ERROR}},
         false,
         17},
        {"action done with a warning", {{AREA_ACTION, FINDING_WARNING}}, false, 3},
        {"action refused", {{AREA_ACTION, FINDING_ERROR}}, true, 20},
        {"action failed", {{AREA_VSS, FINDING_ERROR}, {AREA_ACTION, FINDING_ERROR}}, false, 21},
    };
    size_t i, k;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct findings findings = {.is_refused = rows[i].is_refused};

        for (k = 0; k < 3; k++)
            findings_add(&findings, rows[i].entries[k].area, rows[i].entries[k].level, L"x.y", NULL,
                         L"text %d", (int)k);
        if (findings_exit_code(&findings) != rows[i].expected)
            fail_msg("%s: %d", rows[i].label, findings_exit_code(&findings));
        findings_fini(&findings);
    }
}

static void findings__more_than_there_was_room_for__are_all_kept(void **state)
{
    struct findings findings = {0};
    int i;

    (void)state;
    for (i = 0; i < 1000; i++)
        findings_add(&findings, AREA_LOG, FINDING_OK, L"x.y", NULL, L"%d", i);
    assert_int_equal(findings.count, 1000);
    for (i = 0; i < 1000; i++)
        assert_int_equal(_wtoi(findings.items[i].text), i);
    assert_false(findings.is_incomplete);
    findings_fini(&findings);
    assert_int_equal(findings.count, 0);
}

static void doctor__that_lost_a_finding__is_not_healthy(void **state)
{
    struct findings findings = {.is_incomplete = true};

    (void)state;
    assert_int_equal(findings_exit_code(&findings), EXIT_BROKEN);
    findings_add(&findings, AREA_LOG, FINDING_OK, L"x.y", NULL, L"the others are well");
    assert_int_equal(findings_exit_code(&findings), EXIT_BROKEN);
    findings_fini(&findings);
}

/* A check has findings of its own, which become the doctor's when it has ended. */
static void findings__moved__bring_what_was_lost_and_refused(void **state)
{
    struct findings all = {0}, lost = {.is_incomplete = true}, refused = {.is_refused = true};

    (void)state;
    findings_add(&refused, AREA_ACTION, FINDING_ERROR, L"x.y", NULL, L"refused");
    findings_move(&all, &refused);
    assert_int_equal(all.count, 1);
    assert_int_equal(findings_exit_code(&all), EXIT_REFUSED);
    findings_move(&all, &lost);
    assert_int_equal(findings_exit_code(&all), EXIT_BROKEN);
    findings_fini(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exit_code__is_of_the_first_area_with_an_error),
        cmocka_unit_test(findings__more_than_there_was_room_for__are_all_kept),
        cmocka_unit_test(doctor__that_lost_a_finding__is_not_healthy),
        cmocka_unit_test(findings__moved__bring_what_was_lost_and_refused),
    };

    return cmocka_run_group_tests_name("findings", tests, NULL, NULL);
}
