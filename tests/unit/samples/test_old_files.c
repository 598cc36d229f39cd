/*
 * test_old_files.c - old files that cannot be put back stay where they are, and that is said.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "inject.h"
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

static void find(struct old_files *old)
{
    assert_true(CreateDirectoryW(FOLDER, NULL));
    create(DATABASE);
    create(LOG);
    create(OTHER);
    assert_int_equal(old_files_find(old, FOLDER, DATABASE), EXIT_OK);
    assert_int_equal(old->count, 2);
}

static void move_aside(struct old_files *old)
{
    HRESULT failure;

    find(old);
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

/* The files of the backup would come beside an old one. */
static void move_aside__a_call_fails__fails_and_all_can_be_put_back(void **state)
{
    static const struct
    {
        const char *function;
        unsigned int nth;
        DWORD error;
    } rows[] = {
        {"CreateDirectoryW", 1, ERROR_DISK_FULL},
        {"MoveFileExW", 1, ERROR_DISK_FULL},
        {"MoveFileExW", 2, ERROR_DISK_FULL},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        struct old_files old = {0};
        HRESULT failure = S_OK;

        find(&old);
        inject_reset();
        inject_arm(INJECT_HOST, inject_find(rows[i].function), rows[i].nth);
        assert_int_equal(old_files_move_aside(&old, &failure), EXIT_WRITE);
        assert_true(inject_was_hit());
        inject_reset();
        assert_int_equal(failure, HRESULT_FROM_WIN32(rows[i].error));
        assert_true(old_files_put_back(&old));
        assert_true(is_there(DATABASE) && is_there(LOG));
        assert_false(is_there(ASIDE));
        remove_all(&old);
    }
}

static void move_aside__file_is_gone_by_now__is_none_the_less_done(void **state)
{
    struct old_files old = {0};
    HRESULT failure = S_OK;

    (void)state;
    find(&old);
    assert_true(DeleteFileW(LOG));
    assert_int_equal(old_files_move_aside(&old, &failure), EXIT_OK);
    assert_true(old_files_put_back(&old));
    assert_true(is_there(DATABASE));
    assert_false(is_there(LOG) || is_there(ASIDE));
    create(LOG);
    remove_all(&old);
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

/* An old log beside a restored database would be replayed into it. */
static void find__by_name__takes_what_is_the_engines(void **state)
{
    static const struct
    {
        const wchar_t *path;
        bool is_old;
    } rows[] = {
        {DATABASE, true},
        {FOLDER L"\\ntds.jfm", true},
        {FOLDER L"\\NTDS.PAT", true},
        {LOG, true},
        {FOLDER L"\\edb00010.jtx", true},
        {FOLDER L"\\edbtmp.log", true},
        {FOLDER L"\\edbres00009.jrs", true},
        {FOLDER L"\\EDB.CHK", true},
        {FOLDER L"\\edb.jcp", true},
        {FOLDER L"\\edbx.jfm", true},
        {FOLDER L"\\res1.log", true},
        {FOLDER L"\\res2.log", true},
        {FOLDER L"\\temp.edb", true},
        {OTHER, false},
        {FOLDER L"\\edb.txt", false},
        {FOLDER L"\\res3.log", false},
        {FOLDER L"\\database.log", false},
        {FOLDER L"\\ntds2.pat", false},
        {FOLDER L"\\ntds.dit.old", false},
    };
    size_t i;

    (void)state;
    assert_true(CreateDirectoryW(FOLDER, NULL));
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        struct old_files old = {0};

        create(rows[i].path);
        assert_int_equal(old_files_find(&old, FOLDER, DATABASE), EXIT_OK);
        if (old.count != (rows[i].is_old ? 1 : 0))
            fail_msg("%ls", rows[i].path);
        old_files_free(&old);
        assert_true(DeleteFileW(rows[i].path));
    }
    assert_true(RemoveDirectoryW(FOLDER));
}

/* A file of the engine that is not listed would stay among the restored ones. */
static void find__list_ends_early__fails(void **state)
{
    unsigned int nth = 0;
    bool hit = true;

    (void)state;
    assert_true(CreateDirectoryW(FOLDER, NULL));
    assert_true(CreateDirectoryW(ASIDE, NULL));
    create(DATABASE);
    while (hit) {
        struct old_files old = {0};
        enum exit_code code;

        inject_reset();
        inject_arm(INJECT_HOST, inject_find("FindNextFileW"), ++nth);
        code = old_files_find(&old, FOLDER, DATABASE);
        hit = inject_was_hit();
        assert_int_equal(code, hit ? EXIT_WRITE : EXIT_OK);
        old_files_free(&old);
    }
    inject_reset();
    assert_in_range(nth, 3, 10);
    assert_true(DeleteFileW(DATABASE) && RemoveDirectoryW(ASIDE) && RemoveDirectoryW(FOLDER));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(find__by_name__takes_what_is_the_engines),
        cmocka_unit_test(find__list_ends_early__fails),
        cmocka_unit_test(move_aside__a_call_fails__fails_and_all_can_be_put_back),
        cmocka_unit_test(move_aside__file_is_gone_by_now__is_none_the_less_done),
        cmocka_unit_test(put_back__places_are_free__all_are_back),
        cmocka_unit_test(put_back__place_is_taken__says_so_and_keeps_the_file),
    };

    if (!inject_host(GetModuleHandleW(NULL)))
        return 1;
    return cmocka_run_group_tests_name("old_files", tests, NULL, NULL);
}
