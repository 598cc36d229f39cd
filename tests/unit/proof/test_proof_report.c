/*
 * test_proof_report.c - the page of what is proved, with what was found on this computer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "doctor/output.h"
#include "proof_report.h"

void output_text(bool is_error, const wchar_t *text)
{
    (void)is_error;
    (void)text;
}

static void check_page(const char *page, const char *expected, size_t expected_strangers)
{
    struct proof_report report = {0};
    size_t strangers = 44;
    char *made;

    proof_report_add(&report, L"one", L"a", PROOF_PROVED, L"%ls", L"x");
    proof_report_add(&report, L"two", L"a", PROOF_FAILED, L"%ls", L"x");
    proof_report_add(&report, L"two", L"b", PROOF_PROVED, L"%ls", L"x");
    made = proof_report_page(&report, page, &strangers);
    assert_non_null(made);
    assert_string_equal(made, expected);
    assert_int_equal(strangers, expected_strangers);
    free(made);
    proof_report_fini(&report);
}

static void page__with_all_claims__has_a_column_more(void **state)
{
    (void)state;
    check_page(
        "# Proved\r\n\r\n| id | claim |\r\n|---|---|\r\n| one | x |\r\n| two | y |\r\n| "
        "three | z |",
        "# Proved\n\n| id | claim | on this computer |\n|---|---|---|\n| one | x | proved |\n"
        "| two | y | **FAILED** |\n| three | z | - |\n",
        0);
}

static void page__without_a_claim__is_noticed(void **state)
{
    (void)state;
    check_page("", "", 2);
    check_page("| one | x |\n", "| one | x | proved |\n", 1);
}

/* The second row of a claim is not the row of another one. */
static void page__with_a_claim_twice__does_not_hide_another(void **state)
{
    (void)state;
    check_page("| one | x |\n| one | x |\n", "| one | x | proved |\n| one | x | proved |\n", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page__with_all_claims__has_a_column_more),
        cmocka_unit_test(page__without_a_claim__is_noticed),
        cmocka_unit_test(page__with_a_claim_twice__does_not_hide_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
