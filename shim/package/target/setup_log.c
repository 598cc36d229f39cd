/*
 * setup_log.c - asks who owns the folder of the logs and who may write to it.
 *
 * Programs of accounts that are no administrators have folders of their own, which ntdsbcli.dll
 * makes: here is the one of SYSTEM and Administrators.
 */
#include "setup_log.h"

#include "setup_result.h"

#include "host/settings.h"

#include <aclapi.h>
#include <sddl.h>
#include <stdio.h>
#include <wchar.h>

#define SYSTEM_SID    L"S-1-5-18"
#define ADMINS_SID    L"S-1-5-32-544"
#define CREATOR_SID   L"S-1-3-0" /* whoever makes a file there: one of the others */
#define FOLDER_RIGHTS L"O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"
#define LOGS_MAX      9 /* of programs that ran at once: record/host_log.h */
#define SID_CHARS     100
#define FILE_CHARS    (MAX_PATH + 300)
#define HARMLESS      (FILE_GENERIC_READ | FILE_GENERIC_EXECUTE)

/* --- who is trusted -----------------------------------------------------------------------------
 */

static bool is_one_of(PSID sid, const wchar_t *const trusted[], wchar_t reason_sid[SID_CHARS])
{
    wchar_t *text;
    bool is_trusted = false;
    size_t i;

    wcscpy(reason_sid, L"?");
    if (!sid || !ConvertSidToStringSidW(sid, &text))
        return false;
    for (i = 0; trusted[i] && !is_trusted; i++)
        is_trusted = wcscmp(text, trusted[i]) == 0;
    _snwprintf(reason_sid, SID_CHARS - 1, L"%ls", text);
    LocalFree(text);
    return is_trusted;
}

static bool may_write(const ACCESS_ALLOWED_ACE *entry)
{
    static GENERIC_MAPPING mapping = {FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE,
                                      FILE_ALL_ACCESS};
    ACCESS_MASK mask = entry->Mask;

    MapGenericMask(&mask, &mapping);
    return (mask & ~(ACCESS_MASK)HARMLESS) != 0;
}

/* An entry of a kind that is not known may allow anything. Groups that everybody is in were no
 * administrator's choice: folders inherit them, and ntdsbcli.dll 0.1.0 made its folder with them.
 */
static enum setup_log_trust judge_entry(ACCESS_ALLOWED_ACE *entry, const wchar_t *own,
                                        wchar_t sid[SID_CHARS])
{
    static const wchar_t *const everybody[] = {L"S-1-1-0", L"S-1-5-11", L"S-1-5-32-545", L"S-1-5-4",
                                               NULL};
    const wchar_t *const writers[] = {SYSTEM_SID, ADMINS_SID, CREATOR_SID, own, NULL};

    if (entry->Header.AceType == ACCESS_DENIED_ACE_TYPE)
        return SETUP_LOG_SAFE;
    wcscpy(sid, L"an entry of an unknown kind");
    if (entry->Header.AceType != ACCESS_ALLOWED_ACE_TYPE)
        return SETUP_LOG_UNSAFE;
    if (!may_write(entry) || is_one_of(&entry->SidStart, writers, sid))
        return SETUP_LOG_SAFE;
    return is_one_of(&entry->SidStart, everybody, sid) ? SETUP_LOG_UNSAFE : SETUP_LOG_GRANTED;
}

enum setup_log_trust setup_log_judge(const wchar_t *own, PSID owner, PACL list,
                                     wchar_t reason[SETUP_LOG_REASON_CHARS])
{
    const wchar_t *const owners[] = {SYSTEM_SID, ADMINS_SID, own, NULL};
    enum setup_log_trust trust = SETUP_LOG_SAFE, of_entry;
    wchar_t sid[SID_CHARS];
    void *entry;
    DWORD i;

    if (!is_one_of(owner, owners, sid)) {
        _snwprintf(reason, SETUP_LOG_REASON_CHARS - 1, L"belongs to %ls", sid);
        return SETUP_LOG_UNSAFE;
    }
    if (!list) {
        wcscpy(reason, L"can be written to by everyone");
        return SETUP_LOG_UNSAFE;
    }
    for (i = 0; GetAce(list, i, &entry); i++) {
        of_entry = judge_entry(entry, own, sid);
        if (of_entry > trust) {
            trust = of_entry;
            _snwprintf(reason, SETUP_LOG_REASON_CHARS - 1, L"can be written to by %ls", sid);
        }
    }
    return trust;
}

