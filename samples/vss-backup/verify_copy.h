/* Checks each page and log segment while it is copied, as ntdsbcli.dll does in DsBackupRead. */
#ifndef VSS_BACKUP_VERIFY_COPY_H
#define VSS_BACKUP_VERIFY_COPY_H

#include <ntdsvss.h>

#include "ese/ese_stream.h"
#include "messages.h"

/* Reads of a multiple of this, but for the last, cut no page and no segment. */
#define VERIFY_UNIT_BYTES 65536u

/* Large: not for the stack. */
struct verify_copy
{
    struct ese_stream stream;
    const wchar_t *name;
    uint8_t *whole; /* a log of version 7, which is checked as a whole; else NULL */
    uint64_t bytes;
    uint64_t done_bytes;
};

/* Starts a file of BYTES; NAME is for messages. */
void verify_copy_begin(struct verify_copy *verify, enum ntdsvss_file_kind kind, const wchar_t *name,
                       uint64_t bytes);

/*
 * Checks the next piece, and corrects a single flipped bit in it. Damage is reported and gives
 * EXIT_READ. End with verify_copy_end in every case.
 */
enum exit_code verify_copy_piece(struct verify_copy *verify, void *data, DWORD bytes);

/* If CODE, the result so far, is EXIT_OK, checks the end of the file; damage is reported. */
enum exit_code verify_copy_end(struct verify_copy *verify, enum exit_code code);

#endif
