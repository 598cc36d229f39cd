/*
 * test_file_rights.c - who can read a file and whether SYSTEM can write it, by its access list.
 */
#include <windows.h>
#include <sddl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <wchar.h>
#include <cmocka.h>

#include "host/file_rights.h"

#define DOMAIN L"S-1-5-21-1004336348-1177238915-682003330"
#define OTHER  L"S-1-5-21-1004336348-1177238915-682003331"

static void judge(const wchar_t *text, struct file_rights *rights)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;
    BOOL is_there, is_default;
    PACL list = NULL;

    memset(rights, 0xa5, sizeof(*rights));
    assert_true(ConvertStringSecurityDescriptorToSecurityDescriptorW(text, SDDL_REVISION_1,
                                                                     &descriptor, NULL));
    assert_true(GetSecurityDescriptorDacl(descriptor, &is_there, &list, &is_default));
    file_rights_judge(list, rights);
    LocalFree(descriptor);
}

static void list__of_ordinary_users__names_those_that_can_read(void **state)
{
    static const struct
    {
        const wchar_t *list, *readers, *sids;
    } rows[] = {
        {L"D:(A;;FA;;;SY)(A;;FA;;;BA)", L"", L""},
        {L"D:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;" DOMAIN L"-1104)", L"", L""},
        {L"D:(A;;FA;;;SY)(A;;FR;;;WD)", L"Everyone", L" *S-1-1-0"},
        {L"D:(A;;FA;;;SY)(A;;FR;;;AU)", L"Authenticated Users", L" *S-1-5-11"},
        {L"D:(A;;FA;;;SY)(A;;0x1200a9;;;BU)", L"Users", L" *S-1-5-32-545"},
        {L"D:(A;;FA;;;SY)(A;;GR;;;BG)", L"Guests", L" *S-1-5-32-546"},
        {L"D:(A;;FA;;;SY)(A;;GA;;;S-1-5-32-554)", L"Pre-Windows 2000 Compatible Access",
         L" *S-1-5-32-554"},
        {L"D:(A;;FA;;;SY)(A;;FR;;;IU)", L"INTERACTIVE", L" *S-1-5-4"},
        {L"D:(A;;FA;;;SY)(A;;FR;;;NU)", L"NETWORK", L" *S-1-5-2"},
        {L"D:(A;;FA;;;SY)(A;;FR;;;AN)", L"ANONYMOUS LOGON", L" *S-1-5-7"},
        {L"D:(A;;FA;;;SY)(A;;FR;;;" DOMAIN L"-513)", L"Domain Users", L" *" DOMAIN L"-513"},
        {L"D:(A;;FA;;;SY)(A;;FR;;;" DOMAIN L"-514)", L"Domain Guests", L" *" DOMAIN L"-514"},
        {L"D:(A;;FR;;;BU)(A;;FR;;;WD)(A;;0x1;;;BU)", L"Users, Everyone",
         L" *S-1-5-32-545 *S-1-1-0"},
        /* Each of them has to be removed, each once. */
        {L"D:(A;;FR;;;" DOMAIN L"-513)(A;;FR;;;" OTHER L"-513)(A;;FA;;;" DOMAIN L"-513)",
         L"Domain Users", L" *" DOMAIN L"-513 *" OTHER L"-513"},
        /* Rights to the file itself, but not to what is in it. */
        {L"D:(A;;FA;;;SY)(A;;0x120088;;;WD)", L"", L""},
        {L"D:(A;;FA;;;SY)(A;OIIO;FR;;;WD)", L"", L""},
        {L"D:(D;;FA;;;WD)", L"", L""},
        /* Denied to some, allowed to the others. */
        {L"D:(D;;FA;;;BG)(A;;FR;;;WD)", L"Everyone", L" *S-1-1-0"},
        {L"D:", L"", L""},
    };
    struct file_rights rights;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        judge(rows[i].list, &rights);
        if (wcscmp(rights.readers, rows[i].readers) || wcscmp(rights.reader_sids, rows[i].sids))
            fail_msg("%ls: '%ls', '%ls'", rows[i].list, rights.readers, rights.reader_sids);
    }
}

