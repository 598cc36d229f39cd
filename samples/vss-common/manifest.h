/* backup.txt: what belongs to a backup of vss-backup, and the mark that it is complete. UTF-8, one
 * fact on each line, which begins with a word:
 *
 *   ntdsvss-backup 2
 *   id 00112233445566778899aabbccddeeff
 *   computer DC1
 *   instance instance1                        AD LDS only
 *   expires 2030-01-31T12:00:00Z              UTC
 *   file KIND BYTES FORM SHA-256 PATH         database, log, checkpoint: PATH when backed up;
 *                                             record: the name of a VSS document
 *   end
 *
 * FORM says what the SHA-256 is of: "sums", the first eight bytes of each page or segment, or
 * "bytes", all of them. Version 1 had no FORM: it always was "bytes".
 */
#ifndef SAMPLES_MANIFEST_H
#define SAMPLES_MANIFEST_H

#include <stdbool.h>
#include <stdint.h>

#include "file_digest.h"
#include "folder.h"
#include "paths.h"
#include "source.h"

#define MANIFEST_FILE    L"backup.txt"
#define MANIFEST_PROGRAM L"vss-backup" /* which writes it */
#define COMPONENTS_FILE  L"components.xml"
#define WRITER_FILE      L"writer.xml"
#define METADATA_FILE    L"metadata.txt"
#define MANIFEST_RECORD  0u /* a kind beside those of enum ntdsvss_file_kind */
#define EXPIRY_CHARS     21
#define EXPIRY_DAYS      60 /* the shortest default lifetime of tombstones */

struct manifest_entry
{
    struct manifest_entry *next;
    unsigned kind;
    uint64_t bytes;
    struct file_digest_text digest;
    wchar_t *path; /* on the heap; of a record, only its name */
    wchar_t name[FILE_NAME_CHARS];
};

/* Starts with manifest_init; end with manifest_free. The structure must stay where it is. */
struct manifest
{
    bool has_forms; /* since version 2 */
    wchar_t id[DIGEST_ID_CHARS];
    wchar_t computer[256];
    wchar_t instance[256]; /* empty: NTDS */
    wchar_t expires[EXPIRY_CHARS];
    struct manifest_entry *entries; /* in the order in which they were added */
    struct manifest_entry **end;
};

void manifest_init(struct manifest *manifest);

/*
 * Sets the expiry: METADATA, which the writer stored, if it is a time, else EXPIRY_DAYS from now.
 * The format of Windows' own writers is not documented. Errors are reported.
 */
enum exit_code manifest_set_expiry(struct manifest *manifest, const wchar_t *metadata);
bool manifest_has_expired(const struct manifest *manifest);

/* Adds a file; PATH is copied and must end in a valid file name. That no other file has the name is
 * checked where the manifest is read or written. Errors are reported. */
enum exit_code manifest_add(struct manifest *manifest, unsigned kind, const wchar_t *path,
                            uint64_t bytes, const struct file_digest_text *digest);

/* Writes it as the last file of the folder. Errors are reported. */
enum exit_code manifest_save(const struct manifest *manifest, struct folder *folder);

/* Writes TEXT, UTF-16, as the file NAME and adds it. Errors are reported. */
enum exit_code manifest_save_record(struct manifest *manifest, struct folder *folder,
                                    const wchar_t *name, const wchar_t *text);

/* Reads backup.txt of SOURCE; one that is damaged or cut short is refused. Errors are reported. */
enum exit_code manifest_read(struct manifest *manifest, const struct source *source);

/* Reads a record and compares its digest. *text is on the heap. Errors are reported. */
enum exit_code manifest_read_record(const struct manifest *manifest, const struct source *source,
                                    const wchar_t *name, wchar_t **text);

void manifest_free(struct manifest *manifest);

#endif
