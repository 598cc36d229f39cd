/*
 * test_broker_hang.c - a broker that stops for good is ended by its host, one that works is not.
 *
 * The client is compiled in here with limits that a test can choose.
 */
#include "directory_keys.h"

#include "broker/protocol.h"

/* Long for a broker that works, whatever else the machine does. */
static DWORD silence_ms, end_ms, end_max_ms;

static void set_limits(DWORD ms)
{
    silence_ms = end_ms = ms;
    end_max_ms = 2 * ms;
}

#undef PROTOCOL_SILENCE_MAX_MS
#define PROTOCOL_SILENCE_MAX_MS silence_ms
#undef PROTOCOL_END_MS
#define PROTOCOL_END_MS end_ms
#undef PROTOCOL_END_MAX_MS
#define PROTOCOL_END_MAX_MS end_max_ms

#include "remote/broker_client.c"

#define SHADOWS L"C:\\System Volume Information"

typedef LONG(NTAPI *suspend_function)(HANDLE process);

static struct broker_client *start_backup(void)
{
    const struct settings settings = {.wait_ms = 20000};
    struct broker_client *client = NULL;
    const struct ntdsvss_file *files;
    struct ntdsvss_documents documents;
    size_t count;

    set_limits(120000);
    assert_hr(broker_client_start(&settings, &client), S_OK);
    assert_hr(broker_client_backup_start(client, NULL, &files, &count, &documents), S_OK);
    return client;
}

static void suspend(const struct broker_client *client)
{
    suspend_function suspend_process = (suspend_function)(void (*)(void))GetProcAddress(
        GetModuleHandleW(L"ntdll.dll"), "NtSuspendProcess");

    assert_non_null(suspend_process);
    assert_int_equal(suspend_process(client->broker.process), 0);
    set_limits(1000);
}

static bool has_shadow(void)
{
    WIN32_FIND_DATAW found;
    HANDLE search = FindFirstFileW(SHADOWS L"\\{*", &found);

    if (search == INVALID_HANDLE_VALUE)
        return false;
    FindClose(search);
    return true;
}

/* That of a broker that was ended is deleted by VSS, which looks for requestors that died. */
static void wait_until_no_shadow(void)
{
    HANDLE changes = FindFirstChangeNotificationW(
        SHADOWS, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME);

    assert_ptr_not_equal(changes, INVALID_HANDLE_VALUE);
    while (has_shadow()) {
        assert_int_equal(WaitForSingleObject(changes, 60000), WAIT_OBJECT_0);
        FindNextChangeNotification(changes);
    }
    FindCloseChangeNotification(changes);
}

/* Stops the client; the exit code of its broker, STILL_ACTIVE if it goes on. */
static DWORD exit_code_after_stop(struct broker_client *client)
{
    DWORD code = 0;
    HANDLE broker = NULL;

    assert_true(DuplicateHandle(GetCurrentProcess(), client->broker.process, GetCurrentProcess(),
                                &broker, 0, FALSE, DUPLICATE_SAME_ACCESS));
    broker_client_stop(client);
    assert_true(GetExitCodeProcess(broker, &code));
    CloseHandle(broker);
    wait_until_no_shadow();
    return code;
}

static void broker__works__ends_by_itself(void **state)
{
    (void)state;
    assert_int_equal(exit_code_after_stop(start_backup()), 0);
}

static void broker__suspended_between_calls__is_ended_at_the_stop(void **state)
{
    struct broker_client *client = start_backup();

    (void)state;
    suspend(client);
    assert_int_equal(exit_code_after_stop(client), BROKER_EXIT_KILLED);
}

static void broker__suspended_and_asked__is_lost_and_ended(void **state)
{
    struct broker_client *client = start_backup();

    (void)state;
    suspend(client);
    assert_hr(broker_client_backup_complete(client), hrCommunicationError);
    assert_true(client->silent);
    assert_int_equal(exit_code_after_stop(client), BROKER_EXIT_KILLED);
}

/* Without a session there is nothing that it could still do. */
static void broker__never_settled__ends_when_it_is_closed(void **state)
{
    struct broker_process broker = {0};
    HANDLE process = NULL;

    (void)state;
    assert_hr(broker_process_start(&broker), S_OK);
    assert_true(DuplicateHandle(GetCurrentProcess(), broker.process, GetCurrentProcess(), &process,
                                0, FALSE, DUPLICATE_SAME_ACCESS));
    CloseHandle(broker.job);
    broker.job = NULL;
    broker_process_close(&broker);
    assert_int_equal(WaitForSingleObject(process, 10000), WAIT_OBJECT_0);
    CloseHandle(process);
}

/* Of an answer the rest is not read once a part found no memory. */
static void text__after_memory_ran_out__is_no_malformed_answer(void **state)
{
    struct broker_client client = {.out_of_memory = true, .broken = true};
    struct protocol_reader reader = {.failed = true};

    (void)state;
    assert_null(get_text(&client, &reader));
    assert_int_equal(done(&client, &reader), ERROR_NOT_ENOUGH_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text__after_memory_ran_out__is_no_malformed_answer),
        cmocka_unit_test_setup(broker__works__ends_by_itself, requestor_test_setup),
        cmocka_unit_test_setup(broker__suspended_between_calls__is_ended_at_the_stop,
                               requestor_test_setup),
        cmocka_unit_test_setup(broker__suspended_and_asked__is_lost_and_ended,
                               requestor_test_setup),
        cmocka_unit_test_setup(broker__never_settled__ends_when_it_is_closed, requestor_test_setup),
    };

    return cmocka_run_group_tests_name("broker_hang", tests, requestor_group_setup,
                                       requestor_group_teardown);
}