/* Only whole SIDs can be given to icacls. */
static void list__of_more_groups_than_fit__names_whole_ones(void **state)
{
    struct file_rights rights;
    wchar_t list[2000] = L"D:", sids[FILE_RIGHTS_TEXT_CHARS] = L"", sid[80];
    int i;

    (void)state;
    for (i = 0; i < 16; i++) {
        swprintf(sid, ARRAYSIZE(sid), L" *%ls-%d-513", DOMAIN,
                 100 + i); /* eight are one too long */
        if (wcslen(sids) + wcslen(sid) < ARRAYSIZE(sids))
            wcscat(sids, sid);
        wcscat(list, L"(A;;FR;;;");
        wcscat(list, sid + 2);
        wcscat(list, L")");
    }
    judge(list, &rights);
    assert_int_equal(wcscmp(rights.readers, L"Domain Users"), 0);
    assert_int_equal(wcscmp(rights.reader_sids, sids), 0);
    assert_false(rights.is_inherited);
}

static void list__says_whether_system_can_write(void **state)
{
    static const struct
    {
        const wchar_t *list;
        bool can;
    } rows[] = {
        {L"D:(A;;FA;;;SY)", true},
        {L"D:(A;;FA;;;BA)", true},
        {L"D:(A;;GA;;;AU)", true},
        {L"D:(A;;GA;;;WD)", true},
        {L"D:(A;;FR;;;WD)(A;;FW;;;SY)", true},
        {L"D:(A;;FA;;;SY)(D;;FW;;;WD)", true},
        {L"D:(D;;FW;;;WD)(A;;FA;;;SY)", false},
        {L"D:(D;;FW;;;BU)(A;;FA;;;SY)", true},
        {L"D:(A;;FR;;;SY)(A;;FA;;;BU)", false},
        {L"D:(A;;0x1301bf;;;NS)", false},
        {L"D:(A;OICIIO;FA;;;SY)", false},
        {L"D:", false},
    };
    struct file_rights rights;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        judge(rows[i].list, &rights);
        if (rights.system_can_write != rows[i].can)
            fail_msg("%ls: %d", rows[i].list, rights.system_can_write);
    }
}

static void list__inherited_from_the_folder__is_told_apart(void **state)
{
    struct file_rights rights;

    (void)state;
    judge(L"D:AI(A;;FA;;;SY)(A;ID;FR;;;BU)", &rights);
    assert_true(rights.is_inherited);
    judge(L"D:AI(A;ID;FA;;;SY)(A;;FR;;;BU)", &rights);
    assert_false(rights.is_inherited);
}

static void list__none_at_all__gives_everyone_everything(void **state)
{
    struct file_rights rights;

    (void)state;
    file_rights_judge(NULL, &rights);
    assert_true(rights.system_can_write);
    assert_int_equal(wcscmp(rights.readers, L"Everyone"), 0);
}

static void file__its_rights__are_those_of_its_list(void **state)
{
    wchar_t folder[MAX_PATH], path[MAX_PATH];
    PSECURITY_DESCRIPTOR open_to_all = NULL;
    struct file_rights rights;
    HANDLE file;

    (void)state;
    assert_true(GetTempPathW(MAX_PATH, folder));
    assert_true(GetTempFileNameW(folder, L"fr", 0, path));
    assert_true(ConvertStringSecurityDescriptorToSecurityDescriptorW(
        L"D:P(A;;FA;;;SY)(A;;FA;;;WD)", SDDL_REVISION_1, &open_to_all, NULL));
    file = CreateFileW(path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    assert_int_equal(file_rights_read(file, &rights), S_OK);
    assert_int_equal(wcscmp(rights.readers, L""), 0);
    assert_true(rights.system_can_write);
    assert_true(SetFileSecurityW(path, DACL_SECURITY_INFORMATION, open_to_all));
    assert_int_equal(file_rights_read(file, &rights), S_OK);
    assert_int_equal(wcscmp(rights.readers, L"Everyone"), 0);
    CloseHandle(file);
    file = CreateFileW(path, FILE_READ_DATA, 0, NULL, OPEN_EXISTING, 0, NULL);
    assert_int_equal(file_rights_read(file, &rights), ERROR_ACCESS_DENIED);
    CloseHandle(file);
    LocalFree(open_to_all);
    assert_true(DeleteFileW(path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list__of_ordinary_users__names_those_that_can_read),
        cmocka_unit_test(list__of_more_groups_than_fit__names_whole_ones),
        cmocka_unit_test(list__says_whether_system_can_write),
        cmocka_unit_test(list__inherited_from_the_folder__is_told_apart),
        cmocka_unit_test(list__none_at_all__gives_everyone_everything),
        cmocka_unit_test(file__its_rights__are_those_of_its_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