/* The elevated administrator who runs Setup. */
static wchar_t *own_sid(void)
{
    union
    {
        TOKEN_USER user;
        unsigned char bytes[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } user;
    wchar_t *text = NULL;
    DWORD byte_count;
    HANDLE token;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return NULL;
    if (!GetTokenInformation(token, TokenUser, &user, sizeof(user), &byte_count) ||
        !ConvertSidToStringSidW(user.user.User.Sid, &text))
        text = NULL;
    CloseHandle(token);
    return text;
}

static enum setup_log_trust judge_rights(HANDLE folder, wchar_t reason[SETUP_LOG_REASON_CHARS])
{
    enum setup_log_trust trust = SETUP_LOG_UNSAFE;
    PSECURITY_DESCRIPTOR descriptor;
    wchar_t *own = own_sid();
    PSID owner;
    PACL list;

    wcscpy(reason, L"has rights that cannot be read");
    if (own && GetSecurityInfo(folder, SE_FILE_OBJECT,
                               OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, &owner, NULL,
                               &list, NULL, &descriptor) == ERROR_SUCCESS) {
        trust = setup_log_judge(own, owner, list, reason);
        LocalFree(descriptor);
    }
    LocalFree(own);
    return trust;
}

/* --- the folder ---------------------------------------------------------------------------------
 */

/* While it is open nothing else gets its name. NULL: it is not there, and reason is "", or it is
 * not safe. */
static HANDLE open_folder(const wchar_t *folder, enum setup_log_trust *trust,
                          wchar_t reason[SETUP_LOG_REASON_CHARS])
{
    BY_HANDLE_FILE_INFORMATION info;
    HANDLE opened = CreateFileW(folder, FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES | READ_CONTROL,
                                FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                                FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, NULL);
    DWORD error = opened == INVALID_HANDLE_VALUE ? GetLastError() : ERROR_SUCCESS;

    *trust = SETUP_LOG_UNSAFE;
    if (error != ERROR_SUCCESS) {
        wcscpy(reason, error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND
                           ? L""
                           : L"cannot be opened");
        return NULL;
    }
    if (!GetFileInformationByHandle(opened, &info) ||
        !(info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) ||
        (info.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT))
        wcscpy(reason, L"is a link or a file");
    else
        *trust = judge_rights(opened, reason);
    if (*trust == SETUP_LOG_SAFE)
        return opened;
    CloseHandle(opened);
    return NULL;
}

static enum setup_log_trust make_and_check(const wchar_t *folder,
                                           wchar_t reason[SETUP_LOG_REASON_CHARS])
{
    SECURITY_ATTRIBUTES attributes = {.nLength = sizeof(attributes)};
    enum setup_log_trust trust;
    HANDLE opened;

    if (ConvertStringSecurityDescriptorToSecurityDescriptorW(
            FOLDER_RIGHTS, SDDL_REVISION_1, &attributes.lpSecurityDescriptor, NULL)) {
        CreateDirectoryW(folder, &attributes);
        LocalFree(attributes.lpSecurityDescriptor);
    }
    opened = open_folder(folder, &trust, reason);
    if (opened)
        CloseHandle(opened);
    return trust;
}

/* The administrator chose the folder: it may hold what is not ours. */
static bool is_chosen(void)
{
    bool chosen;
    HKEY key;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\ntdsbcli", 0,
                      KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key) != ERROR_SUCCESS)
        return false;
    chosen = RegQueryValueExW(key, L"LogFolder", NULL, NULL, NULL, NULL) == ERROR_SUCCESS;
    RegCloseKey(key);
    return chosen;
}

static bool move_aside(const wchar_t *folder, wchar_t aside[FILE_CHARS])
{
    FILETIME now;

    GetSystemTimeAsFileTime(&now);
    _snwprintf(aside, FILE_CHARS - 1, L"%ls.untrusted-%08lx%08lx", folder, now.dwHighDateTime,
               now.dwLowDateTime);
    return MoveFileExW(folder, aside, 0);
}

