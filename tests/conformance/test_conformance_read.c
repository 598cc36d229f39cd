/* DsBackupRead: what comes with which buffer, and what comes at the end of a file. */
#include "conformance.h"

#include <stdlib.h>
#include <string.h>

#define BULK_BYTES (512u * 1024u)

/* Bytes read one by one on either side of a place where a reader may go on to its next page or
 * block. */
#define SINGLE_BYTES 20u

static void read__any_buffer_size__gives_the_same_bytes(void **state)
{
    static const DWORD sizes[] = {4095, 4096, 8191, 24576, 65535, 65536, 1000003, 64 * 1024 * 1024};
    HBC hbc = context_handle(state);
    DWORD bytes;
    wchar_t *names = database_list(hbc, &bytes);
    wchar_t *logs;
    struct content expected = read_file(hbc, names, BULK_BYTES);
    size_t i;

    for (i = 0; i < ARRAYSIZE(sizes); i++) {
        struct content content = read_file(hbc, names, sizes[i]);

        assert_same_content(&content, &expected);
        free(content.data);
    }
    free(expected.data);
    logs = log_list(hbc, &bytes);
    expected = read_file(hbc, logs, BULK_BYTES);
    for (i = 0; i < ARRAYSIZE(sizes); i++) {
        struct content content = read_file(hbc, logs, sizes[i]);

        assert_same_content(&content, &expected);
        free(content.data);
    }
    free(expected.data);
    DsBackupFree(names);
    DsBackupFree(logs);
}

/* Reads COUNT bytes, one per call, from AT on. */
static void read_singles(HBC hbc, const struct content *expected, size_t at, size_t count)
{
    size_t i;

    for (i = at; i < at + count && i < expected->bytes; i++) {
        DWORD read = POISON_DWORD;
        unsigned char byte = 0;

        assert_result("read", DsBackupRead(hbc, &byte, 1, &read), S_OK);
        if (read != 1 || byte != expected->data[i])
            fail_msg("byte %zu: %lu read, 0x%02X, expected 0x%02X", i, (unsigned long)read, byte,
                     expected->data[i]);
    }
}

static void read__one_byte_at_a_time__gives_the_same_bytes(void **state)
{
    /* Ends of pages and of the blocks in which a reader may work. */
    static const size_t places[] = {4096,    8192,    16384,   24576,  32768,
                                    0x10000, 0x20000, 0x40000, 0x80000};
    HBC hbc = context_handle(state);
    LARGE_INTEGER size;
    DWORD bytes;
    wchar_t *names = database_list(hbc, &bytes);
    struct content expected = read_file(hbc, names, BULK_BYTES);
    unsigned char *skipped = malloc(BULK_BYTES);
    size_t at = 0, i;

    assert_non_null(skipped);
    assert_result("open", DsBackupOpenFileW(hbc, names, 1, &size), S_OK);
    read_singles(hbc, &expected, 0, 2 * SINGLE_BYTES);
    at = 2 * SINGLE_BYTES;
    for (i = 0; i < ARRAYSIZE(places) && places[i] + SINGLE_BYTES < expected.bytes; i++) {
        DWORD read = POISON_DWORD;
        size_t wanted = places[i] - SINGLE_BYTES - at;

        assert_result("skip", DsBackupRead(hbc, skipped, (DWORD)wanted, &read), S_OK);
        assert_int_equal(read, wanted);
        at += wanted;
        read_singles(hbc, &expected, at, 2 * SINGLE_BYTES);
        at += 2 * SINGLE_BYTES;
    }
    assert_in_range(i, 1, ARRAYSIZE(places));
    assert_result("close", DsBackupClose(hbc), S_OK);
    free(skipped);
    free(expected.data);
    DsBackupFree(names);
}

/* Small and large reads in one pass, none of them aligned with a page. */
static void read__changing_buffer_sizes__goes_on_where_the_last_ended(void **state)
{
    static const DWORD sizes[] = {1, 8191, 8193, 3, 65535, 24576, 100000, 7};
    HBC hbc = context_handle(state);
    LARGE_INTEGER size;
    DWORD bytes;
    wchar_t *names = database_list(hbc, &bytes);
    struct content expected = read_file(hbc, names, BULK_BYTES);
    struct content content = {.data = malloc(expected.bytes + 100000)};
    size_t i;

    assert_non_null(content.data);
    assert_result("open", DsBackupOpenFileW(hbc, names, 0, &size), S_OK);
    for (i = 0; content.bytes < expected.bytes; i++) {
        DWORD read = POISON_DWORD;
        DWORD wanted = sizes[i % ARRAYSIZE(sizes)];
        size_t left = expected.bytes - content.bytes;

        assert_result("read", DsBackupRead(hbc, content.data + content.bytes, wanted, &read), S_OK);
        assert_int_equal(read, min(wanted, left));
        content.bytes += read;
    }
    assert_same_content(&content, &expected);
    free(content.data);
    free(expected.data);
    DsBackupFree(names);
}

/* The buffer's memory behind the bytes that came is the caller's. */
static void read__short_tail__writes_no_byte_behind_it(void **state)
{
    HBC hbc = context_handle(state);
    LARGE_INTEGER size;
    DWORD bytes, read = POISON_DWORD;
    wchar_t *names = database_list(hbc, &bytes);
    unsigned char *buffer;
    DWORD i;

    assert_result("open", DsBackupOpenFileW(hbc, names, 0, &size), S_OK);
    buffer = malloc((size_t)size.QuadPart + 65536);
    assert_non_null(buffer);
    memset(buffer + size.QuadPart, 0xA5, 65536);
    assert_result("read", DsBackupRead(hbc, buffer, (DWORD)size.QuadPart + 65536, &read), S_OK);
    assert_int_equal(read, size.QuadPart);
    for (i = 0; i < 65536; i++)
        assert_int_equal(buffer[size.QuadPart + i], 0xA5);
    free(buffer);
    DsBackupFree(names);
}

