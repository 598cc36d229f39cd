/*
 * The engine's rule about logs, on facts that somebody else has read.
 *
 * Knows memory only.
 */
#include "ese_recovery.h"

#include <stdlib.h>
#include <string.h>

#define SHORT_GENERATIONS 0xFFFFFu /* the highest that a name of five digits can say */

/* Errors of the engine (jet.h has them under these names, esent.h too). */
#define JET_LOG_FILE_CORRUPT       (-501)
#define JET_INVALID_LOG_SEQUENCE   (-515)
#define JET_MISSING_LOG_FILE       (-528)
#define JET_BAD_LOG_SIGNATURE      (-530)
#define JET_LOG_FILE_SIZE_MISMATCH (-541)
#define JET_REQUIRED_LOGS_MISSING  (-543)
#define JET_DATABASE_DIRTY         (-550)
#define JET_COMMITTED_LOGS_MISSING (-582)
#define JET_LOG_SEQUENCE_OTHER_SUM (-590)

/* What follows from the facts before any log is judged. */
struct judge
{
    const struct ese_recovery_facts *facts;
    const struct ese_signature *series;     /* NULL: no log with a header is there to tell */
    const struct ese_recovery_log *current; /* NULL: no edb.log */
    bool five_digits;                       /* some archived log of the series has such a name */
    uint32_t lowest, top;                   /* generations; 0: no log */
    struct ese_recovery_result *result;
};

const char *ese_recovery_verdict_name(enum ese_recovery_verdict verdict)
{
    static const char *const names[ESE_RECOVERY_VERDICT_COUNT] = {
        [ESE_RECOVERY_OK] = "complete",
        [ESE_RECOVERY_NO_LOGS] = "the database is dirty and has no logs",
        [ESE_RECOVERY_NO_CURRENT] = "the current log is missing",
        [ESE_RECOVERY_UNREADABLE] = "the log's header is damaged or missing",
        [ESE_RECOVERY_WRONG_NAME] = "the log's name says another generation than its header",
        [ESE_RECOVERY_WRONG_SIZE] = "the log does not have the size that its header says",
        [ESE_RECOVERY_OTHER_SERIES] = "the log belongs to another series of logs",
        [ESE_RECOVERY_OTHER_DIGITS] = "the log's name has eight digits, the others have five",
        [ESE_RECOVERY_ABOVE_CURRENT] = "the archived log is not older than the current log",
        [ESE_RECOVERY_GAP] = "logs are missing",
        [ESE_RECOVERY_OTHER_TIME] = "the log does not continue the log before it",
        [ESE_RECOVERY_OTHER_SUM] = "the log does not hold what the next log says it held",
        [ESE_RECOVERY_REQUIRED_LOW] = "recovery would begin above the logs that the database needs",
        [ESE_RECOVERY_REQUIRED_HIGH] = "the newest logs that the database needs are missing",
        [ESE_RECOVERY_COMMITTED] = "the logs with the last committed changes are missing",
    };

    return (unsigned int)verdict < ESE_RECOVERY_VERDICT_COUNT ? names[verdict] : "unknown";
}

const char *ese_recovery_left_out_name(enum ese_recovery_verdict left_out)
{
    switch (left_out) {
    case ESE_RECOVERY_OK:
        return "not left out";
    case ESE_RECOVERY_GAP:
        return "logs between it and the newest are missing";
    case ESE_RECOVERY_OTHER_TIME:
    case ESE_RECOVERY_OTHER_SUM:
        return "a newer log continues another log of this number";
    default:
        return ese_recovery_verdict_name(left_out);
    }
}

uint32_t ese_recovery_generation(const struct ese_recovery_log *log)
{
    if (log->name.kind == ESE_NAME_ARCHIVED_LOG)
        return log->name.generation;
    return log->has_header ? log->header.generation : 0;
}

static bool is_current(const struct ese_recovery_log *log)
{
    return log->name.kind == ESE_NAME_CURRENT_LOG;
}

static bool is_dirty(const struct judge *judge)
{
    const struct ese_database_header *database = judge->facts->database;

    return database != NULL && ese_database_is_dirty(database);
}

static bool is_of_series(const struct judge *judge, const struct ese_recovery_log *log)
{
    return log->has_header && judge->series != NULL &&
           ese_signature_equal(&log->header.signature, judge->series);
}

/* --- order ------------------------------------------------------------------------------------ */

static int compare_logs(const void *left, const void *right)
{
    const struct ese_recovery_log *a = left;
    const struct ese_recovery_log *b = right;
    uint32_t first = ese_recovery_generation(a);
    uint32_t second = ese_recovery_generation(b);

    if (is_current(a) != is_current(b))
        return is_current(a) ? 1 : -1;
    if (first != second)
        return first < second ? -1 : 1;
    return a->name.hex_digits - b->name.hex_digits;
}

