/*
 * proof_adlds.c - an AD LDS instance is backed up while it is written to, destroyed, restored and
 * started; what was written after the backup must be gone, and the instance beside it untouched.
 */
#include "proof_files.h"
#include "proof_ldap.h"
#include "proof_restore.h"
#include "proof_stop.h"
#include "proof_net.h"

#include "common/format.h"
#include "common/registration.h"
#include "interlock/interlock_state.h"

#include <stdlib.h>
#include <wchar.h>

#define NAME_CHARS   200
#define OPEN_TRIES   120
#define OPEN_STEP_MS 500u

struct cycle
{
    struct proof *proof;
    const wchar_t *partition; /* NULL: nothing is written */
    wchar_t service[PROOF_SERVICE_CHARS];
    wchar_t folder[PROOF_PATH_CHARS]; /* of the backup */
};

/* --- objects ---------------------------------------------------------------------------------- */

static void name_object(const struct cycle *cycle, const wchar_t *name, wchar_t text[NAME_CHARS])
{
    format_text(text, NAME_CHARS, L"CN=%ls,%ls", name, cycle->partition);
}

/* An instance that has just started may not answer yet, and nothing else tells when it does. */
static bool open_instance(const struct cycle *cycle, struct proof_ldap *ldap)
{
    int tries_left = OPEN_TRIES;

    while (!proof_ldap_open(ldap, cycle->proof->port)) {
        proof_ldap_close(ldap);
        if (--tries_left == 0)
            return false;
        if (proof_stop_wait(OPEN_STEP_MS))
            return false;
    }
    return true;
}

static bool add_object(const struct cycle *cycle, const wchar_t *name)
{
    struct proof_ldap ldap;
    wchar_t text[NAME_CHARS];
    bool added;

    name_object(cycle, name, text);
    added = open_instance(cycle, &ldap) && proof_ldap_add(&ldap, text);
    proof_ldap_close(&ldap);
    return added;
}

/* As proof_ldap_has. */
static int has_object(const struct cycle *cycle, const wchar_t *name)
{
    struct proof_ldap ldap;
    wchar_t text[NAME_CHARS];
    int has = -1;

    name_object(cycle, name, text);
    if (open_instance(cycle, &ldap))
        has = proof_ldap_has(&ldap, text);
    proof_ldap_close(&ldap);
    return has;
}

/* Adds objects until it is told to end. */
struct writer
{
    const struct cycle *cycle;
    HANDLE thread, end;
    unsigned int count;
};

static DWORD WINAPI write_objects(void *context)
{
    struct writer *writer = context;
    struct proof_ldap ldap;
    wchar_t name[40], text[NAME_CHARS];

    if (proof_ldap_open(&ldap, writer->cycle->proof->port)) {
        while (WaitForSingleObject(writer->end, 0) == WAIT_TIMEOUT) {
            format_text(name, ARRAYSIZE(name), L"during-%u", writer->count + 1);
            name_object(writer->cycle, name, text);
            if (!proof_ldap_add(&ldap, text))
                break;
            writer->count++;
        }
    }
    proof_ldap_close(&ldap);
    return 0;
}

static void writer_start(struct writer *writer, const struct cycle *cycle)
{
    *writer = (struct writer){.cycle = cycle};
    writer->end = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (writer->end && cycle->partition)
        writer->thread = CreateThread(NULL, 0, write_objects, writer, 0, NULL);
}

static void writer_end(struct writer *writer)
{
    if (writer->thread) {
        SetEvent(writer->end);
        WaitForSingleObject(writer->thread, INFINITE);
        CloseHandle(writer->thread);
    }
    if (writer->end)
        CloseHandle(writer->end);
}

/* --- the steps -------------------------------------------------------------------------------- */

static void run_sample(const struct cycle *cycle, struct proof_run *run, const wchar_t *program)
{
    wchar_t arguments[2 * PROOF_PATH_CHARS];

    format_text(arguments, ARRAYSIZE(arguments), L"%ls \"%ls\" --adlds %ls", cycle->proof->server,
                cycle->folder, cycle->proof->adlds);
    proof_run_native(cycle->proof, run, program, arguments, PROOF_BACKUP_MS);
}

static bool back_up(const struct cycle *cycle)
{
    wchar_t end[PROOF_END_CHARS];
    struct writer writer;
    struct proof_run run;
    bool whole;

    writer_start(&writer, cycle);
    run_sample(cycle, &run, L"vss-backup.exe");
    writer_end(&writer);
    proof_run_describe(&run, end);
    whole = !run.start_error && run.code == 0 && proof_is_whole(cycle->proof, cycle->folder);
    proof_report_add(&cycle->proof->report, L"adlds", L"backup",
                     whole ? PROOF_PROVED : PROOF_FAILED,
                     L"%ls, ese-verify: %ls; %u object(s) were added meanwhile", end,
                     whole ? L"good" : L"not good", writer.count);
    proof_run_fini(&run);
    return whole;
}

