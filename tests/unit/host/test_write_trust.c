/*
 * test_write_trust.c - which owners and access lists can be trusted for writing.
 */
#include <windows.h>
#include <sddl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include <cmocka.h>

#include "host/write_trust.h"

#define DOMAIN    L"S-1-5-21-1004336348-1177238915-682003330"
#define OWN       DOMAIN L"-1105"
#define OTHER     DOMAIN L"-1106"
#define INSTALLER L"S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"

/* What %ProgramData% and the root of a system drive have by default. */
#define PROGRAM_DATA                                                                               \
    L"O:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICIIO;GA;;;CO)(A;OICI;0x1200a9;;;BU)"           \
    L"(A;CI;DCLCRPCR;;;BU)"
#define ROOT                                                                                       \
    L"O:" INSTALLER L"D:PAI(A;;LC;;;AU)(A;OICIIO;SDGXGWGR;;;AU)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"   \
    L"(A;OICI;0x1200a9;;;BU)"

struct row
{
    const wchar_t *text, *why; /* why: NULL: it is trusted */
};

/* Who owns it is not said, and whether there is a list. */
static bool judge(const wchar_t *text, enum write_trust_of of, wchar_t why[WRITE_TRUST_WHY_CHARS])
{
    PSECURITY_DESCRIPTOR descriptor = NULL;
    BOOL is_there = FALSE, is_default;
    PACL list = NULL;
    PSID owner = NULL;
    bool trusted;

    wmemset(why, L'?', WRITE_TRUST_WHY_CHARS);
    assert_true(ConvertStringSecurityDescriptorToSecurityDescriptorW(text, SDDL_REVISION_1,
                                                                     &descriptor, NULL));
    assert_true(GetSecurityDescriptorOwner(descriptor, &owner, &is_default));
    assert_true(GetSecurityDescriptorDacl(descriptor, &is_there, &list, &is_default));
    trusted = write_trust_judge(owner, is_there ? list : NULL, OWN, of, why);
    LocalFree(descriptor);
    return trusted;
}

static void judge_rows(const struct row *rows, size_t count, enum write_trust_of of)
{
    wchar_t why[WRITE_TRUST_WHY_CHARS];
    size_t i;

    for (i = 0; i < count; i++) {
        bool trusted = judge(rows[i].text, of, why);

        if (trusted != !rows[i].why || (rows[i].why ? !wcsstr(why, rows[i].why) : why[0] != 0))
            fail_msg("%ls: %d, '%ls'", rows[i].text, trusted, why);
    }
}

static void object__is_trusted_if_nobody_else_can_change_it(void **state)
{
    static const struct row rows[] = {
        {L"O:SYD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", NULL},
        {L"O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", NULL},
        {L"O:" OWN L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;" OWN L")", NULL},
        {L"O:" INSTALLER L"D:P(A;;FA;;;" INSTALLER L")", NULL},
        {L"O:BAD:", NULL},
        /* Others may look. */
        {L"O:BAD:P(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;WD)(A;;GR;;;BU)", NULL},
        /* Whoever makes something owns it, and owners are judged for themselves. */
        {L"O:BAD:P(A;OICI;FA;;;BA)(A;OICIIO;FA;;;CO)(A;;FA;;;OW)", NULL},
        {L"O:BAD:P(D;;FA;;;WD)(A;;FA;;;BA)", NULL},
        /* Owners. */
        {L"O:" OTHER L"D:P(A;OICI;FA;;;BA)", OTHER},
        {L"O:BUD:P(A;OICI;FA;;;BA)", L"S-1-5-32-545"},
        {L"O:BOD:P(A;OICI;FA;;;BA)", L"S-1-5-32-551"},
        {L"D:P(A;OICI;FA;;;BA)", L"its owner is not known"},
        /* Everything to everyone. */
        {L"O:BA", L"it has no access list"},
        /* Each right that can change something. */
        {L"O:BAD:P(A;;0x2;;;" OTHER L")", OTHER},
        {L"O:BAD:P(A;;0x4;;;" OTHER L")", OTHER},
        {L"O:BAD:P(A;;0x10;;;" OTHER L")", OTHER},
        {L"O:BAD:P(A;;0x40;;;" OTHER L")", OTHER},
        {L"O:BAD:P(A;;0x100;;;" OTHER L")", OTHER},
        {L"O:BAD:P(A;;SD;;;" OTHER L")", OTHER},
        {L"O:BAD:P(A;;WD;;;" OTHER L")", OTHER},
        {L"O:BAD:P(A;;WO;;;" OTHER L")", OTHER},
        {L"O:BAD:P(A;;GW;;;" OTHER L")", OTHER},
        {L"O:BAD:P(A;;GA;;;" OTHER L")", OTHER},
        /* Groups. */
        {L"O:BAD:P(A;;FA;;;BA)(A;;0x2;;;AU)", L"S-1-5-11"},
        {L"O:BAD:P(A;;FA;;;BA)(A;;0x2;;;WD)", L"S-1-1-0"},
        {L"O:BAD:P(A;;FA;;;BA)(A;;0x2;;;BO)", L"S-1-5-32-551"},
        /* What is made in it would be theirs: inheritance, and the maker's primary group. */
        {L"O:BAD:P(A;;FA;;;BA)(A;OIIO;FA;;;BU)", L"S-1-5-32-545"},
        {L"O:BAD:P(A;;FA;;;BA)(A;OICIIO;FA;;;CG)", L"S-1-3-1"},
        /* Denied to some of them. */
        {L"O:BAD:P(D;;FA;;;BG)(A;;FA;;;WD)", L"S-1-1-0"},
        /* As version 0.1.0 made the folder. */
        {L"O:BAD:P(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;OICI;FA;;;CO)(A;CI;0x120001;;;AU)"
         L"(A;;0x2;;;AU)",
         L"S-1-5-11"},
        {PROGRAM_DATA, L"S-1-5-32-545"},
    };

    (void)state;
    judge_rows(rows, ARRAYSIZE(rows), WRITE_TRUST_OBJECT);
}

