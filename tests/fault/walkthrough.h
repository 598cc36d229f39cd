/*
 * walkthrough.h - a full backup as the old documentation tells callers to make one, in process.
 *
 * Must not know shadow copies, brokers or faults.
 */
#ifndef FAULT_WALKTHROUGH_H
#define FAULT_WALKTHROUGH_H

#include <windows.h>
#include <stdint.h>

/* What came of a walkthrough. */
struct walk_result
{
    const char *failed_call; /* the first that failed, a literal; NULL: none */
    HRESULT hr;              /* what it returned; S_OK: everything succeeded */
    uint64_t bytes;          /* delivered, of all files */
    unsigned int file_count; /* delivered to their ends */
};

/*
 * Prepare, all databases, all logs, truncate, End; after a failure End only. Every output that the
 * contract calls NULL or 0 after a failure is checked: one that is not counts as a failure of its
 * call with E_UNEXPECTED.
 *
 * at  Called before each step with its name: "prepare", "names", "open", "read", "close", "logs",
 *     "open-log", "read-log", "close-log", "end", "ended". Steps of files come once per file. May
 * be NULL.
 */
void walk(void (*at)(void *context, const char *step), void *context, struct walk_result *result);

#endif
