/*
 * The stream: the same result however the file is cut, correction in the caller's buffer, what
 * kind a file is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ese_samples.h"

static struct ese_stream stream;

static bool run_whole(const uint8_t *file, size_t bytes, enum ese_file_kind expected)
{
    ese_stream_init(&stream, expected);
    ese_stream_feed(&stream, file, bytes);
    return ese_stream_finish(&stream);
}

static bool run_pieces(struct ese_stream *to, const uint8_t *file, size_t bytes, size_t piece)
{
    size_t at;

    ese_stream_init(to, ESE_FILE_UNKNOWN);
    for (at = 0; at < bytes; at += piece) {
        /* A copy of its own: the sanitizer sees any look beyond the run, or at an old one. */
        size_t now = piece < bytes - at ? piece : bytes - at;
        uint8_t *copy = malloc(now);

        assert_non_null(copy);
        memcpy(copy, file + at, now);
        ese_stream_feed(to, copy, now);
        free(copy);
    }
    return ese_stream_finish(to);
}

/* Any cutting gives what the whole gives: kind, counts, first fault. */
static void check_pieces(const char *label, const uint8_t *file, size_t bytes)
{
    static const size_t pieces[] = {1, 7, 511, 4096, 4097, 8192, 24576, 65536, 100000};
    static struct ese_stream other;
    bool expected = run_whole(file, bytes, ESE_FILE_UNKNOWN);
    size_t i;

    for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        if (run_pieces(&other, file, bytes, pieces[i]) != expected)
            fail_msg("%s in pieces of %zu: another verdict", label, pieces[i]);
        assert_int_equal(ese_stream_kind(&other), ese_stream_kind(&stream));
        assert_memory_equal(ese_stream_counts(&other), ese_stream_counts(&stream),
                            sizeof(stream.counts));
        if (expected) {
            assert_null(ese_stream_fault(&other));
            continue;
        }
        assert_memory_equal(ese_stream_fault(&other), ese_stream_fault(&stream),
                            sizeof(stream.fault));
    }
}

static void feed__any_cutting_of_any_file__gives_the_same(void **state)
{
    static const size_t sizes[] = {2048, 4096, 8192, 16384, 32768};
    uint8_t checkpoint[ESE_CHECKPOINT_BYTES];
    uint8_t *file;
    size_t bytes, i;

    (void)state;
    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        file = sample_database(sizes[i], 8, &bytes);
        check_pieces("database", file, bytes);
        file[3 * sizes[i] - 5] ^= 3;
        check_pieces("database with a fault", file, bytes);
        file[100] ^= 1;
        check_pieces("database with a damaged header", file, bytes);
        file[sizes[i] + 100] ^= 1;
        check_pieces("database without headers", file, bytes);
        free(file);
    }
    file = sample_log(5, 16, 9, true, &bytes);
    check_pieces("log", file, bytes);
    file[5 * 4096 + 100] ^= 0x11;
    check_pieces("log with a fault", file, bytes);
    check_pieces("log cut", file, bytes - 6000);
    free(file);
    sample_checkpoint(checkpoint, 3);
    check_pieces("checkpoint", checkpoint, sizeof(checkpoint));
    file = calloc(1, 200000);
    assert_non_null(file);
    check_pieces("zeros", file, 200000);
    sample_fill(file, 200000);
    check_pieces("noise", file, 200000);
    check_pieces("little noise", file, 1000);
    free(file);
}

