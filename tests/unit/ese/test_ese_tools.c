/*
 * The tools' own surface, run as programs: exit codes, what they print, and that another reader
 * of the format opens what ese-make makes. On the host only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "ese_samples.h"
#include "sample_folder.h"

#define COMMAND_CHARS 2048u

/* Runs a tool in the test's folder, output into the file "out"; returns its exit code. */
static int run(const char *tool, const char *arguments)
{
    char command[COMMAND_CHARS];
    int status;

    assert_true(snprintf(command, sizeof(command), "cd '%s' && %s/ese-%s %s >out 2>&1",
                         sample_folder(), ESE_TOOLS_FOLDER, tool,
                         arguments) < (int)sizeof(command));
    status = system(command);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static bool printed(const char *text)
{
    size_t bytes;
    uint8_t *data = sample_read("out", &bytes);
    char *copy = malloc(bytes + 1);
    bool found;

    assert_non_null(copy);
    memcpy(copy, data, bytes);
    copy[bytes] = '\0';
    found = strstr(copy, text) != NULL;
    free(copy);
    free(data);
    return found;
}

static void make__bad_arguments__exit_2_and_write_nothing(void **state)
{
    static const char *const rows[] = {
        "",
        "--database",
        "--database a.dit --from b.dit",
        "--database a.dit --page-size 5000",
        "--database a.dit --page-size 16384 --old-format-every 3",
        "--database a.dit --pages 3",
        "--database a.dit --pages -40",
        "--database a.dit --logs 0",
        "--database a.dit --log-bytes 70000",
        "--database a.dit --sparse-size 1T",
        "--database a.dit --what",
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (run("make", rows[i]) != 2)
            fail_msg("ese-make %s", rows[i]);
    }
    assert_null(fopen(sample_path("a.dit"), "rb"));
}

static void make_and_check__a_whole_directory__is_without_fault(void **state)
{
    (void)state;
    assert_int_equal(run("make", "--database n.dit --dirty --log-dir . --logs 5 --log-bytes 128K "
                                 "--first-generation 0x58 --checkpoint edb.chk"),
                     0);
    assert_int_equal(run("check", "n.dit edb00058.log edb0005B.log edb.log edb.chk"), 0);
    assert_true(printed("dirty (logs 5a-5c)"));
    assert_true(printed("edb.log: log, generation 5c"));
    assert_true(printed("edb.chk: checkpoint, generation 5a"));
    assert_int_equal(run("check", "."), 0);
    assert_true(printed("./n.dit: database"));
}

static void check__damage_of_each_kind__exit_1(void **state)
{
    static const struct
    {
        const char *damage;
        const char *printed;
    } rows[] = {
        /* Page 30, twice the same column: what a plain XOR would miss. */
        {"--flip 254000:2 --flip 254004:2", "bad checksum"},
        {"--flip 254000:2", "single wrong bit"},
        {"--swap 30:31", "wrong page number"},
        {"--truncate 300000", "truncated"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char arguments[200];

        assert_int_equal(run("make", "--database d.dit"), 0);
        snprintf(arguments, sizeof(arguments), "d.dit %s", rows[i].damage);
        assert_int_equal(run("damage", arguments), 0);
        assert_int_equal(run("check", "d.dit"), 1);
        if (!printed(rows[i].printed) || !printed("FAULT"))
            fail_msg("ese-damage %s: not told", rows[i].damage);
    }
    assert_int_equal(run("check", "no-such-file"), 3);
    assert_int_equal(run("check", ""), 2);
}

static void damage__outside_or_senseless__changes_nothing(void **state)
{
    (void)state;
    assert_int_equal(run("make", "--database d.dit"), 0);
    assert_int_equal(run("damage", "d.dit --flip 99999999:0"), 1);
    assert_int_equal(run("damage", "d.dit --flip 100:8"), 1);
    assert_int_equal(run("damage", "d.dit --swap 30:99999"), 1);
    assert_int_equal(run("damage", "d.dit --truncate 99999999"), 1);
    assert_int_equal(run("damage", "d.dit --flip 100"), 2);
    assert_int_equal(run("damage", "d.dit"), 2);
    assert_int_equal(run("damage", "d.dit --zero-pages 30:29"), 1);
    assert_int_equal(run("damage", "d.dit --zero-pages 0:5"), 1);
    assert_int_equal(run("damage", "d.dit --patch-header dirty"), 2);
    assert_int_equal(run("damage", "d.dit --missing 3"), 2);
    assert_int_equal(run("check", "d.dit"), 0);
}

static void damage__of_a_log__outside_or_senseless__changes_nothing(void **state)
{
    (void)state;
    assert_int_equal(run("make", "--database l.dit --log-dir . --log-bytes 64K"), 0);
    assert_int_equal(run("damage", "edb.log --zero-segment 0"), 1);
    assert_int_equal(run("damage", "edb.log --zero-segment 16"), 1);
    assert_int_equal(run("damage", "edb.log --zero-tail 16"), 1);
    assert_int_equal(run("damage", "edb.log --double-segment 15"), 1);
    assert_int_equal(run("damage", "edb.log --shift-segments sideways"), 2);
    assert_int_equal(run("damage", ". --missing 77"), 1);
    assert_int_equal(run("damage", ". --copy 77:78"), 1);
    assert_int_equal(run("damage", ". --copy 77"), 2);
    assert_int_equal(run("damage", ". --flip 0:1"), 2);
    assert_int_equal(run("check", "edb.log"), 0);
}

static void check__segments_out_of_order__exit_1(void **state)
{
    static const char *const damage[] = {"--zero-segment 3", "--double-segment 3",
                                         "--shift-segments up", "--shift-segments down"};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
        char arguments[200];

        assert_int_equal(run("make", "--database l.dit --log-dir . --log-bytes 64K"), 0);
        snprintf(arguments, sizeof(arguments), "edb.log %s", damage[i]);
        assert_int_equal(run("damage", arguments), 0);
        if (run("check", "edb.log") != 1)
            fail_msg("ese-damage %s: not found", damage[i]);
    }
}

static void stamps__never_stamped_or_no_database__say_so(void **state)
{
    (void)state;
    assert_int_equal(run("make", "--database s.dit --log-dir . --log-bytes 64K"), 0);
    assert_int_equal(run("stamps", "s.dit"), 1);
    assert_int_equal(run("stamps", "edb.log"), 3);
    assert_int_equal(run("stamps", "s.dit --count 0"), 2);
    assert_int_equal(run("stamps", "s.dit --pages 30,x"), 2);
    assert_int_equal(run("stamps", ""), 2);
}

static void stamps__of_one_instant__prints_the_value(void **state)
{
    uint8_t page[8192];
    size_t bytes;
    uint8_t *data;
    FILE *file;

    (void)state;
    assert_int_equal(run("make", "--database s.dit"), 0);
    data = sample_read("s.dit", &bytes);
    /* Pages 30 and 31 get the header's dbtime: the two named ones agree then. */
    memcpy(page, data, sizeof(page));
    ese_put64(data + ese_page_offset(30, 8192) + 8, ese_get64(page + ESE_DB_DBTIME));
    ese_put64(data + ese_page_offset(31, 8192) + 8, ese_get64(page + ESE_DB_DBTIME));
    ese_page_seal(data + ese_page_offset(30, 8192), 8192, 30);
    ese_page_seal(data + ese_page_offset(31, 8192), 8192, 31);
    file = fopen(sample_path("s.dit"), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, bytes, file), bytes);
    assert_int_equal(fclose(file), 0);
    free(data);
    assert_int_equal(run("stamps", "s.dit --pages 30,31"), 0);
    assert_true(printed("0000000000009000\n"));
    assert_int_equal(run("stamps", "s.dit --pages 30,31,32"), 1);
}

