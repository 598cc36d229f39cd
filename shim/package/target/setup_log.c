/*
 * setup_log.c - asks who owns the folder of the logs and who may write to it.
 *
 * Programs of accounts that are no administrators have folders of their own, which ntdsbcli.dll
 * makes: here is the one of SYSTEM and Administrators.
 */
#include "setup_log.h"

#include "setup_result.h"

#include "host/access_list.h"
#include "host/identity.h"
#include "host/settings.h"
#include "record/host_log.h"

#include <aclapi.h>
#include <sddl.h>
#include <stdio.h>
#include <wchar.h>

#define FOLDER_RIGHTS L"O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"
#define FILE_CHARS    (MAX_PATH + 300)
#define HARMLESS      (FILE_GENERIC_READ | FILE_GENERIC_EXECUTE)

/* --- who is trusted -----------------------------------------------------------------------------
 */

/* Groups that everybody is in were no administrator's choice: folders inherit them, and
 * ntdsbcli.dll 0.1.0 made its folder with them. What is not known may be one of them. */
static void find_everybody(void *context, const struct access_entry *entry)
{
    static const wchar_t *const everybody[] = {L"S-1-1-0", L"S-1-5-11", L"S-1-5-32-545",
                                               L"S-1-5-4"};
    bool *found = context;
    size_t i;

    if (!entry->allows && !entry->denies)
        *found = true;
    if (!entry->allows || !(entry->mask & ~(ACCESS_MASK)HARMLESS))
        return;
    for (i = 0; i < ARRAYSIZE(everybody); i++) {
        if (wcscmp(entry->sid, everybody[i]) == 0)
            *found = true;
    }
}

enum setup_log_trust setup_log_judge(const wchar_t *own, PSID owner, PACL list,
                                     wchar_t reason[WRITE_TRUST_WHY_CHARS])
{
    ACL nobody = {.AclRevision = ACL_REVISION, .AclSize = sizeof(nobody)};
    wchar_t reason_of_owner[WRITE_TRUST_WHY_CHARS];
    bool everybody = false;

    if (write_trust_judge(owner, list, own, WRITE_TRUST_OBJECT, reason))
        return SETUP_LOG_SAFE;
    if (!list || !write_trust_judge(owner, &nobody, own, WRITE_TRUST_OBJECT, reason_of_owner))
        return SETUP_LOG_UNSAFE;
    access_list_each(list, find_everybody, &everybody);
    return everybody ? SETUP_LOG_UNSAFE : SETUP_LOG_GRANTED;
}

static enum setup_log_trust judge_rights(HANDLE folder, wchar_t reason[WRITE_TRUST_WHY_CHARS])
{
    enum setup_log_trust trust = SETUP_LOG_UNSAFE;
    PSECURITY_DESCRIPTOR descriptor;
    wchar_t own[IDENTITY_SID_CHARS];
    PSID owner;
    PACL list;

    wcscpy(reason, L"its rights cannot be read");
    if (identity_own_sid(own) &&
        GetSecurityInfo(folder, SE_FILE_OBJECT,
                        OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, &owner, NULL, &list,
                        NULL, &descriptor) == ERROR_SUCCESS) {
        trust = setup_log_judge(own, owner, list, reason);
        LocalFree(descriptor);
    }
    return trust;
}

/* --- the folder ---------------------------------------------------------------------------------
 */

/* While it is open nothing else gets its name. NULL: it is not there, and reason is "", or it is
 * not safe. */
static HANDLE open_folder(const wchar_t *folder, enum setup_log_trust *trust,
                          wchar_t reason[WRITE_TRUST_WHY_CHARS])
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
                           : L"it cannot be opened");
        return NULL;
    }
    if (!GetFileInformationByHandle(opened, &info) ||
        !(info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) ||
        (info.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT))
        wcscpy(reason, L"it is a link or a file");
    else
        *trust = judge_rights(opened, reason);
    if (*trust == SETUP_LOG_SAFE)
        return opened;
    CloseHandle(opened);
    return NULL;
}

static enum setup_log_trust make_and_check(const wchar_t *folder,
                                           wchar_t reason[WRITE_TRUST_WHY_CHARS])
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
    wchar_t reason[WRITE_TRUST_WHY_CHARS], second[WRITE_TRUST_WHY_CHARS];
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
        setup_result_note(L"Warning: %ls: %ls, so others could have put links or files there. It "
                          L"was renamed to %ls, and a new folder was created. Do not trust its "
                          L"contents.",
                          settings.log_folder, reason, aside);
    else
        setup_result_note(
            L"Warning: the log folder %ls is not safe: %ls. Only SYSTEM and Administrators should "
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

static void delete_log(const wchar_t *folder, const wchar_t *name, const wchar_t *suffix)
{
    wchar_t path[FILE_CHARS];

    if (wcslen(folder) + wcslen(name) + wcslen(suffix) + 2 > FILE_CHARS)
        return;
    _snwprintf(path, FILE_CHARS, L"%ls\\%ls%ls", folder, name, suffix);
    delete_file(path);
}

static void delete_logs(const wchar_t *folder, const wchar_t *program)
{
    wchar_t name[MAX_PATH];
    unsigned int number;

    for (number = 1; number <= HOST_LOG_FILES_MAX; number++) {
        if (!host_log_name(program, number, name))
            continue;
        delete_log(folder, name, L"");
        delete_log(folder, name, L".old");
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
    wchar_t reason[WRITE_TRUST_WHY_CHARS];
    struct settings settings;
    bool is_needed, has_the_name;
    enum setup_log_trust trust;
    HANDLE folder;

    is_needed = find_others(entry, &has_the_name);
    settings_read(&settings);
    folder = settings.log_folder[0] ? open_folder(settings.log_folder, &trust, reason) : NULL;
    if (!folder) {
        if (settings.log_folder[0] && reason[0])
            setup_result_note(L"The logs in %ls stay: %ls.", settings.log_folder, reason);
        return;
    }
    if (has_the_name)
        setup_result_note(L"The log stays: another installed program has the same name.");
    else if (name_in(entry->program)[0])
        delete_logs(settings.log_folder, entry->program);
    CloseHandle(folder);
    if (!is_needed && !is_chosen())
        RemoveDirectoryW(settings.log_folder);
}
