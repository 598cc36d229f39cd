/*
 * Will the engine bring up a database with the logs that lie beside it? And which logs of a folder
 * make a backup of it?
 *
 * The rule is the engine's own, found by running it on sets with files missing or wrong:
 *
 *   1. Without any log only a clean database is accepted.
 *   2. Otherwise the current log (edb.log) exists, or edbtmp.log does, whatever is in it.
 *   3. The top is the current log's generation, else the highest archived one.
 *   4. The start is the checkpoint's generation if the checkpoint is valid and of the same series
 *      of logs, else the lowest generation there is.
 *   5. Every generation from start to top is there, and each log continues the one before it.
 *   6. A dirty database also wants start <= required_low, required_high <= top and
 *      committed_high <= top.
 *
 * Clean databases are held to 2 to 5 as well: recovery runs over the logs before it looks at them.
 * Logs below the start are never read; what is wrong with them is a warning.
 *
 * Ours, where the engine was not asked:
 *   - A database that was never logged has no log signature. The series is then the current log's
 *     (without one, the highest archived log's): recovery runs over whatever series is there, and
 *     a clean database may be attached after it. If it is dirty, no log can bring it up.
 *   - Archived logs that are not below the current log are refused: the engine would meet them
 *     when it next archives a log.
 *   - Up to generation 0xFFFFF a folder has names of five digits or of eight. If it has any of
 *     five, a log of eight digits is not found by the engine: it is not there.
 *   - A dirty header that names no required logs (of Windows 2000) is not held to 6.
 *
 * Knows memory only. Any thread, one for each set of facts; nothing is allocated or kept.
 */
#ifndef NTDSBCLI_ESE_RECOVERY_H
#define NTDSBCLI_ESE_RECOVERY_H

#include "ese_checkpoint.h"
#include "ese_database.h"
#include "ese_log.h"
#include "ese_names.h"

enum ese_recovery_verdict
{
    ESE_RECOVERY_OK,
    ESE_RECOVERY_NO_LOGS,       /* a dirty database without logs of its own */
    ESE_RECOVERY_NO_CURRENT,    /* neither edb.log nor edbtmp.log; first: the generation it had */
    ESE_RECOVERY_UNREADABLE,    /* an empty log, or one whose header is damaged */
    ESE_RECOVERY_WRONG_NAME,    /* the name says another generation than the header */
    ESE_RECOVERY_WRONG_SIZE,    /* not the size that the header says */
    ESE_RECOVERY_OTHER_SERIES,  /* of another log signature */
    ESE_RECOVERY_OTHER_DIGITS,  /* eight digits among names of five */
    ESE_RECOVERY_ABOVE_CURRENT, /* archived, but not below the current log */
    ESE_RECOVERY_GAP,           /* first to last are missing */
    ESE_RECOVERY_OTHER_TIME,    /* the log before it was created at another time than it says */
    ESE_RECOVERY_OTHER_SUM,     /* the log before it held other data than it says */
    ESE_RECOVERY_REQUIRED_LOW,  /* first to last are needed, and recovery would begin above them */
    ESE_RECOVERY_REQUIRED_HIGH, /* first to last are needed, and above the top */
    ESE_RECOVERY_COMMITTED,     /* first to last are above the top: only what was committed last */
    ESE_RECOVERY_VERDICT_COUNT
};

/* A short English text ("the current log is missing"); never NULL. */
const char *ese_recovery_verdict_name(enum ese_recovery_verdict verdict);

/* The same for left_out of one log ("logs between it and the newest are missing"). */
const char *ese_recovery_left_out_name(enum ese_recovery_verdict left_out);

/* One file of the log folder whose name is an archived or the current log's
 * (ese_name_is_backed_up_log); nothing else belongs into the list. */
struct ese_recovery_log
{
    struct ese_name name;         /* what its name says */
    bool has_header;              /* ese_log_parse was good; false for an empty file too */
    struct ese_log_header header; /* of use with has_header only */
    uint64_t file_bytes;          /* the file's real size */
    bool has_sum;                 /* all of it was read, and is of version 8 */
    uint64_t sum;                 /* ese_stream_log_sum: of its data segments */
    size_t tag;                   /* the caller's, not looked at: which of its files this is */

    /* Result of ese_recovery_choose: why it stays out of the backup. ese_recovery_judge takes a
     * log that has another value than OK here for one that is not there. */
    enum ese_recovery_verdict left_out;
};

/* All of it is the caller's, and outlives the results. */
struct ese_recovery_facts
{
    const struct ese_database_header *database; /* as parsed */
    struct ese_recovery_log *logs;              /* in any order; gets sorted */
    size_t log_count;
    bool has_temporary_log;                  /* edbtmp.log is there */
    const struct ese_checkpoint *checkpoint; /* NULL: none, or ese_checkpoint_parse refused it */
};

struct ese_recovery_finding
{
    enum ese_recovery_verdict verdict;
    uint32_t first, last; /* the generations concerned, missing or of `log`; 0 if there are none */
    const struct ese_recovery_log *log; /* the file that is wrong; NULL when files are missing */
    int32_t jet_error;                  /* what the engine says (-528 ...), 0 with OK */
};

struct ese_recovery_result
{
    struct ese_recovery_finding fault;   /* verdict OK: the engine accepts the set */
    struct ese_recovery_finding warning; /* the lowest thing that is wrong below the start */
    uint32_t start, top;                 /* generations; 0 without logs */
};

/*
 * Judges a set of files: a restored one, or one to be restored. Sorts facts->logs by generation,
 * the current log last. Returns whether it is accepted; *result has the first fault, from the
 * lowest generation on. facts->database may be NULL: then the logs alone are held to 2 to 5.
 */
bool ese_recovery_judge(const struct ese_recovery_facts *facts, struct ese_recovery_result *result);

/*
 * Chooses the logs of a backup: the unbroken run of the database's own series that ends with the
 * current log, or with the highest archived one where there is no edb.log but edbtmp.log. Sorts
 * facts->logs as above and sets left_out of each: OK for those chosen, else why not (GAP: below
 * one; OTHER_TIME: below a log that does not continue it; NO_CURRENT: there is nothing that the
 * run could end with).
 *
 * Then judges what was chosen, as above: false if the database would lack a log it needs, and the
 * backup must fail (the engine's own backup does with ESE_RECOVERY_JET_NOT_BACKED_UP). Of a clean
 * database a backup without any log is complete. facts->checkpoint: NULL unless it will be
 * restored together with them.
 */
bool ese_recovery_choose(const struct ese_recovery_facts *facts,
                         struct ese_recovery_result *result);

#define ESE_RECOVERY_JET_NOT_BACKED_UP (-569) /* JET_errMissingFileToBackup */

/* The generation a log counts for: by its name, the current log's by its header; 0: not known. */
uint32_t ese_recovery_generation(const struct ese_recovery_log *log);

#endif
