/*
 * file_check.h - the verdict over the pieces of a file that passes by, and what the log says of it.
 *
 * One thread at a time.
 */
#ifndef NTDSBCLI_FILE_CHECK_H
#define NTDSBCLI_FILE_CHECK_H

#include "host/result.h"

#include "ese/ese_sums.h"
#include "host/hash.h"
#include "file_reader.h"

/* The first piece must hold this much, or the whole file, so that headers are judged at once. */
#define FILE_CHECK_HEAD_BYTES (64u * 1024)
/* Every piece but the last is a multiple of what file_check_unit_bytes says, at most this. */
#define FILE_CHECK_UNIT_BYTES_MAX ESE_PAGE_BYTES_MAX

struct file_checker
{
    struct file_source *source;
    const wchar_t *name; /* both are the reader's */
    uint64_t bytes;
    enum file_check check;
    bool for_recovery;
    uint32_t mended_logged;
    struct ese_stream stream;
    struct hash *hash; /* NULL unless a digest is wanted */
    struct ese_sums sums;
    bool has_digest; /* digest is what the hash gave */
    uint8_t digest[HASH_BYTES];
};

void file_check_init(struct file_checker *checker, struct file_source *source, uint64_t bytes,
                     enum file_check check, const wchar_t *name);

/* As file_reader_for_recovery. Before the first piece. */
void file_check_for_recovery(struct file_checker *checker);

/* As file_reader_want_digest and file_reader_digest; before the first piece and after the last. */
legacy_result file_check_want_digest(struct file_checker *checker);
legacy_result file_check_digest(struct file_checker *checker, uint8_t result[HASH_BYTES]);

void file_check_fini(struct file_checker *checker);

/* What failed first; NULL where no page, segment or header did. */
const struct ese_fault *file_check_fault(const struct file_checker *checker);

/*
 * Judges the piece that follows those before; may put single bits right in it, and read bad pages
 * again into it. S_OK, or hrReadVerifyFailure or hrLogReadVerifyFailure with a line in the log.
 */
legacy_result file_check_piece(struct file_checker *checker, uint64_t offset, uint8_t *piece,
                               uint32_t bytes);

struct side_stretch;

/*
 * A stretch of a database that was judged on the side, in place of its pieces: what follows those
 * before. False, and nothing has changed: not all of it is sound, or not the stretch in question.
 */
bool file_check_stretch(struct file_checker *checker, const struct side_stretch *stretch);

/* What the pieces are made of; 1 where nothing is judged. */
uint32_t file_check_unit_bytes(const struct file_checker *checker);

/* How many bytes from the file's beginning are sound, after a failure. */
uint64_t file_check_sound_bytes(const struct file_checker *checker);

/* True after the first piece of a log of version 7: its body needs file_check_whole_log. */
bool file_check_wants_whole(const struct file_checker *checker);

/* Judges such a log, all of it in memory; may read it again into its place. As file_check_piece. */
legacy_result file_check_whole_log(struct file_checker *checker, uint8_t *file, uint32_t bytes);

/* A line on what was found, for whoever reads the log. */
void file_check_log_summary(const struct file_checker *checker);

#endif
