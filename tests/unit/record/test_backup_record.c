/*
 * test_backup_record.c - the record of a backup: written, read with suspicion, deleted in time.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <cmocka.h>

#include "host/clock.h"
#include "record/backup_record.h"
#include "inject.h"

#define ID    L"00112233445566778899aabbccddeeff"
#define OTHER L"ffeeddccbbaa99887766554433221100"

#define TEXT_BYTES 4096u

static wchar_t folder[MAX_PATH];

static int make_folder(void **state)
{
    (void)state;
    GetTempPathW(MAX_PATH - 40, folder);
    _snwprintf(folder + wcslen(folder), 40, L"backups-%lu", GetCurrentProcessId());
    return 0;
}

static void path_of(const wchar_t *id, wchar_t path[2 * MAX_PATH])
{
    _snwprintf(path, 2 * MAX_PATH, L"%ls\\backup-%ls.txt", folder, id);
}

static void remove_one(const wchar_t *id)
{
    wchar_t path[2 * MAX_PATH];

    path_of(id, path);
    DeleteFileW(path);
}

static int remove_folder(void **state)
{
    (void)state;
    remove_one(ID);
    remove_one(OTHER);
    return RemoveDirectoryW(folder) || GetLastError() == ERROR_FILE_NOT_FOUND ? 0 : -1;
}

static bool exists(const wchar_t *id)
{
    wchar_t path[2 * MAX_PATH];

    path_of(id, path);
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

static void make(struct backup_record *record, const wchar_t *id, uint64_t expires)
{
    struct backup_record_file *file;
    size_t i;

    memset(record, 0, sizeof(*record));
    wcscpy(record->id, id);
    wcscpy(record->computer, L"DC1");
    wcscpy(record->program, L"backup of \x00fc.exe");
    clock_parse(L"2026-01-31T12:00:00Z", &record->prepared);
    record->completed = record->prepared + 60 * 10000000ull;
    record->expires = expires;
    record->verified = true;
    assert_int_equal(
        backup_record_add(record, NTDSVSS_FILE_DATABASE, L"D:\\a folder\\\x00fc\\ntds.dit", &file),
        S_OK);
    file->bytes = 0x123456789ull;
    file->digest_of = BACKUP_RECORD_OF_SUMS;
    for (i = 0; i < HASH_BYTES; i++)
        file->digest[i] = (uint8_t)(i * 8);
    assert_int_equal(backup_record_add(record, NTDSVSS_FILE_CHECKPOINT, L"C:\\edb.chk", &file),
                     S_OK);
}

static uint64_t in_days(int days)
{
    uint64_t now = clock_now();

    return days < 0 ? now - (uint64_t)-days * CLOCK_DAY : now + (uint64_t)days * CLOCK_DAY;
}

static void record__saved__is_read_as_it_was(void **state)
{
    struct backup_record saved, loaded = {0};
    const struct backup_record_file *file;

    (void)state;
    make(&saved, ID, 0);
    clock_parse(L"2099-12-31T00:00:00Z", &saved.expires);
    assert_int_equal(backup_record_save(&saved, folder), S_OK);
    assert_int_equal(backup_record_load(&loaded, folder, ID), S_OK);
    assert_true(wcscmp(loaded.id, saved.id) == 0);
    assert_true(wcscmp(loaded.program, saved.program) == 0);
    assert_true(wcscmp(loaded.computer, saved.computer) == 0);
    assert_true(loaded.prepared == saved.prepared && loaded.completed == saved.completed &&
                loaded.expires == saved.expires && loaded.verified);
    assert_int_equal(loaded.file_count, 2);
    file = backup_record_find(&loaded, 0, L"NTDS.DIT");
    assert_non_null(file);
    assert_true(wcscmp(file->path, saved.files[0].path) == 0);
    assert_true(file->bytes == 0x123456789ull);
    assert_int_equal(file->digest_of, BACKUP_RECORD_OF_SUMS);
    assert_memory_equal(file->digest, saved.files[0].digest, HASH_BYTES);
    assert_int_equal(backup_record_find(&loaded, 1000, L"edb.chk")->digest_of,
                     BACKUP_RECORD_NO_DIGEST);
    assert_null(backup_record_find(&loaded, 1, L"edb.log"));
    /* An id is random: a second one of the same would be somebody else's. */
    assert_int_equal(backup_record_save(&saved, folder), ERROR_FILE_EXISTS);
    backup_record_fini(&loaded);
    backup_record_fini(&saved);
}

