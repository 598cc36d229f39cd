/*
 * test_vss_manifest.c - backup.txt: whole, with an instance, cut and damaged.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>
#include <cmocka.h>

#include "doctor/vss_manifest.h"
#include "host/clock.h"

#define HASH_OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define HEAD        "ntdsvss-backup 2\r\nid 00112233445566778899aabbccddeeff\r\ncomputer DC1\r\n"
#define EXPIRES     "expires 2030-01-31T12:00:00Z\r\n"
#define REST                                                                                       \
    EXPIRES                                                                                        \
    "file database 3 bytes " HASH_OF_ABC " C:\\a folder\\ntds.dit\r\n"                             \
    "file record 3 bytes " HASH_OF_ABC " writer.xml\r\n"                                           \
    "end\r\n"

/* A file more before the end. */
#define ONE_MORE(kind, path)                                                                       \
    HEAD EXPIRES "file database 3 bytes " HASH_OF_ABC " C:\\a folder\\ntds.dit\r\n"                \
                 "file record 3 bytes " HASH_OF_ABC " writer.xml\r\n"                              \
                 "file " kind " 3 bytes " HASH_OF_ABC " " path "\r\nend\r\n"

static wchar_t folder[MAX_PATH];

static void path_of(const wchar_t *name, wchar_t path[2 * MAX_PATH])
{
    _snwprintf(path, 2 * MAX_PATH, L"%ls\\%ls", folder, name);
}

static void write(const wchar_t *name, const char *bytes, size_t byte_count)
{
    wchar_t path[2 * MAX_PATH];
    FILE *file;

    path_of(name, path);
    file = _wfopen(path, L"wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, byte_count, file), byte_count);
    fclose(file);
}

static int make_folder(void **state)
{
    (void)state;
    GetTempPathW(MAX_PATH - 40, folder);
    _snwprintf(folder + wcslen(folder), 40, L"manifest-%lu", GetCurrentProcessId());
    return CreateDirectoryW(folder, NULL) ? 0 : -1;
}

static int remove_folder(void **state)
{
    wchar_t path[2 * MAX_PATH];

    (void)state;
    path_of(L"ntds.dit", path);
    DeleteFileW(path);
    path_of(VSS_MANIFEST_NAME, path);
    DeleteFileW(path);
    return RemoveDirectoryW(folder) ? 0 : -1;
}

static legacy_result load(const char *text, size_t byte_count, struct vss_manifest *manifest)
{
    memset(manifest, 0, sizeof(*manifest));
    write(VSS_MANIFEST_NAME, text, byte_count);
    return vss_manifest_load(manifest, folder);
}

static void manifest__as_vss_backup_writes_it__is_read(void **state)
{
    struct vss_manifest manifest;
    uint64_t expires;

    (void)state;
    assert_int_equal(load(HEAD REST, strlen(HEAD REST), &manifest), S_OK);
    clock_parse(L"2030-01-31T12:00:00Z", &expires);
    assert_true(manifest.record.expires == expires);
    assert_true(wcscmp(manifest.record.id, L"00112233445566778899aabbccddeeff") == 0);
    assert_true(wcscmp(manifest.record.computer, L"DC1") == 0);
    assert_int_equal(manifest.instance[0], 0);
    assert_int_not_equal(manifest.written, 0);
    assert_int_equal(manifest.record.file_count, 2);
    assert_int_equal(manifest.record.files[0].kind, NTDSVSS_FILE_DATABASE);
    assert_true(wcscmp(vss_manifest_file_name(&manifest.record.files[0]), L"ntds.dit") == 0);
    assert_int_equal(manifest.record.files[1].kind, VSS_MANIFEST_DOCUMENT);
    assert_true(wcscmp(vss_manifest_file_name(&manifest.record.files[1]), L"writer.xml") == 0);
    vss_manifest_fini(&manifest);
}

static void manifest__with_another_file__is_read(void **state)
{
    static const char *const texts[] = {ONE_MORE("log", "C:\\n\\edb.log"),
                                        ONE_MORE("record", "x.xml")};
    struct vss_manifest manifest;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(texts); i++) {
        assert_int_equal(load(texts[i], strlen(texts[i]), &manifest), S_OK);
        assert_int_equal(manifest.record.file_count, 3);
        vss_manifest_fini(&manifest);
    }
}

static void manifest__of_version_1__has_digests_of_all_bytes(void **state)
{
    static const char text[] = "ntdsvss-backup 1\r\nid 1\r\ncomputer DC1\r\n" EXPIRES
                               "file log 3 " HASH_OF_ABC " C:\\edb.log\r\nend\r\n";
    struct vss_manifest manifest;

    (void)state;
    assert_int_equal(load(text, strlen(text), &manifest), S_OK);
    assert_int_equal(manifest.record.files[0].digest_of, BACKUP_RECORD_OF_BYTES);
    assert_int_equal(manifest.record.files[0].bytes, 3);
    vss_manifest_fini(&manifest);
}

static void manifest__of_an_instance__names_it(void **state)
{
    static const char text[] = HEAD "instance instance1\r\n" REST;
    struct vss_manifest manifest;

    (void)state;
    assert_int_equal(load(text, strlen(text), &manifest), S_OK);
    assert_true(wcscmp(manifest.instance, L"instance1") == 0);
    vss_manifest_fini(&manifest);
}

