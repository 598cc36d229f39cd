/*
 * restored_set.h - a backup's files as they lie after a restore, with the token that belongs to
 * them, for tests that damage them.
 */
#ifndef TESTS_RESTORED_SET_H
#define TESTS_RESTORED_SET_H

#include "make_logs.h"
#include "session/restore_check.h"

#define SET_PAGE_BYTES 8192u
#define SET_PAGES      64u
#define SET_LOG_BYTES  MAKE_LOG_BYTES_MIN
#define SET_LOG_FIRST  5u /* archived 5 to 8, edb.log is 9 */
#define SET_LOG_COUNT  5u
#define SET_LOG_LAST   (SET_LOG_FIRST + SET_LOG_COUNT - 1)
#define SET_NEEDED     7u /* a dirty database needs 7 to 9 */

struct restored_set
{
    char folder[MAX_PATH];
    void *token;
    struct token_fields fields; /* of the token */
    struct ntdsvss_file *files; /* as the broker lists them; made by restored_set_run */
    size_t file_count;
    struct restore_record record;
    struct backup_record backup;    /* of restored_set_make_record; no files: there is none */
    legacy_result set_aside_result; /* what renaming the checkpoint gives */
    bool is_kept;                   /* restored_set_run takes it for a backup that is kept */
    bool without_token;
    bool has_old_token; /* of version 0.1.0: for restored_set_make_token */
};

/* Makes everything anew in an empty folder. Fails the test on errors. */
void restored_set_make(struct restored_set *set, bool dirty);

/* The token of the files as they are now: all of them good. Part of restored_set_make. */
void restored_set_make_token(struct restored_set *set);

/* The record of a backup of the files as they are now. */
void restored_set_make_record(struct restored_set *set);

/* Looks at what lies in the folder now and checks it; the record is the last run's. */
HRESULT restored_set_run(struct restored_set *set, bool headers_only);

/* Is the text in the last run's record? */
bool restored_set_says(const struct restored_set *set, const char *text);

/* The last run's record; free it. */
wchar_t *restored_set_text(const struct restored_set *set);

void restored_set_remove(struct restored_set *set);

/* One file of the set, in memory; saved by the second function, which frees it. */
uint8_t *restored_set_load(const struct restored_set *set, const char *name, size_t *bytes);
void restored_set_store(const struct restored_set *set, const char *name, uint8_t *data,
                        size_t bytes);

/* "ntds.dit" and so on; another seed is another directory's, with a token of its own. */
void restored_set_make_database(const struct restored_set *set, bool dirty, uint64_t seed);
void restored_set_make_logs(const struct restored_set *set, uint32_t first, uint32_t count,
                            uint64_t seed);
void restored_set_make_checkpoint(const struct restored_set *set, uint32_t generation,
                                  uint64_t seed);
bool restored_set_has(const struct restored_set *set, const char *name);
void restored_set_delete(const struct restored_set *set, const char *name);
void restored_set_rename(const struct restored_set *set, const char *from, const char *to);

#define SET_SEED 7u

#endif