static void read__after_the_end__returns_handle_eof_again_and_again(void **state)
{
    HBC hbc = context_handle(state);
    LARGE_INTEGER size;
    unsigned char buffer[64];
    DWORD bytes;
    wchar_t *names = database_list(hbc, &bytes);
    struct content content;
    unsigned i;

    assert_result("open", DsBackupOpenFileW(hbc, names, 0, &size), S_OK);
    content = read_open_file(hbc, size, BULK_BYTES);
    free(content.data);
    for (i = 0; i < 5; i++) {
        DWORD read = POISON_DWORD;

        memset(buffer, 0xA5, sizeof(buffer));
        assert_result("past the end", DsBackupRead(hbc, buffer, sizeof(buffer), &read),
                      ERROR_HANDLE_EOF);
        assert_int_equal(read, 0);
        assert_int_equal(buffer[0], 0xA5);
    }
    assert_result("close", DsBackupClose(hbc), S_OK);
    /* Opened again it begins at its beginning. */
    content = read_file(hbc, names, BULK_BYTES);
    assert_int_equal(content.bytes, size.QuadPart);
    free(content.data);
    DsBackupFree(names);
}

static void open_file__any_read_hint__gives_the_same_bytes(void **state)
{
    static const DWORD hints[] = {0, 1, 65535, 0x7FFFFFFF, 0xFFFFFFFF};
    HBC hbc = context_handle(state);
    DWORD bytes;
    wchar_t *names = database_list(hbc, &bytes);
    struct content expected = read_file(hbc, names, BULK_BYTES);
    size_t i;

    for (i = 0; i < ARRAYSIZE(hints); i++) {
        LARGE_INTEGER size = {.QuadPart = POISON_SIZE};
        struct content content;

        assert_result("open", DsBackupOpenFileW(hbc, names, hints[i], &size), S_OK);
        content = read_open_file(hbc, size, BULK_BYTES);
        assert_result("close", DsBackupClose(hbc), S_OK);
        assert_same_content(&content, &expected);
        free(content.data);
    }
    free(expected.data);
    DsBackupFree(names);
}

/* All files of a context are of one moment, however long the backup takes. */
static void read__twice_with_time_between__gives_the_same_bytes(void **state)
{
    HBC hbc = context_handle(state);
    DWORD bytes;
    wchar_t *names = database_list(hbc, &bytes);
    struct content first = read_file(hbc, names, BULK_BYTES);
    struct content second;
    void *other = NULL;

    /* Another backup in between: the directory's files have moved on, this context's have not. */
    assert_int_equal(context_begin(&other), 0);
    read_all(context_handle(&other), names);
    assert_int_equal(context_end(&other), 0);
    second = read_file(hbc, names, BULK_BYTES);
    assert_same_content(&second, &first);
    free(first.data);
    free(second.data);
    DsBackupFree(names);
}

struct racing_read
{
    HBC hbc;
    HANDLE started;
    HRESULT last;
};

static DWORD WINAPI read_until_refused(void *parameter)
{
    struct racing_read *race = parameter;
    unsigned char buffer[4096];
    DWORD read;

    do {
        race->last = DsBackupRead(race->hbc, buffer, sizeof(buffer), &read);
        SetEvent(race->started);
    } while (race->last == S_OK || race->last == ERROR_HANDLE_EOF);
    return 0;
}

/* End waits for the read or the read is refused; neither crashes, neither hangs. */
static void end__while_another_thread_reads__ends_both(void **state)
{
    struct racing_read race = {.hbc = context_handle(state), .last = S_OK};
    LARGE_INTEGER size;
    DWORD bytes;
    wchar_t *names = database_list(race.hbc, &bytes);
    HANDLE thread;

    assert_result("open", DsBackupOpenFileW(race.hbc, names, 0, &size), S_OK);
    race.started = CreateEventW(NULL, TRUE, FALSE, NULL);
    thread = CreateThread(NULL, 0, read_until_refused, &race, 0, NULL);
    assert_non_null(thread);
    assert_int_equal(WaitForSingleObject(race.started, 30000), WAIT_OBJECT_0);
    assert_result("end", DsBackupEnd(race.hbc), S_OK);
    assert_int_equal(WaitForSingleObject(thread, 30000), WAIT_OBJECT_0);
    assert_result("read", race.last, ERROR_INVALID_PARAMETER);
    CloseHandle(thread);
    CloseHandle(race.started);
    DsBackupFree(names);
}

#define WITH_CONTEXT(test) cmocka_unit_test_setup_teardown(test, context_begin, context_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_CONTEXT(read__any_buffer_size__gives_the_same_bytes),
        WITH_CONTEXT(read__one_byte_at_a_time__gives_the_same_bytes),
        WITH_CONTEXT(read__changing_buffer_sizes__goes_on_where_the_last_ended),
        WITH_CONTEXT(read__short_tail__writes_no_byte_behind_it),
        WITH_CONTEXT(read__after_the_end__returns_handle_eof_again_and_again),
        WITH_CONTEXT(open_file__any_read_hint__gives_the_same_bytes),
        WITH_CONTEXT(read__twice_with_time_between__gives_the_same_bytes),
        WITH_CONTEXT(end__while_another_thread_reads__ends_both),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
