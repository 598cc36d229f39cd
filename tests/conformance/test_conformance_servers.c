/* Which names mean this computer, and what the others give. */
#include "conformance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define NAME_CHARS 320

/* A name under test, built from this computer's. */
struct server_row
{
    const char *label;
    wchar_t name[NAME_CHARS];
    HRESULT expected;
};

static struct server_row rows[40];
static size_t row_count;

static void add_row(const char *label, HRESULT expected, const wchar_t *prefix, const wchar_t *name)
{
    struct server_row *row = &rows[row_count++];

    assert_in_range(row_count, 1, ARRAYSIZE(rows));
    row->label = label;
    row->expected = expected;
    swprintf(row->name, NAME_CHARS, L"%ls%ls", prefix, name);
}

static void add_own_names(void)
{
    wchar_t lower[NAME_CHARS], upper[NAME_CHARS], dns[NAME_CHARS];
    DWORD chars = NAME_CHARS;

    wcscpy(lower, computer_name());
    wcscpy(upper, computer_name());
    add_row("NetBIOS name", S_OK, L"", computer_name());
    add_row("NetBIOS name with backslashes", S_OK, L"\\\\", computer_name());
    add_row("lower case", S_OK, L"", _wcslwr(lower));
    add_row("upper case with backslashes", S_OK, L"\\\\", _wcsupr(upper));
    /* An underscore is refused before anybody looks whose name it is. */
    if (GetComputerNameExW(ComputerNameDnsHostname, dns, &chars) && !wcschr(dns, L'_'))
        add_row("DNS host name", S_OK, L"", dns);
    chars = NAME_CHARS;
    if (GetComputerNameExW(ComputerNameDnsFullyQualified, dns, &chars) && !wcschr(dns, L'_'))
        add_row("fully qualified name", S_OK, L"\\\\", dns);
    add_row("dot", S_OK, L"", L".");
    add_row("dot with backslashes", S_OK, L"\\\\", L".");
    add_row("localhost", S_OK, L"", L"localhost");
    add_row("LOCALHOST", S_OK, L"\\\\", L"LOCALHOST");
    add_row("IPv4 loopback", S_OK, L"", L"127.0.0.1");
    add_row("IPv4 loopback with backslashes", S_OK, L"\\\\", L"127.0.0.1");
    add_row("IPv6 loopback", S_OK, L"", L"::1");
}

static void add_other_names(void)
{
    wchar_t longer[NAME_CHARS];

    swprintf(longer, NAME_CHARS, L"%lsx", computer_name());
    add_row("another machine", RPC_S_INVALID_BINDING, L"", L"otherdc");
    add_row("another machine with backslashes", RPC_S_INVALID_BINDING, L"\\\\", L"OTHERDC");
    add_row("another machine's DNS name", RPC_S_INVALID_BINDING, L"", L"dc7.example.org");
    add_row("another address", RPC_S_INVALID_BINDING, L"", L"192.0.2.1");
    add_row("this name and one more letter", RPC_S_INVALID_BINDING, L"", longer);
    add_row("underscore", hrCouldNotConnect, L"", L"my_server");
    add_row("underscore with backslashes", hrCouldNotConnect, L"\\\\", L"my_server");
    add_row("backslashes only", hrCouldNotConnect, L"\\\\", L"");
    add_row("blank inside", hrCouldNotConnect, L"", L"my server");
    add_row("wildcard", hrCouldNotConnect, L"", L"server*");
    add_row("a share", hrCouldNotConnect, L"\\\\", L"server\\C$");
    wmemset(longer, L'a', 300);
    longer[300] = L'\0';
    add_row("300 letters", hrCouldNotConnect, L"", longer);
}

static int make_rows(void **state)
{
    (void)state;
    row_count = 0;
    add_own_names();
    add_other_names();
    return 0;
}

static const char *ansi_name(const struct server_row *row)
{
    static char name[NAME_CHARS * 2];

    assert_true(WideCharToMultiByte(CP_ACP, 0, row->name, -1, name, sizeof(name), NULL, NULL) > 0);
    return name;
}

static void is_online__each_form_of_a_name__gives_the_documented_result(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < row_count; i++) {
        /* Neither TRUE nor FALSE. */
        BOOL online = 77, online_ansi = 77;
        BOOL expected = rows[i].expected == S_OK;

        assert_result(rows[i].label, DsIsNTDSOnlineW(rows[i].name, &online), rows[i].expected);
        assert_result(rows[i].label, DsIsNTDSOnlineA(ansi_name(&rows[i]), &online_ansi),
                      rows[i].expected);
        assert_int_equal(online, expected);
        assert_int_equal(online_ansi, expected);
    }
}

/* Not valid for Prepare, but this computer for everything else. */
static void is_online__null_or_empty_name__means_this_computer(void **state)
{
    BOOL online = 77;

    (void)state;
    assert_result("W NULL", DsIsNTDSOnlineW(NULL, &online), S_OK);
    assert_int_equal(online, TRUE);
    online = 77;
    assert_result("W empty", DsIsNTDSOnlineW(L"", &online), S_OK);
    assert_int_equal(online, TRUE);
    online = 77;
    assert_result("A NULL", DsIsNTDSOnlineA(NULL, &online), S_OK);
    assert_int_equal(online, TRUE);
    online = 77;
    assert_result("A empty", DsIsNTDSOnlineA("", &online), S_OK);
    assert_int_equal(online, TRUE);
}

