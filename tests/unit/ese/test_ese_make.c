/*
 * Generated databases, logs and checkpoints: they verify, are what was asked for, and belong
 * together.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "make_database.h"
#include "make_logs.h"
#include "sample_folder.h"

#include "ese/ese_stream.h"

static const uint32_t sizes[] = {2048, 4096, 8192, 16384, 32768};
#define SIZE_COUNT (sizeof(sizes) / sizeof(sizes[0]))

static struct ese_stream stream;

static struct make_database usual(uint32_t page_bytes)
{
    struct make_database options = {.page_bytes = page_bytes,
                                    .pages = 150,
                                    .seed = 42,
                                    .dirty = true,
                                    .log_signature = make_logs_signature(42),
                                    .required_low = 5,
                                    .required_high = 7,
                                    .committed_high = 7,
                                    .committed_time = make_logs_time(7)};

    return options;
}

static void make(const char *name, const struct make_database *options,
                 struct make_database_counts *counts)
{
    struct host_file file;

    assert_true(host_file_create(&file, sample_path(name)));
    assert_true(make_database(&file, options, counts));
    assert_true(host_file_close(&file));
}

static void check_whole(const uint8_t *data, size_t bytes, enum ese_file_kind kind)
{
    ese_stream_init(&stream, kind);
    ese_stream_feed(&stream, data, bytes);
    if (!ese_stream_finish(&stream))
        fail_msg("%s at unit %u", ese_verdict_name(ese_stream_fault(&stream)->report.verdict),
                 ese_stream_fault(&stream)->unit);
}

static void database__of_each_page_size__verifies_with_the_counts_told(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < SIZE_COUNT; i++) {
        struct make_database options = usual(sizes[i]);
        const struct ese_stream_counts *counts = ese_stream_counts(&stream);
        const struct ese_database_header *header;
        struct make_database_counts told;
        size_t bytes;
        uint8_t *data;

        options.old_every = sizes[i] <= 8192 ? 5 : 0;
        make("sized.dit", &options, &told);
        data = sample_read("sized.dit", &bytes);
        assert_int_equal(bytes, 152u * sizes[i]);
        check_whole(data, bytes, ESE_FILE_DATABASE);
        assert_true(counts->good == told.good);
        assert_true(counts->blank == told.blank);
        assert_true(counts->old_format == told.old_format);
        assert_true(told.good + told.blank == 150);
        assert_true(told.blank > 20);
        assert_true(sizes[i] <= 8192 ? told.old_format > 10 : told.old_format == 0);
        header = ese_stream_database(&stream);
        assert_int_equal(header->page_bytes, sizes[i]);
        assert_int_equal(header->copies, ESE_COPIES_BOTH);
        assert_int_equal(header->state, ESE_DBSTATE_DIRTY);
        assert_int_equal(header->required_low, 5);
        assert_int_equal(header->required_high, 7);
        assert_int_equal(header->committed_high, 7);
        assert_true(ese_signature_equal(&header->log_signature, &options.log_signature));
        free(data);
    }
}

static void database__clean__needs_no_logs(void **state)
{
    struct make_database options = usual(8192);
    size_t bytes;
    uint8_t *data;

    (void)state;
    options.dirty = false;
    make("clean.dit", &options, NULL);
    data = sample_read("clean.dit", &bytes);
    check_whole(data, bytes, ESE_FILE_DATABASE);
    assert_int_equal(ese_stream_database(&stream)->state, ESE_DBSTATE_CLEAN);
    assert_int_equal(ese_stream_database(&stream)->required_low, 0);
    assert_int_equal(ese_stream_database(&stream)->required_high, 0);
    assert_int_equal(ese_stream_database(&stream)->committed_high, 0);
    free(data);
}

static void database__same_seed__same_bytes_other_seed_others(void **state)
{
    struct make_database options = usual(4096);
    size_t bytes[3];
    uint8_t *data[3];

    (void)state;
    make("seed.dit", &options, NULL);
    data[0] = sample_read("seed.dit", &bytes[0]);
    make("seed.dit", &options, NULL);
    data[1] = sample_read("seed.dit", &bytes[1]);
    options.seed = 43;
    make("seed.dit", &options, NULL);
    data[2] = sample_read("seed.dit", &bytes[2]);
    assert_int_equal(bytes[0], bytes[1]);
    assert_memory_equal(data[0], data[1], bytes[0]);
    assert_int_equal(bytes[0], bytes[2]);
    assert_memory_not_equal(data[0], data[2], bytes[0]);
    free(data[0]);
    free(data[1]);
    free(data[2]);
}

static void database__sparse_beyond_4_gigabytes__has_a_good_page_at_its_end(void **state)
{
    struct make_database options = usual(8192);
    struct make_database_counts told;
    struct host_file file;
    uint8_t page[8192];
    uint64_t size = ((uint64_t)5 << 30) + 100;

    (void)state;
#ifdef _WIN32
    /* A Windows volume without holes would write them all; the host's run covers this. */
    print_message("SKIPPED: files with holes are tested on the host\n");
    skip();
