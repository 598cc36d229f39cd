/*
 * proof_accounts.c - level 2: backups as SYSTEM, by a service and by a task, and not elevated; what
 * two accounts leave in one log.
 */
#include "proof.h"
#include "proof_files.h"
#include "proof_log.h"
#include "proof_system.h"
#include "proof_texts.h"

#include "common/format.h"
#include "host/identity.h"

#include <windows.h>
#include <sddl.h>
#include <stdlib.h>
#include <string.h>

/* Exit codes of legacy-backup and vss-backup. */
#define ACCESS_DENIED_CODE 4

/* --- what is run ------------------------------------------------------------------------------ */

void proof_backup_line(const struct proof *proof, const wchar_t *programs, const wchar_t *folder,
                       wchar_t line[PROOF_LINE_CHARS])
{
    if (proof->adlds)
        format_text(line, PROOF_LINE_CHARS, L"\"%ls\\vss-backup.exe\" %ls \"%ls\" --adlds %ls",
                    programs, proof->server, folder, proof->adlds);
    else
        format_text(line, PROOF_LINE_CHARS, L"\"%ls\\legacy-backup.exe\" %ls \"%ls\"", programs,
                    proof->server, folder);
}

/* The same with our own programs and a folder below the work folder, whose path it gives. */
static void own_line(const struct proof *proof, const wchar_t *name,
                     wchar_t folder[PROOF_PATH_CHARS], wchar_t line[PROOF_LINE_CHARS])
{
    wchar_t programs[PROOF_PATH_CHARS];

    format_text(programs, PROOF_PATH_CHARS, L"%ls\\%ls", proof->kit, proof->native);
    format_text(folder, PROOF_PATH_CHARS, L"%ls\\%ls", proof->work, name);
    proof_backup_line(proof, programs, folder, line);
}

const wchar_t *proof_why_no_backup(const struct proof *proof)
{
    if (proof->adlds)
        return proof_can_run(proof, L"x64\\vss-backup.exe") ? NULL : L"this Windows is 32-bit";
    return proof->is_controller ? NULL : L"this is no domain controller, and /adlds: names nothing";
}

bool proof_make_folder_of(const wchar_t *folder, const wchar_t *sid)
{
    SECURITY_ATTRIBUTES own = {.nLength = sizeof(own)};
    wchar_t list[IDENTITY_SID_CHARS + 100];
    bool made;

    format_text(list, ARRAYSIZE(list),
                L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;%ls)", sid);
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(list, SDDL_REVISION_1,
                                                              &own.lpSecurityDescriptor, NULL))
        return false;
    made = CreateDirectoryW(folder, &own);
    LocalFree(own.lpSecurityDescriptor);
    return made;
}

/* --- SYSTEM ----------------------------------------------------------------------------------- */

typedef const wchar_t *(*run_as_system)(const struct proof *, const wchar_t *, DWORD,
                                        struct proof_run *);

static bool is_on_network(const wchar_t *path)
{
    wchar_t volume[MAX_PATH] = L"";

    return GetVolumePathNameW(path, volume, MAX_PATH) && GetDriveTypeW(volume) == DRIVE_REMOTE;
}

static void check_system(struct proof *proof, const wchar_t *label, const wchar_t *name,
                         run_as_system run_line)
{
    wchar_t line[PROOF_LINE_CHARS], folder[PROOF_PATH_CHARS], end[PROOF_END_CHARS];
    const wchar_t *why;
    struct proof_run run;
    bool whole;

    if (is_on_network(proof->kit) || is_on_network(proof->work)) {
        proof_report_add(&proof->report, L"vss-rights", label, PROOF_NOT_POSSIBLE,
                         L"SYSTEM does not see the network drive with the kit or the results");
        return;
    }
    own_line(proof, name, folder, line);
    why = run_line(proof, line, PROOF_BACKUP_MS, &run);
    proof_run_describe(&run, end);
    whole =
        !why && !run.start_error && !run.is_late && run.code == 0 && proof_is_whole(proof, folder);
    proof_report_add(&proof->report, L"vss-rights", label, whole ? PROOF_PROVED : PROOF_FAILED,
                     L"%ls: %ls",
                     why     ? why
                     : whole ? L"the backup is good"
                             : L"no good backup",
                     end);
    proof_run_fini(&run);
    proof_remove_tree(folder);
}

