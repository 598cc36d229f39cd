/*
 * proof_restore.c - level 3 on a domain controller of a lab: what a restore leaves, and whether the
 * directory starts on it.
 */
#include "proof_restore.h"

#include "proof_files.h"
#include "proof_net.h"
#include "proof_stop.h"
#include "proof_texts.h"

#include "common/format.h"
#include "common/registration.h"
#include "doctor/directory_events.h"
#include "doctor/directory_object.h"
#include "doctor/last_restore.h"
#include "doctor/replication.h"
#include "host/clock.h"
#include "host/settings.h"
#include "interlock/interlock_state.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define DOCTOR_MS           300000u
#define REPADMIN_MS         1800000u
#define REPLICATION_STEP_MS 15000u
#define BROKER_MS           120000u
#define DAMAGED_CODE        6 /* of legacy-restore */
#define DAMAGE_AT           100
#define ERRORS_CHARS        200

#define SERVICE_KEY REGISTRATION_SERVICES REGISTRATION_NTDS

static void start_restore(const struct proof *proof, struct proof_run *run, const wchar_t *folder,
                          const wchar_t *options)
{
    wchar_t line[3 * PROOF_PATH_CHARS], file[PROOF_PATH_CHARS];

    format_text(line, ARRAYSIZE(line),
                L"\"%ls\\%ls\\legacy-restore.exe\" %ls \"%ls\" --delete-old%ls", proof->kit,
                proof->native, proof->server, folder, options);
    format_text(file, PROOF_PATH_CHARS, L"%ls\\restore.out", proof->work);
    proof_run_start(run, line, file, NULL);
}

/* --- what there is in the registry ------------------------------------------------------------ */

/* Also if it is not known. */
static bool is_locked(void)
{
    struct interlock_state state;
    bool locked;

    interlock_state_read(&state);
    locked = state.status != ERROR_FILE_NOT_FOUND && state.status != ERROR_PATH_NOT_FOUND;
    interlock_state_fini(&state);
    return locked;
}

/* What a restore must leave: complete, and not started yet; or unfinished. */
static void check_marks(struct proof *proof, const wchar_t *check, bool complete)
{
    struct interlock_state state;
    bool locked = is_locked();

    interlock_state_read(&state);
    proof_report_add(
        &proof->report, L"interlock", check,
        state.is_marked && !state.has_epoch && locked == !complete ? PROOF_PROVED : PROOF_FAILED,
        L"interlock %ls, marker %ls, epoch %ls", locked ? L"there" : L"not there",
        state.is_marked ? L"there" : L"not there", state.has_epoch ? L"there" : L"not there");
    interlock_state_fini(&state);
}

/* --- a backup that is damaged ----------------------------------------------------------------- */

