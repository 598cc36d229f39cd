/*
 * test_log_choice.c - which logs and which checkpoint stay in a backup, with logs and checkpoint in
 * two folders of a drive that plays the shadow copy. The engine's rule has tests of its own.
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

#include "common/volumes.h"
#include "requestor/log_choice.h"

#include "make_database.h"
#include "make_logs.h"

#define LOGS       "C:\\log-choice"
#define CHECKPOINT "C:\\log-choice-checkpoint"
#define PAGE_BYTES 4096u

/* The database is dirty and needs the generations 3 to 5. */
static struct make_logs options = {.first_generation = 3,
                                   .count = 3,
                                   .log_bytes = MAKE_LOG_BYTES_MIN,
                                   .page_bytes = PAGE_BYTES,
                                   .seed = 7};
static struct file_list list;

static wchar_t said[2000];

static void keep_line(void *context, enum ntdsvss_level level, const wchar_t *line)
{
    (void)context;
    (void)level;
    assert_true(wcslen(said) + wcslen(line) + 2 < ARRAYSIZE(said));
    wcscat(said, line);
    wcscat(said, L"\n");
}

static const struct ntdsvss_settings settings = {.log = keep_line};
static struct snapshot snapshot = {.device = L"C:"};

static int setup(void **state)
{
    struct make_database database = {.page_bytes = PAGE_BYTES,
                                     .pages = MAKE_PAGES_MIN,
                                     .seed = 7,
                                     .dirty = true,
                                     .required_low = 3,
                                     .required_high = 5,
                                     .committed_high = 5};
    struct host_file file = {0};

    (void)state;
    options.no_current = false;
    options.signature = make_logs_signature(options.seed);
    database.log_signature = options.signature;
    database.consistent = make_logs_end(&options);
    database.committed_time = make_logs_time(5);
    CreateDirectoryA(LOGS, NULL);
    CreateDirectoryA(CHECKPOINT, NULL);
    if (!host_file_create(&file, LOGS "\\ntds.dit") || !make_database(&file, &database, NULL) ||
        !host_file_close(&file))
        return -1;
    return make_logs(LOGS, &options) && make_checkpoint(CHECKPOINT "\\edb.chk", &options, 3) ? 0
                                                                                             : -1;
}

static int group_setup(void **state)
{
    HANDLE folder = CreateFileW(L"C:\\", 0, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                                FILE_FLAG_BACKUP_SEMANTICS, NULL);
    HRESULT hr = final_path(folder, VOLUME_NAME_NT, &snapshot.root);

    (void)state;
    CloseHandle(folder);
    return FAILED(hr);
}

static int group_teardown(void **state)
{
    (void)state;
    free(snapshot.root);
    return 0;
}

static void delete_all(const char *folder)
{
    WIN32_FIND_DATAA found;
    char path[2 * MAX_PATH];
    HANDLE find;

    snprintf(path, sizeof(path), "%s\\*", folder);
    find = FindFirstFileA(path, &found);
    if (find == INVALID_HANDLE_VALUE)
        return;
    do {
        snprintf(path, sizeof(path), "%s\\%s", folder, found.cFileName);
        DeleteFileA(path);
    } while (FindNextFileA(find, &found));
    FindClose(find);
    RemoveDirectoryA(folder);
}

static int teardown(void **state)
{
    (void)state;
    file_list_fini(&list);
    delete_all(LOGS);
    delete_all(CHECKPOINT);
    return 0;
}

static HRESULT choose(void)
{
    static struct writer_filespec specs[] = {
        {.kind = NTDSVSS_FILE_DATABASE, .folder = L"C:\\log-choice", .name = L"ntds.dit"},
        {.kind = NTDSVSS_FILE_LOG, .folder = L"C:\\log-choice", .name = L"edb*.log"},
        {.kind = NTDSVSS_FILE_CHECKPOINT,
         .folder = L"C:\\log-choice-checkpoint",
         .name = L"edb.chk"}};
    const struct snapshot_set set = {.snapshots = &snapshot, .count = 1};
    const struct writer writer = {.filespecs = specs, .filespec_count = ARRAYSIZE(specs)};

    memset(&list, 0, sizeof(list));
    said[0] = 0;
    assert_int_equal(file_list_locate(&settings, &writer, &list), S_OK);
    assert_int_equal(file_list_expand(&settings, &set, &list, 0, 1), S_OK);
    assert_int_equal(file_list_expand(&settings, &set, &list, 1, ARRAYSIZE(specs)), S_OK);
    return log_choice_make(&settings, &set, &list, 1);
}

static bool stays(const wchar_t *name)
{
    size_t i;

    for (i = 0; i < list.count; i++)
        if (_wcsicmp(wcsrchr(list.files[i].path, L'\\') + 1, name) == 0)
            return true;
    return false;
}

static void logs__of_the_database__stay_with_their_checkpoint(void **state)
{
    (void)state;
    assert_int_equal(choose(), S_OK);
    assert_int_equal(list.count, 5);
    assert_int_equal(list.left_out_count, 0);
}

static void logs__one_that_is_needed_is_missing__fails(void **state)
{
    (void)state;
    assert_true(DeleteFileA(LOGS "\\edb00004.log"));
    assert_int_equal(choose(), NTDSVSS_E_LOG_MISSING);
    assert_null(wcsstr(said, L"does not count"));
}

