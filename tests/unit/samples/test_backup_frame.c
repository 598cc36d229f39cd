/*
 * test_backup_frame.c - a backup whose files cannot get their names is none.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "backup_frame.h"
#include "program_main.h"

#define FOLDER L"C:\\backup-frame"
#define MARKER L"marker"

const struct program this_program = {.name = L"test_backup_frame"}; /* messages begin with it */

/* TAKEN, or NULL: a name that something else takes meanwhile. */
static enum exit_code back_up(void *taken, struct copy_in *copy)
{
    enum exit_code code = folder_save(copy->folder, L"first", "1", 1);

    if (code == EXIT_OK)
        code = folder_save(copy->folder, MARKER, "m", 1);
    if (taken)
        assert_true(CreateDirectoryW(taken, NULL));
    return code;
}

static enum exit_code run(wchar_t *taken)
{
    const struct options options = {.folder = FOLDER};
    const struct backup_frame frame = {.name = L"server",
                                       .marker = MARKER,
                                       .buffer_bytes = 4096,
                                       .back_up = back_up,
                                       .context = taken};

    return backup_frame_run(&frame, &options);
}

static bool is_there(const wchar_t *path)
{
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

static void backup__names_are_free__is_complete(void **state)
{
    (void)state;
    assert_int_equal(run(NULL), EXIT_OK);
    assert_true(DeleteFileW(FOLDER L"\\first") && DeleteFileW(FOLDER L"\\" MARKER));
    assert_true(RemoveDirectoryW(FOLDER));
}

static void backup__name_is_taken__fails_and_leaves_no_file(void **state)
{
    static wchar_t taken[] = FOLDER L"\\" MARKER;

    (void)state;
    assert_int_equal(run(taken), EXIT_WRITE);
    assert_false(is_there(FOLDER L"\\first") || is_there(FOLDER L"\\" MARKER L".part"));
    assert_true(RemoveDirectoryW(taken) && RemoveDirectoryW(FOLDER));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(backup__names_are_free__is_complete),
        cmocka_unit_test(backup__name_is_taken__fails_and_leaves_no_file),
    };

    return cmocka_run_group_tests_name("backup_frame", tests, NULL, NULL);
}
