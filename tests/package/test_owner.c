/*
 * test_owner.c - is a program running? It is a copy of this one.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "inject.h"
#include "owner.h"

#define PROGRAM L"C:\\owner.exe"

static PROCESS_INFORMATION process;

static int start(void **state)
{
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    wchar_t own_path[MAX_PATH];

    (void)state;
    return GetModuleFileNameW(NULL, own_path, MAX_PATH) && CopyFileW(own_path, PROGRAM, TRUE) &&
                   CreateProcessW(PROGRAM, NULL, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL, NULL,
                                  &startup, &process)
               ? 0
               : -1;
}

static void end_process(void)
{
    if (!process.hProcess)
        return;
    TerminateProcess(process.hProcess, 1);
    WaitForSingleObject(process.hProcess, 10000);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    process.hProcess = NULL;
}

static int end(void **state)
{
    (void)state;
    end_process();
    SetFileAttributesW(PROGRAM, FILE_ATTRIBUTE_NORMAL);
    return DeleteFileW(PROGRAM) ? 0 : -1;
}

static void running__program__until_it_ends(void **state)
{
    (void)state;
    assert_true(owner_is_running(PROGRAM));
    end_process();
    assert_false(owner_is_running(PROGRAM));
}

static void running__read_only_program__the_same_and_it_stays_read_only(void **state)
{
    const DWORD attributes = FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_HIDDEN;

    (void)state;
    assert_true(SetFileAttributesW(PROGRAM, attributes));
    assert_true(owner_is_running(PROGRAM));
    assert_int_equal(GetFileAttributesW(PROGRAM) & attributes, attributes);
    end_process();
    assert_false(owner_is_running(PROGRAM));
    assert_int_equal(GetFileAttributesW(PROGRAM) & attributes, attributes);
}

static void running__no_file__is_not(void **state)
{
    (void)state;
    assert_false(owner_is_running(L"C:\\no-owner.exe"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(running__program__until_it_ends, start, end),
        cmocka_unit_test_setup_teardown(running__read_only_program__the_same_and_it_stays_read_only,
                                        start, end),
        cmocka_unit_test(running__no_file__is_not),
    };

    if (!inject_host(GetModuleHandleW(NULL)))
        return 1;
    return cmocka_run_group_tests_name("owner", tests, NULL, NULL);
}
