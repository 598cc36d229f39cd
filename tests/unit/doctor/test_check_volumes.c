/*
 * test_check_volumes.c - on which file systems the directory's files can be.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include <cmocka.h>

#include "doctor/checks.h"

static void file_system__of_the_directory__is_an_error_unless_ntfs_that_can_be_written(void **state)
{
    static const struct
    {
        const wchar_t *system;
        DWORD flags;
        const wchar_t *says; /* NULL: nothing */
    } rows[] = {
        {L"NTFS", 0, NULL},
        {L"ntfs", FILE_PERSISTENT_ACLS | FILE_VOLUME_QUOTAS, NULL},
        {L"NTFS", FILE_READ_ONLY_VOLUME, L"read-only"},
        {L"ReFS", 0, L"file system ReFS"},
        {L"FAT32", 0, L"file system FAT32"},
        {L"NTFS5", 0, L"file system NTFS5"},
        {L"UDF", FILE_READ_ONLY_VOLUME, L"file system UDF"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        struct findings findings = {0};

        volume_system_judge(&findings, L"D:\\NTDS", rows[i].system, rows[i].flags);
        if (findings.count != (rows[i].says != NULL))
            fail_msg("%ls, 0x%lx: %u findings", rows[i].system, rows[i].flags,
                     (unsigned int)findings.count);
        if (rows[i].says) {
            assert_int_equal(findings.items[0].level, FINDING_ERROR);
            assert_int_equal(wcscmp(findings.items[0].id, L"volumes.system"), 0);
            assert_non_null(wcsstr(findings.items[0].text, L"D:\\NTDS"));
            assert_non_null(wcsstr(findings.items[0].text, rows[i].says));
            assert_non_null(findings.items[0].next);
        }
        findings_fini(&findings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            file_system__of_the_directory__is_an_error_unless_ntfs_that_can_be_written),
    };

    return cmocka_run_group_tests_name("check_volumes", tests, NULL, NULL);
}