/* The database's series; if it has none, that of the newest log that can be read. */
static const struct ese_signature *find_series(const struct ese_recovery_facts *facts)
{
    size_t i;

    if (facts->database != NULL && !ese_signature_is_zero(&facts->database->log_signature))
        return &facts->database->log_signature;
    for (i = facts->log_count; i > 0; i--) {
        if (facts->logs[i - 1].has_header && facts->logs[i - 1].left_out == ESE_RECOVERY_OK)
            return &facts->logs[i - 1].header.signature;
    }
    return NULL;
}

/* Takes the logs that are there, in their order. */
static void derive(struct judge *judge)
{
    const struct ese_recovery_facts *facts = judge->facts;
    size_t i;

    for (i = 0; i < facts->log_count; i++) {
        const struct ese_recovery_log *log = &facts->logs[i];

        if (log->left_out != ESE_RECOVERY_OK)
            continue;
        if (judge->lowest == 0)
            judge->lowest = ese_recovery_generation(log);
        judge->top = ese_recovery_generation(log);
        if (is_current(log))
            judge->current = log;
        else if (log->name.hex_digits == 5 && is_of_series(judge, log))
            judge->five_digits = true;
    }
}

static void prepare(struct judge *judge, const struct ese_recovery_facts *facts,
                    struct ese_recovery_result *result)
{
    memset(result, 0, sizeof(*result));
    memset(judge, 0, sizeof(*judge));
    if (facts->log_count > 0)
        qsort(facts->logs, facts->log_count, sizeof(*facts->logs), compare_logs);
    judge->facts = facts;
    judge->result = result;
    judge->series = find_series(facts);
    derive(judge);
}

/* --- one log ---------------------------------------------------------------------------------- */

/* Whether a log is what its place says, without its neighbours. */
static enum ese_recovery_verdict judge_log(const struct judge *judge,
                                           const struct ese_recovery_log *log)
{
    bool archived = !is_current(log);

    if (archived && judge->five_digits && log->name.hex_digits != 5 &&
        log->name.generation <= SHORT_GENERATIONS)
        return ESE_RECOVERY_OTHER_DIGITS;
    if (!log->has_header)
        return ESE_RECOVERY_UNREADABLE;
    if (!is_of_series(judge, log))
        return ESE_RECOVERY_OTHER_SERIES;
    if (archived && log->name.generation != log->header.generation)
        return ESE_RECOVERY_WRONG_NAME;
    if (log->file_bytes != log->header.file_bytes)
        return ESE_RECOVERY_WRONG_SIZE;
    return ESE_RECOVERY_OK;
}

/* Whether b, of the next generation, continues a. */
static enum ese_recovery_verdict judge_neighbours(const struct ese_recovery_log *a,
                                                  const struct ese_recovery_log *b)
{
    if (!ese_log_follows(&a->header, &b->header))
        return ESE_RECOVERY_OTHER_TIME;
    if (a->has_sum && b->header.previous_sum != 0 && a->sum != b->header.previous_sum)
        return ESE_RECOVERY_OTHER_SUM;
    return ESE_RECOVERY_OK;
}

/* --- findings --------------------------------------------------------------------------------- */

static int32_t jet_error(const struct judge *judge, enum ese_recovery_verdict verdict)
{
    switch (verdict) {
    case ESE_RECOVERY_NO_CURRENT:
    case ESE_RECOVERY_GAP:
        return judge->lowest > 1 ? JET_INVALID_LOG_SEQUENCE : JET_MISSING_LOG_FILE;
    case ESE_RECOVERY_NO_LOGS:
        return JET_DATABASE_DIRTY;
    case ESE_RECOVERY_UNREADABLE:
        return JET_LOG_FILE_CORRUPT;
    case ESE_RECOVERY_WRONG_SIZE:
        return JET_LOG_FILE_SIZE_MISMATCH;
    case ESE_RECOVERY_OTHER_SERIES:
        return JET_BAD_LOG_SIGNATURE;
    case ESE_RECOVERY_OTHER_SUM:
        return JET_LOG_SEQUENCE_OTHER_SUM;
    case ESE_RECOVERY_REQUIRED_LOW:
    case ESE_RECOVERY_REQUIRED_HIGH:
        return JET_REQUIRED_LOGS_MISSING;
    case ESE_RECOVERY_COMMITTED:
        return JET_COMMITTED_LOGS_MISSING;
    default:
        return JET_INVALID_LOG_SEQUENCE;
    }
}

