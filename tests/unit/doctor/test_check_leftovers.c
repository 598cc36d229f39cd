/*
 * test_check_leftovers.c - what the doctor says of brokers if the processes cannot be listed. The
 * rest is seen by doctor_broken.sh.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include <cmocka.h>

#include "doctor/checks.h"
#include "inject.h"

static const struct finding *brokers_of(const struct findings *findings)
{
    size_t i;

    for (i = 0; i < findings->count; i++) {
        if (wcscmp(findings->items[i].id, L"leftovers.brokers") == 0)
            return &findings->items[i];
    }
    return NULL;
}

static void brokers__all_processes_are_listed__none_is_running(void **state)
{
    struct findings findings = {0};

    (void)state;
    check_leftovers(&findings);
    assert_non_null(brokers_of(&findings));
    assert_int_equal(brokers_of(&findings)->level, FINDING_OK);
    findings_fini(&findings);
}

static void brokers__processes_cannot_be_listed__are_not_known(void **state)
{
    static const struct
    {
        const char *function;
        unsigned int nth;
    } rows[] = {
        {"CreateToolhelp32Snapshot", 1}, {"CreateToolhelp32Snapshot", 2}, {"Process32NextW", 1}};
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        struct findings findings = {0};

        inject_reset();
        inject_arm(INJECT_HOST, inject_find(rows[i].function), rows[i].nth);
        check_leftovers(&findings);
        assert_true(inject_was_hit());
        inject_reset();
        assert_non_null(brokers_of(&findings));
        assert_int_equal(brokers_of(&findings)->level, FINDING_WARNING);
        assert_non_null(wcsstr(brokers_of(&findings)->text, L"Win32 error 1450"));
        findings_fini(&findings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(brokers__all_processes_are_listed__none_is_running),
        cmocka_unit_test(brokers__processes_cannot_be_listed__are_not_known),
    };

    if (!inject_host(GetModuleHandleW(NULL)))
        return 1;
    return cmocka_run_group_tests_name("check_leftovers", tests, NULL, NULL);
}
