/*
 * test_restore.c - the restore session: what is called, and what stays in the registry, on every
 * way through it.
 */
#include "restore_fixture.h"

#include <string.h>
#include <wchar.h>

/* Whether interlock and marker are there, and whose the first is. */
static void assert_left(bool interlock, bool owned, int64_t marker)
{
    assert_int_equal(directory_keys_exist(INTERLOCK_KEY), interlock);
    assert_int_equal(directory_keys_number(RECORD_KEY, L"Owner") != -1, owned);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, MARKER), marker);
}

static void restore__to_its_good_end__tells_the_writer_and_removes_the_interlock(void **state)
{
    struct ntdsvss_restore *restore = restore_session_begin();

    (void)state;
    assert_left(false, false, -1);
    assert_true(restore_session_logged(L"The backup contains C:\\vssapi-test\\ntds.dit"));
    assert_hr(restore_session_register(restore), S_OK);
    assert_left(true, true, 1);
    assert_int_equal(restore_session_calls(L"PreRestore"), 1);
    assert_int_equal(restore_session_calls(L"PostRestore"), 0);
    assert_hr(ntdsvss_restore_complete(restore, true), S_OK);
    assert_left(false, false, 1);
    assert_int_equal(restore_session_calls(L"PostRestore"), 1);
    assert_true(restore_session_logged(L"SetFileRestoreStatus (VSS_RS_ALL)"));
    assert_true(restore_session_logged(L"NTDS writer after PostRestore"));
    ntdsvss_restore_close(restore);
    assert_int_equal(restore_session_calls(L"PostRestore"), 1);
    assert_int_equal(restore_session_calls(L"Release"), 1);
    /* Nothing of a backup is called in a restore. */
    assert_int_equal(restore_session_calls(L"SetBackupState"), 0);
    assert_int_equal(restore_session_calls(L"AbortBackup"), 0);
}

static void complete__of_a_failed_restore__keeps_interlock_and_marker(void **state)
{
    struct ntdsvss_restore *restore = restore_session_begin();

    (void)state;
    assert_hr(restore_session_register(restore), S_OK);
    assert_hr(ntdsvss_restore_complete(restore, false), S_OK);
    assert_true(restore_session_logged(L"SetFileRestoreStatus (VSS_RS_NONE)"));
    assert_int_equal(restore_session_calls(L"PostRestore"), 1);
    assert_left(true, false, 1);
    ntdsvss_restore_close(restore);
    assert_left(true, false, 1);
    assert_int_equal(restore_session_calls(L"PostRestore"), 1);
}

/* What the broker does when its host has died. */
static void close__registered_and_cancelled__still_tells_the_writer(void **state)
{
    struct ntdsvss_restore *restore = restore_session_begin();

    (void)state;
    assert_hr(restore_session_register(restore), S_OK);
    requestor_set_fault(L"PostRestore:async=0,500");
    SetEvent(session_settings.cancel);
    ntdsvss_restore_close(restore);
    assert_int_equal(restore_session_calls(L"PostRestore"), 1);
    assert_true(restore_session_logged(L"NTDS writer after PostRestore"));
    assert_true(restore_session_logged(L"SetFileRestoreStatus (VSS_RS_NONE)"));
    assert_true(restore_session_logged(L"without being completed"));
    assert_left(true, false, 1);
}

static void complete__cancelled_meanwhile__is_not_cut_short(void **state)
{
    struct ntdsvss_restore *restore = restore_session_begin();

    (void)state;
    assert_hr(restore_session_register(restore), S_OK);
    requestor_set_fault(L"PostRestore:async=0,500");
    SetEvent(session_settings.cancel);
    assert_hr(ntdsvss_restore_complete(restore, true), S_OK);
    assert_left(false, false, 1);
    ntdsvss_restore_close(restore);
}

static void register__after_a_restore_that_was_left__takes_over(void **state)
{
    struct ntdsvss_restore *restore = restore_session_begin();
    bool taken_over = false;

    (void)state;
    assert_hr(restore_session_register(restore), S_OK);
    ntdsvss_restore_close(restore);
    restore = restore_session_begin();
    assert_hr(ntdsvss_restore_register(restore, &test_registration, &taken_over), S_OK);
    assert_true(taken_over);
    assert_true(restore_session_logged(L"Taking over a restore"));
    assert_hr(ntdsvss_restore_complete(restore, true), S_OK);
    assert_left(false, false, 1);
    ntdsvss_restore_close(restore);
}