/* Keeps the first; false, so that callers can return it. */
static bool find(const struct judge *judge, struct ese_recovery_finding *finding,
                 enum ese_recovery_verdict verdict, const struct ese_recovery_log *log,
                 uint32_t first, uint32_t last)
{
    if (finding->verdict != ESE_RECOVERY_OK)
        return false;
    finding->verdict = verdict;
    finding->log = log;
    finding->first = first;
    finding->last = last;
    finding->jet_error = jet_error(judge, verdict);
    return false;
}

static bool find_log(const struct judge *judge, struct ese_recovery_finding *finding,
                     enum ese_recovery_verdict verdict, const struct ese_recovery_log *log)
{
    uint32_t generation = ese_recovery_generation(log);

    return find(judge, finding, verdict, log, generation, generation);
}

/* --- the rule --------------------------------------------------------------------------------- */

/* Of two logs that do not fit, a sum accuses the first one, a time the second. */
static bool check_next(const struct judge *judge, struct ese_recovery_finding *finding,
                       const struct ese_recovery_log *before, const struct ese_recovery_log *log)
{
    enum ese_recovery_verdict verdict = judge_neighbours(before, log);

    if (verdict == ESE_RECOVERY_OK)
        return true;
    return find_log(judge, finding, verdict, verdict == ESE_RECOVERY_OTHER_SUM ? before : log);
}

/* Whether the logs from first to last are there and continue each other; the first thing that is
 * wrong goes into *finding. */
static bool check_run(const struct judge *judge, uint32_t first, uint32_t last,
                      struct ese_recovery_finding *finding)
{
    const struct ese_recovery_facts *facts = judge->facts;
    const struct ese_recovery_log *before = NULL;
    uint64_t expected = first;
    size_t i;

    for (i = 0; i < facts->log_count; i++) {
        const struct ese_recovery_log *log = &facts->logs[i];
        uint32_t generation = ese_recovery_generation(log);
        enum ese_recovery_verdict verdict;

        if (log->left_out != ESE_RECOVERY_OK || generation < first || generation > last)
            continue;
        verdict = judge_log(judge, log);
        if (verdict == ESE_RECOVERY_OTHER_DIGITS) {
            find_log(judge, &judge->result->warning, verdict, log);
            continue;
        }
        if (generation > expected)
            return find(judge, finding, ESE_RECOVERY_GAP, NULL, (uint32_t)expected, generation - 1);
        if (verdict != ESE_RECOVERY_OK)
            return find_log(judge, finding, verdict, log);
        if (before != NULL && !check_next(judge, finding, before, log))
            return false;
        before = log;
        expected = (uint64_t)generation + 1;
    }
    return expected > last ||
           find(judge, finding, ESE_RECOVERY_GAP, NULL, (uint32_t)expected, last);
}

static uint32_t find_start(const struct judge *judge)
{
    const struct ese_checkpoint *checkpoint = judge->facts->checkpoint;

    if (judge->top != 0 && checkpoint != NULL && judge->series != NULL &&
        ese_signature_equal(&checkpoint->log_signature, judge->series))
        return checkpoint->position.generation;
    return judge->lowest;
}

static bool check_required(const struct judge *judge)
{
    const struct ese_database_header *database = judge->facts->database;
    struct ese_recovery_finding *fault = &judge->result->fault;
    uint32_t start = judge->result->start;
    uint32_t top = judge->result->top;

    if (!is_dirty(judge) || database->required_low == 0)
        return true;
    if (start > database->required_low)
        return find(judge, fault, ESE_RECOVERY_REQUIRED_LOW, NULL, database->required_low,
                    start - 1);
    if (database->required_high > top)
        return find(judge, fault, ESE_RECOVERY_REQUIRED_HIGH, NULL, top + 1,
                    database->required_high);
    if (database->committed_high > top)
        return find(judge, fault, ESE_RECOVERY_COMMITTED, NULL, top + 1, database->committed_high);
    return true;
}

/* What the run must end with, and that nothing lies above it. */
static bool check_top(const struct judge *judge)
{
    const struct ese_recovery_facts *facts = judge->facts;
    struct ese_recovery_finding *fault = &judge->result->fault;
    enum ese_recovery_verdict verdict;
    size_t i;

    if (judge->current == NULL)
        return facts->has_temporary_log ||
               find(judge, fault, ESE_RECOVERY_NO_CURRENT, NULL, judge->top + 1, judge->top + 1);
    verdict = judge_log(judge, judge->current);
    if (verdict != ESE_RECOVERY_OK)
        return find_log(judge, fault, verdict, judge->current);
    for (i = 0; i < facts->log_count; i++) {
        const struct ese_recovery_log *log = &facts->logs[i];

        if (log->left_out == ESE_RECOVERY_OK && !is_current(log) &&
            ese_recovery_generation(log) >= judge->top)
            return find_log(judge, fault, ESE_RECOVERY_ABOVE_CURRENT, log);
    }
    return true;
}

