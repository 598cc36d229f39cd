/*
 * Genuine files: no false alarm, in recovery either, the exact numbers of pages, and damage done to
 * them is found.
 * Skipped where $NTDSBCLI_TEST_DATA does not name the folder that has them.
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

static const struct
{
    const char *name;
    enum ese_file_kind kind;
    uint32_t page_bytes; /* databases */
    uint64_t good, blank, shadow;
} rows[] = {
    {"ntds/ntds.dit", ESE_FILE_DATABASE, 8192, 865, 671, 0},
    {"ntds/adamntds.dit", ESE_FILE_DATABASE, 8192, 185, 327, 0},
    {"ese16k/qmgr.db", ESE_FILE_DATABASE, 16384, 43, 35, 0},
    {"ese32k/large.edb", ESE_FILE_DATABASE, 32768, 381, 385, 0},
    {"logs/edb00058.log", ESE_FILE_LOG, 0, 318, 1, 0},
    {"logs/edb00059.log", ESE_FILE_LOG, 0, 318, 1, 0},
    {"logs/edb0005A.log", ESE_FILE_LOG, 0, 318, 1, 0},
    {"logs/edb.log", ESE_FILE_LOG, 0, 168, 150, 1},
    {"logs/edbtmp.log", ESE_FILE_LOG, 0, 318, 1, 0},
    {"logs/edb.chk", ESE_FILE_CHECKPOINT, 0, 0, 0, 0},
    {"logs/DataStore.jfm", ESE_FILE_NOT_ESE, 0, 0, 0, 0},
    {"logs/edbres00001.jrs", ESE_FILE_NOT_ESE, 0, 0, 0, 0},
};

static void check_genuine(size_t row)
{
    const struct ese_stream_counts *counts = ese_stream_counts(&stream);
    size_t bytes;
    uint8_t *file = sample_genuine(rows[row].name, &bytes);

    ese_stream_init(&stream, ESE_FILE_UNKNOWN);
    ese_stream_set_recovery(&stream);
    ese_stream_feed(&stream, file, bytes);
    if (!ese_stream_finish(&stream))
        fail_msg("%s: %s at unit %u", rows[row].name,
                 ese_verdict_name(ese_stream_fault(&stream)->report.verdict),
                 ese_stream_fault(&stream)->unit);
    free(file);
    assert_int_equal(ese_stream_kind(&stream), rows[row].kind);
    if (rows[row].kind == ESE_FILE_DATABASE) {
        assert_int_equal(ese_stream_database(&stream)->page_bytes, rows[row].page_bytes);
        assert_int_equal(ese_stream_database(&stream)->copies, ESE_COPIES_BOTH);
    }
    assert_int_equal(counts->good, rows[row].good);
    assert_int_equal(counts->blank, rows[row].blank);
    assert_int_equal(counts->shadow, rows[row].shadow);
    assert_int_equal(counts->bad, 0);
    assert_int_equal(counts->corrected, 0);
}

#define GENUINE(row, what)                                                                         \
    static void stream__genuine_##what##__has_no_fault(void **state)                               \
    {                                                                                              \
        (void)state;                                                                               \
        check_genuine(row);                                                                        \
    }
GENUINE(0, ntds_dit)
GENUINE(1, adamntds_dit)
GENUINE(2, qmgr_db)
GENUINE(3, large_edb)
GENUINE(4, log_58)
GENUINE(5, log_59)
GENUINE(6, log_5a)
GENUINE(7, current_log)
GENUINE(8, temporary_log)
GENUINE(9, checkpoint)
GENUINE(10, flush_map)
GENUINE(11, reserve_log)

static void sums__of_ntds_dit__are_the_published_ones(void **state)
{
    size_t bytes;
    uint8_t *file = sample_genuine("ntds/ntds.dit", &bytes);
    struct ese_sum sum;

    (void)state;
    assert_int_equal(ese_header_sum(file, 8192), 0xc2ed3976u);
    sum = ese_block_sum(file + 2 * 8192, 8192, 8, 1);
    assert_int_equal(sum.exclusive_or, 0x0001b682u);
    assert_int_equal(sum.ecc, 0x00c4ff3bu);
    sum = ese_block_sum(file + 3 * 8192, 8192, 8, 2);
    assert_int_equal(sum.exclusive_or, 0x484bae7bu);
    assert_int_equal(sum.ecc, 0x03cf03cfu);
    free(file);
}

static void header__of_ntds_dit__is_clean_and_never_logged(void **state)
{
    struct ese_database_header header;
    size_t bytes;
    uint8_t *file = sample_genuine("ntds/ntds.dit", &bytes);

    (void)state;
    assert_int_equal(ese_database_parse(file, bytes, &header), ESE_GOOD);
    assert_int_equal(header.state, ESE_DBSTATE_CLEAN);
    assert_true(ese_signature_is_zero(&header.log_signature));
    assert_int_equal(header.required_low, 0);
    assert_int_equal(header.format_update, 0x14);
    assert_true(header.dbtime == 0xa0d3);
    free(file);
}

