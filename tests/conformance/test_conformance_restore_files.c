/* Whole restores: what comes back, and every kind of damage before DsRestoreRegisterComplete. */
#include "restore_set.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* Of the same directory, one after the other. */
static struct saved_backup older, backup;
static struct places places;

static int make_two_backups(void **state)
{
    HBC hbc;

    (void)state;
    saved_backup_make(&older);
    saved_backup_make(&backup);
    directory_stop();
    remove_interlock_and_marker();
    assert_result("places", DsRestorePrepareW(NULL, 0, NULL, 0, &hbc), S_OK);
    get_places(hbc, &places);
    assert_result("end", DsRestoreEnd(hbc), S_OK);
    return 0;
}

/* The directory goes on with files that belong together. */
static int put_good_ones_back(void **state)
{
    (void)state;
    empty_places(&places);
    put_back(&backup, &places);
    remove_interlock_and_marker();
    directory_start();
    saved_backup_free(&older);
    saved_backup_free(&backup);
    return 0;
}

static HBC prepare_and_register(const struct saved_backup *of)
{
    HBC hbc = POISON_POINTER;

    assert_result("prepare", DsRestorePrepareW(NULL, 0, of->token, of->token_bytes, &hbc), S_OK);
    assert_result("register", register_as_documented(hbc, of, &places), S_OK);
    return hbc;
}

static void assert_restored(const struct saved_backup *expected)
{
    wchar_t path[2 * MAX_PATH];
    size_t i;

    for (i = 0; i < expected->count; i++) {
        struct content content;

        path_of_file(&expected->files[i], &places, path);
        content = load_file(path);
        assert_same_content(&content, &expected->files[i].content);
        free(content.data);
    }
}

static void restore__in_the_documented_order__brings_every_file_back(void **state)
{
    HBC hbc;

    (void)state;
    remove_interlock_and_marker();
    hbc = prepare_and_register(&backup);
    assert_true(interlock_exists());
    empty_places(&places);
    put_back(&backup, &places);
    assert_result("complete", DsRestoreRegisterComplete(hbc, S_OK), S_OK);
    assert_false(interlock_exists());
    assert_true(marker_is_set());
    assert_result("end", DsRestoreEnd(hbc), S_OK);
    assert_false(interlock_exists());
    assert_true(marker_is_set());
    assert_restored(&backup);
    directory_start();
    directory_stop();
}

/* Older callers do so. */
static void restore__files_copied_before_register__succeeds(void **state)
{
    HBC hbc;

    (void)state;
    empty_places(&places);
    put_back(&older, &places);
    hbc = prepare_and_register(&older);
    assert_result("complete", DsRestoreRegisterComplete(hbc, S_OK), S_OK);
    assert_result("end", DsRestoreEnd(hbc), S_OK);
    assert_restored(&older);
    assert_false(interlock_exists());
}

static void restore__by_the_ansi_functions__succeeds(void **state)
{
    char database[MAX_PATH], old_database[MAX_PATH], logs[MAX_PATH], checkpoint[MAX_PATH];
    EDB_RSTMAPA map = {old_database, database};
    char *list = POISON_POINTER;
    DWORD bytes = POISON_DWORD;
    HBC hbc;

    (void)state;
    WideCharToMultiByte(CP_ACP, 0, backup.database, -1, old_database, MAX_PATH, NULL, NULL);
    WideCharToMultiByte(CP_ACP, 0, places.logs, -1, logs, MAX_PATH, NULL, NULL);
    WideCharToMultiByte(CP_ACP, 0, places.checkpoint, -1, checkpoint, MAX_PATH, NULL, NULL);
    assert_result(
        "prepare",
        DsRestorePrepareA(computer_name_ansi(), 0, backup.token, backup.token_bytes, &hbc), S_OK);
    assert_result("locations", DsRestoreGetDatabaseLocationsA(hbc, &list, &bytes), S_OK);
    /* With its BFT character, as it stands in the list. */
    strcpy(database, list);
    assert_int_equal(database[0], 0x44);
    DsBackupFree(list);
    assert_result("register",
                  DsRestoreRegisterA(hbc, checkpoint, logs, &map, 1, logs, 0, 0xFFFFFFFF), S_OK);
    empty_places(&places);
    put_back(&backup, &places);
    assert_result("complete", DsRestoreRegisterComplete(hbc, S_OK), S_OK);
    assert_result("end", DsRestoreEnd(hbc), S_OK);
    assert_restored(&backup);
}

/* --- damage --------------------------------------------------------------------------------- */

static void change(const wchar_t *path, size_t offset, unsigned char mask)
{
    struct content content = load_file(path);

    assert_in_range(offset, 0, content.bytes - 1);
    content.data[offset] ^= mask;
    store_file(path, content.data, content.bytes);
    free(content.data);
}

static void cut(const wchar_t *path, size_t bytes)
{
    struct content content = load_file(path);

    assert_in_range(bytes, 1, content.bytes - 1);
    store_file(path, content.data, content.bytes - bytes);
    free(content.data);
}

