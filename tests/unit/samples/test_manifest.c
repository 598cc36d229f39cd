/*
 * test_manifest.c - backup.txt and the records beside it, cut at every byte and spoiled: they are
 * refused, or name files of the backup's own folder, each once.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "manifest.h"
#include "program_main.h"

const struct program this_program = {.name = L"test_manifest"};

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef "
#define HEAD                                                                                       \
    "ntdsvss-backup 2\r\n"                                                                         \
    "id 00112233445566778899aabbccddeeff\r\n"                                                      \
    "computer DC1\r\n"                                                                             \
    "expires 2030-01-31T12:00:00Z\r\n"                                                             \
    "file database 8192 sums " DIGEST "C:\\Windows\\NTDS\\ntds.dit\r\n"                            \
    "file record 16 bytes " DIGEST "components.xml\r\n"

static const char good[] = HEAD "end\r\n";
#define GOOD_BYTES (sizeof(good) - 1)

static wchar_t path[MAX_PATH];

static void write_file(const wchar_t *name, const void *data, size_t bytes)
{
    wchar_t full[MAX_PATH + 32];
    FILE *file;

    _snwprintf(full, ARRAYSIZE(full), L"%ls\\%ls", path, name);
    file = _wfopen(full, L"wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, bytes, file), bytes);
    fclose(file);
}

/* What is refused is reported each time: some thousand lines. */
static int make_folder(void **state)
{
    wchar_t temporary[MAX_PATH - 32];

    (void)state;
    SetStdHandle(STD_ERROR_HANDLE,
                 CreateFileW(L"NUL", GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL));
    GetTempPathW(ARRAYSIZE(temporary), temporary);
    _snwprintf(path, ARRAYSIZE(path), L"%lstest_manifest.%lu", temporary, GetCurrentProcessId());
    return CreateDirectoryW(path, NULL) ? 0 : -1;
}

static int delete_folder(void **state)
{
    wchar_t full[MAX_PATH + 32];

    (void)state;
    _snwprintf(full, ARRAYSIZE(full), L"%ls\\" MANIFEST_FILE, path);
    DeleteFileW(full);
    _snwprintf(full, ARRAYSIZE(full), L"%ls\\" COMPONENTS_FILE, path);
    DeleteFileW(full);
    return RemoveDirectoryW(path) ? 0 : -1;
}

/* Whatever is accepted cannot lead out of the folder, or put one file in another's place. */
static void check_entries(const struct manifest *manifest)
{
    const struct manifest_entry *entry, *other;

    for (entry = manifest->entries; entry; entry = entry->next) {
        assert_true(entry->name[0] && !wcspbrk(entry->name, L"\\/:"));
        assert_int_not_equal(_wcsicmp(entry->name, MANIFEST_FILE), 0);
        for (other = entry->next; other; other = other->next)
            assert_int_not_equal(_wcsicmp(entry->name, other->name), 0);
    }
}

static enum exit_code read_manifest(const void *data, size_t bytes)
{
    struct source source = {.shown = path, .path = path};
    struct manifest manifest;
    enum exit_code code;

    write_file(MANIFEST_FILE, data, bytes);
    manifest_init(&manifest);
    code = manifest_read(&manifest, &source);
    if (code == EXIT_OK)
        check_entries(&manifest);
    manifest_free(&manifest);
    return code;
}

static void manifest__as_written__is_read(void **state)
{
    (void)state;
    assert_int_equal(read_manifest(good, GOOD_BYTES), EXIT_OK);
}

static void manifest__of_another_version__is_read_if_it_is_the_first(void **state)
{
    static const char first[] = "ntdsvss-backup 1\r\nid 1\r\ncomputer DC1\r\n"
                                "expires 2030-01-31T12:00:00Z\r\n"
                                "file log 8 " DIGEST "C:\\edb.log\r\nend\r\n";
    char third[sizeof(good)];

    (void)state;
    assert_int_equal(read_manifest(first, sizeof(first) - 1), EXIT_OK);
    memcpy(third, good, sizeof(good));
    third[15] = '3';
    assert_int_equal(read_manifest(third, GOOD_BYTES), EXIT_READ);
}