static void register__while_another_is_alive__is_refused_and_disturbs_nothing(void **state)
{
    struct ntdsvss_restore *first = restore_session_begin();
    struct ntdsvss_restore *second = restore_session_begin();

    (void)state;
    assert_hr(restore_session_register(first), S_OK);
    assert_hr(restore_session_register(second), NTDSVSS_E_RESTORE_IN_PROGRESS);
    assert_int_equal(restore_session_calls(L"PreRestore"), 1);
    ntdsvss_restore_close(second);
    assert_left(true, true, 1);
    assert_hr(ntdsvss_restore_complete(first, true), S_OK);
    assert_left(false, false, 1);
    ntdsvss_restore_close(first);

    /* Refused only as long as that: the same session may register then. */
    second = restore_session_begin();
    assert_hr(restore_session_register(second), S_OK);
    assert_hr(ntdsvss_restore_complete(second, true), S_OK);
    ntdsvss_restore_close(second);
}

static void calls__out_of_order__are_unexpected(void **state)
{
    struct ntdsvss_restore *restore = NULL;
    bool flag = false;

    (void)state;
    assert_hr(ntdsvss_restore_create(&session_settings, &restore), S_OK);
    assert_hr(restore_session_register(restore), E_UNEXPECTED);
    assert_hr(ntdsvss_restore_complete(restore, true), E_UNEXPECTED);
    assert_hr(ntdsvss_restore_start(restore, backup_components, backup_writer, &flag), S_OK);
    assert_hr(ntdsvss_restore_start(restore, backup_components, backup_writer, &flag),
              E_UNEXPECTED);
    assert_hr(ntdsvss_restore_complete(restore, true), E_UNEXPECTED);
    assert_left(false, false, -1);
    assert_hr(restore_session_register(restore), S_OK);
    assert_hr(restore_session_register(restore), E_UNEXPECTED);
    assert_left(true, true, 1);
    assert_hr(ntdsvss_restore_complete(restore, true), S_OK);
    assert_hr(ntdsvss_restore_complete(restore, true), E_UNEXPECTED);
    assert_hr(restore_session_register(restore), E_UNEXPECTED);
    assert_left(false, false, 1);
    ntdsvss_restore_close(restore);
    ntdsvss_restore_close(NULL);
}

static DWORD WINAPI cancel_soon(void *parameter)
{
    (void)parameter;
    while (!restore_session_calls(L"PreRestore"))
        Sleep(10);
    SetEvent(session_settings.cancel);
    return 0;
}

/* The host has died in DsRestoreRegister; it may have copied its files before that. */
static void register__cancelled_in_pre_restore__posts_and_keeps_interlock_and_marker(void **state)
{
    struct ntdsvss_restore *restore = restore_session_begin();
    HANDLE thread;

    (void)state;
    requestor_set_fault(L"PreRestore:async=0,60000");
    thread = CreateThread(NULL, 0, cancel_soon, NULL, 0, NULL);
    assert_non_null(thread);
    assert_hr(restore_session_register(restore), HRESULT_FROM_WIN32(ERROR_CANCELLED));
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    assert_int_equal(restore_session_calls(L"PostRestore"), 1);
    assert_left(true, false, 1);
    ntdsvss_restore_close(restore);
    assert_left(true, false, 1);
}

static void register__pre_restore_takes_too_long__posts_and_keeps_the_marker_only(void **state)
{
    struct ntdsvss_restore *restore;

    (void)state;
    session_settings.wait_ms = 1000;
    restore = restore_session_begin();
    requestor_set_fault(L"PreRestore:async=0,60000");
    assert_hr(restore_session_register(restore), HRESULT_FROM_WIN32(ERROR_TIMEOUT));
    assert_int_equal(restore_session_calls(L"PostRestore"), 1);
    assert_left(false, false, 1);
    ntdsvss_restore_close(restore);
}

