/*
 * The readers of ESE files, and the promises that must hold for any bytes.
 */
#include "fuzz_targets.h"
#include "fuzz_promise.h"

#include "ese/ese_kernel.h"
#include "ese/ese_names.h"
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

static bool feed_pieces(struct ese_stream *stream, const uint8_t *data, size_t bytes, size_t piece)
{
    size_t at = 0;

    ese_stream_init(stream, ESE_FILE_UNKNOWN);
    while (at < bytes) {
        size_t now = piece < bytes - at ? piece : bytes - at;

        ese_stream_feed(stream, data + at, now);
        at += now;
    }
    return ese_stream_finish(stream);
}

/* The verdict does not depend on how the file was cut; every byte is counted; a fault has a place
 * in the file. */
static void run_stream(const uint8_t *data, size_t bytes)
{
    static struct ese_stream whole, cut;
    /* Not more than 256 pieces: feeding byte by byte would take nearly all of the time. */
    size_t piece = bytes > 0 ? 1 + data[bytes - 1] * (size_t)37 + bytes / 256 : 1;
    bool good = feed_pieces(&whole, data, bytes, bytes + 1);

    PROMISE(feed_pieces(&cut, data, bytes, piece) == good);
    PROMISE(ese_stream_kind(&whole) == ese_stream_kind(&cut));
    PROMISE(memcmp(ese_stream_counts(&whole), ese_stream_counts(&cut), sizeof(whole.counts)) == 0);
    PROMISE(ese_stream_counts(&whole)->bytes == bytes);
    PROMISE((ese_stream_fault(&whole) == NULL) == good);
    if (!good)
        PROMISE(ese_stream_fault(&whole)->offset <= bytes);
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
        {"lognames", run_names},  {"page", run_page},       {"stream", run_stream},
    };

    *count = sizeof(targets) / sizeof(targets[0]);
    return targets;
}
