/*
 * proof_cruel.c - level 2, on a domain controller: backups that die, that are two at once, in a job
 * that lets nobody go, and without the privilege.
 */
#include "proof.h"
#include "proof_files.h"
#include "proof_stop.h"

#include "common/format.h"
#include "doctor/processes.h"

#include <windows.h>

#define SHADOW_MS   600000u
#define STEP_MS     200u
#define BROKERS_MAX 8u

/* Exit codes of legacy-backup. */
#define ACCESS_DENIED_CODE 4

/* folder: below the work folder, which is made full here. more: further arguments. */
static void start_backup(const struct proof *proof, struct proof_run *run,
                         const struct proof_way *way, const wchar_t *bitness, const wchar_t *folder,
                         const wchar_t *more)
{
    wchar_t line[2 * PROOF_PATH_CHARS], file[PROOF_PATH_CHARS];

    format_text(line, ARRAYSIZE(line), L"\"%ls\\%ls\\legacy-backup.exe\" %ls \"%ls\\%ls\"%ls",
                proof->kit, bitness, proof->server, proof->work, folder, more);
    format_text(file, PROOF_PATH_CHARS, L"%ls\\%ls.out", proof->work, folder);
    proof_run_start(run, line, file, way);
}

static bool is_backup_whole(const struct proof *proof, const wchar_t *folder)
{
    wchar_t path[PROOF_PATH_CHARS];
    bool whole;

    format_text(path, PROOF_PATH_CHARS, L"%ls\\%ls", proof->work, folder);
    whole = proof_is_whole(proof, path);
    proof_remove_tree(path);
    return whole;
}

static void remove_backup(const struct proof *proof, const wchar_t *folder)
{
    wchar_t path[PROOF_PATH_CHARS];

    format_text(path, PROOF_PATH_CHARS, L"%ls\\%ls", proof->work, folder);
    proof_remove_tree(path);
}

/* How far a backup is when it is killed. */
enum moment
{
    MOMENT_BROKER, /* has one */
    MOMENT_SHADOW,
    MOMENT_BYTES,
    MOMENT_COUNT
};

HANDLE proof_open_broker(HANDLE program)
{
    struct broker_found found[BROKERS_MAX];
    size_t count, i;

    processes_find_brokers(found, BROKERS_MAX, &count); /* of a list that ends early: those */
    for (i = 0; i < count && i < BROKERS_MAX; i++) {
        if (found[i].parent == GetProcessId(program))
            return OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, found[i].process);
    }
    return NULL;
}

static bool has_bytes(const struct proof *proof, const wchar_t *folder)
{
    WIN32_FILE_ATTRIBUTE_DATA data;
    wchar_t path[PROOF_PATH_CHARS];

    format_text(path, PROOF_PATH_CHARS, L"%ls\\%ls\\ntds.dit.part", proof->work, folder);
    return GetFileAttributesExW(path, GetFileExInfoStandard, &data) &&
           (data.nFileSizeLow || data.nFileSizeHigh);
}

/* A backup that reads byte by byte, once it is so far. NULL: it was not seen there. */
static HANDLE start_slow_backup(const struct proof *proof, struct proof_run *run,
                                const wchar_t *folder, enum moment moment, int before)
{
    ULONGLONG start = GetTickCount64();
    HANDLE broker = NULL;

    start_backup(proof, run, NULL, proof->native, folder, L" --buffer 1");
    while (run->process && GetTickCount64() - start < SHADOW_MS) {
        if (!broker)
            broker = proof_open_broker(run->process);
        if (broker && (moment == MOMENT_BROKER ||
                       (moment == MOMENT_SHADOW ? proof_count_shadows(proof) > before
                                                : has_bytes(proof, folder))))
            return broker;
        /* Nobody tells: it can only be looked at again. */
        if (proof_stop_requested() || WaitForSingleObject(run->process, STEP_MS) == WAIT_OBJECT_0)
            break;
    }
    if (broker)
        CloseHandle(broker);
    return NULL;
}

/* Seconds until there are as many shadow copies as before; -1: not within the time that they have.
 */
static int seconds_until(const struct proof *proof, int before)
{
    ULONGLONG start = GetTickCount64();
    ULONGLONG seconds = 0;

    while (proof_count_shadows(proof) != before) {
        seconds = (GetTickCount64() - start) / 1000;
        if (seconds > proof->wait_s)
            return -1;
        if (proof_stop_wait(STEP_MS))
            return -1;
    }
    return (int)seconds;
}

static void report_death(struct proof *proof, const wchar_t *check, bool was_there, bool has_failed,
                         int seconds)
{
    proof_report_add(&proof->report, L"killed-backup", check,
                     !was_there                   ? PROOF_NOT_POSSIBLE
                     : has_failed && seconds >= 0 ? PROOF_PROVED
                                                  : PROOF_FAILED,
                     !was_there    ? L"it was not seen at that moment"
                     : !has_failed ? L"the program says that its backup is complete"
                     : seconds < 0 ? L"its broker or its shadow copy was still there after %u s"
                                   : L"all was clear after %u s",
                     seconds < 0 ? proof->wait_s : (unsigned int)seconds);
}

static void check_program_death(struct proof *proof, enum moment moment, int before)
{
    static const wchar_t *const checks[MOMENT_COUNT] = {
        L"the program is killed when it has a broker",
        L"the program is killed when it has a shadow copy",
        L"the program is killed while it reads"};
    struct proof_run run;
    HANDLE broker = start_slow_backup(proof, &run, L"killed", moment, before);
    int seconds = -1;

    proof_run_wait(&run, 0);
    proof_run_fini(&run);
    if (broker && WaitForSingleObject(broker, proof->wait_s * 1000) == WAIT_OBJECT_0)
        seconds = seconds_until(proof, before);
    report_death(proof, checks[moment], broker != NULL, true, seconds);
    if (broker)
        CloseHandle(broker);
    remove_backup(proof, L"killed");
}