static void manifest__cut_at_any_byte__is_refused(void **state)
{
    size_t bytes;

    (void)state;
    for (bytes = 0; bytes < GOOD_BYTES; bytes++)
        assert_int_equal(read_manifest(good, bytes), EXIT_READ);
}

static void manifest__with_more_behind_its_end__is_refused(void **state)
{
    static const char more[] = HEAD "end\r\nend\r\n";

    (void)state;
    assert_int_equal(read_manifest(more, sizeof(more) - 1), EXIT_READ);
}

static void manifest__with_any_byte_spoiled__is_refused_or_harmless(void **state)
{
    static const char values[] = {0, ' ', '\\', '\n', -1};
    char copy[sizeof(good)];
    size_t i, j;

    (void)state;
    for (i = 0; i < GOOD_BYTES; i++) {
        for (j = 0; j < sizeof(values); j++) {
            memcpy(copy, good, GOOD_BYTES);
            copy[i] = values[j];
            (void)read_manifest(copy, GOOD_BYTES);
        }
    }
}

static void manifest__with_a_zero_behind_its_end__is_refused(void **state)
{
    (void)state;
    assert_int_equal(read_manifest(good, sizeof(good)), EXIT_READ);
}

/* The doctor would read it another way than the restore. */
static void manifest__of_another_form__is_refused(void **state)
{
    static const char *const heads[] = {
        "id 1\r\nid 2\r\ncomputer DC1\r\nexpires 2030-01-31T12:00:00Z\r\n",
        "computer DC1\r\nid 1\r\nexpires 2030-01-31T12:00:00Z\r\n",
        "id 1\r\ncomputer DC1\r\nexpires 9999-99-31T12:00:00Z\r\n",
        "id 1\r\ncomputer DC1\r\nexpires 2030-02-30T12:00:00Z\r\n",
        "id 1\r\ncomputer DC1\r\n",
        "id 1\r\ncomputer DC\n1\r\nexpires 2030-01-31T12:00:00Z\r\n",
    };
    char text[256];
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(heads); i++) {
        int bytes = snprintf(text, sizeof(text), "ntdsvss-backup 2\r\n%send\r\n", heads[i]);

        assert_int_equal(read_manifest(text, (size_t)bytes), EXIT_READ);
    }
}

/* One more line before "end", which is the last. */
static enum exit_code read_with(const char *line)
{
    char copy[2 * sizeof(good) + 256];
    int bytes = snprintf(copy, sizeof(copy), HEAD "file %s\r\nend\r\n", line);

    return read_manifest(copy, (size_t)bytes);
}

static void manifest__with_another_file__is_refused_if_its_name_is_not_its_own(void **state)
{
    (void)state;
    assert_int_equal(read_with("log 1 bytes " DIGEST "C:\\Windows\\NTDS\\edb.log"), EXIT_OK);
    assert_int_equal(read_with("log 1 bytes " DIGEST "D:\\NTDS.DIT"), EXIT_READ);
    assert_int_equal(read_with("log 1 bytes " DIGEST "D:\\Components.xml"), EXIT_READ);
    assert_int_equal(read_with("log 1 bytes " DIGEST "D:\\BACKUP.TXT"), EXIT_READ);
    assert_int_equal(read_with("log 1 bytes " DIGEST "D:\\.."), EXIT_READ);
    assert_int_equal(read_with("log 1 bytes " DIGEST "D:\\edb.log."), EXIT_READ);
    assert_int_equal(read_with("log 1 bytes " DIGEST "D:\\edb.log "), EXIT_READ);
    assert_int_equal(read_with("log 1 bytes " DIGEST "D:\\a/b"), EXIT_READ);
    assert_int_equal(read_with("log 1 bytes " DIGEST "edb.log"), EXIT_READ);
    assert_int_equal(read_with("log 1 bytes " DIGEST "C:\\a\nfile\\edb.log"), EXIT_READ);
    assert_int_equal(read_with("record 1 bytes " DIGEST "x.xml"), EXIT_OK);
    assert_int_equal(read_with("record 1 bytes " DIGEST "..\\x.xml"), EXIT_READ);
    assert_int_equal(read_with("record 1 bytes " DIGEST ".."), EXIT_READ);
}

