/*
 * proof_backup.c - level 2: shadow copies and backups, which leave the directory as it is.
 */
#include "proof.h"
#include "proof_engine.h"
#include "proof_files.h"
#include "proof_log.h"
#include "proof_texts.h"

#include "common/format.h"
#include "host/clock.h"
#include "host/event_query.h"

#include <windows.h>
#include <stdlib.h>
#include <string.h>

#define TOOL_MS    600000u
#define LINE_CHARS (3 * PROOF_PATH_CHARS)

/* A program that makes a backup, and where its own folder is. */
struct maker
{
    const wchar_t *claim, *label, *program, *options, *folder;
    bool of_controller; /* AD LDS has no old API */
    bool has_log;       /* writes the DLL's log */
};

static const struct maker makers[] = {
    {L"windows-vss", L"legacy-backup x64", L"x64\\legacy-backup.exe", L"", L"legacy64", true, true},
    {L"windows-vss", L"legacy-backup x86", L"x86\\legacy-backup.exe", L"", L"legacy86", true, true},
    {L"windows-vss", L"legacy-backup x64 --ansi", L"x64\\legacy-backup.exe", L" --ansi", L"ansi64",
     true, true},
    {L"windows-vss", L"vss-backup x64", L"x64\\vss-backup.exe", L"", L"vss64", false, false},
};

/* --- the computer before and after ------------------------------------------------------------ */

int proof_count_shadows(const struct proof *proof)
{
    struct proof_run run;
    int count;

    proof_run_system(proof, &run, L"vssadmin.exe", L"list shadows", TOOL_MS);
    /* 1 if there is none. */
    count =
        run.start_error || run.is_late || run.code > 1 ? -1 : (int)proof_texts_shadows(run.output);
    proof_run_fini(&run);
    return count;
}

static void check_shadows(struct proof *proof, int before)
{
    int after = proof_count_shadows(proof);

    proof_report_add(&proof->report, L"windows-shadows", L"shadow copies before and after",
                     before < 0 || after < 0 ? PROOF_NOT_POSSIBLE
                     : before == after       ? PROOF_PROVED
                                             : PROOF_FAILED,
                     before < 0 || after < 0 ? L"vssadmin cannot list them"
                                             : L"%d before, %d after",
                     before, after);
}

struct event_count
{
    unsigned int count;
    unsigned int first; /* its number */
};

static DWORD count_event(const struct event_api *api, EVT_HANDLE event, void *context)
{
    struct event_count *events = context;
    DWORD count, error;
    EVT_VARIANT *values = event_query_values(api, event, EvtRenderContextSystem, &count, &error);

    if (!values)
        return error;
    if (events->count++ == 0)
        events->first = values[EvtSystemEventID].UInt16Val;
    free(values);
    return ERROR_SUCCESS;
}

/* Errors that one source logged since the proof began. */
static void check_events_of(struct proof *proof, const struct event_api *api, const wchar_t *log,
                            const wchar_t *source)
{
    struct event_count events = {0};
    wchar_t time[EVENT_QUERY_TIME_CHARS];
    wchar_t query[300];
    DWORD error;

    event_query_format_time(proof->began, time);
    format_text(query, ARRAYSIZE(query),
                L"*[System[Provider[@Name='%ls'] and (Level=1 or Level=2) and "
                L"TimeCreated[@SystemTime>='%ls']]]",
                source, time);
    error = event_query_each(api, log, query, EvtQueryForwardDirection, count_event, 1000, &events);
    proof_report_add(&proof->report, L"windows-events", source,
                     error          ? PROOF_NOT_POSSIBLE
                     : events.count ? PROOF_FAILED
                                    : PROOF_PROVED,
                     error          ? L"the log %ls cannot be read: Win32 error %lu"
                     : events.count ? L"the log %ls has error(s), the first is event %lu"
                                    : L"the log %ls has no error since the proof began",
                     log, error ? error : (DWORD)events.first);
}

