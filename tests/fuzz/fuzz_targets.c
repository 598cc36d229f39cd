/*
 * The readers of ESE files, and the promises that must hold for any bytes.
 */
#include "fuzz_targets.h"
#include "fuzz_promise.h"

#include "ese/ese_kernel.h"
#include "ese/ese_names.h"
#include "ese/ese_recovery.h"
#include "ese/ese_stream.h"

#include <string.h>

/* The sets of checksum loops agree, whatever the alignment. */
static void run_kernels(const uint8_t *data, size_t bytes)
{
    const struct ese_kernel *const *kernel;
    size_t block;

    for (kernel = ese_kernel_list(); *kernel != NULL; kernel++) {
        size_t words = bytes & ~(size_t)3;

        PROMISE((*kernel)->is_zero(data, bytes) == ese_kernel_scalar.is_zero(data, bytes));
        PROMISE((*kernel)->exclusive_or(data, words) ==
                ese_kernel_scalar.exclusive_or(data, words));
        for (block = 2048; block <= 8192 && block <= bytes; block *= 2) {
            const uint8_t *at = data + bytes - block;
            struct ese_kernel_sum expected = ese_kernel_scalar.block(at, block, bytes % 2 * 8);
            struct ese_kernel_sum found = (*kernel)->block(at, block, bytes % 2 * 8);

            PROMISE(found.exclusive_or == expected.exclusive_or && found.ecc == expected.ecc);
        }
    }
}

/* What was corrected verifies; what was not is untouched; what was sealed is good. */
static void run_page(const uint8_t *data, size_t bytes)
{
    static uint8_t page[ESE_PAGE_BYTES_MAX];
    struct ese_page_report report;
    uint32_t number;
    size_t size;

    if (bytes < 8)
        return;
    number = ese_get32(data) & 0x7FFFFFFFu;
    size = (size_t)ESE_PAGE_BYTES_MIN << data[4] % 5;
    memset(page, 0, sizeof(page));
    memcpy(page, data + 5, bytes - 5 < size ? bytes - 5 : size);
    switch (ese_page_correct(page, size, number, &report)) {
    case ESE_CORRECTED:
        PROMISE(report.bits >= 1 && report.bits <= ESE_SUMS_MAX);
        /* No file has a page 0; of all its sums being zero follows that it is blank. */
        PROMISE(ese_page_verify(page, size, number, NULL) ==
                (number == 0 && ese_is_zero(page, size) ? ESE_BLANK : ESE_GOOD));
        break;
    case ESE_BLANK:
        PROMISE(ese_is_zero(page, size));
        break;
    default:
        PROMISE(memcmp(page, data + 5, bytes - 5 < size ? bytes - 5 : size) == 0);
        break;
    }
    ese_page_is_trailer(page, size);
    if (number != 0) {
        ese_page_seal(page, size, number);
        PROMISE(ese_page_verify(page, size, number, NULL) == ESE_GOOD);
    }
    ese_segment_verify(page, number, NULL);
}

static void run_headers(const uint8_t *data, size_t bytes)
{
    struct ese_database_header database;
    struct ese_checkpoint checkpoint;
    struct ese_log_header log;
    struct ese_log7_fault fault;
    struct ese_trailer trailer;
    uint32_t ranges;

    if (ese_database_parse(data, bytes, &database) == ESE_GOOD)
        PROMISE(ese_page_size_is_legal(database.page_bytes));
    if (ese_log_parse(data, bytes, &log) == ESE_GOOD) {
        PROMISE(log.file_bytes > ESE_LOG_HEADER_BYTES && log.generation != 0);
        if (log.major < 8)
            ese_log7_verify(data, bytes, &ranges, &fault);
    }
    ese_checkpoint_parse(data, bytes, &checkpoint);
    if (bytes >= ESE_PAGE_BYTES_MIN)
        ese_trailer_parse(data, ESE_PAGE_BYTES_MIN, &trailer);
}

/* The records of version 7, behind a header that lets them be reached. */
static void run_log7(const uint8_t *data, size_t bytes)
{
    ese_log7_verify(data, bytes, NULL, NULL);
}

static bool feed_pieces(struct ese_stream *stream, const uint8_t *data, size_t bytes, size_t piece,
                        bool for_recovery)
{
    size_t at = 0;

    ese_stream_init(stream, ESE_FILE_UNKNOWN);
    if (for_recovery)
        ese_stream_set_recovery(stream);
    while (at < bytes) {
        size_t now = piece < bytes - at ? piece : bytes - at;

        ese_stream_feed(stream, data + at, now);
        at += now;
    }
    return ese_stream_finish(stream);
}

