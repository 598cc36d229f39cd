/* The order in which a backup's functions may be called, and the code of every other order. */
#include "conformance.h"

#include <stdlib.h>
#include <string.h>

static void open_first(HBC hbc, const wchar_t *name)
{
    LARGE_INTEGER size = {.QuadPart = POISON_SIZE};

    assert_result("open", DsBackupOpenFileW(hbc, name, 0, &size), S_OK);
}

static void walkthrough__in_order__succeeds_everywhere(void **state)
{
    HBC hbc = context_handle(state);
    DWORD bytes;
    wchar_t *names = database_list(hbc, &bytes);
    wchar_t *locations = location_list(hbc, &bytes);
    wchar_t *logs;

    read_all(hbc, names);
    logs = log_list(hbc, &bytes);
    read_all(hbc, logs);
    assert_result("truncate", DsBackupTruncateLogs(hbc), S_OK);
    assert_result("truncate again", DsBackupTruncateLogs(hbc), S_OK);
    assert_result("end", DsBackupEnd(hbc), S_OK);
    DsBackupFree(names);
    DsBackupFree(locations);
    DsBackupFree(logs);
}

static void read_and_close__no_file_open__return_invalid_handle(void **state)
{
    HBC hbc = context_handle(state);
    unsigned char buffer[16];
    DWORD read = POISON_DWORD;
    DWORD bytes;
    wchar_t *names = database_list(hbc, &bytes);

    assert_result("read", DsBackupRead(hbc, buffer, sizeof(buffer), &read), hrInvalidHandle);
    assert_int_equal(read, 0);
    assert_result("close", DsBackupClose(hbc), hrInvalidHandle);
    open_first(hbc, names);
    assert_result("close", DsBackupClose(hbc), S_OK);
    read = POISON_DWORD;
    assert_result("read closed", DsBackupRead(hbc, buffer, sizeof(buffer), &read), hrInvalidHandle);
    assert_int_equal(read, 0);
    assert_result("close closed", DsBackupClose(hbc), hrInvalidHandle);
    DsBackupFree(names);
}

static void open_file__another_is_open__returns_already_open_and_keeps_it(void **state)
{
    HBC hbc = context_handle(state);
    LARGE_INTEGER size = {.QuadPart = POISON_SIZE};
    LARGE_INTEGER again = {.QuadPart = POISON_SIZE};
    DWORD bytes;
    wchar_t *names = database_list(hbc, &bytes);
    struct content content;

    assert_result("open", DsBackupOpenFileW(hbc, names, 0, &size), S_OK);
    assert_result("second open", DsBackupOpenFileW(hbc, names, 0, &again), hrAlreadyOpen);
    assert_int_equal(again.QuadPart, 0);
    content = read_open_file(hbc, size, 512 * 1024);
    assert_int_equal(content.bytes, size.QuadPart);
    free(content.data);
    assert_result("close", DsBackupClose(hbc), S_OK);
    DsBackupFree(names);
}

static void get_backup_logs__file_is_open__returns_invalid_sequence(void **state)
{
    HBC hbc = context_handle(state);
    wchar_t *logs = POISON_POINTER;
    char *logs_ansi = POISON_POINTER;
    DWORD bytes;
    wchar_t *names = database_list(hbc, &bytes);

    open_first(hbc, names);
    bytes = POISON_DWORD;
    assert_result("W", DsBackupGetBackupLogsW(hbc, &logs, &bytes), hrInvalidBackupSequence);
    assert_null(logs);
    assert_int_equal(bytes, 0);
    bytes = POISON_DWORD;
    assert_result("A", DsBackupGetBackupLogsA(hbc, &logs_ansi, &bytes), hrInvalidBackupSequence);
    assert_null(logs_ansi);
    assert_int_equal(bytes, 0);
    assert_result("close", DsBackupClose(hbc), S_OK);
    /* Once the file is closed it is as if nobody had asked. */
    logs = log_list(hbc, &bytes);
    DsBackupFree(logs);
    DsBackupFree(names);
}

static void open_file__database_after_the_log_list__returns_invalid_sequence(void **state)
{
    HBC hbc = context_handle(state);
    LARGE_INTEGER size = {.QuadPart = POISON_SIZE};
    DWORD bytes;
    wchar_t *names = database_list(hbc, &bytes);
    wchar_t *logs = log_list(hbc, &bytes);

    assert_result("open", DsBackupOpenFileW(hbc, names, 0, &size), hrInvalidBackupSequence);
    assert_int_equal(size.QuadPart, 0);
    assert_result("nothing is open", DsBackupClose(hbc), hrInvalidHandle);
    open_first(hbc, logs);
    DsBackupFree(names);
    DsBackupFree(logs);
}

static void open_file__log_before_the_log_list__returns_invalid_parameter(void **state)
{
    HBC hbc = context_handle(state);
    void *second = NULL;
    LARGE_INTEGER size = {.QuadPart = POISON_SIZE};
    DWORD bytes;
    wchar_t *logs = log_list(hbc, &bytes);

    assert_int_equal(context_begin(&second), 0);
    assert_result("open", DsBackupOpenFileW(context_handle(&second), logs, 0, &size),
                  ERROR_INVALID_PARAMETER);
    assert_int_equal(size.QuadPart, 0);
    assert_int_equal(context_end(&second), 0);
    DsBackupFree(logs);
}