static void check_broker_death(struct proof *proof, enum moment moment, int before)
{
    static const wchar_t *const checks[MOMENT_COUNT] = {
        L"its broker is killed at once", L"its broker is killed when it has a shadow copy",
        L"its broker is killed while it reads"};
    struct proof_run run;
    HANDLE broker = start_slow_backup(proof, &run, L"orphan", moment, before);
    bool killed = broker && TerminateProcess(broker, 1);

    proof_run_wait(&run, killed ? PROOF_BACKUP_MS : 0);
    report_death(proof, checks[moment], killed, run.code != 0, seconds_until(proof, before));
    proof_run_fini(&run);
    if (broker)
        CloseHandle(broker);
    remove_backup(proof, L"orphan");
}

static void check_two_at_once(struct proof *proof)
{
    wchar_t first_end[PROOF_END_CHARS], second_end[PROOF_END_CHARS];
    struct proof_run first, second;
    bool whole;

    start_backup(proof, &first, NULL, proof->native, L"both", L"");
    start_backup(proof, &second, NULL, L"x86", L"both86", L"");
    proof_run_wait(&first, PROOF_BACKUP_MS);
    proof_run_wait(&second, PROOF_BACKUP_MS);
    proof_run_describe(&first, first_end);
    proof_run_describe(&second, second_end);
    whole = first.code == 0 && second.code == 0 && is_backup_whole(proof, L"both") &&
            is_backup_whole(proof, L"both86");
    proof_report_add(&proof->report, L"two-backups", L"two programs at once",
                     whole ? PROOF_PROVED : PROOF_FAILED, L"%ls: %ls, x86: %ls, both %ls",
                     proof->native, first_end, second_end, whole ? L"good" : L"not good");
    proof_run_fini(&first);
    proof_run_fini(&second);
}

/* Ends its processes when it is closed, and lets none leave it. */
static void check_job(struct proof *proof)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limit = {.BasicLimitInformation.LimitFlags =
                                                      JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE};
    struct proof_way way = {.job = CreateJobObjectW(NULL, NULL)};
    wchar_t end[PROOF_END_CHARS];
    struct proof_run run;
    bool whole;

    if (!way.job || !SetInformationJobObject(way.job, JobObjectExtendedLimitInformation, &limit,
                                             sizeof(limit))) {
        proof_report_add(&proof->report, L"hosts-job", L"a job without breakaway",
                         PROOF_NOT_POSSIBLE, L"no job can be made: Win32 error %lu",
                         GetLastError());
    } else {
        start_backup(proof, &run, &way, proof->native, L"job", L"");
        proof_run_wait(&run, PROOF_BACKUP_MS);
        proof_run_describe(&run, end);
        whole = run.code == 0 && is_backup_whole(proof, L"job");
        proof_report_add(&proof->report, L"hosts-job", L"a job without breakaway",
                         whole             ? PROOF_PROVED
                         : run.start_error ? PROOF_NOT_POSSIBLE
                                           : PROOF_FAILED,
                         L"%ls", end);
        proof_run_fini(&run);
    }
    if (way.job)
        CloseHandle(way.job);
}

/* Our own, without the privileges of a backup. */
static HANDLE make_token(void)
{
    static const wchar_t *const names[] = {SE_BACKUP_NAME, SE_RESTORE_NAME};
    LUID_AND_ATTRIBUTES taken[ARRAYSIZE(names)] = {0};
    HANDLE own, made = NULL;
    DWORD i;

    for (i = 0; i < ARRAYSIZE(names); i++) {
        if (!LookupPrivilegeValueW(NULL, names[i], &taken[i].Luid))
            return NULL;
    }
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_DUPLICATE | TOKEN_QUERY | TOKEN_ASSIGN_PRIMARY,
                          &own))
        return NULL;
    if (!CreateRestrictedToken(own, 0, 0, NULL, ARRAYSIZE(names), taken, 0, NULL, &made))
        made = NULL;
    CloseHandle(own);
    return made;
}

static void check_rights(struct proof *proof)
{
    struct proof_way way = {.token = make_token()};
    wchar_t end[PROOF_END_CHARS];
    struct proof_run run;

    if (!way.token) {
        proof_report_add(&proof->report, L"backup-rights", L"without privileges",
                         PROOF_NOT_POSSIBLE, L"no such token can be made: Win32 error %lu",
                         GetLastError());
        return;
    }
    start_backup(proof, &run, &way, proof->native, L"rights", L"");
    proof_run_wait(&run, PROOF_BACKUP_MS);
    proof_run_describe(&run, end);
    proof_report_add(&proof->report, L"backup-rights", L"without privileges",
                     !run.start_error && run.code == ACCESS_DENIED_CODE ? PROOF_PROVED
                                                                        : PROOF_FAILED,
                     L"%ls, expected %d", end, ACCESS_DENIED_CODE);
    proof_run_fini(&run);
    CloseHandle(way.token);
}

void proof_cruel_checks(struct proof *proof, int before)
{
    enum moment moment;

    check_rights(proof);
    check_job(proof);
    check_two_at_once(proof);
    for (moment = 0; moment < MOMENT_COUNT; moment++) {
        check_program_death(proof, moment, before);
        check_broker_death(proof, moment, before);
    }
}