static void header__of_qmgr_db__is_dirty_and_needs_generation_17(void **state)
{
    struct ese_database_header header;
    size_t bytes;
    uint8_t *file = sample_genuine("ese16k/qmgr.db", &bytes);

    (void)state;
    assert_int_equal(ese_database_parse(file, bytes, &header), ESE_GOOD);
    assert_true(ese_database_is_dirty(&header));
    assert_int_equal(header.required_low, 0x17);
    assert_int_equal(header.required_high, 0x17);
    assert_int_equal(header.committed_high, 0x17);
    assert_true(ese_database_make_clean(file, 16384));
    assert_true(ese_database_make_clean(file + 16384, 16384));
    assert_int_equal(ese_database_parse(file, bytes, &header), ESE_GOOD);
    assert_int_equal(header.copies, ESE_COPIES_BOTH);
    assert_false(ese_database_is_dirty(&header));
    free(file);
}

static void logs__of_one_store__are_a_chain_that_the_checkpoint_belongs_to(void **state)
{
    static const char *const names[] = {"logs/edb00058.log", "logs/edb00059.log",
                                        "logs/edb0005A.log", "logs/edb.log"};
    struct ese_log_header header[4];
    struct ese_checkpoint checkpoint;
    uint64_t sum = 0;
    size_t bytes, i;
    uint8_t *file;

    (void)state;
    for (i = 0; i < 4; i++) {
        file = sample_genuine(names[i], &bytes);
        assert_int_equal(ese_log_parse(file, bytes, &header[i]), ESE_GOOD);
        assert_true(header[i].file_bytes == bytes);
        if (i > 0) {
            assert_true(ese_log_follows(&header[i - 1], &header[i]));
            assert_true(header[i].previous_sum == sum);
        }
        ese_stream_init(&stream, ESE_FILE_LOG);
        ese_stream_feed(&stream, file, bytes);
        assert_true(ese_stream_finish(&stream));
        assert_true(ese_stream_log_sum(&stream, &sum));
        free(file);
    }
    file = sample_genuine("logs/edb.chk", &bytes);
    assert_int_equal(ese_checkpoint_parse(file, bytes, &checkpoint), ESE_GOOD);
    assert_int_equal(checkpoint.copies, ESE_COPIES_BOTH);
    assert_int_equal(checkpoint.position.generation, 0x5B);
    assert_true(ese_signature_equal(&checkpoint.log_signature, &header[3].signature));
    free(file);
}

/* Single flips over a whole genuine file, all put right in the caller's buffer. */
static void check_flips(const char *name, uint32_t page_bytes)
{
    size_t bytes, at;
    uint8_t *intact = sample_genuine(name, &bytes);
    uint8_t *file = malloc(bytes);
    uint64_t hits = 0;
    uint32_t random = 5;

    assert_non_null(file);
    memcpy(file, intact, bytes);
    for (at = 2 * page_bytes; at < bytes; at += page_bytes) {
        if (ese_is_zero(file + at, page_bytes))
            continue;
        random = random * 1664525u + 1013904223u;
        sample_flip(file + at, 640 + (random >> 8) % (page_bytes * 8 - 640));
        hits++;
    }
    ese_stream_init(&stream, ESE_FILE_DATABASE);
    assert_true(ese_stream_feed_writable(&stream, file, bytes));
    assert_true(ese_stream_finish(&stream));
    assert_true(ese_stream_counts(&stream)->corrected == hits);
    assert_true(ese_stream_counts(&stream)->good == 0);
    assert_memory_equal(file, intact, bytes);
    free(file);
    free(intact);
}

static void feed_writable__one_flip_in_each_page__restores_the_file(void **state)
{
    (void)state;
    check_flips("ntds/ntds.dit", 8192);
    check_flips("ese16k/qmgr.db", 16384);
    check_flips("ese32k/large.edb", 32768);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stream__genuine_ntds_dit__has_no_fault),
        cmocka_unit_test(stream__genuine_adamntds_dit__has_no_fault),
        cmocka_unit_test(stream__genuine_qmgr_db__has_no_fault),
        cmocka_unit_test(stream__genuine_large_edb__has_no_fault),
        cmocka_unit_test(stream__genuine_log_58__has_no_fault),
        cmocka_unit_test(stream__genuine_log_59__has_no_fault),
        cmocka_unit_test(stream__genuine_log_5a__has_no_fault),
        cmocka_unit_test(stream__genuine_current_log__has_no_fault),
        cmocka_unit_test(stream__genuine_temporary_log__has_no_fault),
        cmocka_unit_test(stream__genuine_checkpoint__has_no_fault),
        cmocka_unit_test(stream__genuine_flush_map__has_no_fault),
        cmocka_unit_test(stream__genuine_reserve_log__has_no_fault),
        cmocka_unit_test(sums__of_ntds_dit__are_the_published_ones),
        cmocka_unit_test(header__of_ntds_dit__is_clean_and_never_logged),
        cmocka_unit_test(header__of_qmgr_db__is_dirty_and_needs_generation_17),
        cmocka_unit_test(logs__of_one_store__are_a_chain_that_the_checkpoint_belongs_to),
        cmocka_unit_test(feed_writable__one_flip_in_each_page__restores_the_file),
    };

    return cmocka_run_group_tests_name("ese_genuine", tests, NULL, NULL);
}
