/*
 * test_copy_back.c - a file of the backup that is not as long as it was when the restore was
 * planned is not restored, and neither is one that cannot be brought to the disk, or whose place is
 * taken.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "copy_back.h"
#include "inject.h"
#include "program_main.h"
#include "stop.h"

#define BACKUP       L"C:\\copy-back-from"
#define DIRECTORY    L"C:\\copy-back-to"
#define DATABASE     L"ntds.dit"
#define BUFFER_BYTES 4096u

const struct program this_program = {.name = L"test_copy_back"}; /* messages begin with it */

static wchar_t long_path[] = L"\\\\?\\" BACKUP;
static const struct source source = {.shown = BACKUP, .path = long_path};

static int make_folders(void **state)
{
    (void)state;
    return inject_host(GetModuleHandleW(NULL)) && CreateDirectoryW(BACKUP, NULL) &&
                   CreateDirectoryW(DIRECTORY, NULL)
               ? 0
               : -1;
}

static int remove_folders(void **state)
{
    (void)state;
    DeleteFileW(BACKUP L"\\" DATABASE);
    return RemoveDirectoryW(BACKUP) && RemoveDirectoryW(DIRECTORY) ? 0 : -1;
}

static void store(DWORD bytes)
{
    HANDLE file =
        CreateFileW(BACKUP L"\\" DATABASE, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    uint8_t *content = calloc(bytes, 1);
    DWORD written;

    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_non_null(content);
    assert_true(WriteFile(file, content, bytes, &written, NULL));
    CloseHandle(file);
    free(content);
}

static void make_plan(struct plan *plan)
{
    plan_init(plan);
    plan->database = _wcsdup(DIRECTORY L"\\" DATABASE);
    plan->log_folder = _wcsdup(DIRECTORY);
    plan->checkpoint_folder = _wcsdup(DIRECTORY);
    assert_int_equal(plan_add(plan, &source, DATABASE, true, _wcsdup(L"C:\\old\\" DATABASE)),
                     EXIT_OK);
    assert_int_equal(plan_check(plan), EXIT_OK);
}

static bool is_restored(void)
{
    return GetFileAttributesW(DIRECTORY L"\\" DATABASE) != INVALID_FILE_ATTRIBUTES;
}

static void copy_back__another_size_than_planned__fails(void **state)
{
    static const struct
    {
        DWORD planned, now;
    } rows[] = {{9000, 9000}, {9000, 8999}, {9000, 8192}, {9000, 9001}, {8192, 8193}};
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        bool same = rows[i].now == rows[i].planned;
        HRESULT failure = S_OK;
        struct plan plan;

        store(rows[i].planned);
        make_plan(&plan);
        store(rows[i].now);
        assert_int_equal(copy_back(&plan, &source, BUFFER_BYTES, &failure),
                         same ? EXIT_OK : EXIT_READ);
        assert_int_equal(failure, same ? S_OK : HRESULT_FROM_WIN32(ERROR_FILE_INVALID));
        assert_true(is_restored() || !same);
        SetFileAttributesW(DIRECTORY L"\\" DATABASE, FILE_ATTRIBUTE_READONLY);
        copy_back_undo(&plan);
        assert_false(is_restored());
        plan_free(&plan);
    }
}

/* No file of the backup goes there, and the directory would not start without it. */
static void copy_back__a_folder_without_a_file_is_gone__makes_it(void **state)
{
    HRESULT failure = S_OK;
    struct plan plan;

    (void)state;
    store(9000);
    make_plan(&plan);
    free(plan.checkpoint_folder);
    plan.checkpoint_folder = _wcsdup(DIRECTORY L"\\above\\checkpoint");
    assert_int_equal(copy_back(&plan, &source, BUFFER_BYTES, &failure), EXIT_OK);
    assert_false(plan.new_folders[PLAN_DATABASE_FOLDER]);
    assert_false(plan.new_folders[PLAN_LOG_FOLDER]);
    assert_true(plan.new_folders[PLAN_CHECKPOINT_FOLDER]);
    copy_back_undo(&plan);
    assert_true(RemoveDirectoryW(plan.checkpoint_folder));
    assert_true(RemoveDirectoryW(DIRECTORY L"\\above"));
    plan_free(&plan);
}

