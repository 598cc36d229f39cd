/*
 * test_backup_set.c - the files of a folder: all of them, or an error.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include <cmocka.h>

#include "doctor/backup_set.h"
#include "host/allocation.h"
#include "inject.h"

#define FOLDER L"C:\\backup-set"
#define TOKEN  L"C:\\backup-set.bin"

static void write_token(void)
{
    struct installation installation = {.domain_sid = L"S-1-5-21-1"};
    struct token_database database = {.path = L"C:\\NTDS\\ntds.dit"};
    struct token_content content = {.computer = L"DC1",
                                    .databases = &database,
                                    .database_count = 1,
                                    .components_document = L"",
                                    .writer_document = L"",
                                    .backup_metadata = L"",
                                    .installation = &installation};
    HANDLE file = CreateFileW(TOKEN, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
    uint32_t byte_count;
    DWORD written;
    void *token;

    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_int_equal(token_build(&content, &token, &byte_count), S_OK);
    assert_true(WriteFile(file, token, byte_count, &written, NULL));
    CloseHandle(file);
    allocation_free(token);
}

static void folder__list_ends_early__is_an_error(void **state)
{
    wchar_t *paths[] = {(wchar_t[]){FOLDER}};
    struct backup_set set = {0};
    struct findings findings = {0};
    size_t i = 0;

    (void)state;
    assert_true(CreateDirectoryW(FOLDER, NULL));
    write_token();
    inject_reset();
    inject_arm(INJECT_HOST, inject_find("FindNextFileW"), 1);
    assert_true(backup_set_open(&set, &findings, TOKEN, paths, 1));
    assert_true(inject_was_hit());
    inject_reset();
    while (i < findings.count && !wcsstr(findings.items[i].text, L"Win32 error 1450"))
        i++;
    assert_true(i < findings.count);
    assert_int_equal(findings.items[i].level, FINDING_ERROR);
    assert_int_equal(wcscmp(findings.items[i].id, L"backup.files"), 0);
    findings_fini(&findings);
    backup_set_fini(&set);
    assert_true(RemoveDirectoryW(FOLDER) && DeleteFileW(TOKEN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folder__list_ends_early__is_an_error),
    };

    if (!inject_host(GetModuleHandleW(NULL)))
        return 1;
    return cmocka_run_group_tests_name("backup_set", tests, NULL, NULL);
}
