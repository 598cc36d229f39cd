/*
 * test_retry.c - which failures are tried again, how often and after how long.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "requestor/retry.h"

#include <vss.h>
#include <vswriter.h>
#include <vsserror.h>

#define NOW     1000000u
#define FOREVER 0x7fffffffu
#define SEEDS   1000u

static void failure__transient__is_tried_again_three_times(void **state)
{
    static const HRESULT codes[] = {VSS_E_FLUSH_WRITES_TIMEOUT,
                                    VSS_E_HOLD_WRITES_TIMEOUT,
                                    VSS_E_PROVIDER_VETO,
                                    VSS_E_UNEXPECTED_PROVIDER_ERROR,
                                    VSS_E_WRITERERROR_RETRYABLE,
                                    VSS_E_WRITERERROR_TIMEOUT,
                                    VSS_E_WRITERERROR_OUTOFRESOURCES,
                                    VSS_E_WRITER_STATUS_NOT_AVAILABLE};
    struct retry retry;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(codes); i++) {
        retry_init(&retry, NOW, FOREVER, (uint32_t)i);
        assert_in_range(retry_next_ms(&retry, NOW, codes[i]), 5000, 6000);
        assert_in_range(retry_next_ms(&retry, NOW, codes[i]), 60000, 72000);
        assert_in_range(retry_next_ms(&retry, NOW, codes[i]), 480000, 576000);
        assert_int_equal(retry_next_ms(&retry, NOW, codes[i]), 0);
    }
}

/* Whatever chance says. */
static void failure__transient__has_its_first_two_retries_within_the_default(void **state)
{
    struct retry retry;
    uint32_t seed;

    (void)state;
    for (seed = 0; seed < SEEDS; seed++) {
        uint64_t now = NOW;
        DWORD step;

        retry_init(&retry, NOW, 600000, seed);
        step = retry_next_ms(&retry, now, VSS_E_HOLD_WRITES_TIMEOUT);
        assert_true(step);
        now += step;
        step = retry_next_ms(&retry, now, VSS_E_HOLD_WRITES_TIMEOUT);
        assert_true(step);
    }
}

static void creation_slot__taken__is_asked_for_as_long_as_the_time_lasts(void **state)
{
    struct retry retry;
    uint64_t now = NOW;
    unsigned int count = 0;
    DWORD step;

    (void)state;
    retry_init(&retry, NOW, 600000, 1);
    while ((step = retry_next_ms(&retry, now, VSS_E_SNAPSHOT_SET_IN_PROGRESS)) != 0) {
        DWORD least = now < NOW + 800 ? 50 : now > NOW + 16000 ? 1000 : (DWORD)(now - NOW) / 16;

        assert_in_range(step, least, 3 * least - 1);
        now += step;
        count++;
    }
    assert_in_range(count, 200, 600);
    assert_in_range(now, NOW + 600000 - 3000, NOW + 600000);
}

/* Requestors that were refused together do not all come back together. */
static void creation_slot__taken__seeds_differ(void **state)
{
    DWORD first = 0;
    unsigned int equal = 0;
    struct retry retry;
    uint32_t seed;

    (void)state;
    for (seed = 0; seed < SEEDS; seed++) {
        DWORD step;

        retry_init(&retry, NOW, FOREVER, seed * 4); /* process ids */
        step = retry_next_ms(&retry, NOW, VSS_E_SNAPSHOT_SET_IN_PROGRESS);
        first = seed ? first : step;
        equal += step / 10 == first / 10;
    }
    assert_in_range(equal, 1, SEEDS / 5);
}

static void failure__any_other__is_final(void **state)
{
    static const HRESULT codes[] = {VSS_E_WRITERERROR_NONRETRYABLE,
                                    VSS_E_INSUFFICIENT_STORAGE,
                                    VSS_E_BAD_STATE,
                                    E_FAIL,
                                    E_ACCESSDENIED,
                                    HRESULT_FROM_WIN32(ERROR_TIMEOUT),
                                    HRESULT_FROM_WIN32(ERROR_CANCELLED)};
    struct retry retry;
    size_t i;

    (void)state;
    retry_init(&retry, NOW, FOREVER, 1);
    for (i = 0; i < ARRAYSIZE(codes); i++)
        assert_int_equal(retry_next_ms(&retry, NOW, codes[i]), 0);
}

static void budget__none__nothing_is_tried_again(void **state)
{
    struct retry retry;

    (void)state;
    retry_init(&retry, NOW, 0, 1);
    assert_int_equal(retry_next_ms(&retry, NOW, VSS_E_SNAPSHOT_SET_IN_PROGRESS), 0);
    assert_int_equal(retry_next_ms(&retry, NOW, VSS_E_HOLD_WRITES_TIMEOUT), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failure__transient__is_tried_again_three_times),
        cmocka_unit_test(failure__transient__has_its_first_two_retries_within_the_default),
        cmocka_unit_test(creation_slot__taken__is_asked_for_as_long_as_the_time_lasts),
        cmocka_unit_test(creation_slot__taken__seeds_differ),
        cmocka_unit_test(failure__any_other__is_final),
        cmocka_unit_test(budget__none__nothing_is_tried_again),
    };

    return cmocka_run_group_tests_name("retry", tests, NULL, NULL);
}
