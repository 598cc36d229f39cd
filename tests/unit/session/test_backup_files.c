/*
 * test_backup_files.c - how each file of a backup is checked, and which of them must be delivered.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "inject.h"
#include "session/backup_files.h"

static const struct ntdsvss_file database = {.path = L"C:\\Windows\\NTDS\\ntds.dit",
                                             .kind = NTDSVSS_FILE_DATABASE};
static const struct ntdsvss_file logs[] = {
    {.path = L"C:\\Windows\\NTDS\\edb00009.log", .kind = NTDSVSS_FILE_LOG},
    {.path = L"C:\\Windows\\NTDS\\edbtmp.log", .kind = NTDSVSS_FILE_LOG},
    {.path = L"C:\\Windows\\NTDS\\edb.chk", .kind = NTDSVSS_FILE_CHECKPOINT},
};

#define FILES (1 + ARRAYSIZE(logs))

static struct backup_files list(bool verify)
{
    struct backup_files files = {0};

    assert_int_equal(backup_files_init(&files, &database, 1, logs, ARRAYSIZE(logs), verify), S_OK);
    assert_int_equal(files.count, FILES);
    assert_int_equal(files.database_count, 1);
    return files;
}

/* What is in edbtmp.log never matters. */
static void file__of_each_kind__has_its_check(void **state)
{
    static const enum file_check expected[FILES] = {FILE_CHECK_DATABASE, FILE_CHECK_LOG,
                                                    FILE_CHECK_NONE, FILE_CHECK_NONE};
    struct backup_files files = list(true);
    size_t i;

    (void)state;
    for (i = 0; i < FILES; i++) {
        if (files.checks[i] != expected[i])
            fail_msg("%ls: %d", files.names[i].local, files.checks[i]);
    }
    backup_files_fini(&files);
}

static void file__with_verify_off__has_no_check(void **state)
{
    struct backup_files files = list(false);
    size_t i;

    (void)state;
    for (i = 0; i < FILES; i++)
        assert_int_equal(files.checks[i], FILE_CHECK_NONE);
    backup_files_fini(&files);
}

/* A restore takes no empty log, whatever was checked. */
static void file__log_but_not_edbtmp__must_have_content(void **state)
{
    static const bool expected[FILES] = {false, true, false, false};
    int verify;
    size_t i;

    (void)state;
    for (verify = 0; verify <= 1; verify++) {
        struct backup_files files = list(verify != 0);

        for (i = 0; i < FILES; i++)
            assert_int_equal(backup_files_needs_content(&files, i), expected[i]);
        backup_files_fini(&files);
    }
}

/* All but the checkpoint, also edbtmp.log: where it is listed, the engine reads no log without it.
 */
static void backup__without_any_file_but_the_checkpoint__is_not_delivered(void **state)
{
    struct backup_files files = list(true);
    size_t missing, i;

    (void)state;
    for (missing = 0; missing < FILES; missing++) {
        bool is_checkpoint = files.kinds[missing] == NTDSVSS_FILE_CHECKPOINT;

        for (i = 0; i < FILES; i++)
            files.delivered[i] = i != missing;
        if (backup_files_are_delivered(&files, 0, FILES) != is_checkpoint)
            fail_msg("without %ls", files.names[missing].local);
        assert_true(backup_files_are_delivered(&files, 0, missing));
        assert_true(backup_files_are_delivered(&files, missing + 1, FILES));
    }
    backup_files_fini(&files);
}

static bool is_listed(void *context)
{
    struct backup_files files = {0};
    legacy_result hr = backup_files_init(&files, &database, 1, logs, ARRAYSIZE(logs), true);

    (void)context;
    assert_true(hr != S_OK || files.count == FILES);
    backup_files_fini(&files);
    return hr == S_OK;
}

static void files__a_call_fails__are_not_listed(void **state)
{
    (void)state;
    assert_true(inject_host(GetModuleHandleW(NULL)));
    assert_string_equal(inject_each(is_listed, NULL, 5, NULL), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file__of_each_kind__has_its_check),
        cmocka_unit_test(file__with_verify_off__has_no_check),
        cmocka_unit_test(file__log_but_not_edbtmp__must_have_content),
        cmocka_unit_test(backup__without_any_file_but_the_checkpoint__is_not_delivered),
        cmocka_unit_test(files__a_call_fails__are_not_listed),
    };

    return cmocka_run_group_tests_name("backup_files", tests, NULL, NULL);
}