/* A backup that counts as complete has its record on disk, or a line in the log that says no. */
static void record__saved__is_flushed_or_failed(void **state)
{
    size_t flush = inject_find("FlushFileBuffers");
    struct backup_record record;

    (void)state;
    make(&record, ID, in_days(30));
    assert_true(inject_host(GetModuleHandleW(NULL)));
    inject_arm(INJECT_HOST, flush, 1);
    assert_int_equal(backup_record_save(&record, folder), ERROR_DISK_FULL);
    assert_false(exists(ID));
    inject_reset();
    assert_int_equal(backup_record_save(&record, folder), S_OK);
    assert_int_equal(inject_calls(INJECT_HOST, flush), 1);
    backup_record_fini(&record);
}

static void record__of_no_backup__is_not_found(void **state)
{
    struct backup_record loaded = {0};

    (void)state;
    assert_int_equal(backup_record_load(&loaded, folder, OTHER), ERROR_FILE_NOT_FOUND);
    /* Who looks changes nothing. */
    assert_int_equal(GetFileAttributesW(folder), INVALID_FILE_ATTRIBUTES);
    backup_record_fini(&loaded);
}

/* Ends with a zero; returns the bytes before it. */
static size_t read_text(const wchar_t *id, char text[TEXT_BYTES])
{
    wchar_t path[2 * MAX_PATH];
    size_t length;
    FILE *file;

    path_of(id, path);
    file = _wfopen(path, L"rb");
    assert_non_null(file);
    length = fread(text, 1, TEXT_BYTES - 1, file);
    text[length] = 0;
    fclose(file);
    return length;
}

static void write_text(const wchar_t *id, const char *text, size_t bytes)
{
    wchar_t path[2 * MAX_PATH];
    FILE *file;

    path_of(id, path);
    file = _wfopen(path, L"wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, bytes, file), bytes);
    fclose(file);
}

static legacy_result load_text(const char *text, size_t bytes)
{
    struct backup_record loaded = {0};
    legacy_result hr;

    write_text(ID, text, bytes);
    hr = backup_record_load(&loaded, folder, ID);
    backup_record_fini(&loaded);
    return hr;
}

static void record__cut_or_changed__is_damaged(void **state)
{
    static const struct
    {
        const char *is, *becomes;
    } rows[] = {
        /* The record of another backup under this one's name, and one whose id would be a path. */
        {"id 00112", "id fffff"}, {"id 00112", "id ..\\.."}, {" C:\\edb.chk", " "},
        {" C:\\edb.chk", ""},     {" 0008", " g008"},        {" 0008", " 008"},
    };
    static char text[TEXT_BYTES], changed[TEXT_BYTES];
    struct backup_record saved;
    size_t length, cut, i;

    (void)state;
    make(&saved, ID, in_days(10));
    assert_int_equal(backup_record_save(&saved, folder), S_OK);
    length = read_text(ID, text);
    for (cut = 0; cut < length - 2; cut++) {
        if (load_text(text, cut) != ERROR_INVALID_DATA)
            fail_msg("cut at %u of %u", (unsigned int)cut, (unsigned int)length);
    }
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        const char *at = strstr(text, rows[i].is);

        if (!at)
            fail_msg("'%s' is not there", rows[i].is);
        sprintf(changed, "%.*s%s%s", (int)(at - text), text, rows[i].becomes,
                at + strlen(rows[i].is));
        if (load_text(changed, strlen(changed)) != ERROR_INVALID_DATA)
            fail_msg("'%s' for '%s'", rows[i].becomes, rows[i].is);
    }
    /* Its text would end at the zero, and what is behind it be taken for read. */
    assert_int_equal(load_text(text, length + 1), ERROR_INVALID_DATA);
    assert_int_equal(load_text(text, length), S_OK);
    backup_record_fini(&saved);
}

static void set_changed(const wchar_t *id, uint64_t time)
{
    FILETIME changed = {(DWORD)time, (DWORD)(time >> 32)};
    wchar_t path[2 * MAX_PATH];
    HANDLE file;

    path_of(id, path);
    file = CreateFileW(path, FILE_WRITE_ATTRIBUTES, 0, NULL, OPEN_EXISTING, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    assert_true(SetFileTime(file, NULL, NULL, &changed));
    CloseHandle(file);
}

/* What was changed lately is not even opened. */
static void record__past_its_time__is_deleted_by_the_next(void **state)
{
    static const struct
    {
        int expires_in_days, changed_in_days;
        bool is_kept;
    } rows[] = {{1, -200, true}, {-29, -200, true}, {-31, -200, false}, {-31, -29, true}};
    struct backup_record old, next;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        make(&old, ID, in_days(rows[i].expires_in_days));
        make(&next, OTHER, in_days(60));
        remove_one(ID);
        remove_one(OTHER);
        backup_record_save(&old, folder);
        set_changed(ID, in_days(rows[i].changed_in_days));
        assert_int_equal(backup_record_save(&next, folder), S_OK);
        assert_int_equal(exists(ID), rows[i].is_kept);
        assert_true(exists(OTHER));
        backup_record_fini(&old);
        backup_record_fini(&next);
    }
}

