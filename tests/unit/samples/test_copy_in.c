/*
 * test_copy_in.c - the files of a backup: one that is not whole or not on the disk is none, and the
 * folder has all of them under their names or none.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "copy_in.h"
#include "inject.h"
#include "program_main.h"

#define FOLDER L"C:\\copy-in"

const struct program this_program = {.name = L"test_copy_in"}; /* messages begin with it */

static uint8_t buffer[4096];
static struct folder folder;
static struct copy_in copy;

static int begin(void **state)
{
    (void)state;
    copy = (struct copy_in){.folder = &folder, .buffer = buffer, .buffer_bytes = sizeof(buffer)};
    copy.writer = file_writer_start();
    return copy.writer && folder_open(&folder, FOLDER, L"marker") == EXIT_OK ? 0 : -1;
}

static bool is_there(const wchar_t *path)
{
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

/* Whatever was copied, nothing is left of it. */
static int end(void **state)
{
    (void)state;
    file_writer_stop(copy.writer);
    folder_discard(&folder);
    folder_close(&folder);
    return is_there(FOLDER) ? -1 : 0;
}

/* As many bytes as are left. */
static enum exit_code read_bytes(void *left_bytes, void *into, DWORD into_bytes, DWORD *read)
{
    DWORD *left = left_bytes;

    (void)into;
    *read = min(*left, into_bytes);
    *left -= *read;
    return EXIT_OK;
}

static enum exit_code copy_file(const wchar_t *name, uint64_t announced_bytes, DWORD bytes)
{
    const struct copy_in_file file = {.name = name,
                                      .number = 1,
                                      .count = 1,
                                      .bytes = announced_bytes,
                                      .read = read_bytes,
                                      .context = &bytes};

    return copy_in_file(&copy, &file);
}

static void copy_in__another_size_than_announced__fails(void **state)
{
    (void)state;
    assert_int_equal(copy_file(L"whole", 9000, 9000), EXIT_OK);
    assert_int_equal(copy_file(L"shorter", 9000, 8999), EXIT_READ);
    assert_int_equal(copy_file(L"longer", 9000, 9001), EXIT_READ);
    assert_int_equal(copy_file(L"empty", 9000, 0), EXIT_READ);
    assert_int_equal(copy.file_count, 1);
    assert_int_equal(copy.total_bytes, 9000);
}

/* The flush of the last file comes after all else has succeeded. */
static void copy_in__file_that_cannot_be_flushed__fails_at_the_end(void **state)
{
    (void)state;
    inject_reset();
    inject_arm(INJECT_HOST, inject_find("FlushFileBuffers"), 1);
    assert_int_equal(copy_file(L"unflushed", 9000, 9000), EXIT_OK);
    assert_int_equal(copy_in_finish(&copy), EXIT_WRITE);
    assert_true(inject_was_hit());
    inject_reset();
}

/* Records are written by another way than files. */
static void save__that_is_not_on_the_disk__fails(void **state)
{
    static const struct
    {
        const char *function;
        enum inject_manner manner;
    } rows[] = {{"WriteFile", INJECT_CODE},
                {"WriteFile", INJECT_HALF_WRITTEN},
                {"FlushFileBuffers", INJECT_CODE}};
    wchar_t name[] = L"record0";
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        name[6]++;
        inject_reset();
        inject_arm(INJECT_HOST, inject_find(rows[i].function), 1);
        inject_fail_by(rows[i].manner);
        assert_int_equal(folder_save(&folder, name, "record", 6), EXIT_WRITE);
        assert_true(inject_was_hit());
    }
    inject_reset();
}

static void copy_in__name_that_is_taken__fails_and_the_file_stays(void **state)
{
    WIN32_FILE_ATTRIBUTE_DATA attributes;
    HANDLE file = CreateFileW(FOLDER L"\\taken.part", GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
    DWORD written;

    (void)state;
    assert_true(WriteFile(file, "not ours", 8, &written, NULL));
    CloseHandle(file);
    assert_int_equal(copy_file(L"taken", 10, 10), EXIT_WRITE);
    assert_true(GetFileAttributesExW(FOLDER L"\\taken.part", GetFileExInfoStandard, &attributes));
    assert_int_equal(attributes.nFileSizeLow, 8);
    assert_true(DeleteFileW(FOLDER L"\\taken.part"));
}

static void publish__all_files__have_their_names(void **state)
{
    (void)state;
    assert_int_equal(copy_file(L"first", 10, 10), EXIT_OK);
    assert_int_equal(copy_in_finish(&copy), EXIT_OK);
    assert_int_equal(folder_save(&folder, L"marker", "m", 1), EXIT_OK);
    assert_true(is_there(FOLDER L"\\first.part") && is_there(FOLDER L"\\marker.part"));
    assert_int_equal(folder_publish(&folder), EXIT_OK);
    assert_true(is_there(FOLDER L"\\first") && is_there(FOLDER L"\\marker"));
    assert_false(is_there(FOLDER L"\\first.part") || is_there(FOLDER L"\\marker.part"));
}

/* The marker has to stay the last, whatever happens before it. */
static void publish__name_that_is_taken__fails_and_goes_no_further(void **state)
{
    (void)state;
    assert_int_equal(folder_save(&folder, L"first", "1", 1), EXIT_OK);
    assert_int_equal(folder_save(&folder, L"taken", "2", 1), EXIT_OK);
    assert_int_equal(folder_save(&folder, L"marker", "m", 1), EXIT_OK);
    assert_true(CreateDirectoryW(FOLDER L"\\taken", NULL));
    assert_int_equal(folder_publish(&folder), EXIT_WRITE);
    assert_true(is_there(FOLDER L"\\first"));
    assert_false(is_there(FOLDER L"\\marker"));
    assert_true(RemoveDirectoryW(FOLDER L"\\taken"));
}

/* The rest of the list could hold the marker, or anything. */
static void open__list_ends_early__fails(void **state)
{
    struct folder other;

    (void)state;
    inject_reset();
    inject_arm(INJECT_HOST, inject_find("FindNextFileW"), 1);
    assert_int_equal(folder_open(&other, FOLDER, L"marker"), EXIT_WRITE);
    assert_true(inject_was_hit());
    inject_reset();
    folder_close(&other);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(copy_in__another_size_than_announced__fails),
        TEST(copy_in__file_that_cannot_be_flushed__fails_at_the_end),
        TEST(save__that_is_not_on_the_disk__fails),
        TEST(copy_in__name_that_is_taken__fails_and_the_file_stays),
        TEST(open__list_ends_early__fails),
        TEST(publish__all_files__have_their_names),
        TEST(publish__name_that_is_taken__fails_and_goes_no_further),
    };

    if (!inject_host(GetModuleHandleW(NULL)))
        return 1;
    return cmocka_run_group_tests_name("copy_in", tests, NULL, NULL);
}
