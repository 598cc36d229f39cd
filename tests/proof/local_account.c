/*
 * local_account.c - makes and deletes an account.
 */
#include "local_account.h"

#include "common/format.h"
#include "host/system_crypt.h"

#include <sddl.h>
#include <string.h>
#include <time.h>

#define DAY_S 86400u

/* Of each kind that a policy may ask for, and over 130 bits. */
static bool make_password(wchar_t password[LOCAL_PASSWORD_CHARS])
{
    static const char *const kinds[] = {
        "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF", "abcdefghijklmnopqrstuvwxyzabcdef",
        "23456789234567892345678923456789", "#$%&()*+-./:<=>?#$%&()*+-./:<=>?"};
    BYTE random[LOCAL_PASSWORD_CHARS - 1];
    size_t i;

    if (system_crypt_random(random, sizeof(random)) != S_OK)
        return false;
    for (i = 0; i < sizeof(random); i++)
        password[i] = (wchar_t)kinds[i % ARRAYSIZE(kinds)][random[i] % 32];
    password[i] = 0;
    SecureZeroMemory(random, sizeof(random));
    return true;
}

static DWORD find_sid(struct local_account *account)
{
    wchar_t domain[MAX_PATH], computer[MAX_COMPUTERNAME_LENGTH + 1];
    wchar_t name[MAX_COMPUTERNAME_LENGTH + ARRAYSIZE(LOCAL_ACCOUNT_NAME) + 2];
    DWORD sid_bytes = sizeof(account->sid), chars = ARRAYSIZE(computer), domain_chars = MAX_PATH;
    SID_NAME_USE use;
    wchar_t *text;

    /* With the computer: a domain may have an account of this name, too. */
    if (!GetComputerNameW(computer, &chars))
        return GetLastError();
    format_text(name, ARRAYSIZE(name), L"%ls\\" LOCAL_ACCOUNT_NAME, computer);
    if (!account->api->find_sid(NULL, name, account->sid, &sid_bytes, domain, &domain_chars,
                                &use) ||
        !ConvertSidToStringSidW(account->sid, &text))
        return GetLastError();
    format_text(account->sid_text, IDENTITY_SID_CHARS, L"%ls", text);
    LocalFree(text);
    return 0;
}

static DWORD set_end(const struct local_account *account)
{
    wchar_t name[] = LOCAL_ACCOUNT_NAME;
    USER_INFO_1017 end = {(DWORD)time(NULL) + DAY_S};

    return account->api->user_set_info(NULL, name, 1017, (BYTE *)&end, NULL);
}

DWORD local_account_create(struct local_account *account, const struct account_api *api)
{
    wchar_t name[] = LOCAL_ACCOUNT_NAME;
    wchar_t comment[] = L"Made by ntdsprove, which deletes it at its end";
    USER_INFO_1 user = {.usri1_name = name,
                        .usri1_priv = USER_PRIV_USER,
                        .usri1_comment = comment,
                        .usri1_flags = UF_SCRIPT | UF_DONT_EXPIRE_PASSWD};
    DWORD error;

    memset(account, 0, sizeof(*account));
    account->api = api;
    if (!make_password(account->password))
        return ERROR_GEN_FAILURE;
    user.usri1_password = account->password;
    error = api->user_add(NULL, 1, (BYTE *)&user, NULL);
    account->is_made = error == 0;
    if (!error)
        error = set_end(account);
    if (!error)
        error = find_sid(account);
    if (error)
        local_account_delete(account);
    return error;
}

/* Its name is another one in each language of Windows. */
DWORD local_account_join_backup_operators(const struct local_account *account)
{
    BYTE sid[SECURITY_MAX_SID_SIZE];
    wchar_t group[LOCAL_GROUP_NAME_CHARS], domain[MAX_PATH];
    DWORD sid_bytes = sizeof(sid), chars = LOCAL_GROUP_NAME_CHARS, domain_chars = MAX_PATH;
    LOCALGROUP_MEMBERS_INFO_0 member = {(PSID)account->sid};
    SID_NAME_USE use;

    if (!CreateWellKnownSid(WinBuiltinBackupOperatorsSid, NULL, sid, &sid_bytes) ||
        !account->api->find_name(NULL, sid, group, &chars, domain, &domain_chars, &use))
        return GetLastError();
    return account->api->group_add(NULL, group, 0, (BYTE *)&member, 1);
}

/* What was never made is not missed. */
static DWORD delete_profile(const struct local_account *account)
{
    DWORD error;

    if (!account->sid_text[0] || account->api->delete_profile(account->sid_text, NULL, NULL))
        return 0;
    error = GetLastError();
    return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND ? 0 : error;
}

DWORD local_account_delete(struct local_account *account)
{
    wchar_t name[] = LOCAL_ACCOUNT_NAME;
    DWORD profile_error, error;

    SecureZeroMemory(account->password, sizeof(account->password));
    if (!account->is_made)
        return 0;
    profile_error = delete_profile(account);
    error = account->api->user_delete(NULL, name);
    if (error == NERR_UserNotFound)
        error = 0;
    account->is_made = error != 0;
    return error ? error : profile_error;
}
