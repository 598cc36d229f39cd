/* Runs one file through the verifier of shim/ese. */
#ifndef ESE_VERIFY_FILE_H
#define ESE_VERIFY_FILE_H

#include "file_pass.h"
#include "system.h"

/* More faults are counted, but not kept. */
#define CHECK_FINDINGS_MAX 20u

enum check_outcome
{
    CHECK_GOOD,
    CHECK_SKIPPED,     /* by its name a file that is in no backup; not read */
    CHECK_CORRECTABLE, /* damaged, but the engine corrects it */
    CHECK_UNKNOWN,     /* is not an ESE file */
    CHECK_UNOPENED,    /* nothing is known of it, not even its kind */
    CHECK_DAMAGED,     /* or not readable to its end */
};

struct verified_file
{
    enum check_outcome outcome;
    uint64_t bytes;                  /* size when it was opened */
    char problem[SYSTEM_TEXT_BYTES]; /* why it could not be checked to its end; else empty */
    struct file_pass pass;           /* its header and counts */
    struct ese_fault findings[CHECK_FINDINGS_MAX];
    uint64_t finding_count; /* may be more */
};

/* Bytes of one read. */
#define CHECK_BUFFER_BYTES (1024u * 1024u)

/* Reads PATH to its end, and shows the progress. BUFFER has CHECK_BUFFER_BYTES. Corrections are
 * made in the buffer, not in the file. Bad pages are read twice: another program may have been
 * writing them.
 */
void verify_file(struct verified_file *check, const char *path, uint8_t *buffer);

#endif
