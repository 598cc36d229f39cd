/*
 * test_snapshot.c - files are read from the shadow copy, and from nowhere that a link in it leads
 * to. A folder plays the shadow copy.
 */
#include "host_link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <wchar.h>
#include <cmocka.h>

#include "requestor/snapshot.h"

#define PLACE  L"C:\\snapshot"
#define SHADOW PLACE L"\\shadow"
#define BESIDE PLACE L"\\shadow2" /* its name begins as the other's */
#define NAME   L"ntds.dit"
#define FOLDER L"NTDS"

static const struct ntdsvss_settings settings;
static struct snapshot snapshot = {.device = (wchar_t[]){SHADOW}};

static void write_file(const wchar_t *path)
{
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    DWORD written;

    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, "12345", 5, &written, NULL));
    CloseHandle(file);
}

static int setup(void **state)
{
    HANDLE folder;

    (void)state;
    CreateDirectoryW(PLACE, NULL);
    CreateDirectoryW(SHADOW, NULL);
    CreateDirectoryW(SHADOW L"\\" FOLDER, NULL);
    CreateDirectoryW(BESIDE, NULL);
    write_file(BESIDE L"\\" NAME);
    folder = CreateFileW(SHADOW, FILE_READ_ATTRIBUTES, FILE_SHARE_READ, NULL, OPEN_EXISTING,
                         FILE_FLAG_BACKUP_SEMANTICS, NULL);
    assert_int_equal(final_path(folder, VOLUME_NAME_NT, &snapshot.root), S_OK);
    CloseHandle(folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(snapshot.root);
    DeleteFileW(BESIDE L"\\" NAME);
    DeleteFileW(SHADOW L"\\" FOLDER L"\\" NAME);
    RemoveDirectoryW(SHADOW L"\\" FOLDER);
    RemoveDirectoryW(SHADOW);
    RemoveDirectoryW(BESIDE);
    return RemoveDirectoryW(PLACE) ? 0 : -1;
}

static HRESULT open_it(uint64_t *bytes)
{
    HANDLE file = NULL;
    HRESULT hr = snapshot_open(&settings, &snapshot, FOLDER, NAME, &file, bytes);

    if (SUCCEEDED(hr))
        CloseHandle(file);
    return hr;
}

static void open__file_in_the_shadow__says_its_size(void **state)
{
    uint64_t bytes = 77;

    (void)state;
    write_file(SHADOW L"\\" FOLDER L"\\" NAME);
    assert_int_equal(open_it(&bytes), S_OK);
    assert_int_equal(bytes, 5);
}

static void open__file_that_is_not_there__is_not_found(void **state)
{
    uint64_t bytes = 77;

    (void)state;
    assert_int_equal(open_it(&bytes), HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND));
    assert_int_equal(bytes, 77);
}

/* To the live file, say: what is read then is not of the moment of the backup. */
static void open__a_link_that_leads_out_of_the_shadow__is_refused(void **state)
{
    uint64_t bytes = 77;
    HRESULT hr;

    (void)state;
    if (!host_link_make(SHADOW L"\\" FOLDER L"\\" NAME, BESIDE L"\\" NAME))
        skip();
    hr = open_it(&bytes);
    assert_true(host_link_remove(SHADOW L"\\" FOLDER L"\\" NAME));
    assert_int_equal(hr, HRESULT_FROM_WIN32(ERROR_INVALID_REPARSE_DATA));
    assert_int_equal(bytes, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(open__file_in_the_shadow__says_its_size, setup, teardown),
        cmocka_unit_test_setup_teardown(open__file_that_is_not_there__is_not_found, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(open__a_link_that_leads_out_of_the_shadow__is_refused,
                                        setup, teardown),
    };

    return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
