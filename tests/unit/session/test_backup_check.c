/*
 * test_backup_check.c - are the logs that a backup has handed out such as recovery accepts? Those
 * of a dirty database, in a folder, read as a backup reads them.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <cmocka.h>

#include <ntdsbmsg.h>

#include "common/log_file.h"
#include "session/backup_check.h"

#include "damage_file.h"
#include "make_database.h"
#include "make_logs.h"

#define FOLDER     "C:\\backup-check"
#define PAGE_BYTES 4096u

static const wchar_t *const paths[] = {L"" FOLDER L"\\ntds.dit", L"" FOLDER L"\\edb00003.log",
                                       L"" FOLDER L"\\edb00004.log", L"" FOLDER L"\\edb.log"};

struct fixture
{
    struct backup_files files;
    struct backup_check check;
    struct token_database database;
    wchar_t said[600];
};

static void make_set(void)
{
    struct make_logs options = {.first_generation = 3,
                                .count = 3,
                                .log_bytes = MAKE_LOG_BYTES_MIN,
                                .page_bytes = PAGE_BYTES,
                                .seed = 7,
                                .signature = make_logs_signature(7)};
    struct make_database database = {.page_bytes = PAGE_BYTES,
                                     .pages = MAKE_PAGES_MIN,
                                     .seed = 7,
                                     .dirty = true,
                                     .required_low = 3,
                                     .required_high = 5,
                                     .committed_high = 5,
                                     .committed_time = make_logs_time(5),
                                     .log_signature = options.signature,
                                     .consistent = make_logs_end(&options)};
    struct host_file file = {0};

    CreateDirectoryA(FOLDER, NULL);
    assert_true(host_file_create(&file, FOLDER "\\ntds.dit"));
    assert_true(make_database(&file, &database, NULL));
    assert_true(host_file_close(&file));
    assert_true(make_logs(FOLDER, &options));
}

static int begin(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    struct ntdsvss_file files[ARRAYSIZE(paths)];
    size_t i;

    assert_non_null(fixture);
    make_set();
    for (i = 0; i < ARRAYSIZE(paths); i++)
        files[i] = (struct ntdsvss_file){.kind = i ? NTDSVSS_FILE_LOG : NTDSVSS_FILE_DATABASE,
                                         .path = paths[i]};
    assert_int_equal(backup_files_init(&fixture->files, files, 1, &files[1], 3, true), S_OK);
    assert_int_equal(backup_check_init(&fixture->check, ARRAYSIZE(paths)), S_OK);
    *state = fixture;
    return 0;
}

static int end(void **state)
{
    struct fixture *fixture = *state;
    size_t i;

    for (i = 0; i < ARRAYSIZE(paths); i++)
        assert_true(DeleteFileW(paths[i]));
    assert_true(RemoveDirectoryA(FOLDER));
    backup_check_fini(&fixture->check);
    backup_files_fini(&fixture->files);
    free(fixture);
    return 0;
}

/* Reads a file as a backup does, which must find nothing. */
static void take(struct fixture *fixture, size_t index)
{
    HANDLE file =
        CreateFileW(paths[index], GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    uint8_t *buffer = malloc(65536);
    struct file_reader *reader;
    LARGE_INTEGER bytes;
    legacy_result hr;
    uint32_t got;

    assert_non_null(buffer);
    assert_true(GetFileSizeEx(file, &bytes));
    reader = file_reader_create(file, (uint64_t)bytes.QuadPart, fixture->files.checks[index],
                                paths[index]);
    assert_non_null(reader);
    do {
        hr = file_reader_read(reader, buffer, 65536, &got);
    } while (hr == S_OK);
    assert_int_equal(hr, ERROR_HANDLE_EOF);
    if (index == 0 && file_reader_database(reader))
        fixture->database.header = *file_reader_database(reader);
    backup_check_take(&fixture->check, &fixture->files, index, reader);
    file_reader_destroy(reader);
    free(buffer);
}

static void take_all(struct fixture *fixture)
{
    size_t i;

    for (i = 0; i < ARRAYSIZE(paths); i++)
        take(fixture, i);
}

static void damage(const char *name, const char *action, const char *value)
{
    struct host_file file = {0};
    char path[MAX_PATH];
    bool known;

    snprintf(path, sizeof(path), FOLDER "\\%s", name);
    assert_true(host_file_open(&file, path, true));
    assert_true(damage_file(&file, action, value, &known));
    assert_true(host_file_close(&file));
}

static void keep_line(void *context, enum log_level level, const wchar_t *line)
{
    struct fixture *fixture = context;

    assert_int_equal(level, LOG_ERROR);
    _snwprintf(fixture->said, ARRAYSIZE(fixture->said) - 1, L"%ls", line);
}

/* says: NULL for a set that is accepted. */
static void expect(struct fixture *fixture, const wchar_t *says)
{
    legacy_result hr;

    log_file_watch(keep_line, fixture);
    hr = backup_check_judge(&fixture->check, &fixture->files, &fixture->database);
    log_file_watch(NULL, NULL);
    assert_int_equal(hr, says ? hrLogReadVerifyFailure : S_OK);
    if (says && !wcsstr(fixture->said, says))
        fail_msg("said: %ls", fixture->said);
}

static void logs__as_the_engine_left_them__are_accepted(void **state)
{
    take_all(*state);
    expect(*state, NULL);
}

static void log__with_segments_out_of_order__is_not(void **state)
{
    static const char *const actions[] = {"--zero-segment", "--double-segment"};
    size_t i;

    for (i = 0; i < ARRAYSIZE(actions); i++) {
        make_set();
        damage("edb00004.log", actions[i], "3");
        take_all(*state);
        expect(*state, L"edb00004.log: data segments are missing or not in order");
    }
}

/* Only the next log tells. */
static void log__without_its_end__is_not(void **state)
{
    damage("edb00004.log", "--zero-tail", "3");
    take_all(*state);
    expect(*state, L"edb00004.log (generations 0x4 to 0x4): ");
}

static void log__that_was_not_taken__is_missing(void **state)
{
    take(*state, 0);
    take(*state, 1);
    take(*state, 3);
    expect(*state, L"The logs (generations 0x4 to 0x4): ");
}

static void log__read_again_and_good_then__is_accepted(void **state)
{
    damage("edb00004.log", "--zero-segment", "3");
    take_all(*state);
    make_set();
    take(*state, 2);
    expect(*state, NULL);
}

static void files__that_are_not_checked__are_accepted(void **state)
{
    struct fixture *fixture = *state;
    size_t i;

    for (i = 0; i < ARRAYSIZE(paths); i++)
        fixture->files.checks[i] = FILE_CHECK_NONE;
    damage("edb00004.log", "--zero-segment", "3");
    take_all(fixture);
    expect(fixture, NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(logs__as_the_engine_left_them__are_accepted),
        TEST(log__with_segments_out_of_order__is_not),
        TEST(log__without_its_end__is_not),
        TEST(log__that_was_not_taken__is_missing),
        TEST(log__read_again_and_good_then__is_accepted),
        TEST(files__that_are_not_checked__are_accepted),
    };

    return cmocka_run_group_tests_name("backup_check", tests, NULL, NULL);
}
