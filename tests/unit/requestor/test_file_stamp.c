/*
 * test_file_stamp.c - a file that was written, replaced or removed is another one, and so is one of
 * which nothing is known.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "requestor/file_stamp.h"

#define FILE_PATH L"C:\\file-stamp"

static void write_file(const wchar_t *path, const char *content, DWORD bytes)
{
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, OPEN_ALWAYS, 0, NULL);
    DWORD written;

    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, content, bytes, &written, NULL));
    CloseHandle(file);
}

static int setup(void **state)
{
    (void)state;
    write_file(FILE_PATH, "one", 3);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    DeleteFileW(FILE_PATH);
    return 0;
}

static bool is_same_after(void (*change)(void))
{
    struct file_stamp before = file_stamp_read(FILE_PATH);
    struct file_stamp after;

    assert_true(before.is_known && before.exists);
    change();
    after = file_stamp_read(FILE_PATH);
    return file_stamp_is_same(&before, &after);
}

static void read_it(void)
{
    HANDLE file = CreateFileW(FILE_PATH, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    char content[3];
    DWORD got;

    assert_true(ReadFile(file, content, 3, &got, NULL));
    CloseHandle(file);
}

static void write_as_much(void)
{
    Sleep(20); /* a time that differs */
    write_file(FILE_PATH, "two", 3);
}

static void write_more(void)
{
    write_file(FILE_PATH, "three", 5);
}

static void replace(void)
{
    write_file(FILE_PATH L".new", "one", 3);
    assert_true(MoveFileExW(FILE_PATH L".new", FILE_PATH, MOVEFILE_REPLACE_EXISTING));
}

static void delete_it(void)
{
    assert_true(DeleteFileW(FILE_PATH));
}

static void file__only_read__is_the_same(void **state)
{
    (void)state;
    assert_true(is_same_after(read_it));
}

static void file__written_replaced_or_deleted__is_another(void **state)
{
    (void)state;
    assert_false(is_same_after(write_as_much));
    assert_false(is_same_after(write_more));
    assert_false(is_same_after(replace));
    assert_false(is_same_after(delete_it));
}

/* That there is none is known. */
static void file__missing_twice__is_the_same(void **state)
{
    struct file_stamp missing = file_stamp_read(L"C:\\no-such-file");

    (void)state;
    assert_true(missing.is_known);
    assert_false(missing.exists);
    assert_true(file_stamp_is_same(&missing, &missing));
}

static void file__not_known__is_not_even_the_same_as_itself(void **state)
{
    struct file_stamp unknown = file_stamp_read(L"C:\\a?b");
    struct file_stamp missing = file_stamp_read(L"C:\\no-such-file");

    (void)state;
    assert_false(unknown.is_known);
    assert_false(file_stamp_is_same(&unknown, &unknown));
    assert_false(file_stamp_is_same(&unknown, &missing));
    assert_false(file_stamp_is_same(&missing, &unknown));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(file__only_read__is_the_same, setup, teardown),
        cmocka_unit_test_setup_teardown(file__written_replaced_or_deleted__is_another, setup,
                                        teardown),
        cmocka_unit_test(file__missing_twice__is_the_same),
        cmocka_unit_test(file__not_known__is_not_even_the_same_as_itself),
    };

    return cmocka_run_group_tests_name("file_stamp", tests, NULL, NULL);
}