static bool judge_set(const struct judge *judge)
{
    struct ese_recovery_result *result = judge->result;
    bool no_logs = judge->lowest == 0 && judge->current == NULL;

    result->top = judge->top;
    result->start = find_start(judge);
    if (is_dirty(judge) &&
        (no_logs || ese_signature_is_zero(&judge->facts->database->log_signature)))
        return find(judge, &result->fault, ESE_RECOVERY_NO_LOGS, NULL, 0, 0);
    if (no_logs)
        return true;
    if (!check_top(judge))
        return false;
    if (result->start > judge->top)
        return find(judge, &result->fault, ESE_RECOVERY_GAP, NULL, judge->top + 1, result->start);
    if (judge->lowest < result->start)
        check_run(judge, judge->lowest, result->start - 1, &result->warning);
    return check_run(judge, result->start, judge->top, &result->fault) && check_required(judge);
}

bool ese_recovery_judge(const struct ese_recovery_facts *facts, struct ese_recovery_result *result)
{
    struct judge judge;

    prepare(&judge, facts, result);
    return judge_set(&judge);
}

/* --- a backup --------------------------------------------------------------------------------- */

/* The log that the run ends with; NULL: there is none. */
static const struct ese_recovery_log *find_end(const struct judge *judge)
{
    const struct ese_recovery_facts *facts = judge->facts;
    size_t i;

    if (judge->current != NULL)
        return judge->current->left_out == ESE_RECOVERY_OK ? judge->current : NULL;
    for (i = facts->has_temporary_log ? facts->log_count : 0; i > 0; i--) {
        if (facts->logs[i - 1].left_out == ESE_RECOVERY_OK)
            return &facts->logs[i - 1];
    }
    return NULL;
}

/* Leaves out what does not lead up to the end without a break. Returns the lowest generation of the
 * highest gap; 0: there is none. */
static uint32_t cut_run(const struct judge *judge, const struct ese_recovery_log *end)
{
    enum ese_recovery_verdict reason = end == NULL ? ESE_RECOVERY_NO_CURRENT : ESE_RECOVERY_OK;
    const struct ese_recovery_log *after = end;
    uint32_t hole = 0;
    size_t i;

    for (i = judge->facts->log_count; i > 0; i--) {
        struct ese_recovery_log *log = &judge->facts->logs[i - 1];
        uint32_t generation = ese_recovery_generation(log);

        if (log->left_out != ESE_RECOVERY_OK || log == end)
            continue;
        if (end != NULL && generation >= ese_recovery_generation(end)) {
            log->left_out = ESE_RECOVERY_ABOVE_CURRENT;
            continue;
        }
        if (reason == ESE_RECOVERY_OK) {
            reason = generation + 1 == ese_recovery_generation(after) ? judge_neighbours(log, after)
                                                                      : ESE_RECOVERY_GAP;
            hole = reason == ESE_RECOVERY_GAP ? generation + 1 : 0;
        }
        log->left_out = reason;
        after = log;
    }
    return hole;
}

/* Why a dirty database has nothing that its run could end with. */
static bool find_no_end(const struct judge *judge)
{
    const struct ese_recovery_facts *facts = judge->facts;
    struct ese_recovery_finding *fault = &judge->result->fault;
    size_t i;

    if (judge->current != NULL)
        return find_log(judge, fault, judge->current->left_out, judge->current);
    for (i = facts->log_count; i > 0; i--) {
        uint32_t generation = ese_recovery_generation(&facts->logs[i - 1]);

        if (facts->logs[i - 1].left_out == ESE_RECOVERY_NO_CURRENT)
            return find(judge, fault, ESE_RECOVERY_NO_CURRENT, NULL, generation + 1,
                        generation + 1);
    }
    return find(judge, fault, ESE_RECOVERY_NO_LOGS, NULL, 0, 0);
}

bool ese_recovery_choose(const struct ese_recovery_facts *facts, struct ese_recovery_result *result)
{
    const struct ese_recovery_log *end;
    struct judge judge;
    uint32_t hole;
    size_t i;

    for (i = 0; i < facts->log_count; i++)
        facts->logs[i].left_out = ESE_RECOVERY_OK;
    prepare(&judge, facts, result);
    for (i = 0; i < facts->log_count; i++)
        facts->logs[i].left_out = judge_log(&judge, &facts->logs[i]);
    end = find_end(&judge);
    hole = cut_run(&judge, end);
    if (end == NULL && is_dirty(&judge))
        return find_no_end(&judge);
    ese_recovery_judge(facts, result);
    /* All below the hole was left out; of what is lacking this is what is missing. */
    if (result->fault.verdict == ESE_RECOVERY_REQUIRED_LOW && hole > result->fault.first &&
        hole <= result->fault.last)
        result->fault.first = hole;
    return result->fault.verdict == ESE_RECOVERY_OK;
}
