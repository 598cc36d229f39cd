/*
 * test_server_name.c - which names mean this computer.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <wchar.h>
#include <cmocka.h>

#include "host/server_name.h"

#include <ntdsbmsg.h>

static void expect(const wchar_t *name, bool may_be_empty, HRESULT expected)
{
    HRESULT hr = server_name_check(name, may_be_empty);

    if (hr != expected)
        fail_msg("'%ls': 0x%08lx, not 0x%08lx", name ? name : L"(NULL)", (unsigned long)hr,
                 (unsigned long)expected);
}

static void name__of_this_computer__is_accepted_in_every_form(void **state)
{
    static const COMPUTER_NAME_FORMAT formats[] = {ComputerNameNetBIOS, ComputerNameDnsHostname,
                                                   ComputerNameDnsFullyQualified};
    static const wchar_t *const loopbacks[] = {
        L".",         L"localhost",   L"LOCALHOST",     L"\\\\.",
        L"127.0.0.1", L"127.255.0.9", L"\\\\127.0.0.1", L"::1"};
    wchar_t own[SERVER_NAME_CHARS], form[SERVER_NAME_CHARS + 4];
    DWORD own_chars;
    size_t i;

    (void)state;
    for (i = 0; i < 3; i++) {
        own_chars = SERVER_NAME_CHARS;
        assert_true(GetComputerNameExW(formats[i], own, &own_chars));
        expect(own, false, S_OK);
        CharLowerW(own);
        expect(own, false, S_OK);
        CharUpperW(own);
        expect(own, false, S_OK);
        swprintf(form, SERVER_NAME_CHARS + 4, L"\\\\%ls", own);
        expect(form, false, S_OK);
        swprintf(form, SERVER_NAME_CHARS + 4, L"%ls.", own);
        expect(form, false, S_OK);
    }
    for (i = 0; i < sizeof(loopbacks) / sizeof(loopbacks[0]); i++)
        expect(loopbacks[i], false, S_OK);
}

static void name__missing__is_for_the_function_to_allow(void **state)
{
    (void)state;
    expect(NULL, true, S_OK);
    expect(L"", true, S_OK);
    expect(NULL, false, ERROR_INVALID_PARAMETER);
    expect(L"", false, ERROR_INVALID_PARAMETER);
}

static void name__malformed__cannot_be_connected_to(void **state)
{
    static const wchar_t *const rows[] = {L"\\\\",        L"\\",      L"\\HOST",  L"a b",
                                          L"under_score", L"\\\\a\\", L"\\\\\\a", L"a/b",
                                          L"a\tb",        L"a*",      L"[::1]",   L"\"a\""};
    wchar_t longest[SERVER_NAME_CHARS + 50];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        expect(rows[i], true, hrCouldNotConnect);
    wmemset(longest, L'a', SERVER_NAME_CHARS + 49);
    longest[SERVER_NAME_CHARS + 49] = 0;
    expect(longest, true, hrCouldNotConnect);
}

static void name__of_another_computer__is_an_invalid_binding(void **state)
{
    static const wchar_t *const rows[] = {L"no-such-computer-5b1f",
                                          L"\\\\OTHER",
                                          L"128.0.0.1",
                                          L"127.0.0.256",
                                          L"127.0.0",
                                          L"127.0.0.",
                                          L"127..0.1",
                                          L"127.0.0.1.",
                                          L"127.0.0.4294967297",
                                          L"127.0.0.1x",
                                          L"127.0.0.1.example",
                                          L"..",
                                          L"10.0.0.1"};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        expect(rows[i], true, RPC_S_INVALID_BINDING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(name__of_this_computer__is_accepted_in_every_form),
        cmocka_unit_test(name__missing__is_for_the_function_to_allow),
        cmocka_unit_test(name__malformed__cannot_be_connected_to),
        cmocka_unit_test(name__of_another_computer__is_an_invalid_binding),
    };

    return cmocka_run_group_tests_name("server_name", tests, NULL, NULL);
}
