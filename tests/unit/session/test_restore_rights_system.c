/*
 * test_restore_rights_system.c - what a restore says of files and folders that SYSTEM cannot write.
 *
 * Wine always lets it, so this program has a file_rights_read of its own.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <wchar.h>
#include <cmocka.h>

#include "session/restore_rights.h"

#define MEND        L" /inheritance:r /grant:r *S-1-5-18:F *S-1-5-32-544:F"
#define MEND_FOLDER L" /inheritance:r /grant:r \"*S-1-5-18:(OI)(CI)F\" \"*S-1-5-32-544:(OI)(CI)F\""
#define NOT_DENIED  L" /remove:d *S-1-5-18 *S-1-5-32-544 *S-1-5-11 *S-1-1-0\r\n"

static struct file_rights of_every_file;

legacy_result file_rights_read(HANDLE file, struct file_rights *rights)
{
    (void)file;
    *rights = of_every_file;
    return S_OK;
}

static void expect(const struct restore_rights *rights, const wchar_t *lines)
{
    struct restore_folders folders = {
        {_wcsdup(L"C:\\"), _wcsdup(L"C:\\windows"), _wcsdup(L"C:\\WINDOWS")}};
    struct restore_record record = {0};
    wchar_t said[4096] = L"";

    restore_rights_report(rights, &folders, &record);
    assert_true(record.char_count < ARRAYSIZE(said));
    if (record.char_count)
        wmemcpy(said, record.text, record.char_count);
    if (wcscmp(said, lines) != 0)
        fail_msg("said:\n%ls\nexpected:\n%ls", said, lines);
    restore_record_fini(&record);
    restore_folders_fini(&folders);
}

static void note(struct restore_rights *rights, enum ntdsvss_file_kind kind, const wchar_t *path)
{
    const struct ntdsvss_file from = {.kind = kind, .path = path};

    restore_rights_note(rights, &from, NULL);
}

static void files__that_it_cannot_write__keep_the_directory_from_starting(void **state)
{
    struct restore_rights rights = {0};

    (void)state;
    of_every_file = (struct file_rights){.system_can_write = false};
    note(&rights, NTDSVSS_FILE_CHECKPOINT, L"F:\\NTDS\\edb.chk");
    note(&rights, NTDSVSS_FILE_LOG, L"E:\\edb.log");
    note(&rights, NTDSVSS_FILE_LOG, L"E:\\edb00001.log");
    expect(
        &rights,
        L"SYSTEM cannot read and write E:\\edb.log and 1 more log(s): the directory "
        L"service runs as SYSTEM and will not start. Run: icacls \"E:\\edb*\"" MEND
            NOT_DENIED L"SYSTEM cannot read and write F:\\NTDS\\edb.chk: the directory service "
        L"runs as "
        L"SYSTEM and will not start. Run: icacls \"F:\\NTDS\\edb.chk\"" MEND
            NOT_DENIED L"SYSTEM cannot create files in C:\\windows: the directory service will not "
        L"start. Run: icacls \"C:\\windows\"" MEND_FOLDER NOT_DENIED);
}

static void checkpoint__that_users_can_read__is_not_spoken_of(void **state)
{
    struct restore_rights rights = {0};

    (void)state;
    of_every_file = (struct file_rights){.system_can_write = true,
                                         .readers = L"Users",
                                         .reader_sids = L" *S-1-5-32-545",
                                         .is_inherited = true};
    note(&rights, NTDSVSS_FILE_CHECKPOINT, L"F:\\NTDS\\edb.chk");
    expect(&rights, L"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files__that_it_cannot_write__keep_the_directory_from_starting),
        cmocka_unit_test(checkpoint__that_users_can_read__is_not_spoken_of),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
