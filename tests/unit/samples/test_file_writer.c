/*
 * test_file_writer.c - files that are brought to the disk beside the writing: every byte arrives,
 * in order, and a file that cannot be written is named.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "file_writer.h"
#include "inject.h"

#define BUFFER_BYTES 4096u
#define FILES        20u

static wchar_t folder[MAX_PATH];

static void path_of(unsigned number, wchar_t path[MAX_PATH])
{
    swprintf(path, MAX_PATH, L"%ls\\writer-%lu-%u", folder, GetCurrentProcessId(), number);
}

static HANDLE create(unsigned number, DWORD access, DWORD share)
{
    wchar_t path[MAX_PATH];
    HANDLE file;

    path_of(number, path);
    file = CreateFileW(path, access, share, NULL, CREATE_ALWAYS, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    return file;
}

static bool open_file(struct file_writer *writer, unsigned number, HANDLE file, uint64_t bytes,
                      void *tag)
{
    wchar_t path[MAX_PATH];

    path_of(number, path);
    return file_writer_open(writer, file, path, bytes, tag);
}

static HANDLE create_good(unsigned number)
{
    return create(number, GENERIC_WRITE, FILE_WRITER_SHARE);
}

static uint8_t byte_at(unsigned number, uint64_t offset)
{
    return (uint8_t)(offset * 31 + (offset >> 12) + number);
}

/* Of no byte, of less than a buffer, and of many. */
static uint64_t size_of(unsigned number)
{
    return number * 1733u + (number % 3 == 0) * 40u * BUFFER_BYTES;
}

static bool put_file(struct file_writer *writer, unsigned number)
{
    uint64_t done = 0, bytes = size_of(number);

    while (done < bytes) {
        DWORD piece = bytes - done < BUFFER_BYTES ? (DWORD)(bytes - done) : BUFFER_BYTES, i;
        uint8_t buffer[BUFFER_BYTES];

        for (i = 0; i < piece; i++)
            buffer[i] = byte_at(number, done + i);
        if (!file_writer_write(writer, buffer, piece))
            return false;
        done += piece;
    }
    return true;
}

static void check_file(unsigned number)
{
    wchar_t path[MAX_PATH];
    uint64_t bytes = size_of(number), i;
    uint8_t *data = malloc((size_t)bytes + 1);
    FILE *file;

    path_of(number, path);
    file = _wfopen(path, L"rb");
    assert_non_null(file);
    assert_int_equal(fread(data, 1, (size_t)bytes + 1, file), bytes);
    fclose(file);
    for (i = 0; i < bytes && data[i] == byte_at(number, i); i++)
        continue;
    assert_int_equal(i, bytes);
    free(data);
    assert_true(DeleteFileW(path));
}

static void files__of_all_sizes__are_written_in_order(void **state)
{
    struct file_writer *writer = file_writer_start();
    void *tag;
    unsigned i;

    (void)state;
    assert_non_null(writer);
    for (i = 0; i < FILES; i++) {
        assert_true(open_file(writer, i, create_good(i), size_of(i), NULL));
        assert_true(put_file(writer, i));
        file_writer_close(writer);
    }
    assert_true(file_writer_wait(writer));
    assert_int_equal(file_writer_failed(writer, &tag), ERROR_SUCCESS);
    /* Closed: each can be deleted before the writer ends. */
    for (i = 0; i < FILES; i++)
        check_file(i);
    file_writer_stop(writer);
}

static void delete_file(unsigned number)
{
    wchar_t path[MAX_PATH];

    path_of(number, path);
    assert_true(DeleteFileW(path)); /* nobody has it open any more */
}

/* Of three files the second is bad from the beginning. */
static void assert_second_is_named(DWORD share, uint64_t bytes)
{
    struct file_writer *writer = file_writer_start();
    char tags[3];
    void *tag = NULL;
    unsigned i;

    assert_non_null(writer);
    for (i = 0; i < 3; i++) {
        HANDLE file = i == 1 ? create(i, GENERIC_WRITE, share) : create_good(i);

        assert_int_equal(open_file(writer, i, file, i == 1 ? bytes : 10, &tags[i]), i == 0);
        assert_int_equal(file_writer_write(writer, "0123456789", 10), i == 0);
        file_writer_close(writer);
    }
    assert_false(file_writer_wait(writer));
    assert_int_not_equal(file_writer_failed(writer, &tag), ERROR_SUCCESS);
    assert_ptr_equal(tag, &tags[1]);
    file_writer_stop(writer);
    for (i = 0; i < 3; i++)
        delete_file(i);
}