static const wchar_t *log_path(const wchar_t *name)
{
    static wchar_t path[2 * MAX_PATH];

    path_of_file(find_file(&backup, name), &places, path);
    return path;
}

static void flip_a_bit(void)
{
    change(places.database, 2 * 8192 + 500, 0x08);
}

static void flip_two_bits(void)
{
    change(places.database, 3 * 8192 + 500, 0x18);
}

static void flip_in_the_header(void)
{
    change(places.database, 300, 0x01);
}

static void swap_pages(void)
{
    struct content content = load_file(places.database);
    unsigned char kept[8192];

    memcpy(kept, content.data + 2 * 8192, 8192);
    memcpy(content.data + 2 * 8192, content.data + 5 * 8192, 8192);
    memcpy(content.data + 5 * 8192, kept, 8192);
    store_file(places.database, content.data, content.bytes);
    free(content.data);
}

static void cut_at_a_page(void)
{
    cut(places.database, 8192);
}

static void cut_inside_a_page(void)
{
    cut(places.database, 1000);
}

static void remove_database(void)
{
    assert_true(DeleteFileW(places.database));
}

static void database_of_the_older_backup(void)
{
    const struct saved_file *file = find_file(&older, L"ntds.dit");

    store_file(places.database, file->content.data, file->content.bytes);
}

static void remove_current_log(void)
{
    assert_true(DeleteFileW(log_path(L"edb.log")));
}

static void remove_archived_log(void)
{
    assert_true(DeleteFileW(log_path(L"edb00002.log")));
}

static void flip_in_a_log(void)
{
    change(log_path(L"edb00001.log"), 3 * 4096 + 99, 0x20);
}

static void flip_in_a_logs_header(void)
{
    change(log_path(L"edb00001.log"), 50, 0x20);
}

static void cut_a_log(void)
{
    cut(log_path(L"edb00002.log"), 4096);
}

/* One generation in the place of the other. */
static void swap_logs(void)
{
    struct content first = load_file(log_path(L"edb00001.log"));
    struct content second = load_file(log_path(L"edb00002.log"));

    store_file(log_path(L"edb00001.log"), second.data, second.bytes);
    store_file(log_path(L"edb00002.log"), first.data, first.bytes);
    free(first.data);
    free(second.data);
}

static void damage__of_every_kind__has_its_code_and_keeps_the_interlock(void **state)
{
    static const struct
    {
        const char *label;
        void (*damage)(void);
        HRESULT expected;
    } rows[] = {
        {"a flipped bit", flip_a_bit, hrReadVerifyFailure},
        {"two flipped bits", flip_two_bits, hrReadVerifyFailure},
        {"a bit of the header", flip_in_the_header, hrReadVerifyFailure},
        {"swapped pages", swap_pages, hrReadVerifyFailure},
        {"cut at a page", cut_at_a_page, hrReadVerifyFailure},
        {"cut inside a page", cut_inside_a_page, hrReadVerifyFailure},
        {"no database", remove_database, hrDatabaseNotFound},
        {"another backup's database", database_of_the_older_backup, hrBadDbSignature},
        {"no current log", remove_current_log, hrMissingRestoreLogFiles},
        {"an archived log missing", remove_archived_log, hrMissingRestoreLogFiles},
        {"a bit of a log", flip_in_a_log, hrLogFileCorrupt},
        {"a bit of a log's header", flip_in_a_logs_header, hrLogFileCorrupt},
        {"a log cut", cut_a_log, hrLogFileCorrupt},
        {"logs exchanged", swap_logs, hrInvalidLogSequence},
    };
    struct places after;
    size_t i;
    HBC hbc;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        remove_interlock_and_marker();
        hbc = prepare_and_register(&backup);
        empty_places(&places);
        put_back(&backup, &places);
        rows[i].damage();
        assert_result(rows[i].label, DsRestoreRegisterComplete(hbc, S_OK), rows[i].expected);
        assert_true(interlock_exists());
        assert_true(marker_is_set());
        get_places(hbc, &after);
        assert_int_equal(wcscmp(after.database, places.database), 0);
        assert_int_equal(wcscmp(after.logs, places.logs), 0);
        assert_int_equal(wcscmp(after.checkpoint, places.checkpoint), 0);
        assert_result(rows[i].label, DsRestoreEnd(hbc), S_OK);
        assert_true(interlock_exists());
    }
    /* And then a good one, which takes over what the last failure left. */
    hbc = prepare_and_register(&backup);
    empty_places(&places);
    put_back(&backup, &places);
    assert_result("good at last", DsRestoreRegisterComplete(hbc, S_OK), S_OK);
    assert_result("end", DsRestoreEnd(hbc), S_OK);
    assert_false(interlock_exists());
    assert_restored(&backup);
}

static void complete__token_of_another_backup_of_this_directory__bad_signature(void **state)
{
    HBC hbc;

    (void)state;
    empty_places(&places);
    put_back(&backup, &places);
    hbc = prepare_and_register(&older);
    assert_result("the older token", DsRestoreRegisterComplete(hbc, S_OK), hrBadDbSignature);
    assert_true(interlock_exists());
    assert_result("end", DsRestoreEnd(hbc), S_OK);
    remove_interlock_and_marker();
}

