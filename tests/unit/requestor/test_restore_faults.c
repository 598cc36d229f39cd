/*
 * test_restore_faults.c - VSS failing in every call of a restore, and a restore without a writer.
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
    {L"CreateVssBackupComponents=0x80070005", STEP_START, E_ACCESSDENIED, 0, 0, false},
    {L"CreateVssBackupComponents=0x80004001", STEP_START, NTDSVSS_E_UNAVAILABLE, 0, 0, false},
    {L"InitializeForRestore=0x80042308", STEP_START, FAULT_HR, 0, 0, false},
    {L"EnableWriterClasses=0x80042308", STEP_START, FAULT_HR, 0, 0, false},
    {L"GatherWriterMetadata=0x80042308", STEP_START, FAULT_HR, 0, 0, false},
    {L"GatherWriterMetadata:async=0x80042318", STEP_START, (HRESULT)0x80042318, 0, 0, false},
    {L"GetWriterMetadataCount=0x80042308", STEP_START, FAULT_HR, 0, 0, false},
    {L"GetWriterMetadata=0x80042308", STEP_START, FAULT_HR, 0, 0, false},
    {L"GetWriterComponentsCount=0x80042308", STEP_START, FAULT_HR, 0, 0, false},
    {L"GetWriterComponents=0x80042308", STEP_START, FAULT_HR, 0, 0, false},
    {L"GetWriterComponents=0x800706ba", STEP_START, NTDSVSS_E_UNAVAILABLE, 0, 0, false},
    {L"SetSelectedForRestore=0x80042308", STEP_REGISTER, FAULT_HR, 0, 0, false},
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

/* The step that failed, with its result; STEP_COMPLETE and S_OK where none did. */
static enum step run(HRESULT *hr)
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
    ntdsvss_restore_close(restore);
    return step;
}

static bool row_is_met(const struct row *row)
{
    HRESULT hr;
    enum step step = run(&hr);
    bool interlock = directory_keys_exist(INTERLOCK_KEY);
    int64_t marker = directory_keys_number(PARAMETERS_KEY, MARKER);
    unsigned int pre_restores = restore_session_calls(L"PreRestore");
    unsigned int post_restores = restore_session_calls(L"PostRestore");

    if (step == row->step && hr == row->hr && interlock == row->interlock &&
        marker == (step == STEP_START ? -1 : 1) && pre_restores == row->pre_restores &&
        post_restores == row->post_restores && wcsstr(session_log, L"failed") != NULL &&
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
        cmocka_unit_test_setup(restore__without_a_writer__goes_through_without_its_calls,
                               restore_session_setup),
        cmocka_unit_test_setup(restore__without_a_writer_and_left__keeps_interlock_and_marker,
                               restore_session_setup),
    };

    return cmocka_run_group_tests_name("restore_faults", tests, restore_session_group_setup,
                                       restore_session_group_teardown);
}
