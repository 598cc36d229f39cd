/*
 * test_broker_restore.c - restores through the broker: its requests, and what it does when its
 * client, VSS or it itself fails.
 */
#include "directory_keys.h"

#include "remote/broker_client.h"

#include <ntdsbmsg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define WAIT_MS   30000
#define CALL_LOG  TEST_FOLDER L"\\calls.log"
#define LONG_TEXT (2u * 1024 * 1024)

static struct ntdsvss_documents documents; /* of a backup that is over */
static HRESULT vss_result;                 /* of the last registration */

static const struct ntdsvss_registration registration = {
    .checkpoint_folder = L"C:\\a",
    .log_folder = L"C:\\b",
    .backup_log_folder = L"C:\\c",
    .map = L"C:\\x>C:\\y",
    .backup_id = L"0123",
    .generation_low = 3,
    .generation_high = 9,
};

static struct broker_client *start_broker(uint32_t wait_ms)
{
    const struct settings settings = {.wait_ms = wait_ms};
    struct broker_client *client = NULL;

    assert_hr(broker_client_start(&settings, &client), S_OK);
    return client;
}

static struct broker_client *begin_restore(uint32_t wait_ms)
{
    struct broker_client *client = start_broker(wait_ms);
    bool has_writer = false;

    assert_hr(
        broker_client_restore_start(client, documents.components, documents.writer, &has_writer),
        S_OK);
    assert_true(has_writer);
    return client;
}

static int group_setup(void **state)
{
    const struct ntdsvss_file *files;
    struct ntdsvss_documents of_client;
    struct broker_client *client;
    size_t count;

    if (requestor_group_setup(state) != 0)
        return -1;
    requestor_test_setup(state);
    client = start_broker(20000);
    assert_hr(broker_client_backup_start(client, NULL, &files, &count, &of_client), S_OK);
    documents.components = _wcsdup(of_client.components);
    documents.writer = _wcsdup(of_client.writer);
    assert_hr(broker_client_backup_complete(client), S_OK);
    broker_client_stop(client);
    return 0;
}

static int group_teardown(void **state)
{
    free((void *)documents.components);
    free((void *)documents.writer);
    directory_keys_clear();
    return requestor_group_teardown(state);
}

static int setup(void **state)
{
    directory_keys_clear();
    SetEnvironmentVariableW(L"VSSAPI_LOG", CALL_LOG);
    return requestor_test_setup(state);
}

static int teardown(void **state)
{
    (void)state;
    SetEnvironmentVariableW(L"VSSAPI_LOG", NULL);
    return 0;
}

/* How many lines of the broker's VSS have both words. */
static unsigned int calls(const char *call, const char *with)
{
    static char text[262144];
    unsigned int count = 0;
    int got = requestor_read_file(CALL_LOG, text, sizeof(text) - 1);
    char *line;

    text[got > 0 ? got : 0] = 0;
    for (line = strtok(text, "\r\n"); line; line = strtok(NULL, "\r\n"))
        count += strstr(line, call) != NULL && strstr(line, with) != NULL;
    return count;
}

static void restore__through_the_broker__to_its_good_end(void **state)
{
    struct broker_client *client = begin_restore(20000);
    const struct ntdsvss_file *files;
    size_t count;
    bool taken_over = true;
    char content[8] = "";
    uint64_t bytes = 77;
    HANDLE file;
    DWORD got;

    (void)state;
    assert_hr(broker_client_restore_register(client, &registration, &taken_over, &vss_result),
              S_OK);
    assert_false(taken_over);
    assert_hr(vss_result, S_OK);
    assert_true(wcscmp(directory_keys_text(INTERLOCK_KEY, L"CheckpointFilePath"), L"C:\\a") == 0);
    assert_true(wcscmp(directory_keys_text(INTERLOCK_KEY, L"LogPath"), L"C:\\b") == 0);
    assert_true(wcscmp(directory_keys_text(INTERLOCK_KEY, L"BackupLogPath"), L"C:\\c") == 0);
    assert_true(wcscmp(directory_keys_text(RECORD_KEY, L"Map"), L"C:\\x>C:\\y") == 0);
    assert_true(wcscmp(directory_keys_text(RECORD_KEY, L"BackupId"), L"0123") == 0);
    assert_int_equal(directory_keys_number(RECORD_KEY, L"GenerationLow"), 3);
    assert_int_equal(directory_keys_number(RECORD_KEY, L"GenerationHigh"), 9);
    assert_int_not_equal(directory_keys_number(RECORD_KEY, L"Owner"), GetCurrentProcessId());

    assert_hr(broker_client_restore_files(client, &files, &count), S_OK);
    assert_int_equal(count, 3);
    assert_int_equal(files[0].kind, NTDSVSS_FILE_DATABASE);
    assert_int_equal(files[1].kind, NTDSVSS_FILE_LOG);
    assert_int_equal(files[2].kind, NTDSVSS_FILE_CHECKPOINT);
    assert_hr(broker_client_restore_open(client, 0, &file, &bytes), S_OK);
    assert_int_equal(bytes, 6);
    assert_true(ReadFile(file, content, sizeof(content), &got, NULL));
    assert_memory_equal(content, "before", 6);
    CloseHandle(file);
    assert_hr(broker_client_restore_open(client, 3, &file, &bytes), E_INVALIDARG);
    assert_hr(broker_client_restore_set_aside(client, 0), E_INVALIDARG);
    assert_hr(broker_client_restore_set_aside(client, 2), S_OK);
    assert_hr(broker_client_restore_files(client, &files, &count), S_OK);
    assert_int_equal(count, 2);

    assert_hr(broker_client_restore_complete(client, true), S_OK);
    assert_false(directory_keys_exist(INTERLOCK_KEY));
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, MARKER), 1);
    assert_hr(broker_client_restore_complete(client, true), E_UNEXPECTED);
    broker_client_stop(client);
    assert_int_equal(calls("SetFileRestoreStatus", "status=2"), 1); /* VSS_RS_ALL */
    assert_int_equal(calls("PostRestore", "async session"), 1);
}