/* The flush of the last file comes after all else has succeeded. */
static void copy_back__file_that_cannot_be_flushed__fails(void **state)
{
    HRESULT failure = S_OK;
    struct plan plan;

    (void)state;
    store(9000);
    make_plan(&plan);
    inject_reset();
    inject_arm(INJECT_HOST, inject_find("FlushFileBuffers"), 1);
    assert_int_equal(copy_back(&plan, &source, BUFFER_BYTES, &failure), EXIT_WRITE);
    assert_true(inject_was_hit());
    assert_int_equal(failure, HRESULT_FROM_WIN32(ERROR_DISK_FULL));
    inject_reset();
    copy_back_undo(&plan);
    plan_free(&plan);
}

static void copy_back__file_that_cannot_be_read__fails(void **state)
{
    HRESULT failure = S_OK;
    struct plan plan;

    (void)state;
    store(9000);
    make_plan(&plan);
    inject_reset();
    inject_arm(INJECT_HOST, inject_find("ReadFile"), 1);
    assert_int_equal(copy_back(&plan, &source, BUFFER_BYTES, &failure), EXIT_READ);
    assert_true(inject_was_hit());
    assert_int_equal(failure, HRESULT_FROM_WIN32(ERROR_IO_DEVICE));
    inject_reset();
    copy_back_undo(&plan);
    assert_true(DeleteFileW(BACKUP L"\\" DATABASE));
    assert_int_equal(copy_back(&plan, &source, BUFFER_BYTES, &failure), EXIT_READ);
    assert_int_equal(failure, HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND));
    assert_false(is_restored());
    plan_free(&plan);
}

/* The last test: nobody takes it back. */
static void copy_back__ctrl_c__is_a_failure(void **state)
{
    HRESULT failure = S_OK;
    struct plan plan;

    (void)state;
    store(9000);
    make_plan(&plan);
    assert_true(stop_on_event(CTRL_C_EVENT));
    assert_int_equal(copy_back(&plan, &source, BUFFER_BYTES, &failure), EXIT_OTHER);
    assert_int_equal(failure, HRESULT_FROM_WIN32(ERROR_CANCELLED));
    copy_back_undo(&plan);
    plan_free(&plan);
}

/* The old files are gone by then: it is another program's. */
static void copy_back__file_that_is_there_already__fails_and_it_stays(void **state)
{
    WIN32_FILE_ATTRIBUTE_DATA attributes;
    HRESULT failure = S_OK;
    struct plan plan;

    (void)state;
    store(3);
    assert_true(MoveFileW(BACKUP L"\\" DATABASE, DIRECTORY L"\\" DATABASE));
    store(9000);
    make_plan(&plan);
    assert_int_equal(copy_back(&plan, &source, BUFFER_BYTES, &failure), EXIT_WRITE);
    assert_int_equal(failure, HRESULT_FROM_WIN32(ERROR_FILE_EXISTS));
    copy_back_undo(&plan);
    plan_free(&plan);
    assert_true(GetFileAttributesExW(DIRECTORY L"\\" DATABASE, GetFileExInfoStandard, &attributes));
    assert_int_equal(attributes.nFileSizeLow, 3);
    assert_true(DeleteFileW(DIRECTORY L"\\" DATABASE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copy_back__another_size_than_planned__fails),
        cmocka_unit_test(copy_back__a_folder_without_a_file_is_gone__makes_it),
        cmocka_unit_test(copy_back__file_that_cannot_be_flushed__fails),
        cmocka_unit_test(copy_back__file_that_cannot_be_read__fails),
        cmocka_unit_test(copy_back__file_that_is_there_already__fails_and_it_stays),
        cmocka_unit_test(copy_back__ctrl_c__is_a_failure),
    };

    return cmocka_run_group_tests(tests, make_folders, remove_folders);
}
