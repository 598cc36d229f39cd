/*
 * test_vssapi_async.c - asynchronous operations, injected faults, and a writer that is frozen, or
 * is not.
 */
#include "vssapi_requestor.h"

#include <string.h>

/* --- IVssAsync ------------------------------------------------------------------------------- */

static void async__just_started__pending_then_finished(void **state)
{
    IVssAsync *async = NULL;
    HRESULT status = (HRESULT)0xdead;
    INT reserved = 0xdead;
    IVssBackupComponents *vss = requestor_begin();

    (void)state;
    assert_hr(IVssBackupComponents_GatherWriterMetadata(vss, &async), S_OK);
    assert_hr(IVssAsync_QueryStatus(async, &status, &reserved), S_OK);
    assert_hr(status, VSS_S_ASYNC_PENDING);
    assert_int_equal(reserved, 0);
    assert_hr(IVssAsync_QueryStatus(async, NULL, NULL), E_INVALIDARG);
    assert_hr(IVssAsync_Wait(async, INFINITE), S_OK);
    assert_hr(IVssAsync_QueryStatus(async, &status, NULL), S_OK);
    assert_hr(status, VSS_S_ASYNC_FINISHED);
    assert_hr(IVssAsync_Cancel(async), VSS_S_ASYNC_FINISHED);
    IVssAsync_Release(async);
    IVssBackupComponents_Release(vss);
}

static void async__wait_is_over_before_the_end__s_ok_and_pending(void **state)
{
    IVssAsync *async = NULL;
    IVssAsync *other = NULL;
    HRESULT status = S_OK;
    UINT count = 0;
    IVssBackupComponents *vss = requestor_begin();

    (void)state;
    requestor_set_fault(L"GatherWriterMetadata:async=0,1000");
    assert_hr(IVssBackupComponents_GatherWriterMetadata(vss, &async), S_OK);
    assert_hr(IVssAsync_Wait(async, 1), S_OK);
    assert_hr(IVssAsync_QueryStatus(async, &status, NULL), S_OK);
    assert_hr(status, VSS_S_ASYNC_PENDING);
    /* The object refuses other calls meanwhile. */
    assert_hr(IVssBackupComponents_GetWriterMetadataCount(vss, &count), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_GatherWriterStatus(vss, &other), VSS_E_BAD_STATE);
    assert_null(other);
    assert_hr(requestor_wait(async), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_GetWriterMetadataCount(vss, &count), S_OK);
    IVssBackupComponents_Release(vss);
}

static void assert_slot_is_free(void)
{
    GUID set = {0};
    IVssBackupComponents *vss = requestor_begin();

    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), S_OK);
    IVssBackupComponents_Release(vss);
}

static void do_snapshot_set__cancelled__nothing_is_left(void **state)
{
    GUID snapshot = {0};
    IVssAsync *async = NULL;
    VSS_SNAPSHOT_PROP prop;
    IVssBackupComponents *vss = requestor_prepared(&snapshot);

    (void)state;
    requestor_set_fault(L"Copy=0,20000");
    assert_hr(IVssBackupComponents_DoSnapshotSet(vss, &async), S_OK);
    assert_hr(IVssAsync_Cancel(async), S_OK);
    assert_hr(requestor_wait(async), VSS_S_ASYNC_CANCELLED);
    assert_hr(IVssBackupComponents_GetSnapshotProperties(vss, snapshot, &prop),
              VSS_E_OBJECT_NOT_FOUND);
    assert_hr(IVssBackupComponents_BackupComplete(vss, &async), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_AbortBackup(vss), S_OK);
    assert_slot_is_free();
    IVssBackupComponents_Release(vss);
}

static void abort_backup__snapshot_is_under_way__ends_it(void **state)
{
    GUID snapshot = {0};
    IVssAsync *async = NULL;
    HRESULT status = S_OK;
    IVssBackupComponents *vss = requestor_prepared(&snapshot);
    uint64_t start;

    (void)state;
    requestor_set_fault(L"Copy=0,20000");
    assert_hr(IVssBackupComponents_DoSnapshotSet(vss, &async), S_OK);
    start = GetTickCount64();
    assert_hr(IVssBackupComponents_AbortBackup(vss), S_OK);
    assert_true(GetTickCount64() - start < 10000);
    assert_hr(IVssAsync_QueryStatus(async, &status, NULL), S_OK);
    assert_hr(requestor_wait(async), VSS_S_ASYNC_CANCELLED);
    assert_int_equal(requestor_status(vss).state, VSS_WS_STABLE);
    assert_slot_is_free();
    IVssBackupComponents_Release(vss);
}

