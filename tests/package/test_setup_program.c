/*
 * test_setup_program.c - for which program Setup installs what, and where it does not.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <wchar.h>
#include <cmocka.h>

#include "setup_program.h"

static wchar_t folder[MAX_PATH], program[MAX_PATH], result_file[MAX_PATH];
static struct setup_target target;

static int setup(void **state)
{
    (void)state;
    if (!GetTempPathW(MAX_PATH - 60, folder))
        return -1;
    swprintf(folder + wcslen(folder), 40, L"test_setup_program_%lu", GetCurrentProcessId());
    swprintf(program, MAX_PATH, L"%ls\\backup.exe", folder);
    swprintf(result_file, MAX_PATH, L"%ls\\result.ini", folder);
    return CreateDirectoryW(folder, NULL) && setup_result_begin(result_file) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    DeleteFileW(program);
    DeleteFileW(result_file);
    return RemoveDirectoryW(folder) ? 0 : -1;
}

static void put_u16(unsigned char *bytes, uint16_t value)
{
    bytes[0] = (unsigned char)value;
    bytes[1] = (unsigned char)(value >> 8);
}

/* A .NET program of 32-bit headers, with these flags. */
static void write_dot_net(unsigned char flags)
{
    static unsigned char bytes[0x400];
    HANDLE file = CreateFileW(program, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    DWORD written;

    put_u16(bytes, 0x5A4D);
    put_u16(bytes + 0x3C, 0x80);
    put_u16(bytes + 0x80, 0x4550);
    put_u16(bytes + 0x84, 0x014C);
    put_u16(bytes + 0x86, 1);           /* sections */
    put_u16(bytes + 0x94, 96 + 16 * 8); /* bytes of the optional header */
    put_u16(bytes + 0x96, 0x0102);
    put_u16(bytes + 0x98, 0x10B);
    put_u16(bytes + 0x98 + 96 + 14 * 8, 0x2008); /* the address of the .NET header */
    put_u16(bytes + 0x98 + 96 + 16 * 8 + 12, 0x2000);
    put_u16(bytes + 0x98 + 96 + 16 * 8 + 16, 0x100);
    put_u16(bytes + 0x98 + 96 + 16 * 8 + 20, 0x300);
    put_u16(bytes + 0x308 + 16, flags);
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, bytes, sizeof(bytes), &written, NULL));
    CloseHandle(file);
}

static void judge__dot_net_program__gets_the_dll_that_it_loads(void **state)
{
    static const struct
    {
        const char *label;
        unsigned char flags;
        const wchar_t *architecture;
    } rows[] = {
        {"any processor: as 64-bit Windows is", 0x1, L"x64"},
        {"x86", 0x3, L"x86"},
    };
    BOOL is_emulated = FALSE;
    size_t i;

    (void)state;
    IsWow64Process(GetCurrentProcess(), &is_emulated);
    if (sizeof(void *) == 4 && !is_emulated)
        skip();
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        write_dot_net(rows[i].flags);
        print_message("%s\n", rows[i].label);
        assert_int_equal(setup_program_judge(program, &target), SETUP_GOOD);
        assert_int_equal(wcscmp(target.architecture, rows[i].architecture), 0);
    }
}

static void judge__folder_of_windows__is_refused(void **state)
{
    wchar_t windows[MAX_PATH], system[MAX_PATH], copy[MAX_PATH];

    (void)state;
    assert_true(GetWindowsDirectoryW(windows, MAX_PATH - 40));
    assert_true(GetSystemDirectoryW(system, MAX_PATH));
    assert_int_equal(setup_program_folder(windows, &target), SETUP_WINDOWS_FOLDER);
    assert_int_equal(setup_program_folder(system, &target), SETUP_WINDOWS_FOLDER);
    write_dot_net(0x1);
    swprintf(copy, MAX_PATH, L"%ls\\test_setup_program.exe", windows);
    assert_true(CopyFileW(program, copy, FALSE));
    assert_int_equal(setup_program_judge(copy, &target), SETUP_WINDOWS_FOLDER);
    assert_true(DeleteFileW(copy));
    /* One whose name only begins like that. */
    wcscat(windows, L"-of-a-program");
    assert_true(CreateDirectoryW(windows, NULL));
    assert_int_equal(setup_program_folder(windows, &target), SETUP_GOOD);
    assert_true(RemoveDirectoryW(windows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judge__dot_net_program__gets_the_dll_that_it_loads),
        cmocka_unit_test(judge__folder_of_windows__is_refused),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
