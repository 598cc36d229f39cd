/*
 * test_broker_process.c - which broker is started, and what the log says of one that may not be.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include <cmocka.h>

#include "remote/broker_process.h"

/* The codes of security software and policies, and the word that tells which. */
static void start__is_not_allowed__says_by_whom_and_what_to_do(void **state)
{
    static const struct
    {
        DWORD error;
        const wchar_t *who, *what;
    } rows[] = {
        {2, L"same folder", L"removed"},     {5, L"access denied", L"security software"},
        {193, L"damaged", L"install"},       {216, L"damaged", L"install"},
        {225, L"antivirus", L"Allow"},       {577, L"signature", L"Allow"},
        {1260, L"AppLocker", L"event 8004"}, {4551, L"App Control", L"3077"},
        {206, L"too long", L"shorter"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        const wchar_t *advice = broker_process_advice(rows[i].error);

        if (!wcsstr(advice, rows[i].who) || !wcsstr(advice, rows[i].what))
            fail_msg("%lu: '%ls'", rows[i].error, advice);
    }
}

static void start__fails_for_another_reason__has_the_number_only(void **state)
{
    (void)state;
    assert_int_equal(wcslen(broker_process_advice(ERROR_NO_SYSTEM_RESOURCES)), 0);
}

/* Windows gives this variable to the 32-bit programs of 64-bit Windows only. */
static void name__of_the_broker__is_of_the_systems_bitness(void **state)
{
    wchar_t text[16];
    bool is_64_bit =
        sizeof(void *) == 8 || GetEnvironmentVariableW(L"PROCESSOR_ARCHITEW6432", text, 16) > 0;

    (void)state;
    assert_int_equal(
        wcscmp(broker_process_name(), is_64_bit ? L"ntdsbroker64.exe" : L"ntdsbroker32.exe"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start__is_not_allowed__says_by_whom_and_what_to_do),
        cmocka_unit_test(name__of_the_broker__is_of_the_systems_bitness),
        cmocka_unit_test(start__fails_for_another_reason__has_the_number_only),
    };

    return cmocka_run_group_tests_name("broker_process", tests, NULL, NULL);
}
