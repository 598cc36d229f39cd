/* The logs among the files, by their headers: which generations there are, which are missing. */
#include "log_set.h"

#include "system.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Orders by series, then by generation. */
static int compare(const void *left, const void *right)
{
    const struct ese_log_header *a = &((const struct ese_recovery_log *)left)->header;
    const struct ese_log_header *b = &((const struct ese_recovery_log *)right)->header;
    int order = memcmp(a->signature.bytes, b->signature.bytes, ESE_SIGNATURE_BYTES);

    return order ? order : (a->generation > b->generation) - (a->generation < b->generation);
}

static void print_range(const char *what, uint32_t first, uint32_t last)
{
    if (first == last)
        system_print(SYSTEM_OUTPUT, "%s 0x%" PRIx32 "\n", what, first);
    else
        system_print(SYSTEM_OUTPUT, "%s 0x%" PRIx32 " to 0x%" PRIx32 "\n", what, first, last);
}

/* Logs of one series from here on. */
static size_t series_length(const struct ese_recovery_log *logs, size_t count)
{
    size_t length = 1;

    while (length < count &&
           ese_signature_equal(&logs[0].header.signature, &logs[length].header.signature))
        length++;
    return length;
}

static bool sum_fits(const struct ese_recovery_log *a, const struct ese_recovery_log *b)
{
    return !a->has_sum || b->header.previous_sum == 0 || a->sum == b->header.previous_sum;
}

/* True where the one continues the other; *broken where it is there, but does not. */
static bool print_neighbours(const struct ese_recovery_log *a, const struct ese_recovery_log *b,
                             bool *broken)
{
    uint32_t first = a->header.generation, second = b->header.generation;

    if (second == first) {
        system_print(SYSTEM_OUTPUT, "  0x%" PRIx32 " is there more than once\n", first);
    } else if (second - first > 1) {
        print_range("  missing:", first + 1, second - 1);
    } else if (!ese_log_follows(&a->header, &b->header)) {
        *broken = true;
        system_print(SYSTEM_OUTPUT,
                     "  0x%" PRIx32 " does not continue 0x%" PRIx32
                     ": it followed another log of this number\n",
                     second, first);
    } else if (!sum_fits(a, b)) {
        *broken = true;
        system_print(SYSTEM_OUTPUT,
                     "  0x%" PRIx32 " does not hold what 0x%" PRIx32 " says it held\n", first,
                     second);
    } else {
        return true;
    }
    return false;
}

static bool print_series(const struct ese_recovery_log *logs, size_t count)
{
    bool unbroken = true, broken = false;
    size_t i;

    system_print(SYSTEM_OUTPUT, "Logs: 0x%" PRIx32 " to 0x%" PRIx32 ", %" PRIu64 " file%s\n",
                 logs[0].header.generation, logs[count - 1].header.generation, (uint64_t)count,
                 count == 1 ? "" : "s");
    for (i = 1; i < count; i++)
        unbroken = print_neighbours(&logs[i - 1], &logs[i], &broken) && unbroken;
    if (unbroken && count > 1)
        system_print(SYSTEM_OUTPUT, "  none is missing between them\n");
    return !broken;
}

static bool print_all_series(struct file_set *set)
{
    size_t first, length;
    bool good = true;

    if (set->log_count > 0)
        qsort(set->logs, set->log_count, sizeof(*set->logs), compare);
    for (first = 0; first < set->log_count; first += length) {
        length = series_length(&set->logs[first], set->log_count - first);
        if (set->logs[first].has_header)
            good = print_series(&set->logs[first], length) && good;
    }
    return good;
}

static void print_finding(const char *what, const struct ese_recovery_finding *finding)
{
    if (finding->verdict == ESE_RECOVERY_OK)
        return;
    system_print(SYSTEM_OUTPUT, "  %s (%" PRId32 "): %s\n", what, finding->jet_error,
                 ese_recovery_verdict_name(finding->verdict));
    if (finding->first != 0)
        print_range(finding->log ? "  log:" : "  missing:", finding->first, finding->last);
}

/* Of several databases only the logs of its own series are one's; without any it is not judged.
 * The current log of another series could otherwise be the fault of a set it is not part of. */
static bool leave_out_others(struct file_set *set, const struct file_set_database *database)
{
    bool any = set->database_count == 1;
    size_t i;

    for (i = 0; i < set->log_count && set->database_count > 1; i++) {
        struct ese_recovery_log *log = &set->logs[i];
        bool own = log->has_header &&
                   ese_signature_equal(&database->header.log_signature, &log->header.signature);

        log->left_out = own ? ESE_RECOVERY_OK : ESE_RECOVERY_OTHER_SERIES;
        any = any || own;
    }
    return any;
}

static bool judge_database(struct file_set *set, const struct file_set_database *database)
{
    struct ese_recovery_result result;

    if (!leave_out_others(set, database))
        return true;
    file_set_judge(set, database, &result);
    system_print(SYSTEM_OUTPUT, "Database and logs together:\n");
    if (database->is_streamed)
        system_print(SYSTEM_OUTPUT, "  a streaming backup: JetExternalRestore brings it up\n");
    if (result.fault.verdict == ESE_RECOVERY_OK && result.top == 0)
        system_print(SYSTEM_OUTPUT, "  complete without logs\n");
    else if (result.fault.verdict == ESE_RECOVERY_OK)
        print_range("  complete: recovery reads", result.start, result.top);
    print_finding("the engine would refuse it", &result.fault);
    print_finding("what recovery does not read", &result.warning);
    return result.fault.verdict == ESE_RECOVERY_OK;
}

bool log_set_judge(struct file_set *set)
{
    bool alone = set->log_count == 0 && !set->has_temporary_log && !set->has_checkpoint;
    bool good = print_all_series(set);
    size_t i;

    for (i = 0; i < set->database_count && !alone; i++)
        good = judge_database(set, &set->databases[i]) && good;
    return good;
}
