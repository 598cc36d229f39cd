/*
 * test_file_reader.c - what a caller gets of a good file, and which code of a bad one.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <cmocka.h>

#include "file_reader.h"
#include "make_database.h"
#include "make_logs.h"
#include "result.h"

#include <ntdsbmsg.h>

#define PAGE_BYTES 8192u

static struct
{
    char folder[MAX_PATH];
    char database[MAX_PATH + 16];
    char log[MAX_PATH + 16];
} files;

/* A database of 64 pages and two logs; made for each test, as tests damage them. */
static int make_files(void **state)
{
    const struct make_database database = {.page_bytes = PAGE_BYTES, .pages = 64, .seed = 7};
    const struct make_logs logs = {.first_generation = 1,
                                   .count = 2,
                                   .log_bytes = MAKE_LOG_BYTES_MIN,
                                   .page_bytes = PAGE_BYTES,
                                   .seed = 7,
                                   .signature = make_logs_signature(7)};
    struct make_database_counts counts;
    struct host_file file = {0};
    char temp[MAX_PATH];

    (void)state;
    GetTempPathA(MAX_PATH - 40, temp);
    snprintf(files.folder, sizeof(files.folder), "%sfile_reader-%lu", temp, GetCurrentProcessId());
    CreateDirectoryA(files.folder, NULL);
    snprintf(files.database, sizeof(files.database), "%s\\ntds.dit", files.folder);
    snprintf(files.log, sizeof(files.log), "%s\\edb.log", files.folder);
    if (!host_file_create(&file, files.database) || !make_database(&file, &database, &counts) ||
        !host_file_close(&file))
        return -1;
    return make_logs(files.folder, &logs) ? 0 : -1;
}

static int remove_files(void **state)
{
    char archived[MAX_PATH + 16];

    (void)state;
    snprintf(archived, sizeof(archived), "%s\\edb00001.log", files.folder);
    DeleteFileA(archived);
    DeleteFileA(files.database);
    DeleteFileA(files.log);
    return RemoveDirectoryA(files.folder) ? 0 : -1;
}

static struct file_reader *open_reader(const char *path, enum file_check check)
{
    HANDLE file = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                              OPEN_EXISTING, 0, NULL);
    struct file_reader *reader;
    LARGE_INTEGER size;

    assert_true(file != INVALID_HANDLE_VALUE);
    assert_true(GetFileSizeEx(file, &size));
    reader = file_reader_create(file, (uint64_t)size.QuadPart, check, L"a file");
    assert_non_null(reader);
    return reader;
}

/* Reads until something other than S_OK comes, and returns that. */
static HRESULT read_all(struct file_reader *reader, uint32_t buffer_bytes, uint8_t *out,
                        size_t *out_bytes)
{
    uint8_t *buffer = malloc(buffer_bytes);
    uint32_t got = 0;
    HRESULT hr;

    assert_non_null(buffer);
    *out_bytes = 0;
    do {
        got = 77;
        hr = file_reader_read(reader, buffer, buffer_bytes, &got);
        if (hr == S_OK) {
            assert_in_range(got, 1, buffer_bytes);
            if (out)
                memcpy(out + *out_bytes, buffer, got);
            *out_bytes += got;
        } else {
            assert_int_equal(got, 0);
        }
    } while (hr == S_OK);
    free(buffer);
    return hr;
}

static void flip(const char *path, uint64_t offset, uint8_t mask)
{
    struct host_file file = {0};
    uint8_t byte;

    assert_true(host_file_open(&file, path, true));
    assert_true(host_file_read(&file, offset, &byte, 1));
    byte ^= mask;
    assert_true(host_file_write(&file, offset, &byte, 1));
    assert_true(host_file_close(&file));
}

/* An offset in the body of a page that is not blank. */
static uint64_t offset_in_a_used_page(void)
{
    uint8_t page[PAGE_BYTES];
    struct host_file file = {0};
    uint64_t offset = 0;
    uint32_t number;

    assert_true(host_file_open(&file, files.database, false));
    for (number = 1; !offset && number < 60; number++) {
        uint64_t at = (number + 1) * (uint64_t)PAGE_BYTES;

        assert_true(host_file_read(&file, at, page, PAGE_BYTES));
        if (!ese_is_zero(page, PAGE_BYTES))
            offset = at + 1000;
    }
    host_file_close(&file);
    assert_true(offset != 0);
    return offset;
}