static void check_events(struct proof *proof)
{
    struct event_api api;
    HMODULE module;

    if (!event_query_load(&api, &module)) {
        proof_report_add(&proof->report, L"windows-events", L"wevtapi.dll", PROOF_NOT_POSSIBLE,
                         L"this Windows has no event log of this kind");
        return;
    }
    check_events_of(proof, &api, L"Application", L"VSS");
    check_events_of(proof, &api, L"System", L"volsnap");
    if (proof->is_controller)
        check_events_of(proof, &api, L"Directory Service", L"NTDS ISAM");
    FreeLibrary(module);
}

/* The writer of AD LDS is not that of a domain controller. */
static const wchar_t *claim_of(const struct proof *proof, const wchar_t *claim)
{
    return proof->adlds ? L"windows-adlds" : claim;
}

/* --- a backup --------------------------------------------------------------------------------- */

static void test_with_doctor(struct proof *proof, const wchar_t *program)
{
    wchar_t arguments[200], end[PROOF_END_CHARS];
    struct proof_run run;
    bool good;

    format_text(arguments, ARRAYSIZE(arguments), L"--json --backup-test --read%ls%ls",
                proof->adlds ? L" --adlds " : L"", proof->adlds ? proof->adlds : L"");
    proof_run_kit(proof, &run, program, arguments, PROOF_BACKUP_MS);
    proof_run_describe(&run, end);
    good =
        strstr(run.output, "\"backup-test.read\"") && strstr(run.output, "a backup would work now");
    proof_report_add(&proof->report, claim_of(proof, L"windows-vss"), program,
                     good ? PROOF_PROVED : PROOF_FAILED, L"--backup-test --read: %ls", end);
    proof_run_fini(&run);
}

static void check_log(struct proof *proof, const struct maker *maker, const char *text)
{
    static const struct
    {
        const wchar_t *claim, *label;
        const char *line;
    } wanted[] = {
        {L"windows-vss", L"the files come from a shadow copy of Windows",
         "Device\\HarddiskVolumeShadowCopy"},
        {L"windows-vss", L"writer's state after PrepareForBackup",
         "NTDS writer after PrepareForBackup: "},
        {L"windows-vss", L"writer's state after DoSnapshotSet",
         "NTDS writer after DoSnapshotSet: "},
        {L"windows-vss", L"writer's state after BackupComplete",
         "NTDS writer after BackupComplete: "},
        {L"windows-vss", L"the writer's backup metadata", "writer's backup metadata: "},
    };
    size_t i;

    for (i = 0; i < ARRAYSIZE(wanted); i++) {
        const char *line = text ? strstr(text, wanted[i].line) : NULL;
        size_t bytes = line ? strcspn(line, "\r\n") : 0;

        proof_report_add(&proof->report, wanted[i].claim, wanted[i].label,
                         line ? PROOF_PROVED : PROOF_FAILED,
                         line ? L"%ls: %.*hs"
                              : L"%ls: not in "
                                L"its log",
                         maker->label, bytes > 200 ? 200 : (int)bytes, line);
    }
}

/* Every file of the backup, by our own program. */
static bool verify(const struct proof *proof, const wchar_t *folder, struct proof_run *run)
{
    wchar_t pattern[PROOF_PATH_CHARS], line[LINE_CHARS] = L"";
    WIN32_FIND_DATAW found;
    HANDLE search;
    size_t used = 0;

    format_text(pattern, PROOF_PATH_CHARS, L"%ls\\*", folder);
    search = FindFirstFileW(pattern, &found);
    if (search == INVALID_HANDLE_VALUE)
        return false;
    /* In the folder itself, so that many names fit into a line. */
    do {
        const wchar_t *dot = wcsrchr(found.cFileName, L'.');

        if (!dot ||
            (wcscmp(dot, L".dit") != 0 && wcscmp(dot, L".log") != 0 && wcscmp(dot, L".chk") != 0) ||
            used + wcslen(folder) + wcslen(found.cFileName) + 5 > LINE_CHARS)
            continue;
        format_text(line + used, LINE_CHARS - used, L"\"%ls\\%ls\" ", folder, found.cFileName);
        used += wcslen(line + used);
    } while (FindNextFileW(search, &found));
    FindClose(search);
    proof_run_native(proof, run, L"ese-verify.exe", line, PROOF_BACKUP_MS);
    return used > 0;
}