/* True: a branch has judged the run, and the stream has taken it from there. */
static bool take_from_branch(struct ese_stream *stream, const uint8_t *run, size_t at, size_t bytes)
{
    static struct ese_stream branch;
    uint32_t page_bytes = ese_stream_unit_bytes(stream);

    if (ese_stream_kind(stream) != ESE_FILE_DATABASE || !page_bytes || at % page_bytes != 0)
        return false;
    ese_stream_branch(&branch, stream, at);
    ese_stream_feed(&branch, run, bytes);
    return ese_stream_join(stream, &branch, bytes);
}

/* As feed_pieces, with every stretch of sound pages taken from a branch. */
static bool feed_branches(struct ese_stream *stream, const uint8_t *data, size_t bytes,
                          size_t piece)
{
    size_t at, now;

    ese_stream_init(stream, ESE_FILE_UNKNOWN);
    for (at = 0; at < bytes; at += now) {
        now = piece < bytes - at ? piece : bytes - at;
        if (!take_from_branch(stream, data + at, at, now))
            ese_stream_feed(stream, data + at, now);
    }
    return ese_stream_finish(stream);
}

static void check_same(const struct ese_stream *whole, const struct ese_stream *cut)
{
    PROMISE(ese_stream_kind(whole) == ese_stream_kind(cut));
    PROMISE(memcmp(ese_stream_counts(whole), ese_stream_counts(cut), sizeof(whole->counts)) == 0);
}

/* The verdict does not depend on how the file was cut, or who judged its pages; every byte is
 * counted; a fault has a place in the file. */
static void run_stream(const uint8_t *data, size_t bytes)
{
    static struct ese_stream whole, cut;
    /* Not more than 256 pieces: feeding byte by byte would take nearly all of the time. */
    size_t piece = bytes > 0 ? 1 + data[bytes - 1] * (size_t)37 + bytes / 256 : 1;
    bool good = feed_pieces(&whole, data, bytes, bytes + 1, true);
    uint64_t sum, other_sum;

    PROMISE(feed_pieces(&cut, data, bytes, piece, true) == good);
    check_same(&whole, &cut);
    if (ese_stream_kind(&whole) == ESE_FILE_DATABASE) {
        PROMISE(feed_branches(&cut, data, bytes, (1 + piece % 4) * 2048) == good);
        check_same(&whole, &cut);
    }
    PROMISE(ese_stream_counts(&whole)->bytes == bytes);
    PROMISE((ese_stream_fault(&whole) == NULL) == good);
    if (!good) {
        PROMISE(ese_stream_fault(&whole)->offset <= bytes);
        return;
    }
    /* What recovery takes, a backup hands out. */
    PROMISE(feed_pieces(&cut, data, bytes, bytes + 1, false));
    if (ese_stream_log_sum(&whole, &sum))
        PROMISE(ese_stream_log_sum(&cut, &other_sum) && sum == other_sum);
}

/* --- the rule about logs ---------------------------------------------------------------------- */

#define RECOVERY_LOGS_MAX   64u
#define RECOVERY_FACT_BYTES 8u /* of the database and checkpoint, then of each log */

struct recovery_input
{
    struct ese_database_header database;
    struct ese_checkpoint checkpoint;
    struct ese_recovery_log logs[RECOVERY_LOGS_MAX];
    struct ese_recovery_facts facts;
};

static uint32_t generation_of(uint8_t byte)
{
    return byte == 0xFF ? 0xFFFFFFFFu : 1u + byte % 16u;
}

static void take_recovery_log(struct ese_recovery_log *log, const uint8_t *fact)
{
    bool current = (fact[0] & 1) != 0;

    memset(log, 0, sizeof(*log));
    log->name.kind = current ? ESE_NAME_CURRENT_LOG : ESE_NAME_ARCHIVED_LOG;
    log->name.generation = current ? 0 : generation_of(fact[1]);
    log->name.hex_digits = current ? 0 : (fact[0] & 2) != 0 ? 8 : 5;
    log->has_header = (fact[0] & 4) == 0;
    log->header.signature.bytes[0] = (fact[0] & 8) != 0 ? 2 : 1;
    log->header.generation = generation_of(fact[2]);
    log->file_bytes = (fact[0] & 16) != 0;
    log->has_sum = (fact[0] & 32) != 0;
    log->header.created_raw[0] = fact[3];
    log->header.previous_created_raw[0] = fact[4];
    log->sum = fact[5];
    log->header.previous_sum = fact[6];
}