/* One byte in the middle of the database, there and back. */
static bool flip(const wchar_t *database)
{
    HANDLE file =
        CreateFileW(database, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    LARGE_INTEGER size, place;
    DWORD count = 0;
    uint8_t byte;
    bool done = false;

    if (file == INVALID_HANDLE_VALUE)
        return false;
    if (GetFileSizeEx(file, &size)) {
        place.QuadPart = size.QuadPart / 2 + DAMAGE_AT;
        done = SetFilePointerEx(file, place, NULL, FILE_BEGIN) &&
               ReadFile(file, &byte, 1, &count, NULL) && count == 1;
        byte ^= 0xFF;
        done = done && SetFilePointerEx(file, place, NULL, FILE_BEGIN) &&
               WriteFile(file, &byte, 1, &count, NULL) && count == 1;
    }
    CloseHandle(file);
    return done;
}

/* The last change of the directory's own database; 0: not known. */
static uint64_t last_change(void)
{
    WIN32_FILE_ATTRIBUTE_DATA data;
    wchar_t *path = NULL;
    uint64_t time = 0;

    if (registration_location(REGISTRATION_NTDS, DIRECTORY_DATABASE_FILE, &path) == ERROR_SUCCESS &&
        GetFileAttributesExW(path, GetFileExInfoStandard, &data))
        time = clock_of(data.ftLastWriteTime);
    free(path);
    return time;
}

static void check_damaged(struct proof *proof, const wchar_t *folder)
{
    wchar_t database[PROOF_PATH_CHARS], end[PROOF_END_CHARS];
    uint64_t before = last_change();
    struct proof_run run;
    bool untouched;

    format_text(database, PROOF_PATH_CHARS, L"%ls\\ntds.dit", folder);
    if (!flip(database)) {
        proof_report_add(&proof->report, L"samples-checks", L"damaged backup", PROOF_NOT_POSSIBLE,
                         L"the backup cannot be changed: Win32 error %lu", GetLastError());
        return;
    }
    start_restore(proof, &run, folder, L"");
    proof_run_wait(&run, PROOF_BACKUP_MS);
    proof_run_describe(&run, end);
    untouched = before && last_change() == before && !is_locked();
    proof_report_add(&proof->report, L"samples-checks", L"damaged backup",
                     !run.start_error && run.code == DAMAGED_CODE && untouched && flip(database)
                         ? PROOF_PROVED
                         : PROOF_FAILED,
                     L"%ls, expected %d; the directory is %ls", end, DAMAGED_CODE,
                     untouched ? L"as it was" : L"changed");
    proof_run_fini(&run);
}

/* --- a restore that is killed ----------------------------------------------------------------- */

/* True once the restore has set its interlock; false: it ended before. */
static bool wait_for_lock(const struct proof_run *run)
{
    HANDLE changed = CreateEventW(NULL, FALSE, FALSE, NULL);
    HANDLE handles[] = {changed, run->process};
    HKEY service = NULL;
    bool locked = false, goes_on;

    goes_on = changed && run->process &&
              RegOpenKeyExW(HKEY_LOCAL_MACHINE, SERVICE_KEY, 0, KEY_NOTIFY | KEY_WOW64_64KEY,
                            &service) == ERROR_SUCCESS;

    while (goes_on && !locked) {
        goes_on = RegNotifyChangeKeyValue(service, FALSE, REG_NOTIFY_CHANGE_NAME, changed, TRUE) ==
                  ERROR_SUCCESS;
        locked = is_locked();
        if (goes_on && !locked)
            goes_on = WaitForMultipleObjects(2, handles, FALSE, PROOF_BACKUP_MS) == WAIT_OBJECT_0;
    }
    if (service)
        RegCloseKey(service);
    if (changed)
        CloseHandle(changed);
    return locked;
}

static void read_last(struct last_restore *last)
{
    struct settings settings;

    settings_read(&settings);
    last_restore_find(settings.log_folder, last);
}

/* It copies byte by byte, so that it is not done before it is killed; it would check so, too, and a
 * large backup for hours. True: it was killed, and is not complete by its own record. */
static bool kill_restore(struct proof *proof, const wchar_t *folder, bool *seen, HANDLE *broker)
{
    struct last_restore before, after;
    struct proof_run run;

    read_last(&before);
    start_restore(proof, &run, folder, L" --no-check --buffer 1");
    *seen = wait_for_lock(&run);
    *broker = *seen ? proof_open_broker(run.process) : NULL;
    proof_run_wait(&run, *seen ? 0 : PROOF_BACKUP_MS);
    proof_run_fini(&run);
    if (*broker)
        WaitForSingleObject(*broker, BROKER_MS);
    read_last(&after);
    return *seen && !(after.succeeded && after.ended != before.ended);
}

static bool check_killed(struct proof *proof, const wchar_t *folder)
{
    HANDLE broker = NULL;
    bool seen;
    bool killed = kill_restore(proof, folder, &seen, &broker);
    bool ended;

    ended = broker && WaitForSingleObject(broker, 0) == WAIT_OBJECT_0;
    if (broker)
        CloseHandle(broker);
    if (!killed) {
        proof_report_add(&proof->report, L"interlock", L"killed restore",
                         seen ? PROOF_NOT_POSSIBLE : PROOF_FAILED,
                         seen ? L"the restore was complete before it could be killed"
                              : L"the restore ended and no interlock was seen");
        return false;
    }
    proof_report_add(&proof->report, L"restore-killed", L"its broker",
                     ended ? PROOF_PROVED : PROOF_FAILED,
                     broker ? L"ended with its program, within %u s" : L"was not found (%u s)",
                     BROKER_MS / 1000);
    check_marks(proof, L"killed restore", false);
    return true;
}

/* --- a whole one, and the start --------------------------------------------------------------- */

static bool check_restore(struct proof *proof, const wchar_t *folder)
{
    wchar_t end[PROOF_END_CHARS];
    struct proof_run run;
    bool done;

    start_restore(proof, &run, folder, L"");
    proof_run_wait(&run, PROOF_BACKUP_MS);
    proof_run_describe(&run, end);
    done = !run.start_error && run.code == 0;
    proof_report_add(&proof->report, L"restore-killed", L"the next restore",
                     done ? PROOF_PROVED : PROOF_FAILED, L"%ls", end);
    proof_run_fini(&run);
    if (done)
        check_marks(proof, L"complete restore", true);
    return done;
}

static void check_new_id(struct proof *proof, uint64_t since, const wchar_t *old_id)
{
    struct directory_events events;
    struct directory_object object;

    directory_events_read(since, &events);
    proof_report_add(&proof->report, L"directory-start", L"event 1109",
                     events.error                                  ? PROOF_NOT_POSSIBLE
                     : events.found[EVENT_NEW_INVOCATION_ID].count ? PROOF_PROVED
                                                                   : PROOF_FAILED,
                     events.error ? L"the log Directory Service cannot be read: Win32 error %lu"
                                  : L"logged %lu time(s) since the restore",
                     events.error ? events.error
                                  : (DWORD)events.found[EVENT_NEW_INVOCATION_ID].count);
    directory_object_read(&object);
    proof_report_add(&proof->report, L"directory-start", L"invocation ID",
                     !old_id[0] || !object.invocation_id[0]      ? PROOF_NOT_POSSIBLE
                     : wcscmp(old_id, object.invocation_id) == 0 ? PROOF_FAILED
                                                                 : PROOF_PROVED,
                     !old_id[0] || !object.invocation_id[0] ? L"LDAP does not say: error 0x%lx"
                                                            : L"it is another one (0x%lx)",
                     object.error);
}

static void check_doctor(struct proof *proof)
{
    wchar_t end[PROOF_END_CHARS];
    char errors[ERRORS_CHARS];
    struct proof_run run;

    proof_run_native(proof, &run, L"ntdsdoctor.exe", L"--json --after-restore", DOCTOR_MS);
    proof_run_describe(&run, end);
    proof_texts_errors(run.output, errors, ERRORS_CHARS);
    /* 3: something is not known. */
    proof_report_add(&proof->report, L"after-restore", L"ntdsdoctor --after-restore",
                     !run.start_error && (run.code == 0 || run.code == 3) ? PROOF_PROVED
                                                                          : PROOF_FAILED,
                     L"%ls, errors: %hs", end, errors[0] ? errors : "none");
    proof_run_fini(&run);
}

/* How many inbound links succeeded since then, and of how many; false: that is not known. */
static bool count_links(uint64_t since, size_t *good, size_t *all)
{
    struct replication replication;
    bool known;
    size_t i;

    replication_read(&replication);
    known = !replication.error;
    *good = 0;
    *all = replication.count;
    for (i = 0; i < replication.count; i++)
        *good += replication.links[i].result == 0 && replication.links[i].succeeded >= since;
    replication_fini(&replication);
    return known;
}

/* Inbound: what other domain controllers have of ours is theirs to say. */
static void check_partners(struct proof *proof, uint64_t since)
{
    ULONGLONG start = GetTickCount64();
    struct proof_run run;
    size_t good, all;
    bool known;

    proof_run_system(proof, &run, L"repadmin.exe", L"/syncall /A /e", REPADMIN_MS);
    proof_run_fini(&run);
    /* Nothing but asking again tells when it is done. */
    while ((known = count_links(since, &good, &all)) && good < all &&
           GetTickCount64() - start < REPADMIN_MS && !proof_stop_wait(REPLICATION_STEP_MS))
        continue;
    proof_report_add(&proof->report, L"after-restore", L"replication",
                     !known || !all ? PROOF_NOT_POSSIBLE
                     : good == all  ? PROOF_PROVED
                                    : PROOF_FAILED,
                     known ? L"%u of %u inbound links since the start" : L"cannot be asked",
                     (unsigned int)good, (unsigned int)all);
}

static bool check_start(struct proof *proof, const struct proof_services *services,
                        const wchar_t *old_id)
{
    uint64_t since = clock_now();
    bool runs = proof_net_start(proof, services);

    proof_report_add(&proof->report, L"directory-start", L"start after the restore",
                     runs ? PROOF_PROVED : PROOF_FAILED,
                     runs ? L"the directory and what depends on it run"
                          : L"the directory, or a service that depends on it, does not run");
    if (!runs)
        return false;
    proof_report_add(&proof->report, L"epoch-windows", L"start after the restore", PROOF_PROVED,
                     L"the directory runs on a database whose epoch was deleted");
    check_new_id(proof, since, old_id);
    check_partners(proof, since);
    check_doctor(proof);
    return true;
}

/* --- what the interlock does ------------------------------------------------------------------ */

static bool copy_to_folder(const wchar_t *folder, const wchar_t *suffix,
                           enum directory_location which)
{
    wchar_t *target = NULL;
    bool done = registration_location(REGISTRATION_NTDS, which, &target) == ERROR_SUCCESS;

    if (done) {
        proof_delete_files(target, suffix);
        done = proof_copy_files(folder, suffix, target);
    }

    free(target);
    return done;
}

/* Every file of the backup in its place and no other, as if the restore had only lacked its end. */
static bool place_files(const wchar_t *folder)
{
    wchar_t source[PROOF_PATH_CHARS];
    wchar_t *database = NULL;
    bool done;

    format_text(source, PROOF_PATH_CHARS, L"%ls\\ntds.dit", folder);
    done = registration_location(REGISTRATION_NTDS, DIRECTORY_DATABASE_FILE, &database) ==
               ERROR_SUCCESS &&
           CopyFileW(source, database, FALSE);
    free(database);
    return done && copy_to_folder(folder, L".log", DIRECTORY_LOG_FOLDER) &&
           copy_to_folder(folder, L".chk", DIRECTORY_CHECKPOINT_FOLDER);
}

/*
 * A directory whose restore did not end must not start, though nothing but the interlock says so.
 * Afterwards the restore is done again.
 */
static void check_interlock(struct proof *proof, const wchar_t *folder)
{
    struct proof_services stopped;
    wchar_t end[PROOF_NET_END_CHARS];
    bool starts;

    if (!proof_net_stop(proof, REGISTRATION_NTDS, &stopped) || !check_killed(proof, folder) ||
        !place_files(folder)) {
        proof_report_add(&proof->report, L"directory-interlock", L"start after a killed restore",
                         PROOF_NOT_POSSIBLE, L"it cannot be stopped, killed or put in place");
    } else {
        starts = proof_net_start(proof, &stopped);
        proof_net_describe(REGISTRATION_NTDS, end);
        proof_report_add(&proof->report, L"directory-interlock", L"start after a killed restore",
                         starts ? PROOF_FAILED : PROOF_PROVED,
                         starts ? L"the directory started on a restore that did not end: %ls"
                                : L"the directory did not start: %ls",
                         end);
        proof_net_stop(proof, REGISTRATION_NTDS, &stopped);
    }
    if (check_restore(proof, folder) && !proof_net_start(proof, &stopped))
        proof_report_add(&proof->report, L"directory-start", L"start after the last restore",
                         PROOF_FAILED, L"the directory, or what depends on it, does not run");
}

/* --- all of it -------------------------------------------------------------------------------- */

static bool make_backup(struct proof *proof, const wchar_t *folder)
{
    wchar_t arguments[PROOF_PATH_CHARS], end[PROOF_END_CHARS];
    struct proof_run run;
    bool whole;

    format_text(arguments, PROOF_PATH_CHARS, L"%ls \"%ls\"", proof->server, folder);
    proof_run_native(proof, &run, L"legacy-backup.exe", arguments, PROOF_BACKUP_MS);
    proof_run_describe(&run, end);
    whole = !run.start_error && run.code == 0 && proof_is_whole(proof, folder);
    proof_run_fini(&run);
    if (!whole)
        proof_report_add(&proof->report, L"directory-start", L"backup", PROOF_FAILED,
                         L"%ls: there is nothing to restore, and nothing was changed", end);
    return whole;
}

static void restore_running(struct proof *proof, const wchar_t *folder)
{
    struct proof_services stopped;
    struct directory_object object;
    bool is_stopped;

    directory_object_read(&object);
    is_stopped = proof_net_stop(proof, REGISTRATION_NTDS, &stopped);
    proof_report_add(&proof->report, L"directory-start", L"stop",
                     is_stopped ? PROOF_PROVED : PROOF_FAILED,
                     is_stopped ? L"the directory and %u service(s) that depend on it are stopped"
                                : L"the directory does not stop (%u service(s) depend on it)",
                     (unsigned int)stopped.count - 1);
    if (is_stopped) {
        check_damaged(proof, folder);
        check_killed(proof, folder);
        if (check_restore(proof, folder) && check_start(proof, &stopped, object.invocation_id))
            check_interlock(proof, folder);
    } else {
        proof_net_start(proof, &stopped);
    }
}

static void restore_in_restore_mode(struct proof *proof, const wchar_t *folder)
{
    check_damaged(proof, folder);
    check_killed(proof, folder);
    if (check_restore(proof, folder))
        proof_report_add(&proof->report, L"restore-mode", L"restore in DSRM", PROOF_PROVED,
                         L"complete; after the restart, 'ntdsdoctor --after-restore' judges the "
                         L"start");
}

void proof_restore_checks(struct proof *proof)
{
    wchar_t folder[PROOF_PATH_CHARS];

    if (!proof->is_controller) {
        proof_report_add(&proof->report, L"directory-start", L"start after the restore",
                         PROOF_NOT_POSSIBLE, L"this is no domain controller");
        return;
    }
    format_text(folder, PROOF_PATH_CHARS, L"%ls\\restore", proof->work);
    if (registration_is_restore_mode()) {
        if (proof->from && proof_copy_folder(proof->from, folder))
            restore_in_restore_mode(proof, folder);
        else
            proof_report_add(&proof->report, L"restore-mode", L"restore in DSRM",
                             PROOF_NOT_POSSIBLE, L"/from:FOLDER names no backup that can be read");
    } else if (make_backup(proof, folder)) {
        restore_running(proof, folder);
    }
}