/* What a writer's retryable failure asks for; the object of VSS serves for one PreRestore. */
static void register__again_after_the_writer_failed__is_a_new_session_of_vss(void **state)
{
    struct ntdsvss_restore *restore = restore_session_begin();

    (void)state;
    requestor_set_fault(L"PreRestore:writer:1=0x800423f3");
    assert_hr(restore_session_register(restore), (HRESULT)0x800423f3);
    assert_left(false, false, 1);
    /* Meanwhile VSS cannot be had. The writer has said no, so it is not passed over; the try after
     * that finds it again. */
    requestor_set_fault(L"GatherWriterMetadata=0x80042318");
    assert_hr(restore_session_register(restore), (HRESULT)0x80042318);
    assert_left(false, false, 1);
    requestor_set_fault(L"SetSelectedForRestore=0x80042318");
    assert_hr(restore_session_register(restore), (HRESULT)0x80042318);
    assert_left(false, false, 1);
    requestor_set_fault(NULL);
    assert_hr(restore_session_register(restore), S_OK);
    assert_int_equal(restore_session_calls(L"PreRestore"), 2);
    assert_int_equal(restore_session_calls(L"PostRestore"), 1);
    assert_hr(ntdsvss_restore_complete(restore, true), S_OK);
    assert_left(false, false, 1);
    ntdsvss_restore_close(restore);
    assert_int_equal(restore_session_calls(L"PostRestore"), 2);
    assert_int_equal(restore_session_calls(L"Release"), 4);
}

/* The writer that was not told the end is told before it hears of the next beginning. */
static void register__again_after_post_restore_was_refused__posts_first(void **state)
{
    struct ntdsvss_restore *restore = restore_session_begin();

    (void)state;
    requestor_set_fault(L"PreRestore:writer:1=0x800423f4;PostRestore:1=0x80042308");
    assert_hr(restore_session_register(restore), (HRESULT)0x800423f4);
    assert_int_equal(restore_session_calls(L"PostRestore"), 1);
    requestor_set_fault(NULL);
    assert_hr(restore_session_register(restore), S_OK);
    assert_int_equal(restore_session_calls(L"PostRestore"), 2);
    assert_hr(ntdsvss_restore_complete(restore, true), S_OK);
    assert_int_equal(restore_session_calls(L"PostRestore"), 3);
    ntdsvss_restore_close(restore);
}

static void complete__post_restore_takes_too_long__keeps_the_interlock(void **state)
{
    struct ntdsvss_restore *restore;

    (void)state;
    session_settings.wait_ms = 1000;
    restore = restore_session_begin();
    assert_hr(restore_session_register(restore), S_OK);
    requestor_set_fault(L"PostRestore:async=0,60000");
    assert_hr(ntdsvss_restore_complete(restore, true), HRESULT_FROM_WIN32(ERROR_TIMEOUT));
    assert_left(true, false, 1);
    ntdsvss_restore_close(restore);
}

struct abandoned
{
    struct ntdsvss_restore *restore;
};

static DWORD WINAPI abandon(void *parameter)
{
    struct abandoned *abandoned = parameter;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    ntdsvss_restore_abandon(abandoned->restore);
    CoUninitialize();
    return 0;
}

/* And waits for it: afterwards the process ends. */
static void abandon__registered__posts_from_the_other_thread(void **state)
{
    struct abandoned abandoned = {restore_session_begin()};
    ULONGLONG begun;
    HANDLE thread;

    (void)state;
    assert_hr(restore_session_register(abandoned.restore), S_OK);
    requestor_set_fault(L"PostRestore:async=0,1500");
    begun = GetTickCount64();
    thread = CreateThread(NULL, 0, abandon, &abandoned, 0, NULL);
    assert_non_null(thread);
    assert_int_equal(WaitForSingleObject(thread, 20000), WAIT_OBJECT_0);
    CloseHandle(thread);
    assert_in_range(GetTickCount64() - begun, 1400, 20000);
    requestor_set_fault(NULL);
    assert_true(
        restore_session_logged(L"A VSS call does not return; giving the restore up: PostRestore"));
    assert_true(restore_session_logged(L"SetFileRestoreStatus (VSS_RS_NONE)"));
    /* A real caller's process ends here. VSS tells that nothing waits for PostRestore any more. */
    assert_hr(ntdsvss_restore_complete(abandoned.restore, false), VSS_E_BAD_STATE);
    assert_left(true, false, 1);
    ntdsvss_restore_close(abandoned.restore);
}