static void kind__of_each_file__is_told(void **state)
{
    uint8_t checkpoint[ESE_CHECKPOINT_BYTES];
    uint8_t *file;
    size_t bytes;

    (void)state;
    file = sample_database(8192, 3, &bytes);
    assert_true(run_whole(file, bytes, ESE_FILE_UNKNOWN));
    assert_int_equal(ese_stream_kind(&stream), ESE_FILE_DATABASE);
    assert_non_null(ese_stream_database(&stream));
    assert_null(ese_stream_log(&stream));
    assert_null(ese_stream_checkpoint(&stream));
    assert_int_equal(ese_stream_database(&stream)->required_high, 7);
    free(file);

    file = sample_log(6, 4, 2, false, &bytes);
    assert_true(run_whole(file, bytes, ESE_FILE_UNKNOWN));
    assert_int_equal(ese_stream_kind(&stream), ESE_FILE_LOG);
    assert_int_equal(ese_stream_log(&stream)->generation, 6);
    assert_null(ese_stream_database(&stream));
    free(file);

    sample_checkpoint(checkpoint, 4);
    assert_true(run_whole(checkpoint, sizeof(checkpoint), ESE_FILE_UNKNOWN));
    assert_int_equal(ese_stream_kind(&stream), ESE_FILE_CHECKPOINT);
    assert_int_equal(ese_stream_checkpoint(&stream)->position.generation, 4);

    assert_true(run_whole(checkpoint, 0, ESE_FILE_UNKNOWN));
    assert_int_equal(ese_stream_kind(&stream), ESE_FILE_NOT_ESE);
}

static void expected_kind__another_file__is_a_fault(void **state)
{
    static const enum ese_file_kind kinds[] = {ESE_FILE_DATABASE, ESE_FILE_LOG, ESE_FILE_CHECKPOINT,
                                               ESE_FILE_NOT_ESE};
    uint8_t checkpoint[ESE_CHECKPOINT_BYTES];
    uint8_t zeros[9000] = {0};
    uint8_t *files[4];
    size_t bytes[4];
    size_t real, said;

    (void)state;
    sample_checkpoint(checkpoint, 4);
    files[0] = sample_database(4096, 3, &bytes[0]);
    files[1] = sample_log(6, 4, 2, false, &bytes[1]);
    files[2] = checkpoint;
    bytes[2] = sizeof(checkpoint);
    files[3] = zeros;
    bytes[3] = sizeof(zeros);
    for (real = 0; real < 4; real++) {
        for (said = 0; said < 3; said++) {
            bool good = run_whole(files[real], bytes[real], kinds[said]);

            assert_int_equal(good, real == said);
            if (!good)
                assert_int_equal(ese_stream_fault(&stream)->report.verdict, ESE_NOT_RECOGNISED);
        }
    }
    free(files[0]);
    free(files[1]);
}

static void counts__of_a_log__separate_shadow_stale_and_blank(void **state)
{
    size_t bytes;
    uint8_t *file = sample_log(5, 16, 9, true, &bytes);
    struct ese_lgpos old = {.generation = 4, .sector = 12};
    const struct ese_stream_counts *counts = ese_stream_counts(&stream);

    (void)state;
    sample_fill(file + 12 * 4096, 4096);
    ese_put_lgpos(file + 12 * 4096 + ESE_SEGMENT_POSITION, old);
    ese_segment_seal(file + 12 * 4096, 12);
    assert_true(run_whole(file, bytes, ESE_FILE_LOG));
    assert_true(counts->good == 10);
    assert_true(counts->stale == 1);
    assert_true(counts->shadow == 1);
    assert_true(counts->blank == 4);
    assert_true(counts->bad == 0);
    assert_true(counts->bytes == bytes);
    free(file);
}

static void log__damaged_segment__is_the_fault(void **state)
{
    const struct ese_fault *fault;
    size_t bytes;
    uint8_t *file = sample_log(5, 16, 9, false, &bytes);

    (void)state;
    file[6 * 4096 + 77] ^= 0x12;
    file[8 * 4096 + 77] ^= 0x12;
    assert_false(run_whole(file, bytes, ESE_FILE_LOG));
    fault = ese_stream_fault(&stream);
    assert_false(fault->is_header);
    assert_int_equal(fault->unit, 6);
    assert_true(fault->offset == 6 * 4096);
    assert_int_equal(fault->report.verdict, ESE_BAD_CHECKSUM);
    assert_int_not_equal(fault->report.stored.exclusive_or, fault->report.computed.exclusive_or);
    assert_true(ese_stream_counts(&stream)->bad == 2);
    free(file);
}

