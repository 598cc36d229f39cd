/*
 * test_restore_files.c - what a restore finds on disk at the registered places, and how it gets at
 * it.
 */
#include "host_link.h"
#include "inject.h"
#include "restore_fixture.h"

#include <string.h>
#include <wchar.h>

#define LOG_FOLDER TEST_FOLDER L"\\L\u00f6gs and more"

static struct ntdsvss_restore *restore;

static void write_log(const wchar_t *name)
{
    wchar_t path[MAX_PATH];

    _snwprintf(path, MAX_PATH, LOG_FOLDER L"\\%ls", name);
    requestor_write_file(path, "log", 3);
}

static int files_setup(void **state)
{
    int result;

    inject_reset(); /* before what it clears */
    result = restore_session_setup(state);
    CreateDirectoryW(LOG_FOLDER, NULL);
    requestor_set_parameter(L"Database log files path", LOG_FOLDER L"\\");
    restore = restore_session_begin();
    return result;
}

static int files_teardown(void **state)
{
    WIN32_FIND_DATAW found;
    HANDLE search = FindFirstFileW(LOG_FOLDER L"\\*", &found);
    wchar_t path[MAX_PATH];

    (void)state;
    ntdsvss_restore_close(restore);
    while (search != INVALID_HANDLE_VALUE) {
        _snwprintf(path, MAX_PATH, LOG_FOLDER L"\\%ls", found.cFileName);
        if (!DeleteFileW(path) && found.cFileName[0] != L'.')
            RemoveDirectoryW(path);
        if (!FindNextFileW(search, &found))
            break;
    }
    FindClose(search);
    RemoveDirectoryW(LOG_FOLDER);
    return 0;
}

static const struct ntdsvss_file *list(size_t expected_count)
{
    const struct ntdsvss_file *files = NULL;
    size_t count = 0;

    assert_hr(ntdsvss_restore_files(restore, &files, &count), S_OK);
    assert_int_equal(count, expected_count);
    return files;
}

static void assert_file(const struct ntdsvss_file *file, enum ntdsvss_file_kind kind,
                        const wchar_t *path)
{
    assert_int_equal(file->kind, kind);
    if (wcscmp(file->path, path) != 0)
        fail_msg("%ls, expected %ls", file->path, path);
}

static void files__at_the_registered_places__are_database_logs_by_name_checkpoint(void **state)
{
    static const wchar_t *const others[] = {L"edbres00001.jrs", L"edbfoo.log", L"edb0000.log",
                                            L"edb000001.log",   L"xedb.log",   L"edb.log.old",
                                            L"edb0000G.log"};
    const struct ntdsvss_file *files;
    size_t i;

    (void)state;
    write_log(L"edb.log");
    write_log(L"EDB0001B.LOG");
    write_log(L"edb0001a.log");
    write_log(L"edb00100000.log");
    write_log(L"edbtmp.log");
    for (i = 0; i < ARRAYSIZE(others); i++)
        write_log(others[i]);
    assert_true(CreateDirectoryW(LOG_FOLDER L"\\edb0001C.log", NULL));
    files = list(7);
    assert_file(&files[0], NTDSVSS_FILE_DATABASE, TEST_DATABASE);
    assert_file(&files[1], NTDSVSS_FILE_LOG, LOG_FOLDER L"\\edb.log");
    assert_file(&files[2], NTDSVSS_FILE_LOG, LOG_FOLDER L"\\edb0001a.log");
    assert_file(&files[3], NTDSVSS_FILE_LOG, LOG_FOLDER L"\\EDB0001B.LOG");
    assert_file(&files[4], NTDSVSS_FILE_LOG, LOG_FOLDER L"\\edb00100000.log");
    assert_file(&files[5], NTDSVSS_FILE_LOG, LOG_FOLDER L"\\edbtmp.log");
    assert_file(&files[6], NTDSVSS_FILE_CHECKPOINT, TEST_FOLDER L"\\edb.chk");
}