static void complete__stale_checkpoint__is_set_aside(void **state)
{
    unsigned char stale[8192] = {1, 2, 3};
    wchar_t path[2 * MAX_PATH], aside[2 * MAX_PATH];
    HBC hbc;

    (void)state;
    empty_places(&places);
    put_back(&backup, &places);
    wcscpy(path, places.checkpoint);
    wcscat(path, L"\\edb.chk");
    wcscpy(aside, path);
    wcscat(aside, L".ntdsbcli");
    store_file(path, stale, sizeof(stale));
    hbc = prepare_and_register(&backup);
    assert_result("complete", DsRestoreRegisterComplete(hbc, S_OK), S_OK);
    assert_result("end", DsRestoreEnd(hbc), S_OK);
    assert_int_equal(GetFileAttributesW(path), INVALID_FILE_ATTRIBUTES);
    assert_int_not_equal(GetFileAttributesW(aside), INVALID_FILE_ATTRIBUTES);
    assert_true(DeleteFileW(aside));
}

/* What the directory service is told of its places. */
static const wchar_t parameters[] = L"SYSTEM\\CurrentControlSet\\Services\\NTDS\\Parameters";

static void set_place(const wchar_t *name, const wchar_t *path)
{
    assert_int_equal(RegSetKeyValueW(HKEY_LOCAL_MACHINE, parameters, name, REG_SZ, path,
                                     (DWORD)((wcslen(path) + 1) * sizeof(*path))),
                     ERROR_SUCCESS);
}

/* It makes no folder, and does not start without. */
static void complete__a_folder_of_the_directory_is_gone__fails(void **state)
{
    static const struct
    {
        const wchar_t *name, *path;
    } gone[] = {{L"DSA Database file", L"C:\\gone\\ntds.dit"},
                {L"Database log files path", L"C:\\gone"},
                {L"DSA Working Directory", L"C:\\gone"}};
    wchar_t path[MAX_PATH];
    DWORD bytes;
    size_t i;
    HBC hbc;

    (void)state;
    empty_places(&places);
    put_back(&backup, &places);
    for (i = 0; i < ARRAYSIZE(gone); i++) {
        bytes = sizeof(path);
        assert_int_equal(RegGetValueW(HKEY_LOCAL_MACHINE, parameters, gone[i].name, RRF_RT_REG_SZ,
                                      NULL, path, &bytes),
                         ERROR_SUCCESS);
        hbc = prepare_and_register(&backup);
        set_place(gone[i].name, gone[i].path);
        assert_result("complete", DsRestoreRegisterComplete(hbc, S_OK), ERROR_PATH_NOT_FOUND);
        set_place(gone[i].name, path);
        assert_true(interlock_exists());
        assert_result("end", DsRestoreEnd(hbc), S_OK);
        remove_interlock_and_marker();
    }
}

static void complete__the_caller_has_failed__keeps_the_interlock(void **state)
{
    static const HRESULT codes[] = {E_FAIL, ERROR_DISK_FULL, hrDiskFull};
    size_t i;
    HBC hbc;

    (void)state;
    for (i = 0; i < ARRAYSIZE(codes); i++) {
        remove_interlock_and_marker();
        hbc = prepare_and_register(&backup);
        assert_result("complete", DsRestoreRegisterComplete(hbc, codes[i]), S_OK);
        assert_true(interlock_exists());
        assert_result("end", DsRestoreEnd(hbc), S_OK);
        assert_true(interlock_exists());
        assert_true(marker_is_set());
    }
    remove_interlock_and_marker();
}

static void complete__directory_started_meanwhile__fails(void **state)
{
    HBC hbc;

    (void)state;
    empty_places(&places);
    put_back(&backup, &places);
    hbc = prepare_and_register(&backup);
    directory_start();
    assert_result("complete", DsRestoreRegisterComplete(hbc, S_OK), hrCouldNotConnect);
    directory_stop();
    assert_true(interlock_exists());
    assert_result("end", DsRestoreEnd(hbc), S_OK);
    remove_interlock_and_marker();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(restore__in_the_documented_order__brings_every_file_back),
        cmocka_unit_test(restore__files_copied_before_register__succeeds),
        cmocka_unit_test(restore__by_the_ansi_functions__succeeds),
        cmocka_unit_test(damage__of_every_kind__has_its_code_and_keeps_the_interlock),
        cmocka_unit_test(complete__token_of_another_backup_of_this_directory__bad_signature),
        cmocka_unit_test(complete__stale_checkpoint__is_set_aside),
        cmocka_unit_test(complete__a_folder_of_the_directory_is_gone__fails),
        cmocka_unit_test(complete__the_caller_has_failed__keeps_the_interlock),
        cmocka_unit_test(complete__directory_started_meanwhile__fails),
    };

    return cmocka_run_group_tests(tests, make_two_backups, put_good_ones_back);
}
