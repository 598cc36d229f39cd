/* Checks each page and log segment while it is copied, as ntdsbcli.dll does in DsBackupRead, and
 * the order of a log's segments; takes what identifies the file. */
#ifndef VSS_BACKUP_VERIFY_COPY_H
#define VSS_BACKUP_VERIFY_COPY_H

#include <ntdsvss.h>

#include "file_digest.h"
#include "file_pass.h"
#include "file_set.h"
#include "messages.h"

/* Large: not for the stack. {0} is closed. */
struct verify_copy
{
    struct file_pass pass;
    struct file_digest digest;
    const wchar_t *name;
};

/* Starts a file of BYTES; NAME is for messages. Errors are reported. End with verify_copy_end in
 * every case. */
enum exit_code verify_copy_begin(struct verify_copy *verify, enum ntdsvss_file_kind kind,
                                 const wchar_t *name, uint64_t bytes);

/* Checks the next piece, and corrects a single flipped bit in it. Damage is reported and gives
 * EXIT_READ. */
enum exit_code verify_copy_piece(struct verify_copy *verify, void *data, DWORD bytes);

/* If CODE, the result so far, is EXIT_OK, checks the end of the file, fills in the digest, and adds
 * the file to the set. Errors are reported. */
enum exit_code verify_copy_end(struct verify_copy *verify, enum exit_code code,
                               struct file_digest_text *text, struct file_set *set);

#endif
