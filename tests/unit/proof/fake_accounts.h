/*
 * fake_accounts.h - a stand-in for what Windows does with accounts: Wine keeps neither accounts nor
 * groups.
 */
#ifndef FAKE_ACCOUNTS_H
#define FAKE_ACCOUNTS_H

#include "local_account.h"

#define FAKE_ACCOUNT_SID L"S-1-5-21-1-2-3-1001"

/* What is to fail, and what was asked; all zeros: all goes well. */
struct fake_accounts
{
    DWORD add_error, end_error, group_error, delete_error, sid_error, profile_error, start_error;
    DWORD batch_code, interactive_code; /* of the programs that are started */
    wchar_t name[40], password[LOCAL_PASSWORD_CHARS], group[40], member[60], profile[60];
    wchar_t logon_password[LOCAL_PASSWORD_CHARS], folder[MAX_PATH];
    DWORD flags, ends_at, logon_type;
    int added, deleted, profiles, with_token, with_logon;
    HANDLE token;
};

extern struct fake_accounts fake_accounts;
extern const struct account_api fake_account_api;

#endif
