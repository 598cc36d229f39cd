/*
 * test_restore_frame.c - how a restore ends: old files are put back under a directory that is
 * stopped only, and what could not be put back is said.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "copy_back.h"
#include "program_main.h"
#include "restore_frame.h"

#define BACKUP      L"C:\\restore-frame-from"
#define DIRECTORY   L"C:\\restore-frame-to"
#define ASIDE       DIRECTORY L"\\ntdsbcli-old-1"
#define NAME        L"edb00001.log"
#define PRINTED     L"C:\\restore-frame.txt"
#define NEW_BYTES   3u
#define OLD_BYTES   5u
#define PRINT_BYTES 4096u

const struct program this_program = {.name = L"test_restore_frame"}; /* messages begin with it */

static wchar_t long_path[] = L"\\\\?\\" BACKUP;
static const struct options no_options = {.buffer_bytes = 4096};
static struct restore_frame frame;

static void create(const wchar_t *path, DWORD bytes)
{
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
    DWORD written;

    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, "12345", bytes, &written, NULL));
    CloseHandle(file);
}

/* -1: there is no such file. */
static int bytes_of(const wchar_t *path)
{
    WIN32_FILE_ATTRIBUTE_DATA facts;

    return GetFileAttributesExW(path, GetFileExInfoStandard, &facts) ? (int)facts.nFileSizeLow : -1;
}

/* A log was restored over an old one, which is aside. */
static int restore_log(void **state)
{
    struct plan *plan = &frame.plan;
    HRESULT failure;

    (void)state;
    assert_true(CreateDirectoryW(BACKUP, NULL) && CreateDirectoryW(DIRECTORY, NULL));
    create(BACKUP L"\\" NAME, NEW_BYTES);
    create(DIRECTORY L"\\" NAME, OLD_BYTES);
    restore_frame_begin(&frame, &no_options);
    frame.source = (struct source){.shown = BACKUP, .path = _wcsdup(long_path)};
    plan->database = _wcsdup(DIRECTORY L"\\ntds.dit");
    plan->log_folder = _wcsdup(DIRECTORY);
    plan->checkpoint_folder = _wcsdup(DIRECTORY);
    assert_int_equal(plan_add(plan, &frame.source, NAME, false, _wcsdup(NAME)), EXIT_OK);
    assert_int_equal(destination_open(&frame.destination, plan, &frame.source, false), EXIT_OK);
    assert_int_equal(restore_frame_replace_files(&frame, &failure), EXIT_OK);
    frame.state = RESTORE_INCOMPLETE;
    assert_int_equal(bytes_of(DIRECTORY L"\\" NAME), NEW_BYTES);
    assert_int_equal(bytes_of(ASIDE L"\\" NAME), OLD_BYTES);
    return 0;
}

static int remove_all(void **state)
{
    (void)state;
    DeleteFileW(ASIDE L"\\" NAME);
    RemoveDirectoryW(ASIDE);
    DeleteFileW(PRINTED);
    return DeleteFileW(DIRECTORY L"\\" NAME) && DeleteFileW(BACKUP L"\\" NAME) &&
                   RemoveDirectoryW(DIRECTORY) && RemoveDirectoryW(BACKUP)
               ? 0
               : -1;
}

/* What is printed at the end of a restore that failed. On the heap. */
static char *end_and_read(void)
{
    HANDLE before = GetStdHandle(STD_ERROR_HANDLE);
    HANDLE file = CreateFileW(PRINTED, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
    char *text = calloc(PRINT_BYTES, 1);
    DWORD read;

    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_non_null(text);
    assert_true(SetStdHandle(STD_ERROR_HANDLE, file));
    restore_frame_end(&frame, EXIT_OTHER);
    assert_true(SetStdHandle(STD_ERROR_HANDLE, before));
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    assert_true(ReadFile(file, text, PRINT_BYTES - 1, &read, NULL));
    CloseHandle(file);
    return text;
}

static void assert_says(const char *text, const char *words)
{
    if (!strstr(text, words))
        fail_msg("\"%s\" is missing in:\n%s", words, text);
}

static void settle__failed_and_stopped__old_files_are_back(void **state)
{
    char *text;

    (void)state;
    restore_frame_settle(&frame);
    assert_int_equal(bytes_of(DIRECTORY L"\\" NAME), OLD_BYTES);
    assert_int_equal(bytes_of(ASIDE), -1);
    text = end_and_read();
    assert_says(text, "Its files are as they were before");
    assert_null(strstr(text, "old files are still in"));
    free(text);
}

/* The directory has files of this restore open, and will open others. */
static void settle__failed_and_may_run__nothing_is_touched(void **state)
{
    char *text;

    (void)state;
    frame.may_run = true;
    restore_frame_settle(&frame);
    assert_int_equal(bytes_of(DIRECTORY L"\\" NAME), NEW_BYTES);
    assert_int_equal(bytes_of(ASIDE L"\\" NAME), OLD_BYTES);
    text = end_and_read();
    assert_says(text, "THE DIRECTORY IS NOT RESTORED");
    assert_says(text, "It may be running: stop it");
    assert_says(text, "restore again");
    assert_says(text, "old files are still in\n  C:\\restore-frame-to\\ntdsbcli-old-1");
    free(text);
}

/* It started before anything was copied: it lacks what is aside. */
static void settle__may_run_without_new_files__old_files_are_back(void **state)
{
    char *text;

    (void)state;
    copy_back_undo(&frame.plan);
    frame.may_run = true;
    restore_frame_settle(&frame);
    assert_int_equal(bytes_of(DIRECTORY L"\\" NAME), OLD_BYTES);
    text = end_and_read();
    assert_says(text, "Its files are as they were before");
    assert_says(text, "It may be running: stop it");
    free(text);
}

static void settle__place_is_taken__says_where_the_old_files_are(void **state)
{
    HANDLE held;
    char *text;

    (void)state;
    /* Neither deleted nor replaced. */
    held = CreateFileW(DIRECTORY L"\\" NAME, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0,
                       NULL);
    assert_ptr_not_equal(held, INVALID_HANDLE_VALUE);
    restore_frame_settle(&frame);
    CloseHandle(held);
    assert_int_equal(bytes_of(ASIDE L"\\" NAME), OLD_BYTES);
    text = end_and_read();
    assert_says(text, "Its files are incomplete or unchecked");
    assert_says(text, "old files are still in\n  C:\\restore-frame-to\\ntdsbcli-old-1");
    free(text);
}

static void settle__done__old_files_are_gone(void **state)
{
    (void)state;
    frame.state = RESTORE_DONE;
    restore_frame_settle(&frame);
    assert_int_equal(bytes_of(DIRECTORY L"\\" NAME), NEW_BYTES);
    assert_int_equal(bytes_of(ASIDE), -1);
    restore_frame_end(&frame, EXIT_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(settle__failed_and_stopped__old_files_are_back, restore_log,
                                        remove_all),
        cmocka_unit_test_setup_teardown(settle__failed_and_may_run__nothing_is_touched, restore_log,
                                        remove_all),
        cmocka_unit_test_setup_teardown(settle__may_run_without_new_files__old_files_are_back,
                                        restore_log, remove_all),
        cmocka_unit_test_setup_teardown(settle__place_is_taken__says_where_the_old_files_are,
                                        restore_log, remove_all),
        cmocka_unit_test_setup_teardown(settle__done__old_files_are_gone, restore_log, remove_all),
    };

    return cmocka_run_group_tests_name("restore_frame", tests, NULL, NULL);
}