/* The record of ID under the name of OTHER, with an id that begins otherwise. */
static void copy_with_id(const char *beginning)
{
    static char text[TEXT_BYTES];
    size_t length = read_text(ID, text);

    memcpy(strstr(text, "id ") + 3, beginning, strlen(beginning));
    write_text(OTHER, text, length);
}

static bool count_one(void *context, const struct backup_record *record)
{
    (void)record;
    ++*(size_t *)context;
    return true;
}

static void each__of_a_folder__counts_what_is_damaged(void **state)
{
    struct backup_record record;
    wchar_t path[2 * MAX_PATH];
    size_t count = 0, unread;
    FILE *file;

    (void)state;
    assert_int_equal(backup_record_each(folder, count_one, &count, &unread), S_OK);
    assert_int_equal(count, 0);
    assert_int_equal(unread, 0);
    make(&record, ID, in_days(60));
    assert_int_equal(backup_record_save(&record, folder), S_OK);
    path_of(OTHER, path);
    file = _wfopen(path, L"wb");
    fputs("ntdsbcli-backup 1\r\n", file);
    fclose(file);
    assert_int_equal(backup_record_each(folder, count_one, &count, &unread), S_OK);
    assert_int_equal(count, 1);
    assert_int_equal(unread, 1);
    /* The id becomes the name of the file that is deleted when the time has come. */
    copy_with_id("..\\..");
    count = 0;
    assert_int_equal(backup_record_each(folder, count_one, &count, &unread), S_OK);
    assert_int_equal(count, 1);
    assert_int_equal(unread, 1);
    copy_with_id("abcde");
    count = 0;
    assert_int_equal(backup_record_each(folder, count_one, &count, &unread), S_OK);
    assert_int_equal(count, 2);
    assert_int_equal(unread, 0);
    backup_record_fini(&record);
}

/* A short list would be a list of fewer backups. */
static void each__list_ends_early__fails(void **state)
{
    struct backup_record record;
    size_t count = 0, unread;

    (void)state;
    make(&record, ID, in_days(60));
    assert_int_equal(backup_record_save(&record, folder), S_OK);
    backup_record_fini(&record);
    inject_reset();
    inject_arm(INJECT_HOST, inject_find("FindNextFileW"), 1);
    assert_int_equal(backup_record_each(folder, count_one, &count, &unread),
                     ERROR_NO_SYSTEM_RESOURCES);
    assert_true(inject_was_hit());
    inject_reset();
}

static bool is_loaded(void *context)
{
    struct backup_record loaded = {0};
    legacy_result hr = backup_record_load(&loaded, folder, context);

    assert_int_not_equal(hr, ERROR_FILE_NOT_FOUND); /* "no such backup" would be another thing */
    assert_true(hr != S_OK || (loaded.file_count == 2 && loaded.verified));
    backup_record_fini(&loaded);
    return hr == S_OK;
}

static void record__a_call_fails__is_loaded_whole_or_not(void **state)
{
    wchar_t id[] = ID;
    struct backup_record record;

    (void)state;
    make(&record, ID, in_days(30));
    assert_int_equal(backup_record_save(&record, folder), S_OK);
    assert_true(inject_host(GetModuleHandleW(NULL)));
    /* Whole, too: who is not known to be an administrator looks elsewhere as well. */
    assert_string_not_equal(inject_each(is_loaded, id, 10, NULL), "too few functions");
    backup_record_fini(&record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(record__saved__is_read_as_it_was, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(record__saved__is_flushed_or_failed, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(record__of_no_backup__is_not_found, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(record__cut_or_changed__is_damaged, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(record__past_its_time__is_deleted_by_the_next, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(each__of_a_folder__counts_what_is_damaged, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(each__list_ends_early__fails, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(record__a_call_fails__is_loaded_whole_or_not, make_folder,
                                        remove_folder),
    };

    return cmocka_run_group_tests_name("backup_record", tests, NULL, NULL);
}
