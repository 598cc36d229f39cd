/*
 * test_writer_status.c - of all writers that VSS lists the directory's own is judged, by its state
 * and by its code. A VSS of four methods lists what the tests say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <windows.h>
#include <cmocka.h>

#include "requestor/writer.h"

#include <oleauto.h>
#include <vsserror.h>

#define TIMED_OUT HRESULT_FROM_WIN32(ERROR_TIMEOUT)
#define CANCELLED HRESULT_FROM_WIN32(ERROR_CANCELLED)

static const struct ntdsvss_settings settings = {.wait_ms = 1000};
static const struct target target = {.writer_class = &ntds_writer_class, .label = L"NTDS"};
static const struct writer directory = {.target = &target, .instance = {.Data1 = 2}};

/* --- VSS ----------------------------------------------------------------------------------------
 */

struct listed
{
    unsigned long instance;
    VSS_WRITER_STATE state;
    HRESULT failure;
};

static struct
{
    struct listed writers[2];
    UINT count;
    HRESULT gather; /* result of the operation */
    HRESULT get;
    unsigned int asked, freed;
} vss;

static ULONG STDMETHODCALLTYPE release(IVssAsync *async)
{
    (void)async;
    return 0;
}

static HRESULT STDMETHODCALLTYPE wait_for(IVssAsync *async, DWORD wait_ms)
{
    (void)async;
    (void)wait_ms;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE query_status(IVssAsync *async, HRESULT *status, INT *reserved)
{
    (void)async;
    (void)reserved;
    *status = FAILED(vss.gather) ? vss.gather : VSS_S_ASYNC_FINISHED;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE gather(IVssBackupComponents *components, IVssAsync **async)
{
    static IVssAsyncVtbl methods = {
        .Release = release, .Wait = wait_for, .QueryStatus = query_status};
    static IVssAsync operation = {&methods};

    (void)components;
    vss.asked++;
    *async = &operation;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE get_count(IVssBackupComponents *components, UINT *count)
{
    (void)components;
    *count = vss.count;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE get_status(IVssBackupComponents *components, UINT index,
                                            VSS_ID *instance, VSS_ID *class_id, BSTR *name,
                                            VSS_WRITER_STATE *state, HRESULT *failure)
{
    (void)components;
    assert_in_range(index, 0, vss.count - 1);
    *instance = (VSS_ID){.Data1 = vss.writers[index].instance};
    *class_id = ntds_writer_class;
    *name = SysAllocString(L"NTDS");
    *state = vss.writers[index].state;
    *failure = vss.writers[index].failure;
    return vss.get;
}

static HRESULT STDMETHODCALLTYPE free_status(IVssBackupComponents *components)
{
    (void)components;
    vss.freed++;
    return S_OK;
}

static IVssBackupComponents *components(void)
{
    static IVssBackupComponentsVtbl methods = {.GatherWriterStatus = gather,
                                               .GetWriterStatusCount = get_count,
                                               .GetWriterStatus = get_status,
                                               .FreeWriterStatus = free_status};
    static IVssBackupComponents object = {&methods};

    return &object;
}

/* Another writer of the class, then the directory's. */
static void list(VSS_WRITER_STATE other_state, HRESULT other_failure, VSS_WRITER_STATE state,
                 HRESULT failure)
{
    memset(&vss, 0, sizeof(vss));
    vss.count = 2;
    vss.writers[0] = (struct listed){1, other_state, other_failure};
    vss.writers[1] = (struct listed){2, state, failure};
}

static HRESULT check(void)
{
    return writer_check_status(&settings, components(), &directory, L"a step");
}

static HRESULT prefer(HRESULT hr)
{
    return writer_prefer_status(&settings, components(), &directory, L"a step", hr);
}

/* --- tests ---------------------------------------------------------------------------------------
 */

static void check__every_state_without_a_code__only_stable_and_waiting_are_well(void **state)
{
    int value;

    (void)state;
    for (value = -1; value <= VSS_WS_COUNT; value++) {
        bool well = value >= VSS_WS_STABLE && value <= VSS_WS_WAITING_FOR_BACKUP_COMPLETE;

        list(VSS_WS_STABLE, S_OK, (VSS_WRITER_STATE)value, S_OK);
        if (check() != (well ? S_OK : VSS_E_UNEXPECTED_WRITER_ERROR))
            fail_msg("state %d: 0x%08lx", value, (unsigned long)check());
        assert_int_equal(vss.freed, vss.asked);
    }
}

static void check__a_code__is_the_result_in_any_state(void **state)
{
    static const VSS_WRITER_STATE states[] = {
        VSS_WS_UNKNOWN, VSS_WS_STABLE, VSS_WS_WAITING_FOR_BACKUP_COMPLETE, VSS_WS_FAILED_AT_FREEZE};
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(states); i++) {
        list(VSS_WS_STABLE, S_OK, states[i], VSS_E_WRITERERROR_TIMEOUT);
        assert_int_equal(check(), VSS_E_WRITERERROR_TIMEOUT);
    }
}

static void check__another_writer__does_not_count(void **state)
{
    (void)state;
    list(VSS_WS_FAILED_AT_FREEZE, VSS_E_WRITERERROR_TIMEOUT, VSS_WS_STABLE, S_OK);
    assert_int_equal(check(), S_OK);
    list(VSS_WS_STABLE, S_OK, VSS_WS_FAILED_AT_FREEZE, VSS_E_WRITERERROR_RETRYABLE);
    assert_int_equal(check(), VSS_E_WRITERERROR_RETRYABLE);
}

static void check__not_listed__does_not_respond(void **state)
{
    (void)state;
    list(VSS_WS_STABLE, S_OK, VSS_WS_STABLE, S_OK);
    vss.count = 1;
    assert_int_equal(check(), VSS_E_WRITER_NOT_RESPONDING);
    vss.count = 0;
    assert_int_equal(check(), VSS_E_WRITER_NOT_RESPONDING);
}

static void check__vss_does_not_say__is_its_failure(void **state)
{
    (void)state;
    list(VSS_WS_STABLE, S_OK, VSS_WS_STABLE, S_OK);
    vss.gather = VSS_E_UNEXPECTED;
    assert_int_equal(check(), VSS_E_UNEXPECTED);
    list(VSS_WS_STABLE, S_OK, VSS_WS_STABLE, S_OK);
    vss.get = VSS_E_OBJECT_NOT_FOUND;
    assert_int_equal(check(), VSS_E_OBJECT_NOT_FOUND);
    assert_int_equal(vss.freed, 1);
}

static void prefer__operation_and_writer__says_what_tells_more(void **state)
{
    static const struct
    {
        HRESULT operation, writer, expected;
    } rows[] = {
        {S_OK, S_OK, S_OK},
        {S_OK, VSS_E_WRITERERROR_TIMEOUT, VSS_E_WRITERERROR_TIMEOUT},
        {S_OK, VSS_E_WRITER_NOT_RESPONDING, VSS_E_WRITER_NOT_RESPONDING},
        {VSS_E_UNEXPECTED, S_OK, VSS_E_UNEXPECTED},
        {VSS_E_UNEXPECTED, VSS_E_WRITERERROR_NONRETRYABLE, VSS_E_WRITERERROR_NONRETRYABLE},
        {VSS_E_UNEXPECTED, VSS_E_WRITERERROR_PARTIAL_FAILURE, VSS_E_WRITERERROR_PARTIAL_FAILURE},
        {VSS_E_UNEXPECTED, VSS_E_WRITER_NOT_RESPONDING, VSS_E_UNEXPECTED},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        list(VSS_WS_STABLE, S_OK, VSS_WS_STABLE, rows[i].writer);
        if (prefer(rows[i].operation) != rows[i].expected)
            fail_msg("row %u: 0x%08lx", (unsigned int)i, (unsigned long)prefer(rows[i].operation));
    }
}

/* The next call might hang as well. */
static void prefer__timed_out_or_cancelled__does_not_ask(void **state)
{
    (void)state;
    list(VSS_WS_STABLE, S_OK, VSS_WS_FAILED_AT_FREEZE, VSS_E_WRITERERROR_TIMEOUT);
    assert_int_equal(prefer(TIMED_OUT), TIMED_OUT);
    assert_int_equal(prefer(CANCELLED), CANCELLED);
    assert_int_equal(vss.asked, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check__every_state_without_a_code__only_stable_and_waiting_are_well),
        cmocka_unit_test(check__a_code__is_the_result_in_any_state),
        cmocka_unit_test(check__another_writer__does_not_count),
        cmocka_unit_test(check__not_listed__does_not_respond),
        cmocka_unit_test(check__vss_does_not_say__is_its_failure),
        cmocka_unit_test(prefer__operation_and_writer__says_what_tells_more),
        cmocka_unit_test(prefer__timed_out_or_cancelled__does_not_ask),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