static void files__nothing_there__is_the_database_that_cannot_be_opened(void **state)
{
    const struct ntdsvss_file *files;
    HANDLE file = (HANDLE)(ULONG_PTR)0xcc;
    uint64_t bytes = 77;

    (void)state;
    DeleteFileW(TEST_DATABASE);
    DeleteFileW(TEST_FOLDER L"\\edb.chk");
    requestor_set_parameter(L"Database log files path", L"C:\\no such folder");
    files = list(1);
    assert_file(&files[0], NTDSVSS_FILE_DATABASE, TEST_DATABASE);
    assert_true(restore_session_logged(L"The log folder C:\\no such folder does not exist"));
    assert_hr(ntdsvss_restore_open_file(restore, 0, &file, &bytes),
              HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND));
    assert_true(restore_session_logged(TEST_DATABASE));
    requestor_set_parameter(L"DSA Database file", L"C:\\no such folder\\ntds.dit");
    list(1);
    assert_hr(ntdsvss_restore_open_file(restore, 0, &file, &bytes),
              HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND));
    assert_hr(ntdsvss_restore_open_file(restore, 1, &file, &bytes), E_INVALIDARG);
    assert_ptr_equal(file, (HANDLE)(ULONG_PTR)0xcc);
    assert_int_equal(bytes, 77);
}

static void files__a_location_is_not_registered__fails_and_names_it(void **state)
{
    const struct ntdsvss_file *files = NULL;
    size_t count = 77;

    (void)state;
    requestor_set_parameter(L"Database log files path", L"");
    assert_hr(ntdsvss_restore_files(restore, &files, &count),
              HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND));
    assert_int_equal(count, 77);
    assert_true(restore_session_logged(L"Database log files path"));
}

static void open__file_of_the_list__reads_it_and_keeps_writers_out(void **state)
{
    char content[8] = "";
    uint64_t bytes = 77;
    HANDLE file, writer;
    DWORD got = 0;

    (void)state;
    list(2);
    assert_hr(ntdsvss_restore_open_file(restore, 0, &file, &bytes), S_OK);
    assert_int_equal(bytes, 6);
    assert_true(ReadFile(file, content, sizeof(content), &got, NULL));
    assert_int_equal(got, 6);
    assert_memory_equal(content, "before", 6);
    writer =
        CreateFileW(TEST_DATABASE, GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    assert_ptr_equal(writer, INVALID_HANDLE_VALUE);
    assert_int_equal(GetLastError(), ERROR_SHARING_VIOLATION);
    CloseHandle(file);

    writer =
        CreateFileW(TEST_DATABASE, GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    assert_ptr_not_equal(writer, INVALID_HANDLE_VALUE);
    assert_hr(ntdsvss_restore_open_file(restore, 0, &file, &bytes),
              HRESULT_FROM_WIN32(ERROR_SHARING_VIOLATION));
    CloseHandle(writer);
}

static void open__a_folder_in_the_place_of_the_database__is_no_file(void **state)
{
    uint64_t bytes;
    HANDLE file;

    (void)state;
    requestor_set_parameter(L"DSA Database file", LOG_FOLDER);
    list(2);
    assert_hr(ntdsvss_restore_open_file(restore, 0, &file, &bytes),
              HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND));
}

#define LINK_FOLDER TEST_FOLDER L"\\linked"
#define LINK        LINK_FOLDER L"\\ntds.dit"

static void open__a_link_that_leads_out_of_the_folder__is_refused(void **state)
{
    uint64_t bytes = 77;
    HANDLE file = NULL;
    HRESULT hr = S_OK;
    bool linked;

    (void)state;
    assert_true(CreateDirectoryW(LINK_FOLDER, NULL));
    linked = host_link_make(LINK, TEST_DATABASE);
    requestor_set_parameter(L"DSA Database file", LINK);
    if (linked) {
        list(2);
        hr = ntdsvss_restore_open_file(restore, 0, &file, &bytes);
        if (SUCCEEDED(hr))
            CloseHandle(file);
        assert_true(host_link_remove(LINK));
    }
    assert_true(RemoveDirectoryW(LINK_FOLDER));
    if (!linked)
        skip();
    assert_hr(hr, HRESULT_FROM_WIN32(ERROR_INVALID_REPARSE_DATA));
    assert_int_equal(bytes, 77);
}

static void set_aside__checkpoint__is_renamed_to_a_free_name(void **state)
{
    char content[8] = "";

    (void)state;
    list(2);
    assert_hr(ntdsvss_restore_set_aside(restore, 1), S_OK);
    /* On disk, and nothing is replaced. */
    assert_int_equal(inject_move_flags(), MOVEFILE_WRITE_THROUGH);
    assert_int_equal(requestor_read_file(TEST_FOLDER L"\\edb.chk", content, 8), -1);
    assert_int_equal(requestor_read_file(TEST_FOLDER L"\\edb.chk.ntdsbcli", content, 8), 3);
    assert_true(restore_session_logged(L"edb.chk.ntdsbcli"));
    list(1);

    requestor_write_file(TEST_FOLDER L"\\edb.chk", "later", 5);
    list(2);
    assert_hr(ntdsvss_restore_set_aside(restore, 1), S_OK);
    assert_int_equal(requestor_read_file(TEST_FOLDER L"\\edb.chk.ntdsbcli", content, 8), 3);
    assert_int_equal(requestor_read_file(TEST_FOLDER L"\\edb.chk.ntdsbcli2", content, 8), 5);
    /* Not there any more. */
    assert_hr(ntdsvss_restore_set_aside(restore, 1), HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND));
}