/* As a broken disk would, but for the logs: only of an instance that the kit made itself. */
static bool destroy(const struct cycle *cycle)
{
    wchar_t *path = NULL;
    bool gone = false;

    if (!cycle->partition)
        return true;
    if (registration_location(cycle->service, DIRECTORY_DATABASE_FILE, &path) == ERROR_SUCCESS)
        gone = proof_delete_file(path);
    free(path);
    return gone;
}

static bool has_marker(const struct cycle *cycle)
{
    wchar_t key[PROOF_SERVICE_CHARS + 80];

    format_text(key, ARRAYSIZE(key), REGISTRATION_SERVICES L"%ls\\Parameters", cycle->service);
    return RegGetValueW(HKEY_LOCAL_MACHINE, key, INTERLOCK_MARKER, RRF_RT_ANY, NULL, NULL, NULL) ==
           ERROR_SUCCESS;
}

static bool restore(const struct cycle *cycle)
{
    wchar_t end[PROOF_END_CHARS];
    struct proof_run run;
    bool done;

    run_sample(cycle, &run, L"vss-restore.exe");
    proof_run_describe(&run, end);
    done = !run.start_error && run.code == 0;
    proof_report_add(&cycle->proof->report, L"adlds", L"restore",
                     done && has_marker(cycle) ? PROOF_PROVED : PROOF_FAILED, L"%ls, marker %ls",
                     end, has_marker(cycle) ? L"there" : L"not there");
    proof_run_fini(&run);
    return done;
}

static bool check_start(const struct cycle *cycle, const struct proof_services *services)
{
    bool runs = proof_net_start(cycle->proof, services);

    proof_report_add(&cycle->proof->report, L"adlds", L"start after the restore",
                     runs ? PROOF_PROVED : PROOF_FAILED,
                     runs ? L"the instance runs" : L"the instance does not run");
    /* What it does with it nobody says: no fault if it leaves it. */
    proof_report_add(&cycle->proof->report, L"adlds-interlock", L"marker after the start",
                     runs && !has_marker(cycle) ? PROOF_PROVED : PROOF_NOT_POSSIBLE,
                     has_marker(cycle) ? L"it is still there" : L"the instance took it away");
    return runs;
}

static void check_objects(const struct cycle *cycle)
{
    static const wchar_t *const found[] = {L"not known", L"gone", L"there"};
    int before = has_object(cycle, L"before"), after = has_object(cycle, L"after");

    proof_report_add(&cycle->proof->report, L"adlds", L"objects",
                     before == 1 && after == 0 ? PROOF_PROVED
                     : before < 0 || after < 0 ? PROOF_NOT_POSSIBLE
                                               : PROOF_FAILED,
                     L"the one from before the backup is %ls, the one from after it is %ls",
                     found[before + 1], found[after + 1]);
}

static bool stop_and_restore(const struct cycle *cycle)
{
    struct proof_services stopped;
    bool runs;

    if (!proof_net_stop(cycle->proof, cycle->service, &stopped) || !destroy(cycle)) {
        proof_report_add(&cycle->proof->report, L"adlds", L"restore", PROOF_FAILED,
                         L"the instance does not stop, or its database cannot be deleted");
        proof_net_start(cycle->proof, &stopped);
        return false;
    }
    runs = restore(cycle) && check_start(cycle, &stopped);
    if (runs && cycle->partition)
        check_objects(cycle);
    return runs;
}

static void report_other(struct proof *proof, bool is_same)
{
    proof_report_add(&proof->report, L"adlds", L"the instance beside it",
                     is_same ? PROOF_PROVED : PROOF_FAILED,
                     is_same ? L"it ran on, in the same process" : L"it did not run on");
}

bool proof_restore_adlds(struct proof *proof, const wchar_t *partition, const wchar_t *other)
{
    struct cycle cycle = {.proof = proof, .partition = partition};
    wchar_t service[PROOF_SERVICE_CHARS];
    DWORD process = 0;
    bool ready, done;

    if (!proof_can_run(proof, L"x64")) {
        proof_report_add(&proof->report, L"adlds", L"restore", PROOF_NOT_POSSIBLE,
                         L"this Windows is 32-bit");
        return false;
    }
    format_text(cycle.service, PROOF_SERVICE_CHARS, REGISTRATION_ADLDS L"%ls", proof->adlds);
    format_text(cycle.folder, PROOF_PATH_CHARS, L"%ls\\adlds", proof->work);
    if (other) {
        format_text(service, PROOF_SERVICE_CHARS, REGISTRATION_ADLDS L"%ls", other);
        process = proof_net_process(service);
    }
    ready = !partition || add_object(&cycle, L"before");
    if (!ready)
        proof_report_add(&proof->report, L"adlds", L"backup", PROOF_FAILED,
                         L"no object can be added to the instance");
    done = ready && back_up(&cycle) && (!partition || add_object(&cycle, L"after")) &&
           stop_and_restore(&cycle);
    if (other)
        report_other(proof, process && proof_net_process(service) == process);
    return done;
}
