/*
 * limited.c - waits for the thread of a check, and leaves it behind if it is late.
 */
#include "limited.h"

#include "host/settings.h"

#include <process.h>
#include <stdlib.h>

#define STEP_LEAST_MS 5000u
#define STEP_MOST_MS  60000u

/* Belongs to the thread if that is late. */
struct run
{
    const struct limited_check *check;
    const void *subject;
    struct findings findings;
};

uint32_t limited_step_ms(void)
{
    struct settings settings;

    settings_read(&settings);
    if (settings.wait_ms < STEP_LEAST_MS)
        return STEP_LEAST_MS;
    return settings.wait_ms < STEP_MOST_MS ? settings.wait_ms : STEP_MOST_MS;
}

static unsigned __stdcall run_thread(void *parameter)
{
    struct run *run = parameter;

    if (run->check->run)
        run->check->run(&run->findings);
    else
        run->check->run_for(&run->findings, run->subject);
    return 0;
}

bool limited_run(struct findings *findings, const struct limited_check *check, const void *subject,
                 uint32_t step_ms)
{
    uint32_t limit_ms = check->step_count * step_ms;
    struct run *run = calloc(1, sizeof(*run));
    HANDLE thread = NULL;
    bool is_late;

    if (run) {
        run->check = check;
        run->subject = subject;
        thread = (HANDLE)_beginthreadex(NULL, 0, run_thread, run, 0, NULL);
    }
    if (!thread) {
        findings->is_incomplete = true;
        free(run);
        return false;
    }
    is_late = WaitForSingleObject(thread, limit_ms) != WAIT_OBJECT_0;
    CloseHandle(thread);
    findings_move(findings, &run->findings);
    if (!is_late)
        free(run);
    else
        findings_add(findings, check->area,
                     run->findings.late_as ? run->findings.late_as : FINDING_ERROR, check->late_id,
                     check->next, L"Not known: %ls did not answer within %u s.", check->asked,
                     limit_ms / 1000);
    return !is_late;
}