static void set_aside__anything_but_a_checkpoint__is_refused(void **state)
{
    char content[8];

    (void)state;
    write_log(L"edb.log");
    list(3);
    assert_hr(ntdsvss_restore_set_aside(restore, 0), E_INVALIDARG);
    assert_hr(ntdsvss_restore_set_aside(restore, 1), E_INVALIDARG);
    assert_hr(ntdsvss_restore_set_aside(restore, 3), E_INVALIDARG);
    assert_int_equal(requestor_read_file(TEST_DATABASE, content, 8), 6);
    assert_int_equal(requestor_read_file(LOG_FOLDER L"\\edb.log", content, 8), 3);
}

static unsigned int flushed(void)
{
    return inject_calls(INJECT_HOST, inject_find("FlushFileBuffers"));
}

/* Registered, with three files in place; the interlock then cannot be removed. */
static HRESULT complete_to_the_interlock(bool succeeded)
{
    HRESULT hr;

    write_log(L"edb.log");
    assert_hr(restore_session_register(restore), S_OK);
    inject_reset();
    inject_arm(INJECT_HOST, inject_find("RegDeleteTreeW"), 1);
    hr = ntdsvss_restore_complete(restore, succeeded);
    assert_int_equal(inject_was_hit(), succeeded);
    return hr;
}

/* Whatever comes after the interlock's end has to find the files on disk. */
static void complete__restored_files__are_flushed_before_the_interlock_goes(void **state)
{
    (void)state;
    assert_true(FAILED(complete_to_the_interlock(true)));
    assert_int_equal(flushed(), 3);
    assert_true(directory_keys_exist(INTERLOCK_KEY));
}

static unsigned int flushed_before_post;

static void note_flushed(void *context, const wchar_t *operation)
{
    (void)context;
    if (operation && wcscmp(operation, L"PostRestore") == 0)
        flushed_before_post = flushed();
}

