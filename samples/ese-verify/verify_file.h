/* One file through the verifier of shim/ese, and what it found. */
#ifndef ESE_VERIFY_FILE_H
#define ESE_VERIFY_FILE_H

#include "ese/ese_stream.h"
#include "system.h"

/* Damage is counted to the end of the file, but only so much of it shown one by one. */
#define CHECK_FINDINGS_MAX 20u

enum check_outcome
{
    CHECK_GOOD,
    CHECK_SKIPPED,     /* by its name a file of an engine that no backup holds; not looked at */
    CHECK_CORRECTABLE, /* damaged, but no more than the engine mends by itself */
    CHECK_UNKNOWN,     /* could not be opened, or is not an ESE file: nothing is known of it */
    CHECK_DAMAGED,     /* or could not be read to its end */
};

struct verified_file
{
    enum check_outcome outcome;
    uint64_t bytes;                  /* of the file, when it was opened */
    char problem[SYSTEM_TEXT_BYTES]; /* why it could not be judged, or not to its end; else empty */
    struct ese_stream stream;        /* its header and counts */
    struct ese_fault findings[CHECK_FINDINGS_MAX];
    uint64_t finding_count; /* may be more */
    /* A log of version 7 is judged as a whole; segments it has none. */
    bool is_log7;
    uint32_t log7_ranges;
    enum ese_verdict log7_verdict;
    struct ese_log7_fault log7_fault;
};

/* Room to read into, as much as one read wants. */
#define CHECK_BUFFER_BYTES (1024u * 1024u)

/*
 * Reads PATH to its end, with a bar meanwhile. BUFFER has CHECK_BUFFER_BYTES. The file is not
 * changed: what can be corrected is corrected in the buffer. Pages that are bad are read once more,
 * in case that somebody was just writing them.
 */
void verify_file(struct verified_file *check, const char *path, uint8_t *buffer);

#endif