bool proof_is_whole(const struct proof *proof, const wchar_t *folder)
{
    struct proof_run run = {0};
    bool whole = verify(proof, folder, &run) && !run.start_error && run.code == 0;

    proof_run_fini(&run);
    return whole;
}

/* The engine's own program and ours say the same of the database. */
static void check_esentutl(struct proof *proof, const wchar_t *database)
{
    struct proof_texts_header theirs, ours;
    wchar_t quoted[PROOF_PATH_CHARS], dump[PROOF_PATH_CHARS], sums[PROOF_PATH_CHARS];
    struct proof_run header, pages, verified;

    format_text(quoted, PROOF_PATH_CHARS, L"\"%ls\"", database);
    format_text(dump, PROOF_PATH_CHARS, L"/mh %ls", quoted);
    format_text(sums, PROOF_PATH_CHARS, L"/k %ls", quoted);
    proof_run_system(proof, &header, L"esentutl.exe", dump, TOOL_MS);
    proof_run_system(proof, &pages, L"esentutl.exe", sums, PROOF_BACKUP_MS);
    proof_run_native(proof, &verified, L"ese-verify.exe", quoted, PROOF_BACKUP_MS);
    proof_texts_header(header.output, &theirs);
    proof_texts_verified(verified.output, &ours);
    if (header.start_error || pages.start_error)
        proof_report_add(&proof->report, L"windows-esentutl", L"database", PROOF_NOT_POSSIBLE,
                         L"this Windows has no esentutl");
    else
        proof_report_add(
            &proof->report, L"windows-esentutl", L"database",
            pages.code == 0 && verified.code == 0 && theirs.is_known && ours.is_known &&
                    theirs.is_clean == ours.is_clean && theirs.first_log == ours.first_log &&
                    theirs.last_log == ours.last_log
                ? PROOF_PROVED
                : PROOF_FAILED,
            L"esentutl /k ends with %lu, ese-verify with %lu; %hs and %hs, logs %u-%u and %u-%u",
            pages.code, verified.code, theirs.is_clean ? "clean" : "dirty",
            ours.is_clean ? "clean" : "dirty", theirs.first_log, theirs.last_log, ours.first_log,
            ours.last_log);
    proof_run_fini(&header);
    proof_run_fini(&pages);
    proof_run_fini(&verified);
}

/* Both also accept the current log and the checkpoint: an exit code is all that they have. */
static void check_esentutl_of(struct proof *proof, const wchar_t *folder, const wchar_t *option,
                              const wchar_t *name)
{
    wchar_t arguments[PROOF_PATH_CHARS], theirs[PROOF_END_CHARS], ours[PROOF_END_CHARS];
    struct proof_run tool, verified;

    format_text(arguments, PROOF_PATH_CHARS, L"%ls \"%ls\\%ls\"", option, folder, name);
    proof_run_system(proof, &tool, L"esentutl.exe", arguments, TOOL_MS);
    proof_run_native(proof, &verified, L"ese-verify.exe", arguments + wcslen(option),
                     PROOF_BACKUP_MS);
    proof_run_describe(&tool, theirs);
    proof_run_describe(&verified, ours);
    proof_report_add(&proof->report, L"windows-esentutl", option,
                     tool.start_error                                        ? PROOF_NOT_POSSIBLE
                     : !tool.is_late && tool.code == 0 && verified.code == 0 ? PROOF_PROVED
                                                                             : PROOF_FAILED,
                     L"%ls: esentutl: %ls, ese-verify: %ls", name, theirs, ours);
    proof_run_fini(&tool);
    proof_run_fini(&verified);
}

static void backup_arguments(const struct proof *proof, const struct maker *maker,
                             const wchar_t *folder, wchar_t arguments[PROOF_PATH_CHARS])
{
    format_text(arguments, PROOF_PATH_CHARS, L"%ls \"%ls\"%ls%ls%ls", proof->server, folder,
                maker->options, proof->adlds ? L" --adlds " : L"",
                proof->adlds ? proof->adlds : L"");
}