static void complete__restored_files__are_flushed_before_the_writer_hears_of_it(void **state)
{
    void (*waiting)(void *, const wchar_t *) = session_settings.waiting;
    struct ntdsvss_restore *session;

    (void)state;
    flushed_before_post = 0;
    session_settings.waiting = note_flushed;
    session = restore_session_begin();
    write_log(L"edb.log");
    assert_hr(restore_session_register(session), S_OK);
    inject_reset();
    assert_hr(ntdsvss_restore_complete(session, true), S_OK);
    ntdsvss_restore_close(session);
    session_settings.waiting = waiting;
    assert_int_equal(flushed_before_post, 3);
}

static void complete__of_a_failed_restore__flushes_no_file(void **state)
{
    (void)state;
    assert_hr(complete_to_the_interlock(false), S_OK);
    assert_int_equal(flushed(), 0);
}

/* "Complete" is on disk, or it is not said. */
static void complete__a_file_cannot_be_flushed__fails_and_keeps_the_interlock(void **state)
{
    (void)state;
    write_log(L"edb.log");
    assert_hr(restore_session_register(restore), S_OK);
    inject_reset();
    inject_arm(INJECT_HOST, inject_find("FlushFileBuffers"), 1);
    assert_true(FAILED(ntdsvss_restore_complete(restore, true)));
    assert_int_equal(flushed(), 3);
    assert_true(directory_keys_exist(INTERLOCK_KEY));
    assert_true(restore_session_logged(L"ntds.dit could not be flushed to disk"));
}

static void complete__what_to_flush_cannot_be_listed__fails_and_keeps_the_interlock(void **state)
{
    (void)state;
    write_log(L"edb.log");
    assert_hr(restore_session_register(restore), S_OK);
    inject_reset();
    inject_arm(INJECT_HOST, inject_find("FindFirstFileW"), 1);
    assert_true(FAILED(ntdsvss_restore_complete(restore, true)));
    assert_true(inject_was_hit());
    assert_true(directory_keys_exist(INTERLOCK_KEY));
}

static void complete__list_of_what_to_flush_ends_early__fails_and_keeps_the_interlock(void **state)
{
    (void)state;
    write_log(L"edb.log");
    write_log(L"edb0001a.log");
    assert_hr(restore_session_register(restore), S_OK);
    inject_reset();
    inject_arm(INJECT_HOST, inject_find("FindNextFileW"), 1);
    assert_true(FAILED(ntdsvss_restore_complete(restore, true)));
    assert_true(inject_was_hit());
    assert_true(directory_keys_exist(INTERLOCK_KEY));
}

/* By a virus scanner, or a backup program. */
static void
complete__a_file_cannot_be_opened_for_writing__fails_and_keeps_the_interlock(void **state)
{
    HANDLE holder;
    HRESULT hr;

    (void)state;
    assert_hr(restore_session_register(restore), S_OK);
    holder =
        CreateFileW(TEST_DATABASE, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    assert_ptr_not_equal(holder, INVALID_HANDLE_VALUE);
    hr = ntdsvss_restore_complete(restore, true);
    CloseHandle(holder);
    assert_hr(hr, HRESULT_FROM_WIN32(ERROR_SHARING_VIOLATION));
    assert_true(directory_keys_exist(INTERLOCK_KEY));
    assert_true(restore_session_logged(L"ntds.dit could not be flushed to disk"));
}

/* Nobody may take a part of the files for all of them. */
static void files__cannot_be_listed_to_the_end__fails(void **state)
{
    static const struct
    {
        const char *function;
        const wchar_t *says;
    } rows[] = {{"FindFirstFileW", L"Listing the logs"},
                {"FindNextFileW", L"Listing the logs"},
                {"GetFileAttributesW", L"Looking for the checkpoint"}};
    size_t i;

    (void)state;
    write_log(L"edb.log");
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        const struct ntdsvss_file *files = NULL;
        size_t count = 77;

        inject_reset();
        inject_arm(INJECT_HOST, inject_find(rows[i].function), 1);
        assert_hr(ntdsvss_restore_files(restore, &files, &count),
                  HRESULT_FROM_WIN32(ERROR_NO_SYSTEM_RESOURCES));
        assert_int_equal(count, 77);
        assert_true(restore_session_logged(rows[i].says));
    }
    inject_reset();
}

