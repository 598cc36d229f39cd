/*
 * retry.h - which failures of a backup pass, and how long to wait before the next attempt.
 */
#ifndef NTDSVSS_RETRY_H
#define NTDSVSS_RETRY_H

#include <windows.h>
#include <stdint.h>

struct retry
{
    uint64_t start_ms, deadline_ms; /* of the clock of retry_next_ms */
    unsigned int failures;
    uint32_t random;
};

/* From now on and for budget_ms; seed: something that differs between two requestors. */
void retry_init(struct retry *retry, uint64_t now_ms, uint32_t budget_ms, uint32_t seed);

/*
 * How long to wait before the next attempt, after one failed with hr; 0: this failure is final, or
 * the time does not suffice.
 *
 * While another program makes a shadow copy: one to three sixteenths of the time that has passed,
 * but 50 ms at least and 3 s at most, as long as the time lasts. After what Microsoft Learn
 * calls transient (DoSnapshotSet, SetWriterFailureEx), for which it advises up to three retries ten
 * minutes apart: three times, after about 5 seconds, 1 minute and 8 minutes, since most of it
 * passes sooner. A random part keeps requestors that failed together from trying again together.
 */
DWORD retry_next_ms(struct retry *retry, uint64_t now_ms, HRESULT hr);

#endif
