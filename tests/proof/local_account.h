/*
 * local_account.h - an account of this computer for the time of the proof.
 *
 * Its password is random, is nowhere but in this structure, and cannot be used after a day: Windows
 * closes the account then, whatever became of this process.
 */
#ifndef LOCAL_ACCOUNT_H
#define LOCAL_ACCOUNT_H

#include "host/identity.h"

#include <windows.h>
#include <lm.h>
#include <userenv.h>
#include <stdbool.h>

#define LOCAL_ACCOUNT_NAME     L"ntdsprove"
#define LOCAL_PASSWORD_CHARS   33
#define LOCAL_GROUP_NAME_CHARS 257

/* What is asked of the system; tests put others in their place. */
struct account_api
{
    __typeof__(&NetUserAdd) user_add;
    __typeof__(&NetUserSetInfo) user_set_info;
    __typeof__(&NetUserDel) user_delete;
    __typeof__(&NetLocalGroupAddMembers) group_add;
    __typeof__(&DeleteProfileW) delete_profile;
    __typeof__(&LookupAccountNameW) find_sid;
    __typeof__(&LookupAccountSidW) find_name;
    __typeof__(&LogonUserW) logon;
    __typeof__(&CreateProcessWithTokenW) create_with_token;
    __typeof__(&CreateProcessWithLogonW) create_with_logon;
};

/* The system's own. False: this Windows lacks one. */
bool account_api_load(struct account_api *api);

struct local_account
{
    const struct account_api *api;
    bool is_made;
    BYTE sid[SECURITY_MAX_SID_SIZE];
    wchar_t sid_text[IDENTITY_SID_CHARS];
    wchar_t password[LOCAL_PASSWORD_CHARS];
};

/* 0, or the system's error; then there is no account. NERR_UserExists: one has this name. */
DWORD local_account_create(struct local_account *account, const struct account_api *api);

/* 0, or the system's error. */
DWORD local_account_join_backup_operators(const struct local_account *account);

/* With its profile; wipes the password. 0 also if there is none; else the system's error. */
DWORD local_account_delete(struct local_account *account);

#endif