void setup_log_make_folder(void)
{
    wchar_t reason[SETUP_LOG_REASON_CHARS], second[SETUP_LOG_REASON_CHARS];
    wchar_t aside[FILE_CHARS];
    enum setup_log_trust trust;
    struct settings settings;

    settings_read(&settings);
    trust = settings.log_folder[0] ? make_and_check(settings.log_folder, reason) : SETUP_LOG_SAFE;
    if (trust == SETUP_LOG_SAFE)
        return;
    if (!reason[0])
        setup_result_note(L"The log folder %ls could not be created.", settings.log_folder);
    else if (trust == SETUP_LOG_UNSAFE && !is_chosen() && move_aside(settings.log_folder, aside) &&
             make_and_check(settings.log_folder, second) == SETUP_LOG_SAFE)
        setup_result_note(L"Warning: %ls %ls, so others could have put links or files there. It "
                          L"was renamed to %ls, and a new folder was created. Do not trust its "
                          L"contents.",
                          settings.log_folder, reason, aside);
    else
        setup_result_note(
            L"Warning: the log folder %ls %ls. Only SYSTEM and Administrators should "
            L"own it and write to it: ntdsbcli.dll may not use it. Change its rights, "
            L"or remove it and run Setup again.",
            settings.log_folder, reason);
}

/* --- the logs of a program ----------------------------------------------------------------------
 */

static const wchar_t *name_in(const wchar_t *path)
{
    const wchar_t *name = wcsrchr(path, L'\\');

    return name ? name + 1 : path;
}

static void delete_file(const wchar_t *path)
{
    FILE_DISPOSITION_INFO gone = {.DeleteFile = TRUE};
    BY_HANDLE_FILE_INFORMATION info;
    HANDLE file = CreateFileW(path, DELETE | FILE_READ_ATTRIBUTES,
                              FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                              OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT, NULL);

    if (file == INVALID_HANDLE_VALUE) {
        if (GetLastError() != ERROR_FILE_NOT_FOUND)
            setup_result_note(L"%ls could not be deleted.", path);
        return;
    }
    if (!GetFileInformationByHandle(file, &info) || info.nNumberOfLinks > 1 ||
        (info.dwFileAttributes & (FILE_ATTRIBUTE_REPARSE_POINT | FILE_ATTRIBUTE_DIRECTORY)))
        setup_result_note(L"%ls stays: it is a link, or has another name elsewhere.", path);
    else if (!SetFileInformationByHandle(file, FileDispositionInfo, &gone, sizeof(gone)))
        setup_result_note(L"%ls could not be deleted.", path);
    CloseHandle(file);
}

static void delete_log(const wchar_t *folder, const wchar_t *program_name, const wchar_t *suffix)
{
    wchar_t path[FILE_CHARS];

    if (wcslen(folder) + wcslen(program_name) + wcslen(suffix) + 2 > FILE_CHARS)
        return;
    _snwprintf(path, FILE_CHARS, L"%ls\\%ls%ls", folder, program_name, suffix);
    delete_file(path);
}

static void delete_logs(const wchar_t *folder, const wchar_t *program_name)
{
    wchar_t suffix[20];
    int number;

    delete_log(folder, program_name, L".log");
    delete_log(folder, program_name, L".log.old");
    for (number = 2; number <= LOGS_MAX; number++) {
        _snwprintf(suffix, 20, L".%d.log", number);
        delete_log(folder, program_name, suffix);
        wcscat(suffix, L".old");
        delete_log(folder, program_name, suffix);
    }
}

/* Is there another installation, and one whose program has this name? */
static bool find_others(const struct setup_entry *entry, bool *has_the_name)
{
    struct setup_entry other;
    DWORD count;

    *has_the_name = false;
    for (count = 0; setup_entries_other(count, entry->key, &other); count++) {
        if (_wcsicmp(name_in(other.program), name_in(entry->program)) == 0)
            *has_the_name = true;
    }
    return count != 0;
}

void setup_log_delete(const struct setup_entry *entry)
{
    wchar_t reason[SETUP_LOG_REASON_CHARS];
    struct settings settings;
    bool is_needed, has_the_name;
    enum setup_log_trust trust;
    HANDLE folder;

    is_needed = find_others(entry, &has_the_name);
    settings_read(&settings);
    folder = settings.log_folder[0] ? open_folder(settings.log_folder, &trust, reason) : NULL;
    if (!folder) {
        if (settings.log_folder[0] && reason[0])
            setup_result_note(L"The logs in %ls stay: it %ls.", settings.log_folder, reason);
        return;
    }
    if (has_the_name)
        setup_result_note(L"The log stays: another installed program has the same name.");
    else if (name_in(entry->program)[0])
        delete_logs(settings.log_folder, name_in(entry->program));
    CloseHandle(folder);
    if (!is_needed && !is_chosen())
        RemoveDirectoryW(settings.log_folder);
}