static void manifest__cut_anywhere__is_damaged(void **state)
{
    struct vss_manifest manifest;
    size_t cut;

    (void)state;
    for (cut = 0; cut < strlen(HEAD REST) - 2; cut++) {
        if (load(HEAD REST, cut, &manifest) != ERROR_INVALID_DATA)
            fail_msg("cut at %u", (unsigned int)cut);
        vss_manifest_fini(&manifest);
    }
}

static void manifest__with_a_wrong_line__is_damaged(void **state)
{
    static const char *const texts[] = {
        "ntdsvss-backup 3\r\nid 1\r\ncomputer DC1\r\n" REST,
        "ntdsvss-backup 2\r\n" REST,
        HEAD "expires soon\r\nend\r\n",
        HEAD EXPIRES "file thing 3 bytes " HASH_OF_ABC " a\r\nend\r\n",
        HEAD EXPIRES "file log x bytes " HASH_OF_ABC " a\r\nend\r\n",
        HEAD EXPIRES "file log 3 none " HASH_OF_ABC " a\r\nend\r\n",
        HEAD EXPIRES "file log 3 " HASH_OF_ABC " a\r\nend\r\n",
        HEAD EXPIRES "file log 3 bytes 00 a\r\nend\r\n",
        HEAD EXPIRES "file log 3 bytes " HASH_OF_ABC " \r\nend\r\n",
        HEAD EXPIRES "other\r\nend\r\n",
        /* What vss-restore would refuse. */
        ONE_MORE("log", "C:\\other\\NTDS.DIT"),
        ONE_MORE("record", "WRITER.xml"),
        ONE_MORE("log", "C:\\n\\Backup.txt"),
        ONE_MORE("log", "C:\\n\\edb.log."),
        ONE_MORE("log", "C:\\n\\edb.log "),
        ONE_MORE("log", "C:\\n\\.."),
        ONE_MORE("log", "C:\\n\\"),
        ONE_MORE("log", "C:\\n\\a/b"),
        ONE_MORE("log", "edb.log"),
        ONE_MORE("record", "..\\x.xml"),
        HEAD REST "more\r\n",
    };
    struct vss_manifest manifest;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(texts); i++) {
        if (load(texts[i], strlen(texts[i]), &manifest) != ERROR_INVALID_DATA)
            fail_msg("row %u", (unsigned int)i);
        vss_manifest_fini(&manifest);
    }
}

/* Of many logs, in another order than that of their names; the last one is last_log. */
static legacy_result load_many(unsigned int last_log)
{
    static const char line[] = "file log 3 bytes " HASH_OF_ABC " C:\\n\\edb%05x.log\r\n";
    const unsigned int count = 20000;
    char *text = malloc(sizeof(HEAD EXPIRES) + count * sizeof(line) + sizeof("end\r\n"));
    size_t used = strlen(HEAD EXPIRES);
    struct vss_manifest manifest;
    legacy_result hr;
    unsigned int i;

    assert_non_null(text);
    memcpy(text, HEAD EXPIRES, used);
    for (i = 0; i < count; i++)
        used += (size_t)sprintf(text + used, line, i + 1 < count ? 7919 * i % count : last_log);
    used += (size_t)sprintf(text + used, "end\r\n");
    hr = load(text, used, &manifest);
    vss_manifest_fini(&manifest);
    free(text);
    return hr;
}

static void manifest__of_many_files__is_damaged_if_one_is_listed_twice(void **state)
{
    (void)state;
    assert_int_equal(load_many(20000), S_OK);
    assert_int_equal(load_many(0), ERROR_INVALID_DATA);
}

static void manifest__of_an_empty_folder__is_not_found(void **state)
{
    struct vss_manifest manifest = {.instance = L""};

    (void)state;
    assert_int_equal(vss_manifest_load(&manifest, folder), ERROR_FILE_NOT_FOUND);
}

static void file__changed_or_cut__is_not_that_of_the_manifest(void **state)
{
    struct vss_manifest manifest;
    wchar_t path[2 * MAX_PATH];

    (void)state;
    path_of(L"ntds.dit", path);
    assert_int_equal(load(HEAD REST, strlen(HEAD REST), &manifest), S_OK);
    assert_int_equal(vss_manifest_compare(&manifest.record.files[0], path), ERROR_FILE_NOT_FOUND);
    write(L"ntds.dit", "abc", 3);
    assert_int_equal(vss_manifest_compare(&manifest.record.files[0], path), S_OK);
    write(L"ntds.dit", "abd", 3);
    assert_int_equal(vss_manifest_compare(&manifest.record.files[0], path), ERROR_INVALID_DATA);
    write(L"ntds.dit", "abcd", 4);
    assert_int_equal(vss_manifest_compare(&manifest.record.files[0], path), ERROR_INVALID_DATA);
    vss_manifest_fini(&manifest);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(manifest__as_vss_backup_writes_it__is_read),
        TEST(manifest__with_another_file__is_read),
        TEST(manifest__of_version_1__has_digests_of_all_bytes),
        TEST(manifest__of_an_instance__names_it),
        TEST(manifest__cut_anywhere__is_damaged),
        TEST(manifest__with_a_wrong_line__is_damaged),
        TEST(manifest__of_many_files__is_damaged_if_one_is_listed_twice),
        TEST(manifest__of_an_empty_folder__is_not_found),
        TEST(file__changed_or_cut__is_not_that_of_the_manifest),
    };

    return cmocka_run_group_tests_name("vss_manifest", tests, NULL, NULL);
}