static void make__from_a_dirty_database__covers_what_it_needs_and_leaves_it(void **state)
{
    size_t before_bytes, after_bytes;
    uint8_t *before, *after;

    (void)state;
    assert_int_equal(run("make", "--database from.dit --dirty --logs 3 --first-generation 20"), 0);
    before = sample_read("from.dit", &before_bytes);
    assert_int_equal(run("make", "--from from.dit --log-dir . --log-bytes 64K --logs 2"), 1);
    assert_true(printed("needs generations 14 to 16"));
    assert_int_equal(run("make", "--from from.dit --log-dir . --log-bytes 64K --logs 3"), 0);
    assert_int_equal(run("check", "edb00014.log edb00015.log edb.log"), 0);
    assert_true(printed("edb.log: log, generation 16"));
    after = sample_read("from.dit", &after_bytes);
    assert_int_equal(before_bytes, after_bytes);
    assert_memory_equal(before, after, before_bytes);
    free(before);
    free(after);
}

static void esedbexport__of_each_page_size__finds_the_table_and_its_rows(void **state)
{
    static const unsigned int sizes[] = {2048, 4096, 8192, 16384, 32768};
    size_t i;

    (void)state;
    if (system("esedbinfo -V >/dev/null 2>&1") != 0) {
        printf("SKIPPED: esedbinfo (libesedb-utils) is not installed\n");
        skip();
    }
    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        char command[COMMAND_CHARS];

        snprintf(command, sizeof(command), "--database e.dit --dirty --pages 64 --page-size %u",
                 sizes[i]);
        assert_int_equal(run("make", command), 0);
        snprintf(command, sizeof(command), "cd '%s' && esedbinfo e.dit >out 2>&1", sample_folder());
        if (system(command) != 0)
            fail_msg("esedbinfo, pages of %u", sizes[i]);
        assert_true(printed("datatable"));
        assert_true(printed("DNT_col"));
        snprintf(command, sizeof(command),
                 "cd '%s' && rm -rf x.export && esedbexport -t x e.dit >/dev/null 2>&1 && "
                 "cp x.export/datatable.* out && rm -rf x.export",
                 sample_folder());
        if (system(command) != 0)
            fail_msg("esedbexport, pages of %u", sizes[i]);
        /* The first row of page 26 and of the last page. */
        assert_true(printed("\n26000\t"));
        assert_true(printed("\n64000\t"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(make__bad_arguments__exit_2_and_write_nothing),
        cmocka_unit_test(make_and_check__a_whole_directory__is_without_fault),
        cmocka_unit_test(check__damage_of_each_kind__exit_1),
        cmocka_unit_test(damage__outside_or_senseless__changes_nothing),
        cmocka_unit_test(damage__of_a_log__outside_or_senseless__changes_nothing),
        cmocka_unit_test(check__segments_out_of_order__exit_1),
        cmocka_unit_test(stamps__never_stamped_or_no_database__say_so),
        cmocka_unit_test(stamps__of_one_instant__prints_the_value),
        cmocka_unit_test(make__from_a_dirty_database__covers_what_it_needs_and_leaves_it),
        cmocka_unit_test(esedbexport__of_each_page_size__finds_the_table_and_its_rows),
    };

    return cmocka_run_group_tests_name("ese_tools", tests, sample_folder_setup,
                                       sample_folder_teardown);
}
