/*
 * fake_accounts.c - behind fake_accounts.h.
 */
#include "fake_accounts.h"

#include <sddl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <wchar.h>
#include <cmocka.h>

struct fake_accounts fake_accounts;

/* --- accounts --------------------------------------------------------------------------------- */

static NET_API_STATUS WINAPI fake_add(const wchar_t *server, DWORD level, BYTE *buffer,
                                      DWORD *place)
{
    const USER_INFO_1 *user = (const USER_INFO_1 *)buffer;

    assert_null(server);
    assert_null(place);
    assert_int_equal(level, 1);
    wcscpy(fake_accounts.name, user->usri1_name);
    wcscpy(fake_accounts.password, user->usri1_password);
    fake_accounts.flags = user->usri1_flags;
    fake_accounts.added += !fake_accounts.add_error;
    return fake_accounts.add_error;
}

static NET_API_STATUS WINAPI fake_set_info(const wchar_t *server, const wchar_t *name, DWORD level,
                                           BYTE *buffer, DWORD *place)
{
    (void)server;
    (void)place;
    assert_int_equal(wcscmp(name, LOCAL_ACCOUNT_NAME), 0);
    assert_int_equal(level, 1017);
    fake_accounts.ends_at = ((const USER_INFO_1017 *)buffer)->usri1017_acct_expires;
    return fake_accounts.end_error;
}

static NET_API_STATUS WINAPI fake_delete(const wchar_t *server, const wchar_t *name)
{
    (void)server;
    assert_int_equal(wcscmp(name, LOCAL_ACCOUNT_NAME), 0);
    fake_accounts.deleted++;
    return fake_accounts.delete_error;
}

static NET_API_STATUS WINAPI fake_group_add(const wchar_t *server, const wchar_t *group,
                                            DWORD level, BYTE *buffer, DWORD count)
{
    const LOCALGROUP_MEMBERS_INFO_0 *member = (const LOCALGROUP_MEMBERS_INFO_0 *)buffer;
    wchar_t *text;

    (void)server;
    assert_int_equal(level, 0);
    assert_int_equal(count, 1);
    wcscpy(fake_accounts.group, group);
    assert_true(ConvertSidToStringSidW(member->lgrmi0_sid, &text));
    wcscpy(fake_accounts.member, text);
    LocalFree(text);
    return fake_accounts.group_error;
}

static BOOL WINAPI fake_delete_profile(const wchar_t *sid, const wchar_t *path,
                                       const wchar_t *computer)
{
    (void)path;
    (void)computer;
    fake_accounts.profiles++;
    wcscpy(fake_accounts.profile, sid);
    SetLastError(fake_accounts.profile_error);
    return !fake_accounts.profile_error;
}

static BOOL WINAPI fake_find_sid(const wchar_t *server, const wchar_t *name, PSID sid,
                                 DWORD *sid_bytes, wchar_t *domain, DWORD *domain_chars,
                                 SID_NAME_USE *use)
{
    PSID found;

    (void)server;
    (void)domain;
    (void)domain_chars;
    assert_non_null(wcschr(name, L'\\'));
    *use = SidTypeUser;
    SetLastError(fake_accounts.sid_error);
    if (fake_accounts.sid_error)
        return FALSE;
    assert_true(ConvertStringSidToSidW(FAKE_ACCOUNT_SID, &found));
    assert_true(CopySid(*sid_bytes, sid, found));
    LocalFree(found);
    return TRUE;
}

/* As a German Windows. */
static BOOL WINAPI fake_find_name(const wchar_t *server, PSID sid, wchar_t *name, DWORD *chars,
                                  wchar_t *domain, DWORD *domain_chars, SID_NAME_USE *use)
{
    (void)server;
    (void)domain;
    (void)domain_chars;
    *use = SidTypeAlias;
    assert_true(IsWellKnownSid(sid, WinBuiltinBackupOperatorsSid));
    assert_true(*chars > wcslen(L"Sicherungs-Operatoren"));
    wcscpy(name, L"Sicherungs-Operatoren");
    return TRUE;
}

/* --- programs --------------------------------------------------------------------------------- */

/* One that ends with a code. */
static BOOL start(DWORD code, STARTUPINFOW *startup, PROCESS_INFORMATION *created)
{
    wchar_t line[40];

    SetLastError(fake_accounts.start_error);
    if (fake_accounts.start_error)
        return FALSE;
    _snwprintf(line, 39, L"cmd.exe /c exit %lu", code);
    line[39] = 0;
    return CreateProcessW(NULL, line, NULL, NULL, TRUE, CREATE_SUSPENDED, NULL, NULL, startup,
                          created);
}

static BOOL WINAPI fake_logon(const wchar_t *user, const wchar_t *domain, const wchar_t *password,
                              DWORD type, DWORD provider, HANDLE *token)
{
    (void)provider;
    assert_int_equal(wcscmp(user, LOCAL_ACCOUNT_NAME), 0);
    assert_int_equal(wcscmp(domain, L"."), 0);
    wcscpy(fake_accounts.logon_password, password);
    fake_accounts.logon_type = type;
    *token = fake_accounts.token = CreateEventW(NULL, TRUE, FALSE, NULL);
    return TRUE;
}

static BOOL WINAPI fake_with_token(HANDLE token, DWORD logon_flags, const wchar_t *program,
                                   wchar_t *line, DWORD flags, void *environment,
                                   const wchar_t *folder, STARTUPINFOW *startup,
                                   PROCESS_INFORMATION *created)
{
    (void)program;
    (void)line;
    assert_ptr_equal(token, fake_accounts.token);
    assert_int_equal(logon_flags, 0);
    assert_true(flags & CREATE_SUSPENDED);
    assert_null(environment);
    wcscpy(fake_accounts.folder, folder);
    fake_accounts.with_token++;
    return start(fake_accounts.batch_code, startup, created);
}

static BOOL WINAPI fake_with_logon(const wchar_t *user, const wchar_t *domain,
                                   const wchar_t *password, DWORD logon_flags,
                                   const wchar_t *program, wchar_t *line, DWORD flags,
                                   void *environment, const wchar_t *folder, STARTUPINFOW *startup,
                                   PROCESS_INFORMATION *created)
{
    (void)program;
    (void)line;
    assert_int_equal(wcscmp(user, LOCAL_ACCOUNT_NAME), 0);
    assert_int_equal(wcscmp(domain, L"."), 0);
    assert_int_equal(logon_flags, 0);
    assert_true(flags & CREATE_SUSPENDED);
    assert_null(environment);
    wcscpy(fake_accounts.logon_password, password);
    wcscpy(fake_accounts.folder, folder);
    fake_accounts.with_logon++;
    return start(fake_accounts.interactive_code, startup, created);
}

const struct account_api fake_account_api = {
    fake_add,      fake_set_info,  fake_delete, fake_group_add,  fake_delete_profile,
    fake_find_sid, fake_find_name, fake_logon,  fake_with_token, fake_with_logon,
};