#endif
    options.sparse_bytes = size;
    make("sparse.dit", &options, &told);
    assert_true(host_file_open(&file, sample_path("sparse.dit"), false));
    assert_true(file.bytes == ((uint64_t)5 << 30) + 8192);
    assert_true(file.bytes == ese_page_offset(told.last_page + 1, 8192));
    assert_true(host_file_read(&file, ese_page_offset(told.last_page, 8192), page, sizeof(page)));
    assert_int_equal(ese_page_verify(page, sizeof(page), told.last_page, NULL), ESE_GOOD);
    assert_true(
        host_file_read(&file, ese_page_offset(told.last_page - 1, 8192), page, sizeof(page)));
    assert_int_equal(ese_page_verify(page, sizeof(page), told.last_page - 1, NULL), ESE_BLANK);
    assert_true(told.good + told.blank == told.last_page);
    assert_true(host_file_close(&file));
    remove(sample_path("sparse.dit"));
}

static void database__impossible_options__are_refused(void **state)
{
    struct make_database options[3];
    struct host_file file;
    size_t i;

    (void)state;
    for (i = 0; i < 3; i++)
        options[i] = usual(8192);
    options[0].page_bytes = 5000;
    options[1].pages = MAKE_PAGES_MIN - 1;
    options[2].page_bytes = 16384;
    options[2].old_every = 2;
    for (i = 0; i < 3; i++) {
        assert_true(host_file_create(&file, sample_path("refused.dit")));
        assert_false(make_database(&file, &options[i], NULL));
        assert_true(host_file_close(&file));
    }
}

static struct make_logs usual_logs(void)
{
    struct make_logs options = {.first_generation = 0xFFFFD,
                                .count = 5,
                                .log_bytes = 32 * ESE_LOG_SEGMENT_BYTES,
                                .page_bytes = 32768,
                                .seed = 42,
                                .signature = make_logs_signature(42)};

    return options;
}

static void logs__of_five_generations__are_a_chain_of_full_logs_and_a_current_one(void **state)
{
    static const char *const names[] = {"edbFFFFD.log", "edbFFFFE.log", "edbFFFFF.log",
                                        "edb00100000.log", "edb.log"};
    struct make_logs options = usual_logs();
    const struct ese_stream_counts *counts = ese_stream_counts(&stream);
    struct ese_log_header before = {0};
    uint64_t sum = 0;
    size_t i;

    (void)state;
    assert_true(make_logs(sample_folder(), &options));
    for (i = 0; i < 5; i++) {
        size_t bytes;
        uint8_t *data = sample_read(names[i], &bytes);
        const struct ese_log_header *header;

        assert_int_equal(bytes, options.log_bytes);
        check_whole(data, bytes, ESE_FILE_LOG);
        header = ese_stream_log(&stream);
        assert_int_equal(header->generation, 0xFFFFD + i);
        assert_int_equal(header->page_bytes, 32768);
        assert_true(ese_signature_equal(&header->signature, &options.signature));
        assert_true(header->previous_sum == sum);
        if (i > 0)
            assert_true(ese_log_follows(&before, header));
        assert_true(counts->good == (i == 4 ? 16 : 30));
        assert_true(counts->shadow == (i == 4 ? 1 : 0));
        assert_true(counts->stale == 0);
        before = *header;
        assert_true(ese_stream_log_sum(&stream, &sum));
        free(data);
    }
}

