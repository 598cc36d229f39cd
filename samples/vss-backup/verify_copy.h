/* Judges each page and log segment while it is copied, as ntdsbcli.dll does in DsBackupRead. */
#ifndef VSS_BACKUP_VERIFY_COPY_H
#define VSS_BACKUP_VERIFY_COPY_H

#include <ntdsvss.h>

#include "ese/ese_stream.h"
#include "messages.h"

/* Pages and segments never are cut where reads have a multiple of this, but for the last. */
#define VERIFY_UNIT_BYTES 65536u

/* Large: keep it off the stack. */
struct verify_copy
{
    struct ese_stream stream;
    const wchar_t *name;
    uint8_t *whole; /* an old log, which is judged as a whole; NULL for others */
    uint64_t bytes;
    uint64_t done_bytes;
};

/* Starts with a file of BYTES, whose NAME is for messages. */
void verify_copy_begin(struct verify_copy *verify, enum ntdsvss_file_kind kind, const wchar_t *name,
                       uint64_t bytes);

/*
 * Judges the next piece; a single flipped bit is corrected in it, which the checksum allows.
 * Damage is reported and is EXIT_READ. End with verify_copy_end in every case.
 */
enum exit_code verify_copy_piece(struct verify_copy *verify, void *data, DWORD bytes);

/* All of the file was there, where CODE says so; damage that only its end shows is reported. */
enum exit_code verify_copy_end(struct verify_copy *verify, enum exit_code code);

#endif