static void
truncate_logs__before_the_log_list_or_with_a_file_open__returns_invalid_sequence(void **state)
{
    HBC hbc = context_handle(state);
    DWORD bytes;
    wchar_t *logs;

    assert_result("before the list", DsBackupTruncateLogs(hbc), hrInvalidBackupSequence);
    logs = log_list(hbc, &bytes);
    open_first(hbc, logs);
    assert_result("file open", DsBackupTruncateLogs(hbc), hrInvalidBackupSequence);
    DsBackupFree(logs);
}

static void truncate_logs__a_log_not_read_to_its_end__returns_log_file_not_copied(void **state)
{
    HBC hbc = context_handle(state);
    LARGE_INTEGER size;
    unsigned char byte;
    DWORD bytes, read;
    wchar_t *logs = log_list(hbc, &bytes);
    const wchar_t *last, *next;

    assert_result("nothing read", DsBackupTruncateLogs(hbc), HR_LOG_FILE_NOT_COPIED);
    /* Every log but the last, of which only one byte; the checkpoint does not count. */
    for (last = logs; (next = next_name(last)) && *next == BFT_LOG; last = next) {
        struct content content = read_file(hbc, last, 512 * 1024);

        free(content.data);
    }
    assert_result("open", DsBackupOpenFileW(hbc, last, 0, &size), S_OK);
    assert_result("read", DsBackupRead(hbc, &byte, 1, &read), S_OK);
    assert_result("close", DsBackupClose(hbc), S_OK);
    assert_result("part read", DsBackupTruncateLogs(hbc), HR_LOG_FILE_NOT_COPIED);
    read_all(hbc, logs);
    assert_result("all read", DsBackupTruncateLogs(hbc), S_OK);
    DsBackupFree(logs);
}

/* All bytes of the last log, but no read past its end: that is complete. */
static void truncate_logs__last_byte_read_but_no_end_seen__succeeds(void **state)
{
    HBC hbc = context_handle(state);
    DWORD bytes, read = POISON_DWORD;
    wchar_t *logs = log_list(hbc, &bytes);
    const wchar_t *name;

    for (name = logs; name; name = next_name(name)) {
        LARGE_INTEGER size;
        void *buffer;

        assert_result("open", DsBackupOpenFileW(hbc, name, 0, &size), S_OK);
        buffer = malloc((size_t)size.QuadPart);
        assert_non_null(buffer);
        assert_result("read", DsBackupRead(hbc, buffer, (DWORD)size.QuadPart, &read), S_OK);
        assert_int_equal(read, size.QuadPart);
        free(buffer);
        assert_result("close", DsBackupClose(hbc), S_OK);
    }
    assert_result("truncate", DsBackupTruncateLogs(hbc), S_OK);
    DsBackupFree(logs);
}

static void end__at_any_point__succeeds_once(void **state)
{
    enum
    {
        FRESH,
        NAMED,
        FILE_LEFT_OPEN,
        LOGS_LISTED,
        POINT_COUNT
    } point;

    (void)state;
    for (point = FRESH; point < POINT_COUNT; point++) {
        void *context = NULL;
        wchar_t *list;
        DWORD bytes;
        HBC hbc;

        assert_int_equal(context_begin(&context), 0);
        hbc = context_handle(&context);
        if (point != FRESH) {
            list = database_list(hbc, &bytes);
            if (point == FILE_LEFT_OPEN)
                open_first(hbc, list);
            DsBackupFree(list);
        }
        if (point == LOGS_LISTED) {
            list = log_list(hbc, &bytes);
            DsBackupFree(list);
        }
        assert_result("end", DsBackupEnd(hbc), S_OK);
        assert_result("end again", DsBackupEnd(hbc), ERROR_INVALID_PARAMETER);
        assert_int_equal(context_end(&context), 0);
    }
}

static void contexts__two_in_one_process__do_not_touch_each_other(void **state)
{
    HBC first = context_handle(state);
    void *other = NULL;
    HBC second;
    DWORD bytes;
    wchar_t *names = database_list(first, &bytes);
    struct content content;

    assert_int_equal(context_begin(&other), 0);
    second = context_handle(&other);
    assert_ptr_not_equal(first, second);
    open_first(first, names);
    open_first(second, names);
    assert_result("end the second", DsBackupEnd(second), S_OK);
    assert_result("the first is open still", DsBackupClose(first), S_OK);
    content = read_file(first, names, 512 * 1024);
    assert_in_range(content.bytes, 1, SIZE_MAX);
    free(content.data);
    assert_int_equal(context_end(&other), 0);
    DsBackupFree(names);
}

#define WITH_CONTEXT(test) cmocka_unit_test_setup_teardown(test, context_begin, context_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_CONTEXT(walkthrough__in_order__succeeds_everywhere),
        WITH_CONTEXT(read_and_close__no_file_open__return_invalid_handle),
        WITH_CONTEXT(open_file__another_is_open__returns_already_open_and_keeps_it),
        WITH_CONTEXT(get_backup_logs__file_is_open__returns_invalid_sequence),
        WITH_CONTEXT(open_file__database_after_the_log_list__returns_invalid_sequence),
        WITH_CONTEXT(open_file__log_before_the_log_list__returns_invalid_parameter),
        WITH_CONTEXT(
            truncate_logs__before_the_log_list_or_with_a_file_open__returns_invalid_sequence),
        WITH_CONTEXT(truncate_logs__a_log_not_read_to_its_end__returns_log_file_not_copied),
        WITH_CONTEXT(truncate_logs__last_byte_read_but_no_end_seen__succeeds),
        cmocka_unit_test(end__at_any_point__succeeds_once),
        WITH_CONTEXT(contexts__two_in_one_process__do_not_touch_each_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