/* The lists name the computer by its NetBIOS name, whatever the caller called it. */
static void assert_list_names_this_computer(HBC hbc)
{
    wchar_t prefix[NAME_CHARS];
    DWORD bytes;
    wchar_t *names = database_list(hbc, &bytes);

    swprintf(prefix, NAME_CHARS, L"\\\\%ls\\", computer_name());
    if (wcsncmp(names + 1, prefix, wcslen(prefix)) != 0)
        fail_msg("%ls does not begin with %ls", names + 1, prefix);
    DsBackupFree(names);
}

static void prepare_one(const struct server_row *row, bool wide)
{
    void *token = POISON_POINTER;
    DWORD bytes = POISON_DWORD;
    HBC hbc = POISON_POINTER;
    HRESULT hr = wide ? DsBackupPrepareW(row->name, 0, BACKUP_TYPE_FULL, &token, &bytes, &hbc)
                      : DsBackupPrepareA(ansi_name(row), 0, BACKUP_TYPE_FULL, &token, &bytes, &hbc);

    assert_result(row->label, hr, row->expected);
    if (row->expected != S_OK) {
        assert_null(token);
        assert_int_equal(bytes, 0);
        assert_null(hbc);
        return;
    }
    assert_non_null(token);
    assert_int_not_equal(bytes, 0);
    assert_non_null(hbc);
    assert_list_names_this_computer(hbc);
    DsBackupFree(token);
    assert_result("DsBackupEnd", DsBackupEnd(hbc), S_OK);
}

static void prepare_w__each_form_of_a_name__gives_the_documented_result(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < row_count; i++)
        prepare_one(&rows[i], true);
}

/* One good name stands for all: what a name means was decided by the same code, and each costs a
 * shadow copy. */
static void prepare_a__each_form_of_a_name__gives_the_documented_result(void **state)
{
    size_t i;

    (void)state;
    prepare_one(&rows[1], false);
    for (i = 0; i < row_count; i++) {
        if (rows[i].expected != S_OK)
            prepare_one(&rows[i], false);
    }
}

static void prepare__empty_name__returns_invalid_parameter(void **state)
{
    void *token = POISON_POINTER;
    DWORD bytes = POISON_DWORD;
    HBC hbc = POISON_POINTER;

    (void)state;
    assert_result("W", DsBackupPrepareW(L"", 0, BACKUP_TYPE_FULL, &token, &bytes, &hbc),
                  ERROR_INVALID_PARAMETER);
    assert_null(token);
    assert_int_equal(bytes, 0);
    assert_null(hbc);
    assert_result("A", DsBackupPrepareA("", 0, BACKUP_TYPE_FULL, &token, &bytes, &hbc),
                  ERROR_INVALID_PARAMETER);
}

/* The type is looked at before the name. */
static void prepare__wrong_type_and_another_machine__returns_invalid_parameter(void **state)
{
    void *token = POISON_POINTER;
    DWORD bytes = POISON_DWORD;
    HBC hbc = POISON_POINTER;

    (void)state;
    assert_result("W",
                  DsBackupPrepareW(L"otherdc", 0, BACKUP_TYPE_INCREMENTAL, &token, &bytes, &hbc),
                  ERROR_INVALID_PARAMETER);
}

static void prepare__any_grbit__is_ignored(void **state)
{
    void *token = NULL;
    DWORD bytes = 0;
    HBC hbc = NULL;

    (void)state;
    assert_result(
        "W", DsBackupPrepareW(computer_name(), 0xFFFFFFFF, BACKUP_TYPE_FULL, &token, &bytes, &hbc),
        S_OK);
    DsBackupFree(token);
    assert_result("end", DsBackupEnd(hbc), S_OK);
}

static void set_current_backup_log__each_form_of_a_name__gives_the_documented_result(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < row_count; i++) {
        assert_result(rows[i].label, DsSetCurrentBackupLogW(rows[i].name, 5), rows[i].expected);
        assert_result(rows[i].label, DsSetCurrentBackupLogA(ansi_name(&rows[i]), 5),
                      rows[i].expected);
    }
    assert_result("W NULL", DsSetCurrentBackupLogW(NULL, 1), S_OK);
    assert_result("A NULL", DsSetCurrentBackupLogA(NULL, 1), S_OK);
    assert_result("W empty", DsSetCurrentBackupLogW(L"", 1), S_OK);
    assert_result("no log", DsSetCurrentBackupLogW(computer_name(), 0), S_OK);
    assert_result("disable incremental",
                  DsSetCurrentBackupLogW(computer_name(), BACKUP_DISABLE_INCREMENTAL), S_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_online__each_form_of_a_name__gives_the_documented_result),
        cmocka_unit_test(is_online__null_or_empty_name__means_this_computer),
        cmocka_unit_test(prepare_w__each_form_of_a_name__gives_the_documented_result),
        cmocka_unit_test(prepare_a__each_form_of_a_name__gives_the_documented_result),
        cmocka_unit_test(prepare__empty_name__returns_invalid_parameter),
        cmocka_unit_test(prepare__wrong_type_and_another_machine__returns_invalid_parameter),
        cmocka_unit_test(prepare__any_grbit__is_ignored),
        cmocka_unit_test(set_current_backup_log__each_form_of_a_name__gives_the_documented_result),
    };

    return cmocka_run_group_tests(tests, make_rows, NULL);
}