/* To an administrator who looks into the folder it is not missing. */
static void log__that_is_needed_is_damaged__is_named(void **state)
{
    static const struct
    {
        const char *path;
        const wchar_t *line;
    } rows[] = {{LOGS "\\edb00004.log", L"\\edb00004.log does not count: "},
                {LOGS "\\edb.log", L"\\edb.log does not count: "}};
    struct make_logs foreign = options;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        FILE *file = fopen(rows[i].path, "r+b");

        assert_non_null(file);
        assert_int_equal(fputs("damage", file), 0);
        assert_int_equal(fclose(file), 0);
        assert_int_equal(choose(), NTDSVSS_E_LOG_MISSING);
        if (!wcsstr(said, rows[i].line) || !wcsstr(said, L"header is damaged"))
            fail_msg("said: %ls", said);
        file_list_fini(&list);
        assert_true(make_logs(LOGS, &options));
    }
    foreign.signature = make_logs_signature(99);
    assert_true(make_single_log(LOGS "\\edb00004.log", &foreign, 4));
    assert_int_equal(choose(), NTDSVSS_E_LOG_MISSING);
    if (!wcsstr(said, L"\\edb00004.log does not count: "))
        fail_msg("said: %ls", said);
}

/* Strays that every backup leaves out. */
static void files__among_the_logs_that_are_none_of_its__are_left_out(void **state)
{
    struct make_logs own = options;
    HANDLE file;

    (void)state;
    file = CreateFileA(LOGS "\\edb-notes.log", GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    CloseHandle(file);
    own.log_bytes = MAKE_LOG_BYTES_MIN;
    assert_true(make_single_log(LOGS "\\edb00002.log", &own, 2));
    file = CreateFileA(LOGS "\\edb00002.log", GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    assert_int_not_equal(SetFilePointer(file, -4096, NULL, FILE_END), INVALID_SET_FILE_POINTER);
    assert_true(SetEndOfFile(file));
    CloseHandle(file);
    assert_int_equal(choose(), S_OK);
    assert_false(stays(L"edb-notes.log"));
    assert_false(stays(L"edb00002.log"));
    assert_int_equal(list.left_out_count, 2);
    assert_int_equal(list.count, 5);
}

/* The engine makes a new checkpoint; with this one it would look for logs that are gone. */
static void checkpoint__that_wants_logs_before_the_first__is_left_out(void **state)
{
    (void)state;
    assert_true(make_checkpoint(CHECKPOINT "\\edb.chk", &options, 1));
    assert_int_equal(choose(), S_OK);
    assert_false(stays(L"edb.chk"));
    assert_true(stays(L"edb00003.log"));
    assert_int_equal(list.left_out_count, 1);
    assert_int_equal(wcscmp(list.left_out[0].reason,
                            L"the checkpoint wants logs that are not there; "
                            L"the engine makes a new one"),
                     0);
}

static void checkpoint__above_what_the_database_needs__is_left_out_for_that(void **state)
{
    (void)state;
    assert_true(make_checkpoint(CHECKPOINT "\\edb.chk", &options, 5));
    assert_int_equal(choose(), S_OK);
    assert_false(stays(L"edb.chk"));
    assert_int_equal(list.left_out_count, 1);
    assert_non_null(wcsstr(list.left_out[0].reason, L"above the logs that the database needs"));
}

/* What follows a file that is left out keeps the folder that it is read from. */
static void stray_log__before_others__leaves_them_where_they_are(void **state)
{
    const struct snapshot_set set = {.snapshots = &snapshot, .count = 1};
    struct make_logs stray = options;
    uint64_t bytes;
    HANDLE file;
    size_t i;

    (void)state;
    stray.signature = make_logs_signature(99);
    assert_true(make_single_log(LOGS "\\edb00002.log", &stray, 2));
    assert_int_equal(choose(), S_OK);
    assert_false(stays(L"edb00002.log"));
    assert_int_equal(list.count, 5);
    for (i = 0; i < list.count; i++) {
        assert_int_equal(file_list_open(&settings, &set, &list, i, &file, &bytes), S_OK);
        CloseHandle(file);
    }
}

/* A shadow copy of the moment at which edb.log is being renamed. */
static void logs__without_a_current_one__stay_with_the_temporary_one(void **state)
{
    (void)state;
    assert_true(DeleteFileA(LOGS "\\edb.log"));
    options.no_current = true;
    assert_true(make_logs(LOGS, &options));
    assert_int_equal(choose(), S_OK);
    assert_true(stays(L"edb00005.log"));
    assert_true(stays(L"edbtmp.log"));
    assert_int_equal(list.left_out_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(logs__of_the_database__stay_with_their_checkpoint, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(logs__one_that_is_needed_is_missing__fails, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(log__that_is_needed_is_damaged__is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(files__among_the_logs_that_are_none_of_its__are_left_out,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(checkpoint__that_wants_logs_before_the_first__is_left_out,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            checkpoint__above_what_the_database_needs__is_left_out_for_that, setup, teardown),
        cmocka_unit_test_setup_teardown(stray_log__before_others__leaves_them_where_they_are, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(logs__without_a_current_one__stay_with_the_temporary_one,
                                        setup, teardown),
    };

    return cmocka_run_group_tests_name("log_choice", tests, group_setup, group_teardown);
}
