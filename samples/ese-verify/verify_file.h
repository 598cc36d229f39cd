/* Runs one file through the verifier of shim/ese. */
#ifndef ESE_VERIFY_FILE_H
#define ESE_VERIFY_FILE_H

#include "ese/ese_stream.h"
#include "system.h"

/* More faults are counted, but not kept. */
#define CHECK_FINDINGS_MAX 20u

enum check_outcome
{
    CHECK_GOOD,
    CHECK_SKIPPED,     /* by its name a file that is in no backup; not read */
    CHECK_CORRECTABLE, /* damaged, but the engine corrects it */
    CHECK_UNKNOWN,     /* could not be opened, or is not an ESE file */
    CHECK_DAMAGED,     /* or not readable to its end */
};

struct verified_file
{
    enum check_outcome outcome;
    uint64_t bytes;                  /* size when it was opened */
    char problem[SYSTEM_TEXT_BYTES]; /* why it could not be checked to its end; else empty */
    struct ese_stream stream;        /* its header and counts */
    struct ese_fault findings[CHECK_FINDINGS_MAX];
    uint64_t finding_count; /* may be more */
    /* A log of version 7 has no segments and is checked as a whole. */
    bool is_log7;
    uint32_t log7_ranges;
    enum ese_verdict log7_verdict;
    struct ese_log7_fault log7_fault;
};

/* Bytes of one read. */
#define CHECK_BUFFER_BYTES (1024u * 1024u)

/* Reads PATH to its end, and shows the progress. BUFFER has CHECK_BUFFER_BYTES. Corrections are
 * made in the buffer, not in the file. Bad pages are read twice: another program may have been
 * writing them.
 */
void verify_file(struct verified_file *check, const char *path, uint8_t *buffer);

#endif
