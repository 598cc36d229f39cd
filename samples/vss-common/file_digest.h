/* The digest of a file that passes a verifier: the SHA-256 of its pages' or segments' stored sums,
 * as in the record that ntdsbcli.dll keeps of a backup; of a file without sums, that of all bytes.
 */
#ifndef SAMPLES_FILE_DIGEST_H
#define SAMPLES_FILE_DIGEST_H

#include "digest.h"
#include "file_pass.h"

/* A digest, and what it was taken of. */
struct file_digest_text
{
    bool of_sums; /* else of all bytes */
    wchar_t sha256[DIGEST_TEXT_CHARS];
};

/* {0} is closed. */
struct file_digest
{
    struct digest digest;
    const struct file_pass *pass;
    const wchar_t *name; /* for messages; borrowed */
    bool failed;
};

/*
 * Takes the digest of the file NAME that is about to pass PASS; of all its bytes if ALL_BYTES, or
 * if it has no sums. Errors are reported. End with file_digest_end in every case; the structure
 * must stay where it is until then.
 */
enum exit_code file_digest_begin(struct file_digest *digest, struct file_pass *pass,
                                 const wchar_t *name, bool all_bytes);

/* After file_pass_end. Errors are reported. */
enum exit_code file_digest_text(struct file_digest *digest, struct file_digest_text *text);

bool file_digest_equal(const struct file_digest_text *a, const struct file_digest_text *b);

void file_digest_end(struct file_digest *digest);

#endif