static void start__no_document_or_one_of_something_else__fails(void **state)
{
    static const struct
    {
        const char *label;
        const wchar_t *document;
        HRESULT hr;
    } rows[] = {
        {"empty", L"", VSS_E_INVALID_XML_DOCUMENT},
        {"not XML", L"ntds", VSS_E_INVALID_XML_DOCUMENT},
        {"another document", L"<nothing/>", VSS_E_INVALID_XML_DOCUMENT},
    };
    struct ntdsvss_restore *restore = NULL;
    bool has_writer;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        HRESULT hr;

        assert_hr(ntdsvss_restore_create(&session_settings, &restore), S_OK);
        hr = ntdsvss_restore_start(restore, rows[i].document, backup_writer, &has_writer);
        if (hr != rows[i].hr)
            print_error("row %s\n", rows[i].label);
        assert_hr(hr, rows[i].hr);
        assert_hr(restore_session_register(restore), E_UNEXPECTED);
        ntdsvss_restore_close(restore);
    }
    assert_left(false, false, -1);
}

static void start__components_of_no_ntds_writer__fails(void **state)
{
    struct ntdsvss_restore *restore = NULL;
    bool has_writer;
    wchar_t *document = _wcsdup(backup_components);
    wchar_t *at = wcsstr(document, L"b2014c9e");

    (void)state;
    if (!at)
        at = wcsstr(document, L"B2014C9E");
    assert_non_null(at);
    *at = L'0';
    assert_hr(ntdsvss_restore_create(&session_settings, &restore), S_OK);
    assert_hr(ntdsvss_restore_start(restore, document, backup_writer, &has_writer),
              VSS_E_OBJECT_NOT_FOUND);
    ntdsvss_restore_close(restore);
    free(document);
}

/* The writer's document is for the log only. */
static void start__writer_document_is_unreadable__goes_on_and_says_so(void **state)
{
    struct ntdsvss_restore *restore = NULL;
    bool has_writer = false;

    (void)state;
    assert_hr(ntdsvss_restore_create(&session_settings, &restore), S_OK);
    assert_hr(ntdsvss_restore_start(restore, backup_components, L"", &has_writer), S_OK);
    assert_true(has_writer);
    assert_true(restore_session_logged(L"writer document of the backup cannot be read"));
    ntdsvss_restore_close(restore);
}

/* --- the epoch -------------------------------------------------------------------------------- */

/* Fails in PreRestore, after what a program does with the database between start and register. */
static void register_without_success(void (*change)(void))
{
    struct ntdsvss_restore *restore;

    directory_keys_set_number(PARAMETERS_KEY, EPOCH, 4711);
    restore = restore_session_begin();
    if (change)
        change();
    requestor_set_fault(L"PreRestore:writer:1=0x800423f4");
    assert_hr(restore_session_register(restore), (HRESULT)0x800423f4);
    requestor_set_fault(NULL);
    ntdsvss_restore_close(restore);
    assert_left(false, false, 1);
}

static void register__pre_restore_fails__epoch_comes_back(void **state)
{
    (void)state;
    register_without_success(NULL);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, EPOCH), 4711);
}

/* Equal bytes, and the times that it had. */
static void write_the_same(void)
{
    HANDLE file =
        CreateFileW(TEST_DATABASE, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    FILETIME created, accessed, written;
    BYTE byte;
    DWORD done;

    assert_true(GetFileTime(file, &created, &accessed, &written));
    assert_true(ReadFile(file, &byte, 1, &done, NULL));
    assert_int_equal(SetFilePointer(file, 0, NULL, FILE_BEGIN), 0);
    assert_true(WriteFile(file, &byte, 1, &done, NULL));
    assert_true(SetFileTime(file, &created, &accessed, &written));
    CloseHandle(file);
}

static void register__database_was_written_meanwhile__epoch_stays_deleted(void **state)
{
    (void)state;
    register_without_success(write_the_same);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, EPOCH), -1);
    assert_true(restore_session_logged(L"\"DSA Database Epoch\" stays deleted"));
}