static void take_recovery_input(struct recovery_input *input, const uint8_t *data, size_t bytes)
{
    size_t i;

    memset(input, 0, sizeof(*input));
    input->database.state = data[0] % 9u;
    input->database.required_low = data[1];
    input->database.required_high = data[2];
    input->database.committed_high = data[3];
    input->database.log_signature.bytes[0] = (data[4] & 8) == 0;
    input->checkpoint.log_signature.bytes[0] = (data[4] & 4) != 0 ? 2 : 1;
    input->checkpoint.position.generation = generation_of(data[5]);
    input->facts.has_temporary_log = (data[4] & 1) != 0;
    input->facts.checkpoint = (data[4] & 2) != 0 ? &input->checkpoint : NULL;
    input->facts.database = (data[4] & 16) != 0 ? NULL : &input->database;
    input->facts.logs = input->logs;
    for (i = 1; i <= RECOVERY_LOGS_MAX && (i + 1) * RECOVERY_FACT_BYTES <= bytes; i++)
        take_recovery_log(&input->logs[input->facts.log_count++], data + i * RECOVERY_FACT_BYTES);
}

static void check_finding(const struct recovery_input *input,
                          const struct ese_recovery_finding *finding)
{
    PROMISE((unsigned int)finding->verdict < ESE_RECOVERY_VERDICT_COUNT);
    PROMISE((finding->verdict == ESE_RECOVERY_OK) == (finding->jet_error == 0));
    PROMISE(finding->first <= finding->last || finding->last == 0);
    PROMISE(finding->log == NULL ||
            (finding->log >= input->logs && finding->log < input->logs + input->facts.log_count));
}

/* Each generation of an accepted set has a log, whose header says so. */
static void check_accepted(const struct recovery_input *input,
                           const struct ese_recovery_result *result)
{
    uint64_t generation;
    size_t i;

    if (result->top == 0)
        return;
    PROMISE(result->start <= result->top);
    for (generation = result->start; generation <= result->top; generation++) {
        for (i = 0; i < input->facts.log_count; i++) {
            const struct ese_recovery_log *log = &input->logs[i];

            if (log->left_out == ESE_RECOVERY_OK && log->has_header &&
                log->header.generation == generation)
                break;
        }
        PROMISE(i < input->facts.log_count);
    }
}

/* A finding is one of the facts; what was chosen for a backup is accepted when it is restored. */
static void run_recovery(const uint8_t *data, size_t bytes)
{
    static struct recovery_input input;
    struct ese_recovery_result result, chosen;

    if (bytes < RECOVERY_FACT_BYTES)
        return;
    take_recovery_input(&input, data, bytes);
    PROMISE(ese_recovery_judge(&input.facts, &result) == (result.fault.verdict == ESE_RECOVERY_OK));
    check_finding(&input, &result.fault);
    check_finding(&input, &result.warning);
    if (result.fault.verdict == ESE_RECOVERY_OK)
        check_accepted(&input, &result);
    if (!ese_recovery_choose(&input.facts, &chosen)) {
        check_finding(&input, &chosen.fault);
        PROMISE(chosen.fault.verdict != ESE_RECOVERY_OK);
        return;
    }
    check_accepted(&input, &chosen);
    PROMISE(ese_recovery_judge(&input.facts, &result));
    PROMISE(result.start == chosen.start && result.top == chosen.top);
}

static void run_names(const uint8_t *data, size_t bytes)
{
    char name[300];
    struct ese_name parsed;

    if (bytes >= sizeof(name))
        bytes = sizeof(name) - 1;
    memcpy(name, data, bytes);
    name[bytes] = '\0';
    parsed = ese_name_classify(name, ESE_NTDS_BASE_NAME);
    if (parsed.kind == ESE_NAME_ARCHIVED_LOG)
        PROMISE(parsed.hex_digits == 5 || parsed.hex_digits == 8);
    else
        PROMISE(parsed.generation == 0 && parsed.hex_digits == 0);
}

const struct fuzz_target *fuzz_targets(size_t *count)
{
    static const struct fuzz_target targets[] = {
        {"headers", run_headers}, {"kernels", run_kernels}, {"log7", run_log7},
        {"lognames", run_names},  {"page", run_page},       {"recovery", run_recovery},
        {"stream", run_stream},
    };

    *count = sizeof(targets) / sizeof(targets[0]);
    return targets;
}
