/*
 * test_restore_faults.c - VSS failing in every call of a restore, which goes on without it as long
 * as no writer was told, and a restore without a writer.
 */
#include "restore_fixture.h"

#include <wchar.h>

#define FAULT_HR  ((HRESULT)0x80042308L) /* VSS_E_OBJECT_NOT_FOUND: nothing special to anybody */
#define WRITER_HR ((HRESULT)0x800423f4L) /* VSS_E_WRITERERROR_NONRETRYABLE */

enum step
{
    STEP_START,
    STEP_REGISTER,
    STEP_COMPLETE
};

/* What the log says of a restore that goes on. */
#define WITHOUT_VSS L"The restore goes on without VSS and without a writer"

/* These fail a restore also before the writer is told, or the document is refused. */
#define FAILS_START(fault, hr)                                                                     \
    {                                                                                              \
        L"" fault, STEP_START, (HRESULT)hr, 0, 0, false                                            \
    }

/* A fault for which the restore goes on to its good end, and the reason that it gives. */
static const struct
{
    const wchar_t *fault;
    HRESULT reason;
} passed_over[] = {
    {L"CreateVssBackupComponents=0x80004001", NTDSVSS_E_UNAVAILABLE},
    {L"CreateVssBackupComponents=0x8007043c", NTDSVSS_E_UNAVAILABLE},
    {L"CreateVssBackupComponents=0x80042301", (HRESULT)0x80042301},
    {L"CreateVssBackupComponents=0x80070005", E_ACCESSDENIED}, /* DCOM's rights are broken */
    {L"InitializeForRestore=0x80042308", FAULT_HR},
    {L"InitializeForRestore=0x8007043c", (HRESULT)0x8007043c}, /* safe mode */
    {L"InitializeForRestore=0x8007042c", (HRESULT)0x8007042c}, /* what it depends on */
    {L"InitializeForRestore=0x80070422", (HRESULT)0x80070422}, /* disabled */
    {L"InitializeForRestore=0x80040154", (HRESULT)0x80040154}, /* not registered */
    {L"EnableWriterClasses=0x80042308", FAULT_HR},
    {L"GatherWriterMetadata=0x80042308", FAULT_HR},
    {L"GatherWriterMetadata:async=0x80042318", (HRESULT)0x80042318},
    {L"GetWriterMetadataCount=0x80042308", FAULT_HR},
    {L"GetWriterMetadata=0x80042308", FAULT_HR},
    {L"GetWriterComponentsCount=0x80042308", FAULT_HR},
    {L"GetWriterComponents=0x80042308", FAULT_HR},
    {L"GetWriterComponents=0x800706ba", (HRESULT)0x800706ba},
    {L"SetSelectedForRestore=0x80042308", FAULT_HR},
    {L"SetSelectedForRestore=0x800706ba", (HRESULT)0x800706ba},
};

/* A fault, the step that fails for it, and what is there at the end of the session. */
static const struct row
{
    const wchar_t *fault;
    enum step step;
    HRESULT hr;
    unsigned int pre_restores;
    unsigned int post_restores; /* the session's close included */
    bool interlock;
} rows[] = {
    FAILS_START("InitializeForRestore=0x8007000e", 0x8007000e),
    FAILS_START("InitializeForRestore=0x80042311", 0x80042311),
    FAILS_START("GatherWriterMetadata:async=0x800704c7", 0x800704c7),
    FAILS_START("GetWriterComponents=0x80042310", 0x80042310),
    {L"SetSelectedForRestore=0x8007000e", STEP_REGISTER, E_OUTOFMEMORY, 0, 0, false},
    {L"PreRestore=0x80042308", STEP_REGISTER, FAULT_HR, 1, 0, false},
    {L"PreRestore=0x800706ba", STEP_REGISTER, NTDSVSS_E_UNAVAILABLE, 1, 0, false},
    {L"PreRestore:async=0x80042308", STEP_REGISTER, FAULT_HR, 1, 1, false},
    {L"PreRestore:writer=0x800423f4", STEP_REGISTER, WRITER_HR, 1, 1, false},
    {L"GatherWriterStatus=0x80042308", STEP_REGISTER, FAULT_HR, 1, 1, false},
    {L"GatherWriterStatus:async=0x80042308", STEP_REGISTER, FAULT_HR, 1, 1, false},
    {L"GatherWriterStatus:writer=0x800423f4", STEP_REGISTER, WRITER_HR, 1, 1, false},
    {L"GetWriterStatusCount=0x80042308", STEP_REGISTER, FAULT_HR, 1, 1, false},
    {L"GetWriterStatus=0x80042308", STEP_REGISTER, FAULT_HR, 1, 1, false},
    {L"SetFileRestoreStatus=0x80042308", STEP_COMPLETE, FAULT_HR, 1, 1, true},
    /* Refused: tried once more when the session is closed. */
    {L"PostRestore=0x80042308", STEP_COMPLETE, FAULT_HR, 1, 2, true},
    {L"PostRestore:1=0x80042308", STEP_COMPLETE, FAULT_HR, 1, 2, true},
    {L"PostRestore:async=0x80042308", STEP_COMPLETE, FAULT_HR, 1, 1, true},
    {L"PostRestore:writer=0x800423f4", STEP_COMPLETE, WRITER_HR, 1, 1, true},
    {L"GatherWriterStatus:2=0x80042308", STEP_COMPLETE, FAULT_HR, 1, 1, true},
    {L"GetWriterStatus:2=0x80042308", STEP_COMPLETE, FAULT_HR, 1, 1, true},
};

