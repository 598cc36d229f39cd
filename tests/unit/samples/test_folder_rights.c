/*
 * test_folder_rights.c - which access lists let ordinary users at a backup. Wine makes a mode of
 * them, so that a test with folders sees little of it.
 */
#include <windows.h>
#include <sddl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include <cmocka.h>

#include "folder_rights.h"
#include "program_main.h"

#define DOMAIN L"S-1-5-21-1-2-3"

const struct program this_program = {.name = L"test_folder_rights"}; /* messages begin with it */

static bool let_in(const wchar_t *list, wchar_t *sids)
{
    PSECURITY_DESCRIPTOR descriptor;
    BOOL present, by_default;
    bool found;
    PACL dacl;

    assert_true(ConvertStringSecurityDescriptorToSecurityDescriptorW(list, SDDL_REVISION_1,
                                                                     &descriptor, NULL));
    assert_true(GetSecurityDescriptorDacl(descriptor, &present, &dacl, &by_default));
    assert_true(present);
    found = folder_rights_let_users_in(dacl, sids);
    LocalFree(descriptor);
    return found;
}

static void list__that_lets_users_in__is_found_and_they_are_named(void **state)
{
    static const struct
    {
        const wchar_t *list, *sids;
    } rows[] = {
        {L"D:(A;;FR;;;WD)", L" *S-1-1-0"},
        {L"D:(A;;FR;;;BU)", L" *S-1-5-32-545"},
        {L"D:(A;;FR;;;AU)", L" *S-1-5-11"},
        {L"D:(A;;FR;;;IU)", L" *S-1-5-4"},
        {L"D:(A;;FR;;;NU)", L" *S-1-5-2"},
        {L"D:(A;;FR;;;AN)", L" *S-1-5-7"},
        {L"D:(A;;FR;;;BG)", L" *S-1-5-32-546"},
        {L"D:(A;;FR;;;S-1-5-32-554)", L" *S-1-5-32-554"},
        {L"D:(A;;FR;;;" DOMAIN L"-513)", L" *" DOMAIN L"-513"},
        {L"D:(A;;FR;;;" DOMAIN L"-514)", L" *" DOMAIN L"-514"},
        /* Each of these is enough. */
        {L"D:(A;;0x1;;;BU)", L" *S-1-5-32-545"},        /* list */
        {L"D:(A;;0x2;;;BU)", L" *S-1-5-32-545"},        /* add files */
        {L"D:(A;;0x4;;;BU)", L" *S-1-5-32-545"},        /* add folders */
        {L"D:(A;;0x40;;;BU)", L" *S-1-5-32-545"},       /* delete what is in it */
        {L"D:(A;;0x10000;;;BU)", L" *S-1-5-32-545"},    /* delete it */
        {L"D:(A;;0x40000;;;BU)", L" *S-1-5-32-545"},    /* change the list */
        {L"D:(A;;0x80000;;;BU)", L" *S-1-5-32-545"},    /* become the owner */
        {L"D:(A;;0x10000000;;;BU)", L" *S-1-5-32-545"}, /* everything */
        {L"D:(A;;0x40000000;;;BU)", L" *S-1-5-32-545"}, /* generic write */
        {L"D:(A;;0x80000000;;;BU)", L" *S-1-5-32-545"}, /* generic read */
        {L"D:(A;OICI;FA;;;SY)(A;OICI;FR;;;BU)(A;;FA;;;AU)", L" *S-1-5-32-545 *S-1-5-11"},
        {L"D:(D;;FA;;;BU)(A;;FR;;;BU)", L" *S-1-5-32-545"},
    };
    wchar_t sids[FOLDER_RIGHTS_SIDS_CHARS];
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        if (!let_in(rows[i].list, sids) || wcscmp(sids, rows[i].sids) != 0)
            fail_msg("%ls: \"%ls\"", rows[i].list, sids);
    }
    assert_true(folder_rights_let_users_in(NULL, sids));
    assert_int_equal(sids[0], 0);
}

static void list__that_lets_no_users_in__is_not_found(void **state)
{
    static const wchar_t *const lists[] = {
        L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;OW)",
        L"D:(A;;FA;;;" DOMAIN L"-512)",  /* Domain Admins */
        L"D:(A;;FA;;;" DOMAIN L"-1513)", /* some account */
        L"D:(A;;FA;;;S-1-5-32-551)",     /* Backup Operators */
        L"D:(D;;FA;;;BU)",
        L"D:(A;;0x100080;;;BU)", /* attributes only */
        L"D:",
    };
    wchar_t sids[FOLDER_RIGHTS_SIDS_CHARS];
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(lists); i++) {
        if (let_in(lists[i], sids) || sids[0])
            fail_msg("%ls: \"%ls\"", lists[i], sids);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list__that_lets_users_in__is_found_and_they_are_named),
        cmocka_unit_test(list__that_lets_no_users_in__is_not_found),
    };

    return cmocka_run_group_tests_name("folder_rights", tests, NULL, NULL);
}
