#include "recovery_facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define LOG_BYTES 131072u

struct ese_signature facts_series(uint8_t number)
{
    struct ese_signature signature = {{0}};

    signature.bytes[0] = number;
    return signature;
}

struct ese_recovery_log *facts_add(struct recovery_set *set, uint32_t generation, bool archived)
{
    struct ese_recovery_log *log = &set->logs[set->facts.log_count++];

    assert_true(set->facts.log_count <= FACTS_LOGS_MAX);
    memset(log, 0, sizeof(*log));
    log->name.kind = archived ? ESE_NAME_ARCHIVED_LOG : ESE_NAME_CURRENT_LOG;
    log->name.generation = archived ? generation : 0;
    log->name.hex_digits = archived ? 5 : 0;
    log->has_header = true;
    log->header.generation = generation;
    log->header.signature = facts_series(1);
    log->header.file_bytes = LOG_BYTES;
    ese_put32(log->header.created_raw, 100 + generation);
    ese_put32(log->header.previous_created_raw, 99 + generation);
    log->header.previous_sum = 0x5000u + generation - 1;
    log->file_bytes = LOG_BYTES;
    log->has_sum = true;
    log->sum = 0x5000u + generation;
    return log;
}

void facts_good(struct recovery_set *set)
{
    uint32_t generation;

    memset(set, 0, sizeof(*set));
    set->database.state = ESE_DBSTATE_DIRTY;
    set->database.log_signature = facts_series(1);
    set->database.required_low = 4;
    set->database.required_high = 6;
    set->database.committed_high = 7;
    set->checkpoint.log_signature = facts_series(1);
    set->checkpoint.position.generation = 3;
    set->facts.database = &set->database;
    set->facts.checkpoint = &set->checkpoint;
    set->facts.logs = set->logs;
    for (generation = 3; generation <= 7; generation++)
        facts_add(set, generation, true);
    facts_add(set, 8, false);
}

struct ese_recovery_log *facts_log(struct recovery_set *set, uint32_t generation)
{
    size_t i;

    for (i = 0; i < set->facts.log_count; i++) {
        if (ese_recovery_generation(&set->logs[i]) == generation)
            return &set->logs[i];
    }
    fail_msg("no log of generation %u", generation);
    return NULL;
}

void facts_remove(struct recovery_set *set, uint32_t generation)
{
    struct ese_recovery_log *log = facts_log(set, generation);

    *log = set->logs[--set->facts.log_count];
}
