/*
 * limited.h - a check on a thread of its own: what it asks may never answer, and must not hang the
 * doctor.
 */
#ifndef NTDSDOCTOR_LIMITED_H
#define NTDSDOCTOR_LIMITED_H

#include "findings.h"

#include <stdint.h>

struct limited_check
{
    void (*run)(struct findings *findings);
    void (*run_for)(struct findings *findings, const void *subject); /* if run is NULL */
    enum finding_area area;
    const wchar_t *late_id; /* of the finding that it did not answer */
    const wchar_t *asked;   /* what did not answer then, as a sentence begins */
    const wchar_t *next;    /* what to do then */
    uint32_t step_count;    /* waits that one run may take */
};

/* The limit of one step: the setting Timeout, at least 5 and at most 60 seconds. */
uint32_t limited_step_ms(void);

/*
 * Adds the findings of the check, if it is late those up to then and an error that the rest is not
 * known. A late one goes on: subject must be valid until the process ends. False: it was late.
 */
bool limited_run(struct findings *findings, const struct limited_check *check, const void *subject,
                 uint32_t step_ms);

#endif