static void logs__without_current__are_all_archived_and_continued_by_edbtmp(void **state)
{
    static const char *const names[] = {"edb00007.log", "edb00008.log", "edbtmp.log"};
    struct make_logs options = usual_logs();
    struct ese_log_header before = {0};
    uint64_t sum = 0;
    size_t i;

    (void)state;
    remove(sample_path("edb.log"));
    options.first_generation = 7;
    options.count = 2;
    options.no_current = true;
    assert_true(make_logs(sample_folder(), &options));
    assert_null(fopen(sample_path("edb.log"), "rb"));
    for (i = 0; i < 3; i++) {
        size_t bytes;
        uint8_t *data = sample_read(names[i], &bytes);

        check_whole(data, bytes, ESE_FILE_LOG);
        assert_true(ese_stream_log(&stream)->previous_sum == sum);
        if (i > 0)
            assert_true(ese_log_follows(&before, ese_stream_log(&stream)));
        before = *ese_stream_log(&stream);
        assert_true(ese_stream_log_sum(&stream, &sum));
        free(data);
    }
    assert_true(ese_stream_counts(&stream)->good == 0);
}

static void logs__beside__are_an_old_generation_and_blank_reserves(void **state)
{
    struct make_logs options = usual_logs();
    size_t bytes;
    uint8_t *data;

    (void)state;
    assert_true(make_logs_beside(sample_folder(), &options));
    data = sample_read("edbtmp.log", &bytes);
    check_whole(data, bytes, ESE_FILE_LOG);
    assert_int_equal(ese_stream_log(&stream)->generation, options.first_generation);
    free(data);
    data = sample_read("edbres00002.jrs", &bytes);
    assert_int_equal(bytes, options.log_bytes);
    assert_true(ese_is_zero(data, bytes));
    free(data);
}

static void logs__impossible_options__are_refused(void **state)
{
    struct make_logs options[4];
    size_t i;

    (void)state;
    for (i = 0; i < 4; i++)
        options[i] = usual_logs();
    options[0].first_generation = 0;
    options[1].count = 0;
    options[2].log_bytes = 4096;
    options[3].log_bytes = 100000;
    for (i = 0; i < 4; i++)
        assert_false(make_logs(sample_folder(), &options[i]));
    options[0] = usual_logs();
    assert_false(make_logs(sample_path("no/such/folder"), &options[0]));
}

static void checkpoint__belongs_to_the_logs(void **state)
{
    struct make_logs options = usual_logs();
    size_t bytes;
    uint8_t *data;

    (void)state;
    assert_true(make_checkpoint(sample_path("edb.chk"), &options, 0xFFFFF));
    data = sample_read("edb.chk", &bytes);
    check_whole(data, bytes, ESE_FILE_CHECKPOINT);
    assert_int_equal(ese_stream_checkpoint(&stream)->copies, ESE_COPIES_BOTH);
    assert_int_equal(ese_stream_checkpoint(&stream)->position.generation, 0xFFFFF);
    assert_true(
        ese_signature_equal(&ese_stream_checkpoint(&stream)->log_signature, &options.signature));
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(database__of_each_page_size__verifies_with_the_counts_told),
        cmocka_unit_test(database__clean__needs_no_logs),
        cmocka_unit_test(database__same_seed__same_bytes_other_seed_others),
        cmocka_unit_test(database__sparse_beyond_4_gigabytes__has_a_good_page_at_its_end),
        cmocka_unit_test(database__impossible_options__are_refused),
        cmocka_unit_test(logs__of_five_generations__are_a_chain_of_full_logs_and_a_current_one),
        cmocka_unit_test(logs__without_current__are_all_archived_and_continued_by_edbtmp),
        cmocka_unit_test(logs__beside__are_an_old_generation_and_blank_reserves),
        cmocka_unit_test(logs__impossible_options__are_refused),
        cmocka_unit_test(checkpoint__belongs_to_the_logs),
    };

    return cmocka_run_group_tests_name("ese_make", tests, sample_folder_setup,
                                       sample_folder_teardown);
}