static void replace(void)
{
    assert_true(CopyFileW(TEST_DATABASE, TEST_DATABASE L".new", FALSE));
    assert_true(MoveFileExW(TEST_DATABASE L".new", TEST_DATABASE, MOVEFILE_REPLACE_EXISTING));
}

static void register__database_was_replaced_meanwhile__epoch_stays_deleted(void **state)
{
    (void)state;
    register_without_success(replace);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, EPOCH), -1);
}

static void replace_in_pre_restore(void *context, const wchar_t *operation)
{
    (void)context;
    if (operation && wcscmp(operation, L"PreRestore") == 0)
        replace();
}

/* By the program, which does not wait for the call to come back. */
static void register__database_is_replaced_in_pre_restore__epoch_stays_deleted(void **state)
{
    (void)state;
    session_settings.waiting = replace_in_pre_restore;
    register_without_success(NULL);
    session_settings.waiting = NULL;
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, EPOCH), -1);
}

static void complete__epoch_was_there__stays_deleted(void **state)
{
    struct ntdsvss_restore *restore;

    (void)state;
    directory_keys_set_number(PARAMETERS_KEY, EPOCH, 4711);
    restore = restore_session_begin();
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, EPOCH), 4711);
    assert_hr(restore_session_register(restore), S_OK);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, EPOCH), -1);
    assert_hr(ntdsvss_restore_complete(restore, true), S_OK);
    ntdsvss_restore_close(restore);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, EPOCH), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(restore__to_its_good_end__tells_the_writer_and_removes_the_interlock,
                               restore_session_setup),
        cmocka_unit_test_setup(complete__of_a_failed_restore__keeps_interlock_and_marker,
                               restore_session_setup),
        cmocka_unit_test_setup(close__registered_and_cancelled__still_tells_the_writer,
                               restore_session_setup),
        cmocka_unit_test_setup(complete__cancelled_meanwhile__is_not_cut_short,
                               restore_session_setup),
        cmocka_unit_test_setup(register__after_a_restore_that_was_left__takes_over,
                               restore_session_setup),
        cmocka_unit_test_setup(register__while_another_is_alive__is_refused_and_disturbs_nothing,
                               restore_session_setup),
        cmocka_unit_test_setup(calls__out_of_order__are_unexpected, restore_session_setup),
        cmocka_unit_test_setup(
            register__cancelled_in_pre_restore__posts_and_keeps_interlock_and_marker,
            restore_session_setup),
        cmocka_unit_test_setup(
            register__pre_restore_takes_too_long__posts_and_keeps_the_marker_only,
            restore_session_setup),
        cmocka_unit_test_setup(register__again_after_the_writer_failed__is_a_new_session_of_vss,
                               restore_session_setup),
        cmocka_unit_test_setup(register__again_after_post_restore_was_refused__posts_first,
                               restore_session_setup),
        cmocka_unit_test_setup(complete__post_restore_takes_too_long__keeps_the_interlock,
                               restore_session_setup),
        cmocka_unit_test_setup(abandon__registered__posts_from_the_other_thread,
                               restore_session_setup),
        cmocka_unit_test_setup(start__no_document_or_one_of_something_else__fails,
                               restore_session_setup),
        cmocka_unit_test_setup(start__components_of_no_ntds_writer__fails, restore_session_setup),
        cmocka_unit_test_setup(start__writer_document_is_unreadable__goes_on_and_says_so,
                               restore_session_setup),
        cmocka_unit_test_setup(register__pre_restore_fails__epoch_comes_back,
                               restore_session_setup),
        cmocka_unit_test_setup(register__database_was_written_meanwhile__epoch_stays_deleted,
                               restore_session_setup),
        cmocka_unit_test_setup(register__database_was_replaced_meanwhile__epoch_stays_deleted,
                               restore_session_setup),
        cmocka_unit_test_setup(register__database_is_replaced_in_pre_restore__epoch_stays_deleted,
                               restore_session_setup),
        cmocka_unit_test_setup(complete__epoch_was_there__stays_deleted, restore_session_setup),
    };

    return cmocka_run_group_tests_name("restore", tests, restore_session_group_setup,
                                       restore_session_group_teardown);
}
