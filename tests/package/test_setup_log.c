/*
 * test_setup_log.c - which owners and which lists let the log folder count.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <sddl.h>
#include <wchar.h>

#include "setup_log.h"

#define OWN L"S-1-5-21-1-2-3-1000"

/* kind: of the first entry; ACCESS_ALLOWED_ACE_TYPE: as it is. */
static enum setup_log_trust judge_kind(const wchar_t *sddl, BYTE kind,
                                       wchar_t reason[WRITE_TRUST_WHY_CHARS])
{
    PSECURITY_DESCRIPTOR descriptor;
    BOOL defaulted, present;
    enum setup_log_trust trust;
    ACE_HEADER *entry;
    PSID owner;
    PACL list;

    assert_true(ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1,
                                                                     &descriptor, NULL));
    assert_true(GetSecurityDescriptorOwner(descriptor, &owner, &defaulted));
    assert_true(GetSecurityDescriptorDacl(descriptor, &present, &list, &defaulted));
    if (kind != ACCESS_ALLOWED_ACE_TYPE) {
        assert_true(GetAce(list, 0, (void **)&entry));
        entry->AceType = kind;
    }
    trust = setup_log_judge(OWN, owner, present ? list : NULL, reason);
    LocalFree(descriptor);
    return trust;
}

static enum setup_log_trust judge(const wchar_t *sddl, wchar_t reason[WRITE_TRUST_WHY_CHARS])
{
    return judge_kind(sddl, ACCESS_ALLOWED_ACE_TYPE, reason);
}

static void folder__of_trusted_accounts_alone__counts(void **state)
{
    static const wchar_t *const safe[] = {
        L"O:SYD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)",
        L"O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)",
        L"O:BAD:(A;OICIIO;FA;;;CO)(A;;FA;;;BA)(A;OICI;FRFX;;;BU)(A;;GR;;;WD)",
        L"O:" OWN L"D:(A;;FA;;;" OWN L")",
        L"O:BAD:(D;;FA;;;BU)(A;;FA;;;BA)",
        L"O:BAD:",
    };
    wchar_t reason[WRITE_TRUST_WHY_CHARS];
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(safe); i++) {
        if (judge(safe[i], reason) != SETUP_LOG_SAFE)
            fail_msg("%ls %ls", safe[i], reason);
    }
}

static void folder__that_others_own_or_write__does_not_count(void **state)
{
    static const struct
    {
        const wchar_t *sddl, *reason;
    } unsafe[] = {
        {L"O:BUD:P(A;;FA;;;BA)", L"S-1-5-32-545"},
        {L"O:BOD:P(A;;FA;;;BA)", L"S-1-5-32-551"},
        {L"O:S-1-5-21-1-2-3-1001D:P(A;;FA;;;BA)", L"S-1-5-21-1-2-3-1001"},
        {L"D:P(A;;FA;;;BA)", L"not known"},
        {L"O:BA", L"everyone may write"},
        {L"O:BAD:(A;;FA;;;BA)(A;;0x2;;;AU)", L"S-1-5-11"},
        {L"O:BAD:(A;;0x4;;;BU)", L"S-1-5-32-545"},
        {L"O:BAD:(A;;0x40;;;BU)", L"S-1-5-32-545"},
        {L"O:BAD:(A;;SD;;;BU)", L"S-1-5-32-545"},
        {L"O:BAD:(A;;WD;;;BU)", L"S-1-5-32-545"},
        {L"O:BAD:(A;;WO;;;BU)", L"S-1-5-32-545"},
        {L"O:BAD:(A;;GA;;;BU)", L"S-1-5-32-545"},
        {L"O:BAD:(A;;GW;;;WD)", L"S-1-1-0"},
        {L"O:BAD:(A;OIIO;FA;;;BU)", L"S-1-5-32-545"},
        {L"O:BAD:(D;;FA;;;BU)(A;;FA;;;BU)", L"S-1-5-32-545"},
    };
    wchar_t reason[WRITE_TRUST_WHY_CHARS];
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(unsafe); i++) {
        wcscpy(reason, L"?");
        if (judge(unsafe[i].sddl, reason) != SETUP_LOG_UNSAFE || !wcsstr(reason, unsafe[i].reason))
            fail_msg("%ls: '%ls', expected '%ls'", unsafe[i].sddl, reason, unsafe[i].reason);
    }
}

/* Such an entry can have a condition, or a type of object. What it allows is not known. */
static void folder__with_an_entry_of_an_unknown_kind__does_not_count(void **state)
{
    static const BYTE kinds[] = {ACCESS_ALLOWED_OBJECT_ACE_TYPE, ACCESS_ALLOWED_CALLBACK_ACE_TYPE,
                                 ACCESS_ALLOWED_CALLBACK_OBJECT_ACE_TYPE,
                                 ACCESS_ALLOWED_COMPOUND_ACE_TYPE};
    wchar_t reason[WRITE_TRUST_WHY_CHARS];
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(kinds); i++)
        assert_int_equal(judge_kind(L"O:BAD:(A;;FA;;;BU)", kinds[i], reason), SETUP_LOG_UNSAFE);
}

/* It is not safe for others than that account, and none of Setup's to change. */
static void folder__that_one_account_may_write__is_an_administrators_choice(void **state)
{
    wchar_t reason[WRITE_TRUST_WHY_CHARS];

    (void)state;
    assert_int_equal(judge(L"O:BAD:(A;;FA;;;BA)(A;;FA;;;BO)", reason), SETUP_LOG_GRANTED);
    assert_non_null(wcsstr(reason, L"S-1-5-32-551"));
    assert_int_equal(judge(L"O:BAD:(A;;0x2;;;S-1-5-21-1-2-3-1001)", reason), SETUP_LOG_GRANTED);
    assert_int_equal(judge(L"O:BAD:(A;;FA;;;BO)(A;;0x2;;;BU)", reason), SETUP_LOG_UNSAFE);
    assert_int_equal(judge(L"O:BAD:(A;;0x2;;;BU)(A;;FA;;;BO)", reason), SETUP_LOG_UNSAFE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folder__of_trusted_accounts_alone__counts),
        cmocka_unit_test(folder__that_others_own_or_write__does_not_count),
        cmocka_unit_test(folder__with_an_entry_of_an_unknown_kind__does_not_count),
        cmocka_unit_test(folder__that_one_account_may_write__is_an_administrators_choice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