/* One backup is also given to Windows' own programs. */
static bool is_examined(const struct proof *proof, const struct maker *maker)
{
    return proof->adlds || (wcsncmp(maker->program, proof->native, 3) == 0 && !maker->options[0] &&
                            maker->of_controller);
}

static void examine(struct proof *proof, const wchar_t *folder, const struct proof_object *object)
{
    const wchar_t *database = proof->adlds ? L"adamntds.dit" : L"ntds.dit";
    wchar_t path[PROOF_PATH_CHARS];

    format_text(path, PROOF_PATH_CHARS, L"%ls\\%ls", folder, database);
    check_esentutl(proof, path);
    check_esentutl_of(proof, folder, L"/ml", L"edb.log");
    check_esentutl_of(proof, folder, L"/mk", L"edb.chk");
    proof_engine_checks(proof, folder, database, object);
}

static void check_maker(struct proof *proof, const struct maker *maker)
{
    wchar_t folder[PROOF_PATH_CHARS], arguments[PROOF_PATH_CHARS], path[PROOF_PATH_CHARS];
    wchar_t end[PROOF_END_CHARS];
    struct proof_object object;
    bool has_object = is_examined(proof, maker) && proof_engine_look(proof, &object);
    struct proof_run run;
    LONGLONG mark;
    bool whole;
    char *text;

    proof_log_path(1, path);
    mark = proof_log_bytes(path);
    format_text(folder, PROOF_PATH_CHARS, L"%ls\\%ls", proof->work, maker->folder);
    backup_arguments(proof, maker, folder, arguments);
    proof_run_kit(proof, &run, maker->program, arguments, PROOF_BACKUP_MS);
    proof_run_describe(&run, end);
    whole = !run.start_error && run.code == 0 && proof_is_whole(proof, folder);
    proof_report_add(&proof->report, claim_of(proof, maker->claim), maker->label,
                     whole ? PROOF_PROVED : PROOF_FAILED, L"%ls, ese-verify: %ls", end,
                     whole ? L"good" : L"not good");
    proof_run_fini(&run);
    if (maker->has_log) {
        text = proof_log_since(path, mark);
        check_log(proof, maker, text);
        free(text);
    }
    if (whole && is_examined(proof, maker))
        examine(proof, folder, has_object ? &object : NULL);
    proof_remove_tree(folder);
}

/* NULL: this backup can be made here. */
static const wchar_t *why_not(const struct proof *proof, const struct maker *maker)
{
    if (!proof_can_run(proof, maker->program))
        return L"this Windows is 32-bit";
    if (proof->adlds)
        return maker->of_controller ? L"AD LDS has no old API" : NULL;
    return proof->is_controller ? NULL : L"this is no domain controller";
}

void proof_backup_checks(struct proof *proof)
{
    int before = proof_count_shadows(proof);
    struct proof_log_marks marks;
    size_t i;

    proof_log_mark_all(&marks);

    /* So that the logs show every phase. */
    SetEnvironmentVariableW(L"NTDSBCLI_LOG", L"4");
    if (proof_can_run(proof, L"x64\\ntdsdoctor.exe"))
        test_with_doctor(proof, L"x64\\ntdsdoctor.exe");
    test_with_doctor(proof, L"x86\\ntdsdoctor.exe");
    for (i = 0; i < ARRAYSIZE(makers); i++) {
        const wchar_t *why = why_not(proof, &makers[i]);

        if (!why)
            check_maker(proof, &makers[i]);
        else
            proof_report_add(&proof->report, claim_of(proof, makers[i].claim), makers[i].label,
                             PROOF_NOT_POSSIBLE, L"%ls", why);
    }
    /* Before backups are killed: those may log errors. */
    check_events(proof);
    if (proof->is_controller && !proof->adlds && before >= 0)
        proof_cruel_checks(proof, before);
    if (before >= 0)
        proof_accounts_checks(proof, before);
    if (proof->may_make_account)
        proof_operator_checks(proof);
    proof_log_remove_records(&marks);
    check_shadows(proof, before);
}