static void release__operation_is_under_way__it_goes_on_to_its_end(void **state)
{
    GUID snapshot = {0};
    IVssAsync *async = NULL;
    IVssBackupComponents *vss = requestor_prepared(&snapshot);

    (void)state;
    assert_hr(IVssBackupComponents_DoSnapshotSet(vss, &async), S_OK);
    IVssBackupComponents_Release(vss);
    assert_hr(requestor_wait(async), VSS_S_ASYNC_FINISHED);
    assert_slot_is_free();
}

/* --- faults ---------------------------------------------------------------------------------- */

static void fault__in_the_call__is_returned(void **state)
{
    IVssAsync *async = NULL;
    GUID set = {0};
    IVssBackupComponents *vss = requestor_begin();

    (void)state;
    requestor_set_fault(L"StartSnapshotSet:2=0x80042316;GatherWriterMetadata=0x80042318");
    assert_hr(IVssBackupComponents_GatherWriterMetadata(vss, &async), VSS_E_WRITER_INFRASTRUCTURE);
    assert_null(async);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), S_OK); /* only the second fails */
    IVssBackupComponents_Release(vss);
    vss = requestor_begin();
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), VSS_E_SNAPSHOT_SET_IN_PROGRESS);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), S_OK);
    IVssBackupComponents_Release(vss);
}

static void fault__in_the_operation__comes_from_query_status(void **state)
{
    GUID snapshot = {0};
    IVssBackupComponents *vss = requestor_prepared(&snapshot);

    (void)state;
    requestor_set_fault(L"DoSnapshotSet:async=0x8004231F,10");
    assert_hr(requestor_do(vss), VSS_E_INSUFFICIENT_STORAGE);
    assert_slot_is_free(); /* before an abort, too */
    assert_hr(IVssBackupComponents_AbortBackup(vss), S_OK);
    assert_slot_is_free();
    IVssBackupComponents_Release(vss);
}

static void fault__of_the_writer__is_in_its_status_only(void **state)
{
    static const struct
    {
        const char *label;
        const wchar_t *fault;
        VSS_WRITER_STATE state;
        HRESULT failure;
    } rows[] = {
        {"prepare snapshot", L"PrepareSnapshot=0x800423F3", VSS_WS_FAILED_AT_PREPARE_SNAPSHOT,
         VSS_E_WRITERERROR_RETRYABLE},
        {"freeze", L"Freeze=0x800423F2", VSS_WS_FAILED_AT_FREEZE, VSS_E_WRITERERROR_TIMEOUT},
        {"thaw", L"Thaw=0x800423F1", VSS_WS_FAILED_AT_THAW, VSS_E_WRITERERROR_OUTOFRESOURCES},
        {"after the call", L"DoSnapshotSet:writer=0x800423F4", VSS_WS_FAILED_AT_POST_SNAPSHOT,
         VSS_E_WRITERERROR_NONRETRYABLE},
        {"asked for", L"GatherWriterStatus:writer=0x80042409", VSS_WS_UNKNOWN,
         VSS_E_WRITER_STATUS_NOT_AVAILABLE},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        GUID snapshot = {0};
        IVssBackupComponents *vss = requestor_prepared(&snapshot);
        struct writer_report report;

        requestor_set_fault(rows[i].fault);
        assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
        report = requestor_status(vss);
        if (report.state != rows[i].state || report.failure != rows[i].failure)
            print_error("row %s: state %d, 0x%08lx\n", rows[i].label, (int)report.state,
                        (unsigned long)report.failure);
        assert_int_equal(report.state, rows[i].state);
        assert_hr(report.failure, rows[i].failure);
        requestor_set_fault(NULL);
        IVssBackupComponents_Release(vss);
    }
}

static void prepare__writer_fails__state_says_when(void **state)
{
    IVssBackupComponents *vss = requestor_begin();
    struct writer_report report;

    (void)state;
    requestor_select(vss);
    requestor_set_fault(L"PrepareForBackup:writer=0x800423F3");
    assert_hr(requestor_prepare(vss), VSS_S_ASYNC_FINISHED);
    report = requestor_status(vss);
    assert_int_equal(report.state, VSS_WS_FAILED_AT_PREPARE_BACKUP);
    assert_hr(report.failure, VSS_E_WRITERERROR_RETRYABLE);
    IVssBackupComponents_Release(vss);
}

