/*
 * test_old_files.c - old files that cannot be put back stay where they are, and that is said.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "old_files.h"
#include "program_main.h"

#define FOLDER   L"C:\\old-files"
#define ASIDE    FOLDER L"\\ntdsbcli-old-1"
#define DATABASE FOLDER L"\\ntds.dit"
#define LOG      FOLDER L"\\edb.log"
#define OTHER    FOLDER L"\\other.txt"

const struct program this_program = {.name = L"test_old_files"}; /* messages begin with it */

static void create(const wchar_t *path)
{
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);

    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    CloseHandle(file);
}

static bool is_there(const wchar_t *path)
{
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

static void move_aside(struct old_files *old)
{
    HRESULT failure;

    assert_true(CreateDirectoryW(FOLDER, NULL));
    create(DATABASE);
    create(LOG);
    create(OTHER);
    assert_int_equal(old_files_find(old, FOLDER, DATABASE), EXIT_OK);
    assert_int_equal(old->count, 2);
    assert_int_equal(old_files_move_aside(old, &failure), EXIT_OK);
    assert_true(is_there(ASIDE L"\\ntds.dit") && is_there(ASIDE L"\\edb.log"));
    assert_false(is_there(DATABASE) || is_there(LOG));
}

static void remove_all(struct old_files *old)
{
    old_files_free(old);
    assert_true(DeleteFileW(DATABASE) && DeleteFileW(LOG) && DeleteFileW(OTHER));
    assert_true(RemoveDirectoryW(FOLDER));
}

static void put_back__places_are_free__all_are_back(void **state)
{
    struct old_files old = {0};

    (void)state;
    move_aside(&old);
    assert_true(old_files_put_back(&old));
    assert_true(is_there(DATABASE) && is_there(LOG));
    assert_false(is_there(ASIDE));
    remove_all(&old);
}

static void put_back__place_is_taken__says_so_and_keeps_the_file(void **state)
{
    static const wchar_t *const places[] = {DATABASE, LOG};
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(places); i++) {
        struct old_files old = {0};

        move_aside(&old);
        create(places[i]);
        assert_false(old_files_put_back(&old));
        assert_true(is_there(i == 0 ? ASIDE L"\\ntds.dit" : ASIDE L"\\edb.log"));
        assert_true(is_there(i == 0 ? LOG : DATABASE));
        assert_true(DeleteFileW(places[i]));
        assert_true(old_files_put_back(&old));
        remove_all(&old);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(put_back__places_are_free__all_are_back),
        cmocka_unit_test(put_back__place_is_taken__says_so_and_keeps_the_file),
    };

    return cmocka_run_group_tests_name("old_files", tests, NULL, NULL);
}