static void log__header_or_size_wrong__is_a_fault_of_the_header(void **state)
{
    size_t bytes;
    uint8_t *file = sample_log(5, 16, 9, false, &bytes);

    (void)state;
    assert_false(run_whole(file, bytes - 4096, ESE_FILE_LOG));
    assert_int_equal(ese_stream_fault(&stream)->report.verdict, ESE_TRUNCATED);
    assert_true(ese_stream_fault(&stream)->is_header);
    ese_put16(file + ESE_LOG_SECTORS, 15);
    ese_log_header_seal(file);
    assert_false(run_whole(file, bytes, ESE_FILE_LOG));
    assert_int_equal(ese_stream_fault(&stream)->report.verdict, ESE_BAD_GEOMETRY);
    file[200] ^= 1;
    assert_false(run_whole(file, bytes, ESE_FILE_LOG));
    assert_int_equal(ese_stream_fault(&stream)->report.verdict, ESE_BAD_CHECKSUM);
    assert_null(ese_stream_log(&stream));
    /* The body is judged all the same. */
    assert_true(ese_stream_counts(&stream)->good == 9);
    free(file);
}

static void log__of_version_7__has_its_header_checked_and_says_what_was_not(void **state)
{
    uint8_t *file = calloc(1, 16384);

    (void)state;
    assert_non_null(file);
    ese_put32(file + ESE_LOG_GENERATION, 0x21);
    ese_put16(file + ESE_LOG_SECTOR_BYTES, 512);
    ese_put16(file + ESE_LOG_HEADER_SECTORS, 8);
    ese_put16(file + ESE_LOG_SECTORS, 32);
    ese_put32(file + ESE_LOG_MAJOR, 7);
    ese_put32(file + ESE_LOG_MINOR, 3704);
    ese_log_header_seal(file);
    assert_true(run_whole(file, 16384, ESE_FILE_LOG));
    assert_true(ese_stream_counts(&stream)->unverified == 16384 - 4096);
    assert_true(ese_stream_counts(&stream)->good == 0);
    check_pieces("log of version 7", file, 16384);
    free(file);
}

static void checkpoint__both_copies_hit__is_a_fault(void **state)
{
    uint8_t file[ESE_CHECKPOINT_BYTES];

    (void)state;
    sample_checkpoint(file, 4);
    file[100] ^= 1;
    assert_true(run_whole(file, sizeof(file), ESE_FILE_CHECKPOINT));
    assert_int_equal(ese_stream_checkpoint(&stream)->copies, ESE_COPIES_SHADOW_ONLY);
    file[4096 + 100] ^= 1;
    assert_false(run_whole(file, sizeof(file), ESE_FILE_UNKNOWN));
    assert_int_equal(ese_stream_fault(&stream)->report.verdict, ESE_BAD_CHECKSUM);
    assert_false(run_whole(file, 5000, ESE_FILE_CHECKPOINT));
    assert_int_equal(ese_stream_fault(&stream)->report.verdict, ESE_TRUNCATED);
}

static void finish__called_again__changes_nothing(void **state)
{
    size_t bytes;
    uint8_t *file = sample_database(8192, 3, &bytes);

    (void)state;
    assert_false(run_whole(file, bytes - 100, ESE_FILE_DATABASE));
    assert_true(ese_stream_counts(&stream)->bad == 1);
    assert_false(ese_stream_finish(&stream));
    assert_true(ese_stream_counts(&stream)->bad == 1);
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(feed__any_cutting_of_any_file__gives_the_same),
        cmocka_unit_test(kind__of_each_file__is_told),
        cmocka_unit_test(expected_kind__another_file__is_a_fault),
        cmocka_unit_test(counts__of_a_log__separate_shadow_stale_and_blank),
        cmocka_unit_test(log__damaged_segment__is_the_fault),
        cmocka_unit_test(log__header_or_size_wrong__is_a_fault_of_the_header),
        cmocka_unit_test(log__of_version_7__has_its_header_checked_and_says_what_was_not),
        cmocka_unit_test(checkpoint__both_copies_hit__is_a_fault),
        cmocka_unit_test(finish__called_again__changes_nothing),
    };

    return cmocka_run_group_tests_name("ese_stream", tests, NULL, NULL);
}