/* The step that failed, with its result; STEP_COMPLETE and S_OK where none did. *reason: why it
 * went on without VSS. */
static enum step run(HRESULT *hr, HRESULT *reason)
{
    struct ntdsvss_restore *restore = NULL;
    enum step step = STEP_START;
    bool flag;

    *hr = restore_session_start(&restore, &flag);
    if (SUCCEEDED(*hr)) {
        step = STEP_REGISTER;
        *hr = ntdsvss_restore_register(restore, &test_registration, &flag);
    }
    if (SUCCEEDED(*hr)) {
        step = STEP_COMPLETE;
        *hr = ntdsvss_restore_complete(restore, true);
    }
    *reason = ntdsvss_restore_vss_result(restore);
    ntdsvss_restore_close(restore);
    return step;
}

static bool row_is_met(const struct row *row)
{
    HRESULT hr, reason;
    enum step step = run(&hr, &reason);
    bool interlock = directory_keys_exist(INTERLOCK_KEY);
    int64_t marker = directory_keys_number(PARAMETERS_KEY, MARKER);
    unsigned int pre_restores = restore_session_calls(L"PreRestore");
    unsigned int post_restores = restore_session_calls(L"PostRestore");

    if (step == row->step && hr == row->hr && interlock == row->interlock &&
        marker == (step == STEP_START ? -1 : 1) && pre_restores == row->pre_restores &&
        post_restores == row->post_restores && wcsstr(session_log, L"failed") != NULL &&
        reason == S_OK && !restore_session_logged(WITHOUT_VSS) &&
        directory_keys_number(RECORD_KEY, L"Owner") == -1)
        return true;
    print_error("%ls: step %d, 0x%08lx, PreRestore %u, PostRestore %u, interlock %d, marker %d\n",
                row->fault, (int)step, (unsigned long)hr, pre_restores, post_restores, interlock,
                (int)marker);
    return false;
}

static void restore__a_call_fails__ends_as_it_must(void **state)
{
    unsigned int wrong = 0;
    size_t i;

    for (i = 0; i < ARRAYSIZE(rows); i++) {
        restore_session_setup(state);
        requestor_set_fault(NULL);
        requestor_set_fault(rows[i].fault);
        wrong += !row_is_met(&rows[i]);
    }
    assert_int_equal(wrong, 0);
}

static bool is_passed_over(const wchar_t *fault, HRESULT expected)
{
    HRESULT hr, reason;
    enum step step = run(&hr, &reason);
    bool interlock = directory_keys_exist(INTERLOCK_KEY);
    int64_t marker = directory_keys_number(PARAMETERS_KEY, MARKER);
    unsigned int told =
        restore_session_calls(L"PreRestore") + restore_session_calls(L"PostRestore");

    if (step == STEP_COMPLETE && hr == S_OK && reason == expected && !interlock && marker == 1 &&
        !told && restore_session_logged(L"failed") && restore_session_logged(WITHOUT_VSS))
        return true;
    print_error("%ls: step %d, 0x%08lx, reason 0x%08lx, %u calls of the writer, interlock %d, "
                "marker %d\n",
                fault, (int)step, (unsigned long)hr, (unsigned long)reason, told, interlock,
                (int)marker);
    return false;
}

static void restore__vss_fails_before_the_writer_is_told__goes_on_without_both(void **state)
{
    unsigned int wrong = 0;
    size_t i;

    for (i = 0; i < ARRAYSIZE(passed_over); i++) {
        restore_session_setup(state);
        requestor_set_fault(NULL);
        requestor_set_fault(passed_over[i].fault);
        wrong += !is_passed_over(passed_over[i].fault, passed_over[i].reason);
    }
    assert_int_equal(wrong, 0);
}

static void restore__vss_does_not_answer__goes_on_when_the_limit_is_over(void **state)
{
    static const wchar_t fault[] = L"GatherWriterMetadata:async=0,60000";

    (void)state;
    session_settings.wait_ms = 1000;
    requestor_set_fault(fault);
    assert_true(is_passed_over(fault, HRESULT_FROM_WIN32(ERROR_TIMEOUT)));
}