static void good_file__in_any_buffer__is_delivered_byte_for_byte(void **state)
{
    static const uint32_t sizes[] = {1000003, 524288, 65535, 8192, 4097, 511};
    size_t expected_bytes = 0, got_bytes, i;
    uint8_t *expected = malloc(1 << 20), *got = malloc(1 << 20);
    struct file_reader *reader = open_reader(files.database, FILE_CHECK_NONE);

    (void)state;
    assert_int_equal(read_all(reader, 1 << 20, expected, &expected_bytes), ERROR_HANDLE_EOF);
    file_reader_destroy(reader);
    assert_int_equal(expected_bytes, 66 * PAGE_BYTES);
    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        reader = open_reader(files.database, FILE_CHECK_DATABASE);
        assert_false(file_reader_is_delivered(reader));
        assert_int_equal(read_all(reader, sizes[i], got, &got_bytes), ERROR_HANDLE_EOF);
        assert_int_equal(got_bytes, expected_bytes);
        assert_memory_equal(got, expected, expected_bytes);
        assert_true(file_reader_is_delivered(reader));
        file_reader_destroy(reader);
    }
    free(expected);
    free(got);
}

static void last_byte__read__is_delivered_before_the_end_is_seen(void **state)
{
    struct file_reader *reader = open_reader(files.log, FILE_CHECK_LOG);
    uint8_t *buffer = malloc(MAKE_LOG_BYTES_MIN);
    uint32_t got;

    (void)state;
    assert_int_equal(file_reader_read(reader, buffer, MAKE_LOG_BYTES_MIN - 1, &got), S_OK);
    assert_false(file_reader_is_delivered(reader));
    assert_int_equal(file_reader_read(reader, buffer, 1, &got), S_OK);
    assert_true(file_reader_is_delivered(reader));
    assert_int_equal(file_reader_read(reader, buffer, 1, &got), ERROR_HANDLE_EOF);
    assert_int_equal(file_reader_read(reader, buffer, 1, &got), ERROR_HANDLE_EOF);
    file_reader_destroy(reader);
    free(buffer);
}

static void page__with_two_flipped_bits__fails_the_read_for_good(void **state)
{
    static const uint32_t sizes[] = {524288, 65535, 511};
    struct file_reader *reader;
    size_t got_bytes, i;
    uint8_t byte;
    uint32_t got;

    (void)state;
    flip(files.database, offset_in_a_used_page(), 0x11);
    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        reader = open_reader(files.database, FILE_CHECK_DATABASE);
        assert_int_equal(read_all(reader, sizes[i], NULL, &got_bytes), hrReadVerifyFailure);
        assert_int_equal(file_reader_read(reader, &byte, 1, &got), hrReadVerifyFailure);
        assert_false(file_reader_is_delivered(reader));
        file_reader_destroy(reader);
    }
}

static void page__with_one_flipped_bit__is_put_right_in_what_is_handed_out(void **state)
{
    size_t expected_bytes, got_bytes;
    uint8_t *expected = malloc(1 << 20), *got = malloc(1 << 20);
    struct file_reader *reader = open_reader(files.database, FILE_CHECK_NONE);

    (void)state;
    read_all(reader, 1 << 20, expected, &expected_bytes);
    file_reader_destroy(reader);
    flip(files.database, offset_in_a_used_page(), 0x10);
    reader = open_reader(files.database, FILE_CHECK_DATABASE);
    assert_int_equal(read_all(reader, 65536, got, &got_bytes), ERROR_HANDLE_EOF);
    assert_int_equal(got_bytes, expected_bytes);
    assert_memory_equal(got, expected, expected_bytes);
    file_reader_destroy(reader);
    free(expected);
    free(got);
}

static void flipped_bit__that_may_not_be_corrected__fails_the_read(void **state)
{
    struct file_reader *reader = open_reader(files.database, FILE_CHECK_DATABASE);
    uint64_t offset = offset_in_a_used_page();
    size_t got_bytes;

    (void)state;
    file_reader_refuse_correctable(reader);
    assert_int_equal(read_all(reader, 65536, NULL, &got_bytes), ERROR_HANDLE_EOF);
    assert_null(file_reader_fault(reader));
    file_reader_destroy(reader);
    flip(files.database, offset, 0x10);
    reader = open_reader(files.database, FILE_CHECK_DATABASE);
    file_reader_refuse_correctable(reader);
    assert_int_equal(read_all(reader, 65536, NULL, &got_bytes), hrReadVerifyFailure);
    assert_int_equal(file_reader_fault(reader)->unit, offset / PAGE_BYTES - 1);
    file_reader_destroy(reader);
}