static void parent__is_trusted_if_nobody_else_can_replace_what_is_in_it(void **state)
{
    static const struct row rows[] = {
        {PROGRAM_DATA, NULL},
        {ROOT, NULL},
        {L"O:" OWN L"D:P(A;OICI;FA;;;BA)", NULL},
        {L"O:BAD:P(A;;0x6;;;WD)", NULL},
        {L"O:" OTHER L"D:P(A;OICI;FA;;;BA)", OTHER},
        {L"O:BA", L"it has no access list"},
        {L"O:BAD:P(A;;0x40;;;" OTHER L")", OTHER},
        {L"O:BAD:P(A;;SD;;;" OTHER L")", OTHER},
        {L"O:BAD:P(A;;WD;;;" OTHER L")", OTHER},
        {L"O:BAD:P(A;;WO;;;" OTHER L")", OTHER},
        {L"O:BAD:P(A;;GA;;;BU)", L"S-1-5-32-545"},
    };

    (void)state;
    judge_rows(rows, ARRAYSIZE(rows), WRITE_TRUST_PARENT);
}

/* Entries that the text form of Wine does not know. */
static void entry__of_another_kind__is_trusted_only_if_it_denies(void **state)
{
    static const struct
    {
        BYTE type;
        bool trusted;
    } rows[] = {
        {ACCESS_ALLOWED_ACE_TYPE, false},
        {ACCESS_DENIED_ACE_TYPE, true},
        {ACCESS_ALLOWED_CALLBACK_ACE_TYPE, false},
        {ACCESS_DENIED_CALLBACK_ACE_TYPE, true},
        {ACCESS_ALLOWED_OBJECT_ACE_TYPE, false},
        {ACCESS_ALLOWED_COMPOUND_ACE_TYPE, false},
        {0x7f, false},
    };
    BYTE everyone[SECURITY_MAX_SID_SIZE], administrators[SECURITY_MAX_SID_SIZE];
    DWORD everyone_bytes = sizeof(everyone), administrators_bytes = sizeof(administrators);
    union
    {
        ACL list;
        BYTE bytes[200];
    } acl;
    wchar_t why[WRITE_TRUST_WHY_CHARS];
    void *entry;
    size_t i;

    (void)state;
    assert_true(CreateWellKnownSid(WinWorldSid, NULL, everyone, &everyone_bytes));
    assert_true(CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, administrators,
                                   &administrators_bytes));
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        assert_true(InitializeAcl(&acl.list, sizeof(acl), ACL_REVISION));
        assert_true(AddAccessAllowedAce(&acl.list, ACL_REVISION, FILE_ALL_ACCESS, everyone));
        assert_true(GetAce(&acl.list, 0, &entry));
        ((ACE_HEADER *)entry)->AceType = rows[i].type;
        if (write_trust_judge(administrators, &acl.list, OWN, WRITE_TRUST_OBJECT, why) !=
            rows[i].trusted)
            fail_msg("type %u: %ls", rows[i].type, why);
    }
}

static DWORD WINAPI refuse(HANDLE object, SE_OBJECT_TYPE type, SECURITY_INFORMATION what,
                           PSID *owner, PSID *group, PACL *list, PACL *audits,
                           PSECURITY_DESCRIPTOR *descriptor)
{
    (void)object;
    (void)type;
    (void)what;
    (void)owner;
    (void)group;
    (void)list;
    (void)audits;
    (void)descriptor;
    return ERROR_ACCESS_DENIED;
}

static void rights__that_cannot_be_read__are_not_trusted(void **state)
{
    wchar_t why[WRITE_TRUST_WHY_CHARS];

    (void)state;
    write_trust_replace_reader(refuse);
    assert_false(write_trust_check(NULL, WRITE_TRUST_OBJECT, why));
    write_trust_replace_reader(NULL);
    assert_non_null(wcsstr(why, L"error 5"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(object__is_trusted_if_nobody_else_can_change_it),
        cmocka_unit_test(parent__is_trusted_if_nobody_else_can_replace_what_is_in_it),
        cmocka_unit_test(entry__of_another_kind__is_trusted_only_if_it_denies),
        cmocka_unit_test(rights__that_cannot_be_read__are_not_trusted),
    };

    return cmocka_run_group_tests_name("write_trust", tests, NULL, NULL);
}