/* There a writer can be that would have to be told, by the 64-bit program. */
static void restore__refused_as_of_the_wrong_bitness__does_not_go_on_in_32_bits(void **state)
{
    static const struct
    {
        const wchar_t *fault;
        HRESULT reason;
    } refusals[] = {
        {L"InitializeForRestore=0x80042302", (HRESULT)0x80042302},
        {L"InitializeForRestore=0x8000ffff", E_UNEXPECTED},
        {L"CreateVssBackupComponents=0x8000ffff", E_UNEXPECTED},
    };
    BOOL is_wow64 = FALSE;
    HRESULT hr, reason;
    size_t i;

    IsWow64Process(GetCurrentProcess(), &is_wow64);
    for (i = 0; i < ARRAYSIZE(refusals); i++) {
        restore_session_setup(state);
        requestor_set_fault(NULL);
        requestor_set_fault(refusals[i].fault);
        if (!is_wow64) {
            assert_true(is_passed_over(refusals[i].fault, refusals[i].reason));
            continue;
        }
        assert_int_equal(run(&hr, &reason), STEP_START);
        assert_hr(hr, NTDSVSS_E_WRONG_BITNESS);
        assert_false(directory_keys_exist(INTERLOCK_KEY));
        assert_false(restore_session_logged(WITHOUT_VSS));
    }
}

/* Who cancels is not to be answered with a restore. */
static void restore__cancelled_while_vss_does_not_answer__fails(void **state)
{
    HRESULT hr, reason;

    (void)state;
    SetEvent(session_settings.cancel);
    requestor_set_fault(L"GatherWriterMetadata:async=0,60000");
    assert_int_equal(run(&hr, &reason), STEP_START);
    assert_hr(hr, HRESULT_FROM_WIN32(ERROR_CANCELLED));
}

static void restore__without_a_document__asks_no_vss(void **state)
{
    struct ntdsvss_restore *restore = NULL;
    bool has_writer = true;

    (void)state;
    assert_hr(ntdsvss_restore_create(&session_settings, &restore), S_OK);
    assert_hr(ntdsvss_restore_start(restore, NULL, backup_writer, &has_writer), S_OK);
    assert_false(has_writer);
    assert_hr(ntdsvss_restore_vss_result(restore), NTDSVSS_E_UNAVAILABLE);
    assert_hr(restore_session_register(restore), S_OK);
    assert_true(directory_keys_exist(INTERLOCK_KEY));
    assert_hr(ntdsvss_restore_complete(restore, true), S_OK);
    assert_false(directory_keys_exist(INTERLOCK_KEY));
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, MARKER), 1);
    ntdsvss_restore_close(restore);
    assert_int_equal(restore_session_calls(L"CreateVssBackupComponents"), 0);
    assert_int_equal(restore_session_calls(L"CreateVssExamineWriterMetadata"), 0);
}

/* As it usually is in Directory Services Restore Mode. */
static struct ntdsvss_restore *register_without_a_writer(void)
{
    struct ntdsvss_restore *restore = NULL;
    bool has_writer = true;
    bool taken_over = true;

    requestor_stop_directory();
    requestor_set_number(L"WriterInDsrm", 0);
    assert_hr(restore_session_start(&restore, &has_writer), S_OK);
    assert_false(has_writer);
    assert_hr(ntdsvss_restore_register(restore, &test_registration, &taken_over), S_OK);
    return restore;
}

static void restore__without_a_writer__goes_through_without_its_calls(void **state)
{
    struct ntdsvss_restore *restore = register_without_a_writer();

    (void)state;
    assert_true(directory_keys_exist(INTERLOCK_KEY));
    assert_hr(ntdsvss_restore_complete(restore, true), S_OK);
    assert_false(directory_keys_exist(INTERLOCK_KEY));
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, MARKER), 1);
    ntdsvss_restore_close(restore);
    assert_int_equal(restore_session_calls(L"SetSelectedForRestore"), 0);
    assert_int_equal(restore_session_calls(L"PreRestore"), 0);
    assert_int_equal(restore_session_calls(L"PostRestore"), 0);
}

static void restore__without_a_writer_and_left__keeps_interlock_and_marker(void **state)
{
    struct ntdsvss_restore *restore = register_without_a_writer();

    (void)state;
    ntdsvss_restore_close(restore);
    assert_true(directory_keys_exist(INTERLOCK_KEY));
    assert_int_equal(directory_keys_number(RECORD_KEY, L"Owner"), -1);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, MARKER), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(restore__a_call_fails__ends_as_it_must, restore_session_setup),
        cmocka_unit_test_setup(restore__vss_fails_before_the_writer_is_told__goes_on_without_both,
                               restore_session_setup),
        cmocka_unit_test_setup(restore__vss_does_not_answer__goes_on_when_the_limit_is_over,
                               restore_session_setup),
        cmocka_unit_test_setup(restore__refused_as_of_the_wrong_bitness__does_not_go_on_in_32_bits,
                               restore_session_setup),
        cmocka_unit_test_setup(restore__cancelled_while_vss_does_not_answer__fails,
                               restore_session_setup),
        cmocka_unit_test_setup(restore__without_a_document__asks_no_vss, restore_session_setup),
        cmocka_unit_test_setup(restore__without_a_writer__goes_through_without_its_calls,
                               restore_session_setup),
        cmocka_unit_test_setup(restore__without_a_writer_and_left__keeps_interlock_and_marker,
                               restore_session_setup),
    };

    return cmocka_run_group_tests_name("restore_faults", tests, restore_session_group_setup,
                                       restore_session_group_teardown);
}