/* --- not elevated ----------------------------------------------------------------------------- */

/* Windows gives the processes of one who is not elevated such a token. Wine only knows the parts
 * of it that are named. */
static HANDLE restrict_token(HANDLE own, const TOKEN_PRIVILEGES *held)
{
    LUID_AND_ATTRIBUTES taken[64];
    BYTE administrators[SECURITY_MAX_SID_SIZE];
    SID_AND_ATTRIBUTES denied = {.Sid = administrators};
    DWORD bytes = sizeof(administrators), count = 0;
    LUID notify;
    HANDLE made = NULL;
    DWORD i;

    if (!CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, administrators, &bytes) ||
        !LookupPrivilegeValueW(NULL, SE_CHANGE_NOTIFY_NAME, &notify))
        return NULL;
    for (i = 0; i < held->PrivilegeCount && count < ARRAYSIZE(taken); i++) {
        if (memcmp(&held->Privileges[i].Luid, &notify, sizeof(notify)) != 0)
            taken[count++].Luid = held->Privileges[i].Luid;
    }
    return CreateRestrictedToken(own, LUA_TOKEN, 1, &denied, count, taken, 0, NULL, &made) ? made
                                                                                           : NULL;
}

static bool lower_integrity(HANDLE token)
{
    BYTE medium[SECURITY_MAX_SID_SIZE];
    TOKEN_MANDATORY_LABEL label = {{medium, SE_GROUP_INTEGRITY}};
    DWORD bytes = sizeof(medium);

    return CreateWellKnownSid(WinMediumLabelSid, NULL, medium, &bytes) &&
           SetTokenInformation(token, TokenIntegrityLevel, &label,
                               (DWORD)sizeof(label) + GetLengthSid(medium));
}

static HANDLE make_token(void)
{
    union
    {
        TOKEN_PRIVILEGES privileges;
        BYTE bytes[1024];
    } held;
    DWORD needed;
    HANDLE own;
    HANDLE made = NULL;

    if (!OpenProcessToken(
            GetCurrentProcess(),
            TOKEN_DUPLICATE | TOKEN_QUERY | TOKEN_ASSIGN_PRIMARY | TOKEN_ADJUST_DEFAULT, &own))
        return NULL;
    if (GetTokenInformation(own, TokenPrivileges, &held, sizeof(held), &needed))
        made = restrict_token(own, &held.privileges);
    CloseHandle(own);
    if (made && !lower_integrity(made)) {
        CloseHandle(made);
        made = NULL;
    }
    return made;
}

/* Its folder must be one that it can write to: that is not what it shall fail at. */
static void run_not_elevated(struct proof *proof, HANDLE token, int before)
{
    wchar_t line[PROOF_LINE_CHARS], folder[PROOF_PATH_CHARS], output[PROOF_PATH_CHARS];
    wchar_t end[PROOF_END_CHARS];
    const struct proof_way way = {.token = token};
    struct proof_run run;
    bool is_clean;

    own_line(proof, L"not-elevated", folder, line);
    format_text(output, PROOF_PATH_CHARS, L"%ls\\not-elevated.out", proof->work);
    proof_run_start(&run, line, output, &way);
    proof_run_wait(&run, PROOF_BACKUP_MS);
    proof_run_describe(&run, end);
    is_clean = RemoveDirectoryW(folder) && proof_count_shadows(proof) == before;
    proof_report_add(&proof->report, L"backup-rights", L"not elevated",
                     !run.start_error && run.code == ACCESS_DENIED_CODE && is_clean ? PROOF_PROVED
                                                                                    : PROOF_FAILED,
                     L"%ls, expected %d; %ls", end, ACCESS_DENIED_CODE,
                     is_clean ? L"nothing is left" : L"it left a file or a shadow copy");
    proof_run_fini(&run);
}