static void restore__without_vss__says_why_and_asks_none(void **state)
{
    struct broker_client *client = start_broker(20000);
    bool flag = true;

    (void)state;
    assert_hr(broker_client_restore_start(client, NULL, documents.writer, &flag), S_OK);
    assert_false(flag);
    assert_hr(broker_client_restore_register(client, &registration, &flag, &vss_result), S_OK);
    assert_hr(vss_result, NTDSVSS_E_UNAVAILABLE);
    assert_hr(broker_client_restore_complete(client, true), S_OK);
    assert_false(directory_keys_exist(INTERLOCK_KEY));
    broker_client_stop(client);
    assert_int_equal(calls("CreateVssBackupComponents", ""), 0);

    requestor_set_fault(L"GatherWriterMetadata=0x80042318");
    client = start_broker(20000);
    assert_hr(broker_client_restore_start(client, documents.components, documents.writer, &flag),
              S_OK);
    assert_false(flag);
    assert_hr(broker_client_restore_register(client, &registration, &flag, &vss_result), S_OK);
    assert_hr(vss_result, (HRESULT)0x80042318 /* VSS_E_WRITER_INFRASTRUCTURE */);
    broker_client_stop(client);
    assert_true(directory_keys_exist(INTERLOCK_KEY));
}

static void stop__registered_and_not_completed__is_a_failed_restore(void **state)
{
    struct broker_client *client = begin_restore(20000);
    bool flag;

    (void)state;
    assert_hr(broker_client_restore_register(client, &registration, &flag, &vss_result), S_OK);
    broker_client_stop(client);
    assert_int_equal(calls("SetFileRestoreStatus", "status=1"), 1); /* VSS_RS_NONE */
    assert_int_equal(calls("PostRestore", "async session"), 1);
    assert_int_equal(calls("MissingPostRestore", ""), 0);
    assert_true(directory_keys_exist(INTERLOCK_KEY));
    assert_int_equal(directory_keys_number(RECORD_KEY, L"Owner"), -1);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, MARKER), 1);
}

static void requests__of_the_other_kind_or_too_early__are_unexpected(void **state)
{
    struct broker_client *client = start_broker(20000);
    const struct ntdsvss_file *files;
    struct ntdsvss_documents other;
    size_t count;
    uint64_t bytes;
    HANDLE file;
    bool flag;

    (void)state;
    assert_hr(broker_client_restore_files(client, &files, &count), E_UNEXPECTED);
    assert_hr(broker_client_restore_register(client, &registration, &flag, &vss_result),
              E_UNEXPECTED);
    assert_hr(broker_client_restore_complete(client, true), E_UNEXPECTED);
    assert_hr(broker_client_backup_complete(client), E_UNEXPECTED);
    assert_hr(broker_client_restore_start(client, L"", L"", &flag),
              (HRESULT)0x80042311 /* VSS_E_INVALID_XML_DOCUMENT */);
    /* A start that failed leaves room for another. */
    assert_hr(broker_client_restore_start(client, documents.components, documents.writer, &flag),
              S_OK);
    assert_hr(broker_client_restore_start(client, documents.components, documents.writer, &flag),
              E_UNEXPECTED);
    assert_hr(broker_client_backup_start(client, NULL, &files, &count, &other), E_UNEXPECTED);
    assert_hr(broker_client_backup_logs(client, &files, &count), E_UNEXPECTED);
    assert_hr(broker_client_backup_open(client, 0, &file, &bytes), E_UNEXPECTED);
    assert_hr(broker_client_backup_abort(client), E_UNEXPECTED);
    assert_false(directory_keys_exist(INTERLOCK_KEY));
    broker_client_stop(client);

    client = start_broker(20000);
    assert_hr(broker_client_backup_start(client, NULL, &files, &count, &other), S_OK);
    assert_hr(broker_client_restore_start(client, documents.components, documents.writer, &flag),
              E_UNEXPECTED);
    assert_hr(broker_client_restore_register(client, &registration, &flag, &vss_result),
              E_UNEXPECTED);
    assert_hr(broker_client_restore_complete(client, true), E_UNEXPECTED);
    broker_client_stop(client);
}

