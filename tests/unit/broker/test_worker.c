/*
 * test_worker.c - what the broker knows of the call that its session thread waits for.
 */
#include "directory_keys.h"

#include "broker/worker.h"

#include <stdlib.h>
#include <wchar.h>

static const struct worker_limits limits = {.wait_ms = 2000};

static bool made_directory;

static int group_setup(void **state)
{
    HKEY key;

    (void)state;
    made_directory = !directory_keys_exist(NTDS_KEY);
    if (RegCreateKeyW(HKEY_LOCAL_MACHINE, PARAMETERS_KEY, &key) != ERROR_SUCCESS)
        return -1;
    RegCloseKey(key);
    directory_keys_clear();
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    directory_keys_clear();
    if (made_directory)
        RegDeleteTreeW(HKEY_LOCAL_MACHINE, NTDS_KEY);
    return 0;
}

/* With empty texts. */
static void run(struct worker *worker, enum protocol_type type)
{
    struct request request = {.type = type, .sequence = 1, .without_vss = true};
    size_t i;

    for (i = 0; i < REQUEST_TEXTS_MAX; i++) {
        request.texts[i] = calloc(1, sizeof(*request.texts[i]));
        assert_non_null(request.texts[i]);
    }
    worker_submit(worker, &limits, &request);
    assert_int_equal(WaitForSingleObject(worker_done_event(worker), 20000), WAIT_OBJECT_0);
}

/* Flushing restored files, or a pause before the next try, is no call that hangs. */
static void waiting__call_has_ended__is_for_nothing(void **state)
{
    static const enum protocol_type types[] = {PROTOCOL_RESTORE_START, PROTOCOL_RESTORE_REGISTER};
    struct worker *worker = worker_create();
    wchar_t operation[80] = L"none yet";
    size_t i;

    (void)state;
    assert_non_null(worker);
    for (i = 0; i < ARRAYSIZE(types); i++) {
        run(worker, types[i]);
        assert_int_equal(worker_waiting(worker, operation, ARRAYSIZE(operation)), 0);
        assert_int_equal(operation[0], 0);
    }
    assert_true(directory_keys_exist(INTERLOCK_KEY)); /* so it was flushed, in a call */
    assert_true(worker_shut_down(worker, 20000));
}

/* The limit of the wait, and time to stop the call: never more than 45 s. */
static void overdue__of_any_limit__has_a_margin_of_45_seconds_at_most(void **state)
{
    static const struct
    {
        uint32_t wait_ms, overdue_ms;
    } rows[] = {
        {1000, 4000}, {15000, 60000}, {16000, 61000}, {600000, 645000}, {86400000, 86445000}};
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        const struct worker_limits given = {.wait_ms = rows[i].wait_ms};

        assert_int_equal(worker_overdue_ms(&given), rows[i].overdue_ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiting__call_has_ended__is_for_nothing),
        cmocka_unit_test(overdue__of_any_limit__has_a_margin_of_45_seconds_at_most),
    };

    return cmocka_run_group_tests_name("worker", tests, group_setup, group_teardown);
}