static void check_not_elevated(struct proof *proof, int before)
{
    wchar_t sid[IDENTITY_SID_CHARS], folder[PROOF_PATH_CHARS], logs[PROOF_LOG_CHARS];
    HANDLE token = make_token();
    bool has_log;

    format_text(folder, PROOF_PATH_CHARS, L"%ls\\not-elevated", proof->work);
    if (!token || !identity_own_sid(sid) || !proof_log_folder_of(sid, logs) ||
        !proof_make_folder_of(folder, sid)) {
        proof_report_add(&proof->report, L"backup-rights", L"not elevated", PROOF_NOT_POSSIBLE,
                         L"no token and folder for it can be made: Win32 error %lu",
                         GetLastError());
    } else {
        /* An account that is not elevated has a log of its own. */
        has_log = GetFileAttributesW(logs) != INVALID_FILE_ATTRIBUTES;
        run_not_elevated(proof, token, before);
        if (!has_log)
            proof_remove_tree(logs);
    }
    if (token)
        CloseHandle(token);
}

/* --- what the log has of a backup ------------------------------------------------------------- */

static void check_tombstone(struct proof *proof, const wchar_t *label, const char *text)
{
    static const struct
    {
        enum proof_outcome outcome;
        const wchar_t *evidence;
    } ends[] = {
        [PROOF_EXPIRY_NONE] = {PROOF_FAILED, L"the log does not say when the backup expires"},
        [PROOF_EXPIRY_DIRECTORY] = {PROOF_PROVED, L"the directory said when the backup expires"},
        [PROOF_EXPIRY_ASSUMED] = {PROOF_FAILED, L"the directory did not say it: 60 days assumed"},
        [PROOF_EXPIRY_WRITER] = {PROOF_NOT_POSSIBLE, L"the NTDS writer says when it expires"},
        [PROOF_EXPIRY_SETTING] = {PROOF_NOT_POSSIBLE, L"the setting ExpiryDays says it"},
    };
    enum proof_expiry found = text ? proof_texts_expiry(text) : PROOF_EXPIRY_NONE;

    proof_report_add(&proof->report, L"tombstone", label, ends[found].outcome, L"%ls",
                     ends[found].evidence);
}

/* Has the log a whole backup since then? Also reports what it says of its expiry. */
static bool check_log(struct proof *proof, const wchar_t *label, LONGLONG mark)
{
    wchar_t path[PROOF_LOG_CHARS];
    bool found;
    char *text;

    proof_log_path(1, path);
    text = proof_log_since(path, mark);
    found = text && strstr(text, "loaded into ") && strstr(text, "after BackupComplete: ");
    check_tombstone(proof, label, text);
    free(text);
    return found;
}

/* A service first, then ourselves: each must find and leave the log so that the other can go on. */
static void check_two_accounts(struct proof *proof)
{
    wchar_t path[PROOF_LOG_CHARS];
    bool has_system, has_us;
    LONGLONG mark;

    proof_log_path(1, path);
    mark = proof_log_bytes(path);
    check_system(proof, L"SYSTEM, by a service", L"service", proof_service_run);
    has_system = check_log(proof, L"SYSTEM", mark);
    mark = proof_log_bytes(path);
    proof_foreign_check(proof);
    has_us = check_log(proof, L"this account", mark);
    proof_report_add(&proof->report, L"log-two-accounts", L"SYSTEM, then this account",
                     has_system && has_us ? PROOF_PROVED : PROOF_FAILED,
                     L"the log of legacy-backup has %ls",
                     has_system && has_us ? L"both backups"
                     : has_system         ? L"that of SYSTEM only"
                     : has_us             ? L"that of this account only"
                                          : L"neither of them");
}

void proof_accounts_checks(struct proof *proof, int before)
{
    const wchar_t *why = proof_why_no_backup(proof);

    if (why) {
        proof_report_add(&proof->report, L"vss-rights", L"SYSTEM", PROOF_NOT_POSSIBLE, L"%ls", why);
        return;
    }
    if (proof->adlds)
        check_system(proof, L"SYSTEM, by a service", L"service", proof_service_run);
    else
        check_two_accounts(proof);
    check_system(proof, L"SYSTEM, by a task", L"task", proof_task_run);
    check_not_elevated(proof, before);
}