static void hash__of_a_file__is_that_of_its_bytes_and_of_a_bad_one_none(void **state)
{
    struct file_reader *reader = open_reader(files.database, FILE_CHECK_NONE);
    uint8_t *whole = malloc(1 << 20);
    uint8_t expected[HASH_BYTES], got[HASH_BYTES], poison[HASH_BYTES];
    size_t bytes;

    (void)state;
    read_all(reader, 1 << 20, whole, &bytes);
    file_reader_destroy(reader);
    assert_true(hash_bytes(whole, bytes, expected));
    reader = open_reader(files.database, FILE_CHECK_DATABASE);
    assert_int_equal(file_reader_hash(reader, got), S_OK);
    assert_memory_equal(got, expected, HASH_BYTES);
    file_reader_destroy(reader);
    flip(files.database, offset_in_a_used_page(), 0x11);
    memset(got, 0xDD, HASH_BYTES);
    memset(poison, 0xDD, HASH_BYTES);
    reader = open_reader(files.database, FILE_CHECK_DATABASE);
    assert_int_equal(file_reader_hash(reader, got), hrReadVerifyFailure);
    assert_memory_equal(got, poison, HASH_BYTES);
    file_reader_destroy(reader);
    free(whole);
}

static void log__with_two_flipped_bits__has_a_code_of_its_own(void **state)
{
    struct file_reader *reader;
    size_t got_bytes;

    (void)state;
    flip(files.log, ESE_LOG_HEADER_BYTES + 1000, 0x11);
    reader = open_reader(files.log, FILE_CHECK_LOG);
    assert_int_equal(read_all(reader, 65536, NULL, &got_bytes), hrLogReadVerifyFailure);
    file_reader_destroy(reader);
}

static void file__that_is_no_database__is_not_taken_for_one(void **state)
{
    struct file_reader *reader = open_reader(files.log, FILE_CHECK_DATABASE);
    size_t got_bytes;

    (void)state;
    assert_int_equal(read_all(reader, 65536, NULL, &got_bytes), hrReadVerifyFailure);
    file_reader_destroy(reader);
}

static void file__shorter_than_when_it_was_opened__is_an_io_error_not_an_end(void **state)
{
    struct file_reader *reader = open_reader(files.database, FILE_CHECK_DATABASE);
    struct host_file file = {0};
    size_t got_bytes;

    (void)state;
    assert_true(host_file_open(&file, files.database, true));
    assert_true(host_file_resize(&file, 40 * PAGE_BYTES));
    assert_true(host_file_close(&file));
    assert_int_equal(read_all(reader, 65536, NULL, &got_bytes), hrDiskIO);
    assert_false(file_reader_is_delivered(reader));
    file_reader_destroy(reader);
}

static void database__cut_inside_a_page__is_a_verify_failure(void **state)
{
    struct host_file file = {0};
    struct file_reader *reader;
    size_t got_bytes;

    (void)state;
    assert_true(host_file_open(&file, files.database, true));
    assert_true(host_file_resize(&file, 40 * PAGE_BYTES + 100));
    assert_true(host_file_close(&file));
    reader = open_reader(files.database, FILE_CHECK_DATABASE);
    assert_int_equal(read_all(reader, 65536, NULL, &got_bytes), hrReadVerifyFailure);
    file_reader_destroy(reader);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_files, remove_files)
    const struct CMUnitTest tests[] = {
        TEST(good_file__in_any_buffer__is_delivered_byte_for_byte),
        TEST(last_byte__read__is_delivered_before_the_end_is_seen),
        TEST(page__with_two_flipped_bits__fails_the_read_for_good),
        TEST(page__with_one_flipped_bit__is_put_right_in_what_is_handed_out),
        TEST(flipped_bit__that_may_not_be_corrected__fails_the_read),
        TEST(hash__of_a_file__is_that_of_its_bytes_and_of_a_bad_one_none),
        TEST(log__with_two_flipped_bits__has_a_code_of_its_own),
        TEST(file__that_is_no_database__is_not_taken_for_one),
        TEST(file__shorter_than_when_it_was_opened__is_an_io_error_not_an_end),
        TEST(database__cut_inside_a_page__is_a_verify_failure),
    };

    return cmocka_run_group_tests_name("file_reader", tests, NULL, NULL);
}