/* Of many logs, in another order than that of their names; the last one is last_log. */
static enum exit_code read_many(unsigned last_log)
{
    const unsigned count = 20000;
    size_t room = sizeof(good) + count * (sizeof(DIGEST) + 60), used = sizeof(HEAD) - 1;
    struct source source = {.shown = path, .path = path};
    struct manifest manifest;
    char *text = malloc(room);
    enum exit_code code;
    unsigned i;

    assert_non_null(text);
    memcpy(text, HEAD, used);
    for (i = 0; i < count; i++)
        used += (size_t)sprintf(text + used, "file log 8 bytes " DIGEST "C:\\edb%05x.log\r\n",
                                i + 1 < count ? 7919 * i % count : last_log);
    used += (size_t)sprintf(text + used, "end\r\n");
    write_file(MANIFEST_FILE, text, used);
    free(text);
    manifest_init(&manifest);
    code = manifest_read(&manifest, &source);
    manifest_free(&manifest);
    return code;
}

static void manifest__of_many_files__is_refused_if_one_is_listed_twice(void **state)
{
    (void)state;
    assert_int_equal(read_many(20000), EXIT_OK);
    assert_int_equal(read_many(0), EXIT_READ);
}

/* A name has 255 characters at most. */
static void manifest__with_a_long_name__is_refused(void **state)
{
    static const char start[] = "log 1 bytes " DIGEST "C:\\n\\";
    char line[sizeof(start) + 256];

    (void)state;
    memcpy(line, start, sizeof(start));
    memset(line + sizeof(start) - 1, 'n', 256);
    line[sizeof(start) - 1 + 256] = '\0';
    assert_int_equal(read_with(line), EXIT_READ);
    line[sizeof(start) - 1 + 255] = '\0';
    assert_int_equal(read_with(line), EXIT_OK);
}

static void manifest__with_a_digest_that_is_none__is_refused(void **state)
{
    char line[] = "log 1 bytes " DIGEST "C:\\n\\edb.log";

    (void)state;
    line[12] = 'g';
    assert_int_equal(read_with(line), EXIT_READ);
}

/* Its text would end behind what was read. */
static void record__of_an_odd_size__is_refused(void **state)
{
    static const wchar_t text[] = L"\xfeff<a/>";
    static const struct file_digest_text digest = {.sha256 = L"whatever it is"};
    struct source source = {.shown = path, .path = path};
    struct manifest manifest;
    wchar_t *read = NULL;
    size_t bytes;

    (void)state;
    for (bytes = 1; bytes < sizeof(text); bytes += 2) {
        write_file(COMPONENTS_FILE, text, bytes);
        manifest_init(&manifest);
        assert_int_equal(manifest_add(&manifest, MANIFEST_RECORD, COMPONENTS_FILE, bytes, &digest),
                         EXIT_OK);
        assert_int_equal(manifest_read_record(&manifest, &source, COMPONENTS_FILE, &read),
                         EXIT_READ);
        assert_null(read);
        manifest_free(&manifest);
    }
}

static void record__of_the_size_and_another_content__is_refused(void **state)
{
    static const wchar_t text[] = L"\xfeff<a/>";
    static const struct file_digest_text digest = {.sha256 = L"of another content"};
    struct source source = {.shown = path, .path = path};
    struct manifest manifest;
    wchar_t *read = NULL;

    (void)state;
    write_file(COMPONENTS_FILE, text, sizeof(text));
    manifest_init(&manifest);
    assert_int_equal(
        manifest_add(&manifest, MANIFEST_RECORD, COMPONENTS_FILE, sizeof(text), &digest), EXIT_OK);
    assert_int_equal(manifest_read_record(&manifest, &source, COMPONENTS_FILE, &read), EXIT_READ);
    assert_null(read);
    manifest_free(&manifest);
}

