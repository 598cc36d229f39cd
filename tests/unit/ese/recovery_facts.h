/*
 * Sets of logs for the tests of the rule, made of headers alone.
 */
#ifndef TESTS_RECOVERY_FACTS_H
#define TESTS_RECOVERY_FACTS_H

#include "ese/ese_recovery.h"

#define FACTS_LOGS_MAX 40u

struct recovery_set
{
    struct ese_database_header database;
    struct ese_checkpoint checkpoint;
    struct ese_recovery_log logs[FACTS_LOGS_MAX];
    struct ese_recovery_facts facts; /* points at the members above */
};

/* The series of logs of a number, from 1 on. */
struct ese_signature facts_series(uint8_t number);

/*
 * A set that holds to every rule: a dirty database of series 1 that needs generations 4 to 7, the
 * last of them committed only; archived logs 3 to 7, the current log 8, the checkpoint in 3.
 */
void facts_good(struct recovery_set *set);

/* Adds a log of series 1 that continues the one before it; archived or the current one. */
struct ese_recovery_log *facts_add(struct recovery_set *set, uint32_t generation, bool archived);

/* The archived log of a generation, or the current one; fails the test if there is none. */
struct ese_recovery_log *facts_log(struct recovery_set *set, uint32_t generation);
void facts_remove(struct recovery_set *set, uint32_t generation);

#endif
