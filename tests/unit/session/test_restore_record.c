/*
 * test_restore_record.c - the file a restore leaves behind.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <cmocka.h>

#include "session/restore_record.h"
#include "inject.h"

static wchar_t folder[MAX_PATH];
static wchar_t path[2 * MAX_PATH];

static int make_folder(void **state)
{
    (void)state;
    GetTempPathW(MAX_PATH - 40, folder);
    _snwprintf(folder + wcslen(folder), 40, L"record-%lu", GetCurrentProcessId());
    _snwprintf(path, 2 * MAX_PATH, L"%ls\\restore-0123.txt", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    DeleteFileW(path);
    RemoveDirectoryW(path);
    return RemoveDirectoryW(folder) ? 0 : -1;
}

/* The file's text without its dates, which begin each record. */
static void read_record(char text[2000])
{
    FILE *file = _wfopen(path, L"rb");
    char line[400];

    text[0] = 0;
    assert_non_null(file);
    while (fgets(line, sizeof(line), file)) {
        if (strncmp(line, "20", 2) != 0)
            strcat(text, line);
    }
    fclose(file);
}

static void record__saved_twice__has_both_in_utf8(void **state)
{
    struct restore_record record = {0};
    char text[2000];
    int i;

    (void)state;
    for (i = 1; i <= 2; i++) {
        restore_record_line(&record, LOG_INFO, L"page %d of %ls", 57, L"C:\\N\x00fc\\ntds.dit");
        restore_record_line(&record, LOG_ERROR, L"Result: %d", i);
        restore_record_save(&record, folder, L"0123");
        restore_record_fini(&record);
    }
    read_record(text);
    assert_string_equal(text, "page 57 of C:\\N\xc3\xbc\\ntds.dit\r\nResult: 1\r\n\r\n"
                              "page 57 of C:\\N\xc3\xbc\\ntds.dit\r\nResult: 2\r\n\r\n");
}

static void record__saved__is_flushed(void **state)
{
    struct restore_record record = {0};

    (void)state;
    assert_true(inject_host(GetModuleHandleW(NULL)));
    restore_record_line(&record, LOG_INFO, L"a line");
    restore_record_save(&record, folder, L"0123");
    assert_int_equal(inject_calls(INJECT_HOST, inject_find("FlushFileBuffers")), 1);
    restore_record_fini(&record);
}

static void record__of_thousands_of_lines__loses_none(void **state)
{
    struct restore_record record = {0};
    wchar_t expected[40];
    int i;

    (void)state;
    for (i = 0; i < 5000; i++)
        restore_record_line(&record, LOG_INFO, L"line %d", i);
    assert_int_equal(record.lost_count, 0);
    assert_int_equal(_snwprintf(expected, 40, L"line %d\r\n", 4999), 11);
    assert_true(wmemcmp(record.text + record.char_count - 11, expected, 11) == 0);
    restore_record_save(&record, folder, L"0123");
    restore_record_fini(&record);
}

static void record__its_place_taken_by_a_folder__changes_nothing(void **state)
{
    struct restore_record record = {0};

    (void)state;
    assert_true(CreateDirectoryW(folder, NULL));
    assert_true(CreateDirectoryW(path, NULL));
    restore_record_line(&record, LOG_INFO, L"a line");
    restore_record_save(&record, folder, L"0123");
    assert_true(GetFileAttributesW(path) & FILE_ATTRIBUTE_DIRECTORY);
    restore_record_fini(&record);
}

static void record__its_name_is_another_files_too__changes_nothing(void **state)
{
    struct restore_record record = {0};
    WIN32_FILE_ATTRIBUTE_DATA data;
    wchar_t other[2 * MAX_PATH];
    HANDLE file;

    (void)state;
    assert_true(CreateDirectoryW(folder, NULL));
    _snwprintf(other, 2 * MAX_PATH, L"%ls\\other.txt", folder);
    file = CreateFileW(other, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    CloseHandle(file);
    assert_true(CreateHardLinkW(path, other, NULL));
    restore_record_line(&record, LOG_INFO, L"a line");
    restore_record_save(&record, folder, L"0123");
    restore_record_fini(&record);
    assert_true(GetFileAttributesExW(other, GetFileExInfoStandard, &data));
    assert_int_equal(data.nFileSizeLow, 0);
    assert_true(DeleteFileW(other));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        TEST(record__saved_twice__has_both_in_utf8),
        TEST(record__saved__is_flushed),
        TEST(record__of_thousands_of_lines__loses_none),
        TEST(record__its_place_taken_by_a_folder__changes_nothing),
        TEST(record__its_name_is_another_files_too__changes_nothing),
    };

    return cmocka_run_group_tests_name("restore_record", tests, NULL, NULL);
}