static void register__another_broker_is_alive__is_in_progress(void **state)
{
    struct broker_client *first = begin_restore(20000);
    struct broker_client *second = begin_restore(20000);
    bool flag;

    (void)state;
    assert_hr(broker_client_restore_register(first, &registration, &flag, &vss_result), S_OK);
    assert_hr(broker_client_restore_register(second, &registration, &flag, &vss_result),
              hrRestoreInProgress);
    assert_hr(broker_client_restore_complete(first, true), S_OK);
    broker_client_stop(first);
    /* Refused before the writer was asked, so it may try again. */
    assert_hr(broker_client_restore_register(second, &registration, &flag, &vss_result), S_OK);
    assert_hr(broker_client_restore_complete(second, true), S_OK);
    broker_client_stop(second);
}

/* The process that the interlock names. */
static HANDLE owner_process(DWORD access)
{
    int64_t owner = directory_keys_number(RECORD_KEY, L"Owner");
    HANDLE process = OpenProcess(access, FALSE, (DWORD)owner);

    assert_non_null(process);
    return process;
}

static void register__the_last_broker_was_killed__takes_over(void **state)
{
    struct broker_client *client = begin_restore(20000);
    const struct ntdsvss_file *files;
    size_t count;
    bool taken_over = false;
    HANDLE process;

    (void)state;
    assert_hr(broker_client_restore_register(client, &registration, &taken_over, &vss_result),
              S_OK);
    process = owner_process(PROCESS_TERMINATE | SYNCHRONIZE);
    directory_keys_end_process(process);
    CloseHandle(process);
    assert_hr(broker_client_restore_files(client, &files, &count), hrCommunicationError);
    assert_hr(broker_client_restore_complete(client, true), hrCommunicationError);
    assert_true(directory_keys_exist(INTERLOCK_KEY));
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, MARKER), 1);
    broker_client_stop(client);

    client = begin_restore(20000);
    assert_hr(broker_client_restore_register(client, &registration, &taken_over, &vss_result),
              S_OK);
    assert_true(taken_over);
    assert_hr(broker_client_restore_complete(client, true), S_OK);
    assert_false(directory_keys_exist(INTERLOCK_KEY));
    broker_client_stop(client);
}

/* A call that no limit of its own ends: the broker gives it up, posts from another thread, ends. */
static void register__pre_restore_hangs__gives_up_and_posts(void **state)
{
    struct broker_client *client;
    bool taken_over = false;
    HANDLE process;

    (void)state;
    requestor_set_fault(L"PreRestore=0,60000");
    client = begin_restore(1000);
    assert_hr(broker_client_restore_register(client, &registration, &taken_over, &vss_result),
              ERROR_TIMEOUT);
    process = owner_process(SYNCHRONIZE);
    broker_client_stop(client);
    assert_int_equal(WaitForSingleObject(process, WAIT_MS), WAIT_OBJECT_0);
    CloseHandle(process);
    assert_int_equal(calls(" PostRestore", ""), 1);
    assert_true(directory_keys_exist(INTERLOCK_KEY));
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, MARKER), 1);

    requestor_set_fault(NULL);
    client = begin_restore(20000);
    assert_hr(broker_client_restore_register(client, &registration, &taken_over, &vss_result),
              S_OK);
    assert_true(taken_over);
    assert_hr(broker_client_restore_complete(client, true), S_OK);
    broker_client_stop(client);
}

static void start__documents_of_megabytes__fit(void **state)
{
    struct broker_client *client = start_broker(20000);
    size_t used = wcslen(documents.components);
    wchar_t *document = malloc((used + LONG_TEXT + 8) * sizeof(*document));
    bool has_writer = false;

    (void)state;
    assert_non_null(document);
    wmemcpy(document, documents.components, used);
    wcscpy(document + used, L"<!--");
    used += 4;
    wmemset(document + used, L'x', LONG_TEXT);
    wcscpy(document + used + LONG_TEXT, L"-->");
    assert_hr(broker_client_restore_start(client, document, documents.writer, &has_writer), S_OK);
    assert_true(has_writer);
    broker_client_stop(client);
    free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(restore__through_the_broker__to_its_good_end, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(restore__without_vss__says_why_and_asks_none, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(stop__registered_and_not_completed__is_a_failed_restore,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(requests__of_the_other_kind_or_too_early__are_unexpected,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(register__another_broker_is_alive__is_in_progress, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(register__the_last_broker_was_killed__takes_over, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(register__pre_restore_hangs__gives_up_and_posts, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(start__documents_of_megabytes__fit, setup, teardown),
    };

    return cmocka_run_group_tests_name("broker_restore", tests, group_setup, group_teardown);
}
