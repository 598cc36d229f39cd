/*
 * test_limited.c - checks that answer, that are late, and that go on after they were given up.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <wchar.h>
#include <cmocka.h>

#include "doctor/limited.h"
#include "guarded_heap.h"

#define SHORT_MS 200u
#define LONG_MS  30000u

static HANDLE let_go, went_on;
static enum finding_level late_as;

static void answer(struct findings *findings)
{
    findings_add(findings, AREA_LOG, FINDING_OK, L"x.one", NULL, L"one");
    findings->is_refused = true;
}

static void hang(struct findings *findings, const void *subject)
{
    findings->late_as = late_as;
    findings_add(findings, AREA_LOG, FINDING_WARNING, L"x.before", NULL, L"%ls",
                 (const wchar_t *)subject);
    WaitForSingleObject(let_go, INFINITE);
    findings_add(findings, AREA_LOG, FINDING_WARNING, L"x.after", NULL, L"after");
    SetEvent(went_on);
}

static const struct limited_check of_answer = {
    .run = answer, .area = AREA_LOG, .late_id = L"x.answer", .asked = L"X", .step_count = 1};
static const struct limited_check of_hang = {.run_for = hang,
                                             .area = AREA_DIRECTORY,
                                             .late_id = L"x.answer",
                                             .asked = L"X",
                                             .next = L"Wait.",
                                             .step_count = 5};

static int make_events(void **state)
{
    (void)state;
    let_go = CreateEventW(NULL, TRUE, FALSE, NULL);
    went_on = CreateEventW(NULL, TRUE, FALSE, NULL);
    return let_go && went_on ? 0 : -1;
}

static void check__that_answers__gives_its_findings(void **state)
{
    struct findings findings = {0};

    (void)state;
    assert_true(limited_run(&findings, &of_answer, NULL, LONG_MS));
    assert_int_equal(findings.count, 1);
    assert_true(wcscmp(findings.items[0].text, L"one") == 0);
    assert_true(findings.is_refused);
    findings_fini(&findings);
}

static void check__that_hangs__gives_what_it_found_and_an_error(void **state)
{
    struct findings findings = {0};

    (void)state;
    guarded_heap_keep(2); /* the run, which may go on for ever, and what it finds too late */
    assert_false(limited_run(&findings, &of_hang, L"subject", SHORT_MS));
    assert_int_equal(findings.count, 2);
    assert_true(wcscmp(findings.items[0].text, L"subject") == 0);
    assert_true(wcscmp(findings.items[1].id, L"x.answer") == 0);
    assert_true(wcscmp(findings.items[1].text, L"Not known: X did not answer within 1 s.") == 0);
    assert_non_null(findings.items[1].next);
    assert_int_equal(findings_exit_code(&findings), EXIT_AREA + AREA_DIRECTORY);

    SetEvent(let_go);
    assert_int_equal(WaitForSingleObject(went_on, LONG_MS), WAIT_OBJECT_0);
    assert_int_equal(findings.count, 2);
    findings_fini(&findings);
}

static void check__that_says_how_bad_it_is_to_be_late__is_believed(void **state)
{
    struct findings findings = {0};

    (void)state;
    late_as = FINDING_WARNING;
    guarded_heap_keep(2); /* the run, which may go on for ever, and what it finds too late */
    assert_false(limited_run(&findings, &of_hang, L"subject", SHORT_MS));
    assert_int_equal(findings_exit_code(&findings), EXIT_WARNINGS);
    SetEvent(let_go);
    assert_int_equal(WaitForSingleObject(went_on, LONG_MS), WAIT_OBJECT_0);
    findings_fini(&findings);
}

static void step__of_any_timeout__is_5_to_60_seconds(void **state)
{
    static const struct
    {
        const wchar_t *timeout_s;
        uint32_t expected_ms;
    } rows[] = {{L"1", 5000}, {L"20", 20000}, {L"600", 60000}};
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        SetEnvironmentVariableW(L"NTDSBCLI_TIMEOUT_S", rows[i].timeout_s);
        assert_int_equal(limited_step_ms(), rows[i].expected_ms);
    }
    SetEnvironmentVariableW(L"NTDSBCLI_TIMEOUT_S", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check__that_answers__gives_its_findings),
        cmocka_unit_test_setup(check__that_hangs__gives_what_it_found_and_an_error, make_events),
        cmocka_unit_test_setup(check__that_says_how_bad_it_is_to_be_late__is_believed, make_events),
        cmocka_unit_test(step__of_any_timeout__is_5_to_60_seconds),
    };

    return cmocka_run_group_tests_name("limited", tests, NULL, NULL);
}
