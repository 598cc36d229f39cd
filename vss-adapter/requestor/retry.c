/*
 * retry.c - chooses the waits. It neither waits nor asks the clock.
 */
#include "retry.h"

#include <stdbool.h>
#include <vss.h>
#include <vswriter.h>
#include <vsserror.h>

#define BUSY_LEAST_MS 50u
#define BUSY_MOST_MS  1000u

static const DWORD transient_steps_ms[] = {5000, 60000, 480000};

#define TRANSIENT_RETRIES (sizeof(transient_steps_ms) / sizeof(transient_steps_ms[0]))

void retry_init(struct retry *retry, uint64_t now_ms, uint32_t budget_ms, uint32_t seed)
{
    retry->start_ms = now_ms;
    retry->deadline_ms = now_ms + budget_ms;
    retry->failures = 0;
    retry->random = seed;
}

/* 0 to spread - 1, by the generator of Numerical Recipes; nothing depends on its quality. */
static DWORD random_below(struct retry *retry, DWORD spread)
{
    retry->random = retry->random * 1664525u + 1013904223u;
    return (DWORD)((uint64_t)retry->random * spread >> 32);
}

static bool is_transient(HRESULT hr)
{
    static const HRESULT transient[] = {VSS_E_FLUSH_WRITES_TIMEOUT,
                                        VSS_E_HOLD_WRITES_TIMEOUT,
                                        VSS_E_PROVIDER_VETO,
                                        VSS_E_UNEXPECTED_PROVIDER_ERROR,
                                        VSS_E_WRITERERROR_RETRYABLE,
                                        VSS_E_WRITERERROR_TIMEOUT,
                                        VSS_E_WRITERERROR_OUTOFRESOURCES,
                                        VSS_E_WRITER_STATUS_NOT_AVAILABLE};
    size_t i;

    for (i = 0; i < sizeof(transient) / sizeof(transient[0]); i++) {
        if (transient[i] == hr)
            return true;
    }
    return false;
}

/* In proportion, so that little is lost wherever shadow copies take a second or minutes. */
static DWORD busy_step_ms(struct retry *retry, uint64_t now_ms)
{
    uint64_t step_ms = (now_ms - retry->start_ms) / 16;

    if (step_ms < BUSY_LEAST_MS)
        step_ms = BUSY_LEAST_MS;
    if (step_ms > BUSY_MOST_MS)
        step_ms = BUSY_MOST_MS;
    return (DWORD)step_ms + random_below(retry, 2 * (DWORD)step_ms);
}

DWORD retry_next_ms(struct retry *retry, uint64_t now_ms, HRESULT hr)
{
    DWORD step_ms = 0;

    if (hr == VSS_E_SNAPSHOT_SET_IN_PROGRESS) {
        step_ms = busy_step_ms(retry, now_ms);
    } else if (is_transient(hr) && retry->failures < TRANSIENT_RETRIES) {
        step_ms = transient_steps_ms[retry->failures++];
        step_ms += random_below(retry, step_ms / 5);
    }
    return now_ms + step_ms <= retry->deadline_ms ? step_ms : 0;
}
