/*
 * test_vss_wait.c - what ends the wait for a VSS operation. The operation answers as the tests say.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "requestor/vss_wait.h"

#include <vss.h>

static struct ntdsvss_settings settings = {.wait_ms = 2000};

static struct
{
    HRESULT waited, status;
    unsigned int polls, cancels, releases;
} operation;

static ULONG STDMETHODCALLTYPE release(IVssAsync *async)
{
    (void)async;
    operation.releases++;
    return 0;
}

static HRESULT STDMETHODCALLTYPE cancel(IVssAsync *async)
{
    (void)async;
    operation.cancels++;
    operation.status = VSS_S_ASYNC_CANCELLED;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE wait_for(IVssAsync *async, DWORD wait_ms)
{
    (void)async;
    (void)wait_ms;
    operation.polls++;
    return operation.waited;
}

static HRESULT STDMETHODCALLTYPE query_status(IVssAsync *async, HRESULT *status, INT *reserved)
{
    (void)async;
    (void)reserved;
    *status = operation.status;
    return S_OK;
}

static HRESULT run(HRESULT waited, HRESULT status)
{
    static const IVssAsyncVtbl methods = {
        .Release = release, .Cancel = cancel, .Wait = wait_for, .QueryStatus = query_status};
    static IVssAsync object = {.lpVtbl = (IVssAsyncVtbl *)&methods};
    IVssAsync *async = &object;

    operation.waited = waited;
    operation.status = status;
    operation.polls = 0;
    operation.cancels = 0;
    operation.releases = 0;
    return vss_wait(&settings, L"Operation", S_OK, &async);
}

static void wait__operation_finished__succeeds(void **state)
{
    (void)state;
    assert_int_equal(run(S_OK, VSS_S_ASYNC_FINISHED), S_OK);
    assert_int_equal(operation.releases, 1);
}

static void wait__operation_failed__is_its_code(void **state)
{
    (void)state;
    assert_int_equal(run(S_OK, E_ACCESSDENIED), E_ACCESSDENIED);
}

/* Success codes that are none. */
static void wait__operation_cancelled_or_unknown__fails(void **state)
{
    (void)state;
    assert_int_equal(run(S_OK, VSS_S_ASYNC_CANCELLED), HRESULT_FROM_WIN32(ERROR_CANCELLED));
    assert_int_equal(run(S_OK, S_FALSE), E_UNEXPECTED);
}

/* The service has died: it would never be anything but pending. */
static void wait__that_fails__is_not_repeated(void **state)
{
    const HRESULT gone = HRESULT_FROM_WIN32(RPC_S_SERVER_UNAVAILABLE);

    (void)state;
    assert_int_equal(run(gone, VSS_S_ASYNC_PENDING), gone);
    assert_int_equal(operation.polls, 1);
    assert_int_equal(operation.cancels, 0);
}

/* Until it has stopped, VSS refuses what ends the session. */
static void wait__limit_is_over__cancels_and_waits_until_it_has_stopped(void **state)
{
    HRESULT hr;

    (void)state;
    settings.wait_ms = 0;
    hr = run(S_OK, VSS_S_ASYNC_PENDING);
    settings.wait_ms = 2000;
    assert_int_equal(hr, HRESULT_FROM_WIN32(ERROR_TIMEOUT));
    assert_int_equal(operation.cancels, 1);
    assert_int_equal(operation.polls, 2);
    assert_int_equal(operation.releases, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wait__operation_finished__succeeds),
        cmocka_unit_test(wait__operation_failed__is_its_code),
        cmocka_unit_test(wait__operation_cancelled_or_unknown__fails),
        cmocka_unit_test(wait__that_fails__is_not_repeated),
        cmocka_unit_test(wait__limit_is_over__cancels_and_waits_until_it_has_stopped),
    };

    return cmocka_run_group_tests_name("vss_wait", tests, NULL, NULL);
}