static void do_snapshot_set__volume_of_the_logs_is_missing__inconsistent(void **state)
{
    GUID snapshot = {0};
    IVssBackupComponents *vss;
    struct writer_report report;

    (void)state;
    requestor_set_parameter(L"Database log files path", L"Q:\\logs");
    vss = requestor_prepared(&snapshot);
    assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
    report = requestor_status(vss);
    assert_int_equal(report.state, VSS_WS_FAILED_AT_PREPARE_SNAPSHOT);
    assert_hr(report.failure, VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT);
    assert_hr(IVssBackupComponents_AbortBackup(vss), S_OK);
    IVssBackupComponents_Release(vss);
}

static void do_snapshot_set__no_file_of_the_component_is_in_it__inconsistent(void **state)
{
    wchar_t volume[] = L"D:\\";
    GUID set = {0};
    GUID snapshot = {0};
    IVssBackupComponents *vss = requestor_begin();
    struct writer_report report;

    (void)state;
    requestor_select(vss);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), S_OK);
    assert_hr(IVssBackupComponents_AddToSnapshotSet(vss, volume, GUID_NULL, &snapshot), S_OK);
    assert_hr(requestor_prepare(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
    report = requestor_status(vss);
    assert_int_equal(report.state, VSS_WS_FAILED_AT_PREPARE_SNAPSHOT);
    assert_hr(report.failure, VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT);
    IVssBackupComponents_Release(vss);
}

/* --- freeze and thaw ------------------------------------------------------------------------- */

/* The program that writes the database. */
struct program
{
    struct requestor_events events;
    HANDLE thread;
    bool gives_up; /* goes on without waiting for the thaw */
    bool was_thawed;
};

static DWORD WINAPI program_main(void *argument)
{
    struct program *program = argument;
    const struct requestor_events *events = &program->events;

    if (WaitForSingleObject(events->freeze, WAIT_LIMIT_MS) != WAIT_OBJECT_0)
        return 1;
    requestor_write_file(TEST_DATABASE, "frozen", 6);
    SetEvent(events->frozen);
    if (program->gives_up) {
        /* Its own limit ends before the copy begins: the fault delays that. */
        WaitForSingleObject(events->thaw, 100);
        ResetEvent(events->frozen);
        return 0;
    }
    program->was_thawed = WaitForSingleObject(events->thaw, WAIT_LIMIT_MS) == WAIT_OBJECT_0;
    ResetEvent(events->frozen);
    requestor_write_file(TEST_DATABASE, "thawed", 6);
    return 0;
}

static void program_open(struct program *program, bool runs)
{
    requestor_events_open(&program->events, TEST_FREEZE_BASE);
    if (runs)
        program->thread = CreateThread(NULL, 0, program_main, program, 0, NULL);
}

static void program_close(struct program *program)
{
    if (program->thread) {
        assert_int_equal(WaitForSingleObject(program->thread, WAIT_LIMIT_MS), WAIT_OBJECT_0);
        CloseHandle(program->thread);
    }
    requestor_events_close(&program->events);
}

static void freeze__program_answers__copy_is_of_the_frozen_time(void **state)
{
    struct program program = {0};
    wchar_t device[MAX_PATH];
    char data[8];
    IVssBackupComponents *vss;

    (void)state;
    program_open(&program, true);
    vss = requestor_snapshot(device);
    assert_int_equal(requestor_status(vss).state, VSS_WS_WAITING_FOR_BACKUP_COMPLETE);
    program_close(&program);
    assert_true(program.was_thawed);
    assert_int_equal(requestor_read_shadow(device, TEST_DATABASE, data, sizeof(data)), 6);
    assert_memory_equal(data, "frozen", 6);
    assert_int_equal(requestor_read_file(TEST_DATABASE, data, sizeof(data)), 6);
    assert_memory_equal(data, "thawed", 6);
    IVssBackupComponents_Release(vss);
}

static void assert_freeze_times_out(bool frozen_before)
{
    struct program program = {0};
    GUID snapshot = {0};
    IVssBackupComponents *vss;
    struct writer_report report;

    program_open(&program, false);
    if (frozen_before)
        SetEvent(program.events.frozen);
    requestor_set_number(L"FreezeTimeoutMs", 200);
    vss = requestor_prepared(&snapshot);
    assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
    report = requestor_status(vss);
    assert_int_equal(report.state, VSS_WS_FAILED_AT_FREEZE);
    assert_hr(report.failure, VSS_E_WRITERERROR_TIMEOUT);
    /* The request is taken back, and a program that has seen it is let go on. */
    assert_int_equal(WaitForSingleObject(program.events.freeze, 0), WAIT_TIMEOUT);
    assert_int_equal(WaitForSingleObject(program.events.thaw, 0), WAIT_OBJECT_0);
    IVssBackupComponents_Release(vss);
    program_close(&program);
}

static void freeze__program_does_not_answer__writer_timed_out(void **state)
{
    (void)state;
    assert_freeze_times_out(false);
}

static void freeze__answer_is_of_an_earlier_one__writer_timed_out(void **state)
{
    (void)state;
    assert_freeze_times_out(true);
}

static void thaw__program_went_on_before__writer_timed_out(void **state)
{
    struct program program = {.gives_up = true};
    GUID snapshot = {0};
    IVssBackupComponents *vss;
    struct writer_report report;

    (void)state;
    program_open(&program, true);
    vss = requestor_prepared(&snapshot);
    requestor_set_fault(L"Copy=0,500");
    assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
    report = requestor_status(vss);
    assert_int_equal(report.state, VSS_WS_FAILED_AT_THAW);
    assert_hr(report.failure, VSS_E_WRITERERROR_TIMEOUT);
    IVssBackupComponents_Release(vss);
    program_close(&program);
}

static void freeze__copy_fails__program_goes_on(void **state)
{
    struct program program = {0};
    GUID snapshot = {0};
    IVssBackupComponents *vss;

    (void)state;
    program_open(&program, true);
    vss = requestor_prepared(&snapshot);
    requestor_set_fault(L"Copy=0x80042306");
    assert_hr(requestor_do(vss), VSS_E_PROVIDER_VETO);
    program_close(&program);
    assert_true(program.was_thawed);
    IVssBackupComponents_Release(vss);
}

/* --- recovery in the shadow ------------------------------------------------------------------ */

#define PAGE_BYTES 8192u

static void put32(unsigned char *page, size_t offset, uint32_t value)
{
    memcpy(page + offset, &value, sizeof(value));
}

static uint32_t get32(const unsigned char *page, size_t offset)
{
    uint32_t value;

    memcpy(&value, page + offset, sizeof(value));
    return value;
}

/* The checksum of a header page: all dwords but the first, and the seed. */
static uint32_t header_checksum(const unsigned char *page)
{
    uint32_t sum = 0x89abcdef;
    size_t i;

    for (i = 4; i < PAGE_BYTES; i += 4)
        sum ^= get32(page, i);
    return sum;
}

static void post_snapshot__recovered_is_set__header_in_the_shadow_is_clean(void **state)
{
    static unsigned char file[3 * PAGE_BYTES];
    static unsigned char copy[3 * PAGE_BYTES];
    static char calls[32768];
    wchar_t device[MAX_PATH];
    IVssBackupComponents *vss;

    (void)state;
    put32(file, 4, 0x89abcdef);
    put32(file, 8, 0x620);
    put32(file, 52, 2); /* dirty */
    put32(file, 236, PAGE_BYTES);
    put32(file, 296, 7);
    put32(file, 300, 9);
    put32(file, 416, 9);
    put32(file, 0, header_checksum(file));
    memcpy(file + PAGE_BYTES, file, PAGE_BYTES);
    memset(file + 2 * PAGE_BYTES, 'x', PAGE_BYTES);
    requestor_write_file(TEST_DATABASE, file, sizeof(file));
    requestor_set_number(L"Recovered", 1);
    SetEnvironmentVariableW(L"VSSAPI_LOG", TEST_FOLDER L"\\calls.log");
    vss = requestor_snapshot(device);
    SetEnvironmentVariableW(L"VSSAPI_LOG", NULL);
    assert_hr(requestor_status(vss).failure, S_OK);
    requestor_read_file(TEST_FOLDER L"\\calls.log", calls, sizeof(calls) - 1);
    assert_non_null(strstr(calls, " RecoverDatabase test aid: no log is replayed"));

    assert_int_equal(requestor_read_shadow(device, TEST_DATABASE, copy, sizeof(copy)),
                     sizeof(copy));
    assert_int_equal(get32(copy, 52), 3);
    assert_int_equal(get32(copy, 296) | get32(copy, 300) | get32(copy, 416), 0);
    assert_int_equal(get32(copy, 0), header_checksum(copy));
    assert_memory_equal(copy, copy + PAGE_BYTES, PAGE_BYTES);
    assert_memory_equal(copy + 2 * PAGE_BYTES, file + 2 * PAGE_BYTES, PAGE_BYTES);
    assert_int_equal(requestor_read_file(TEST_DATABASE, copy, sizeof(copy)), sizeof(copy));
    assert_memory_equal(copy, file, sizeof(file)); /* the live one is as it was */
    IVssBackupComponents_Release(vss);
}

static void post_snapshot__no_database__recovery_failed(void **state)
{
    wchar_t device[MAX_PATH];
    IVssBackupComponents *vss;
    struct writer_report report;

    (void)state;
    requestor_set_number(L"Recovered", 1);
    vss = requestor_snapshot(device);
    report = requestor_status(vss);
    assert_int_equal(report.state, VSS_WS_FAILED_AT_POST_SNAPSHOT);
    assert_hr(report.failure, VSS_E_WRITERERROR_RECOVERY_FAILED);
    IVssBackupComponents_Release(vss);
}

static void call_log__named_file__one_line_per_call(void **state)
{
    static const wchar_t path[] = TEST_FOLDER L"\\calls.log";
    wchar_t share[2001];
    char text[4096] = {0};
    IVssBackupComponents *vss;
    VSS_PWSZ exposed;

    (void)state;
    requestor_fill(share, L's', ARRAYSIZE(share) - 1);
    SetEnvironmentVariableW(L"VSSAPI_LOG", path);
    vss = requestor_create();
    IVssBackupComponents_SetContext(vss, VSS_CTX_BACKUP);
    IVssBackupComponents_ExposeSnapshot(vss, GUID_NULL, NULL, VSS_VOLSNAP_ATTR_EXPOSED_REMOTELY,
                                        share, &exposed);
    SetEnvironmentVariableW(L"VSSAPI_LOG", NULL);
    assert_true(requestor_read_file(path, text, sizeof(text) - 1) > 0);
    assert_non_null(strstr(text, "CreateVssBackupComponents hr=0x00000000\r\n"));
    assert_non_null(strstr(text, "SetContext context=0x00000000 hr=0x80042301\r\n"));
    assert_non_null(strstr(text, "sss... hr=0x80042301\r\n")); /* cut, but whole lines */
    DeleteFileW(path);
    IVssBackupComponents_Release(vss);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        requestor_test(async__just_started__pending_then_finished),
        requestor_test(async__wait_is_over_before_the_end__s_ok_and_pending),
        requestor_test(do_snapshot_set__cancelled__nothing_is_left),
        requestor_test(abort_backup__snapshot_is_under_way__ends_it),
        requestor_test(release__operation_is_under_way__it_goes_on_to_its_end),
        requestor_test(fault__in_the_call__is_returned),
        requestor_test(fault__in_the_operation__comes_from_query_status),
        requestor_test(fault__of_the_writer__is_in_its_status_only),
        requestor_test(prepare__writer_fails__state_says_when),
        requestor_test(do_snapshot_set__volume_of_the_logs_is_missing__inconsistent),
        requestor_test(do_snapshot_set__no_file_of_the_component_is_in_it__inconsistent),
        requestor_test(freeze__program_answers__copy_is_of_the_frozen_time),
        requestor_test(freeze__program_does_not_answer__writer_timed_out),
        requestor_test(freeze__answer_is_of_an_earlier_one__writer_timed_out),
        requestor_test(thaw__program_went_on_before__writer_timed_out),
        requestor_test(freeze__copy_fails__program_goes_on),
        requestor_test(post_snapshot__recovered_is_set__header_in_the_shadow_is_clean),
        requestor_test(post_snapshot__no_database__recovery_failed),
        requestor_test(call_log__named_file__one_line_per_call),
    };

    return cmocka_run_group_tests(tests, requestor_group_setup, requestor_group_teardown);
}