/* Older programs copy first. The registration then fails after it has deleted the epoch. */
static void register__fails_after_the_database_was_replaced__epoch_stays_deleted(void **state)
{
    (void)state;
    directory_keys_set_number(PARAMETERS_KEY, EPOCH, 4711);
    assert_true(CopyFileW(TEST_DATABASE, TEST_DATABASE L".new", FALSE));
    assert_true(MoveFileExW(TEST_DATABASE L".new", TEST_DATABASE, MOVEFILE_REPLACE_EXISTING));
    inject_reset();
    inject_arm(INJECT_HOST, inject_find("RegFlushKey"), 2);
    assert_hr(restore_session_register(restore), HRESULT_FROM_WIN32(ERROR_DISK_FULL));
    inject_reset();
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, EPOCH), -1);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, MARKER), 1);
}

static int group_setup(void **state)
{
    return inject_host(GetModuleHandleW(NULL)) ? restore_session_group_setup(state) : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            files__at_the_registered_places__are_database_logs_by_name_checkpoint, files_setup,
            files_teardown),
        cmocka_unit_test_setup_teardown(files__nothing_there__is_the_database_that_cannot_be_opened,
                                        files_setup, files_teardown),
        cmocka_unit_test_setup_teardown(files__a_location_is_not_registered__fails_and_names_it,
                                        files_setup, files_teardown),
        cmocka_unit_test_setup_teardown(open__file_of_the_list__reads_it_and_keeps_writers_out,
                                        files_setup, files_teardown),
        cmocka_unit_test_setup_teardown(open__a_folder_in_the_place_of_the_database__is_no_file,
                                        files_setup, files_teardown),
        cmocka_unit_test_setup_teardown(open__a_link_that_leads_out_of_the_folder__is_refused,
                                        files_setup, files_teardown),
        cmocka_unit_test_setup_teardown(set_aside__checkpoint__is_renamed_to_a_free_name,
                                        files_setup, files_teardown),
        cmocka_unit_test_setup_teardown(set_aside__anything_but_a_checkpoint__is_refused,
                                        files_setup, files_teardown),
        cmocka_unit_test_setup_teardown(
            complete__restored_files__are_flushed_before_the_interlock_goes, files_setup,
            files_teardown),
        cmocka_unit_test_setup_teardown(
            complete__restored_files__are_flushed_before_the_writer_hears_of_it, files_setup,
            files_teardown),
        cmocka_unit_test_setup_teardown(complete__of_a_failed_restore__flushes_no_file, files_setup,
                                        files_teardown),
        cmocka_unit_test_setup_teardown(
            complete__a_file_cannot_be_flushed__fails_and_keeps_the_interlock, files_setup,
            files_teardown),
        cmocka_unit_test_setup_teardown(
            complete__what_to_flush_cannot_be_listed__fails_and_keeps_the_interlock, files_setup,
            files_teardown),
        cmocka_unit_test_setup_teardown(
            complete__list_of_what_to_flush_ends_early__fails_and_keeps_the_interlock, files_setup,
            files_teardown),
        cmocka_unit_test_setup_teardown(
            complete__a_file_cannot_be_opened_for_writing__fails_and_keeps_the_interlock,
            files_setup, files_teardown),
        cmocka_unit_test_setup_teardown(files__cannot_be_listed_to_the_end__fails, files_setup,
                                        files_teardown),
        cmocka_unit_test_setup_teardown(
            register__fails_after_the_database_was_replaced__epoch_stays_deleted, files_setup,
            files_teardown),
    };

    return cmocka_run_group_tests_name("restore_files", tests, group_setup,
                                       restore_session_group_teardown);
}
