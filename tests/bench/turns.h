/*
 * Two programs that measure in turns, so that load which comes and goes meets both.
 *
 * Knows nothing of what they measure. One pair at a time on a machine; a program whose other half
 * does not come or dies ends with a message.
 */
#ifndef TESTS_BENCH_TURNS_H
#define TESTS_BENCH_TURNS_H

#include <windows.h>
#include <stdbool.h>

#define TURNS_ROUNDS 41u

struct turns
{
    double (*times)[TURNS_ROUNDS]; /* shared; [0] is the second program's, [1] the first's */
    HANDLE section;
    HANDLE mine, others; /* events: whose turn it is */
};

/* Both programs call it, one of them with first; that one has the first turn, once both are there.
 */
void turns_begin(struct turns *turns, bool first);
/* Until it is this program's turn. */
void turns_wait(struct turns *turns);
/* The turn is over: it is the other's. */
void turns_pass(struct turns *turns);
void turns_end(struct turns *turns);

#endif