static void file__whose_size_cannot_be_set__is_named(void **state)
{
    (void)state;
    assert_second_is_named(FILE_WRITER_SHARE, UINT64_C(1) << 62);
}

static void file__that_cannot_be_opened_again__is_named(void **state)
{
    (void)state;
    assert_second_is_named(0, 10);
}

static void write__that_fails__is_said_at_once(void **state)
{
    struct file_writer *writer = file_writer_start();
    HANDLE file = create(0, FILE_READ_ATTRIBUTES, FILE_WRITER_SHARE);
    void *tag = NULL;
    int own;

    (void)state;
    assert_non_null(writer);
    assert_true(open_file(writer, 0, file, 0, &own));
    assert_false(file_writer_write(writer, "0123456789", 10));
    file_writer_close(writer);
    assert_false(file_writer_wait(writer));
    assert_int_equal(file_writer_failed(writer, &tag), ERROR_ACCESS_DENIED);
    assert_ptr_equal(tag, &own);
    file_writer_stop(writer);
    delete_file(0);
}

/* NUL takes everything, but cannot be flushed. */
static void flush__that_fails__is_named(void **state)
{
    struct file_writer *writer = file_writer_start();
    void *tag = NULL;
    int own;

    (void)state;
    assert_non_null(writer);
    assert_true(file_writer_open(writer, create_good(0), L"NUL", 10, &own));
    assert_true(file_writer_write(writer, "0123456789", 10));
    file_writer_close(writer);
    assert_false(file_writer_wait(writer));
    assert_int_not_equal(file_writer_failed(writer, &tag), ERROR_SUCCESS);
    assert_ptr_equal(tag, &own);
    file_writer_stop(writer);
    delete_file(0);
}

static void fail_next(const char *function, enum inject_manner manner)
{
    inject_reset();
    inject_arm(INJECT_HOST, inject_find(function), 1);
    inject_fail_by(manner);
}

static void expect_failed(struct file_writer *writer, DWORD error)
{
    void *tag;

    assert_true(inject_was_hit());
    assert_int_equal(file_writer_failed(writer, &tag), error);
    file_writer_stop(writer);
    inject_reset();
    delete_file(0);
}

static void call__that_fails_without_a_code__is_no_success(void **state)
{
    static const char *const functions[] = {"CreateFileW", "SetFilePointerEx", "WriteFile",
                                            "FlushFileBuffers"};
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(functions); i++) {
        struct file_writer *writer = file_writer_start();
        HANDLE file = create_good(0);
        bool good;

        print_message("%s\n", functions[i]);
        assert_non_null(writer);
        fail_next(functions[i], INJECT_NO_CODE);
        good = open_file(writer, 0, file, 10, NULL) && file_writer_write(writer, "0123456789", 10);
        file_writer_close(writer);
        assert_false(good && file_writer_wait(writer));
        expect_failed(writer, ERROR_GEN_FAILURE);
    }
}

/* The file has its size already: what is missing would be zeros. */
static void write__of_a_part__fails(void **state)
{
    struct file_writer *writer = file_writer_start();

    (void)state;
    assert_non_null(writer);
    assert_true(open_file(writer, 0, create_good(0), 10, NULL));
    fail_next("WriteFile", INJECT_HALF_WRITTEN);
    assert_false(file_writer_write(writer, "0123456789", 10));
    expect_failed(writer, ERROR_DISK_FULL);
}

static void stop__before_the_end__closes_everything(void **state)
{
    struct file_writer *writer = file_writer_start();

    (void)state;
    assert_non_null(writer);
    assert_true(open_file(writer, 0, create_good(0), size_of(0), NULL));
    assert_true(put_file(writer, 0));
    file_writer_stop(writer);
    delete_file(0);
    file_writer_stop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files__of_all_sizes__are_written_in_order),
        cmocka_unit_test(file__whose_size_cannot_be_set__is_named),
        cmocka_unit_test(file__that_cannot_be_opened_again__is_named),
        cmocka_unit_test(write__that_fails__is_said_at_once),
        cmocka_unit_test(flush__that_fails__is_named),
        cmocka_unit_test(call__that_fails_without_a_code__is_no_success),
        cmocka_unit_test(write__of_a_part__fails),
        cmocka_unit_test(stop__before_the_end__closes_everything),
    };

    GetTempPathW(MAX_PATH, folder);
    if (!inject_host(GetModuleHandleW(NULL)))
        return 1;
    return cmocka_run_group_tests_name("file_writer", tests, NULL, NULL);
}
