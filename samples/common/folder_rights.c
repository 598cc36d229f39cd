/* Who can read what is put into a folder. */
#include "folder_rights.h"

#include <aclapi.h>
#include <sddl.h>
#include <wchar.h>

#include "console.h"
#include "messages.h"
#include "paths.h"

/* What private_folder_create gives, for icacls. SIDs, because the names of accounts are translated.
 */
#define ICACLS_LIST                                                                                \
    L"/inheritance:r /grant:r \"*S-1-5-18:(OI)(CI)F\" \"*S-1-5-32-544:(OI)(CI)F\" "                \
    L"\"*S-1-3-4:(OI)(CI)F\""

#define READ_OR_CHANGE                                                                             \
    (FILE_LIST_DIRECTORY | FILE_ADD_FILE | FILE_ADD_SUBDIRECTORY | FILE_DELETE_CHILD | DELETE |    \
     WRITE_DAC | WRITE_OWNER | GENERIC_READ | GENERIC_WRITE | GENERIC_ALL)

/* A group that ordinary users are in, or no user at all. */
static bool is_of_ordinary_users(PSID sid)
{
    static const WELL_KNOWN_SID_TYPE groups[] = {
        WinWorldSid,         WinAuthenticatedUserSid,
        WinInteractiveSid,   WinNetworkSid,
        WinAnonymousSid,     WinBuiltinUsersSid,
        WinBuiltinGuestsSid, WinBuiltinPreWindows2000CompatibleAccessSid};
    size_t i;

    for (i = 0; i < ARRAYSIZE(groups); i++) {
        if (IsWellKnownSid(sid, groups[i]))
            return true;
    }
    /* Domain Users and Domain Guests, of any domain. */
    return *GetSidSubAuthorityCount(sid) == 5 &&
           *GetSidSubAuthority(sid, 0) == SECURITY_NT_NON_UNIQUE &&
           (*GetSidSubAuthority(sid, 4) == DOMAIN_GROUP_RID_USERS ||
            *GetSidSubAuthority(sid, 4) == DOMAIN_GROUP_RID_GUESTS);
}

/* Appends " *SID", as icacls wants it. One that does not fit stays in the list and is found by the
 * next check. */
static void append_sid(wchar_t *sids, PSID sid)
{
    wchar_t *text;

    if (!ConvertSidToStringSidW(sid, &text))
        return;
    if (wcslen(sids) + wcslen(text) + 2 < FOLDER_RIGHTS_SIDS_CHARS) {
        wcscat(sids, L" *");
        wcscat(sids, text);
    }
    LocalFree(text);
}

/* Entries that deny do not count: there is always somebody they do not speak of. */
bool folder_rights_let_users_in(PACL list, wchar_t sids[FOLDER_RIGHTS_SIDS_CHARS])
{
    const ACCESS_ALLOWED_ACE *entry;
    bool found = !list; /* no list: everyone has full access */
    void *ace;
    DWORD i;

    *sids = L'\0';
    for (i = 0; list && GetAce(list, i, &ace); i++) {
        entry = ace;
        if (entry->Header.AceType == ACCESS_ALLOWED_ACE_TYPE && (entry->Mask & READ_OR_CHANGE) &&
            is_of_ordinary_users((PSID)&entry->SidStart)) {
            found = true;
            append_sid(sids, (PSID)&entry->SidStart);
        }
    }
    return found;
}

static void warn_of_users(const wchar_t *path, const wchar_t *sids)
{
    const wchar_t *lead;
    const wchar_t *shown = paths_shown(path, &lead);
    /* A backslash before the closing quote would take it along. */
    const wchar_t *end = path[wcslen(path) - 1] == L'\\' ? L"." : L"";

    messages_error(L"warning: ordinary users can read or change what is in the folder "
                   L"\"%ls%ls\", and a backup holds the password hashes of the domain.\n  Allow "
                   L"only SYSTEM, Administrators and its owner:\n",
                   lead, shown);
    console_print(CONSOLE_ERROR, L"    icacls \"%ls%ls%ls\" " ICACLS_LIST L"%ls%ls\n", lead, shown,
                  end, *sids ? L" /remove" : L"", sids);
}

/* The folder is open. Returns a Windows error: nothing is known. */
static DWORD check_open(const wchar_t *path, HANDLE folder)
{
    wchar_t sids[FOLDER_RIGHTS_SIDS_CHARS];
    const wchar_t *lead;
    const wchar_t *shown = paths_shown(path, &lead);
    PSECURITY_DESCRIPTOR descriptor;
    PACL list;
    DWORD flags, error;

    if (!GetVolumeInformationByHandleW(folder, NULL, 0, NULL, NULL, &flags, NULL, 0))
        return GetLastError();
    if (!(flags & FILE_PERSISTENT_ACLS)) {
        messages_error(L"warning: the file system of \"%ls%ls\" has no access rights: whoever gets "
                       L"at the disk can read the backup, and it holds the password hashes of the "
                       L"domain.\n  Back up to an NTFS disk, or lock this one away.\n",
                       lead, shown);
        return ERROR_SUCCESS;
    }
    error = GetSecurityInfo(folder, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, NULL, NULL, &list,
                            NULL, &descriptor);
    if (error != ERROR_SUCCESS)
        return error;
    if (folder_rights_let_users_in(list, sids))
        warn_of_users(path, sids);
    LocalFree(descriptor);
    return ERROR_SUCCESS;
}

void folder_rights_check(const wchar_t *path)
{
    HANDLE folder = CreateFileW(path, READ_CONTROL | FILE_READ_ATTRIBUTES,
                                FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                                OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    DWORD error = folder == INVALID_HANDLE_VALUE ? GetLastError() : check_open(path, folder);
    const wchar_t *lead;
    const wchar_t *shown = paths_shown(path, &lead);

    if (error != ERROR_SUCCESS)
        messages_error(L"warning: it is not known who can read the folder \"%ls%ls\": error %lu. A "
                       L"backup holds the password hashes of the domain.\n  Look at the folder's "
                       L"permissions: only SYSTEM, Administrators and its owner should have any.\n",
                       lead, shown, (unsigned long)error);
    if (folder != INVALID_HANDLE_VALUE)
        CloseHandle(folder);
}