/* The writer's, if it is a time. */
static void expiry__of_a_new_backup__is_the_writers_or_60_days(void **state)
{
    static const wchar_t *const others[] = {
        L"",
        L"soon",
        L"2031-02-03 04:05:06",
        L"2031-13-03T04:05:06Z",
        L"2031-02-30T04:05:06Z",
        L"2031-02-03T24:05:06Z",
        L"2031-02-03T04:60:06Z",
        L"2031-02-03T04:05:60Z",
        L"2031-02-03T04:05:0:Z",
        L"2031-02-03T04:05:/6Z",
    };
    struct manifest manifest = {.expires = L""};
    SYSTEMTIME at = {0};
    FILETIME now, then;
    size_t i;

    (void)state;
    assert_int_equal(manifest_set_expiry(&manifest, L"2031-02-03T04:05:06Z"), EXIT_OK);
    assert_true(wcscmp(manifest.expires, L"2031-02-03T04:05:06Z") == 0);
    for (i = 0; i < ARRAYSIZE(others); i++) {
        int64_t days_100ns = 60ll * 24 * 60 * 60 * 10000000, minute_100ns = 60ll * 10000000;

        GetSystemTimeAsFileTime(&now);
        assert_int_equal(manifest_set_expiry(&manifest, others[i]), EXIT_OK);
        assert_int_equal(swscanf(manifest.expires, L"%4hu-%2hu-%2huT%2hu:%2hu:%2huZ", &at.wYear,
                                 &at.wMonth, &at.wDay, &at.wHour, &at.wMinute, &at.wSecond),
                         6);
        assert_true(SystemTimeToFileTime(&at, &then));
        days_100ns -= (int64_t)(((uint64_t)then.dwHighDateTime << 32 | then.dwLowDateTime) -
                                ((uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime));
        assert_true(days_100ns < minute_100ns && days_100ns > -minute_100ns);
    }
}

static void expiry__of_the_past_and_of_the_future__is_told_apart(void **state)
{
    struct manifest manifest = {.expires = L"2020-01-01T00:00:00Z"};

    (void)state;
    assert_true(manifest_has_expired(&manifest));
    wcscpy(manifest.expires, L"9999-12-31T00:00:00Z");
    assert_false(manifest_has_expired(&manifest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(manifest__as_written__is_read),
        cmocka_unit_test(manifest__of_another_version__is_read_if_it_is_the_first),
        cmocka_unit_test(manifest__cut_at_any_byte__is_refused),
        cmocka_unit_test(manifest__with_more_behind_its_end__is_refused),
        cmocka_unit_test(manifest__with_a_zero_behind_its_end__is_refused),
        cmocka_unit_test(manifest__of_another_form__is_refused),
        cmocka_unit_test(manifest__of_many_files__is_refused_if_one_is_listed_twice),
        cmocka_unit_test(manifest__with_a_long_name__is_refused),
        cmocka_unit_test(manifest__with_a_digest_that_is_none__is_refused),
        cmocka_unit_test(manifest__with_any_byte_spoiled__is_refused_or_harmless),
        cmocka_unit_test(manifest__with_another_file__is_refused_if_its_name_is_not_its_own),
        cmocka_unit_test(record__of_an_odd_size__is_refused),
        cmocka_unit_test(record__of_the_size_and_another_content__is_refused),
        cmocka_unit_test(expiry__of_a_new_backup__is_the_writers_or_60_days),
        cmocka_unit_test(expiry__of_the_past_and_of_the_future__is_told_apart),
    };

    return cmocka_run_group_tests(tests, make_folder, delete_folder);
}
