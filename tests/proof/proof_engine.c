/*
 * proof_engine.c - esentutl recovers a backup, dsamain mounts it, LDAP reads it.
 *
 * Source: Microsoft Learn (esentutl /r, /mh; dsamain: the database must have been recovered).
 */
#include "proof_engine.h"

#include "proof_stop.h"
#include "proof_texts.h"

#include "common/format.h"

#include <string.h>

#define TOOL_MS     600000u
#define MOUNT_STEPS 600
#define STEP_MS     500u
#define FIRST_PORT  41389u
#define PORT_STEP   10u
#define PORTS_TRIED 5u

unsigned int proof_engine_port(const struct proof *proof)
{
    return proof->adlds ? proof->port : LDAP_PORT;
}

bool proof_engine_look(const struct proof *proof, struct proof_object *object)
{
    unsigned int port = proof_engine_port(proof);
    struct proof_ldap ldap;
    bool found;

    if (!port)
        return false;
    found = proof_ldap_open(&ldap, port) && proof_ldap_newest(&ldap, object);
    proof_ldap_close(&ldap);
    return found;
}

/* By "esentutl /mh". */
static bool is_clean(const struct proof *proof, const wchar_t *path)
{
    struct proof_texts_header header;
    wchar_t arguments[PROOF_PATH_CHARS];
    struct proof_run run;

    format_text(arguments, PROOF_PATH_CHARS, L"/mh \"%ls\"", path);
    proof_run_system(proof, &run, L"esentutl.exe", arguments, TOOL_MS);
    proof_texts_header(run.output, &header);
    proof_run_fini(&run);
    return header.is_known && header.is_clean;
}

static bool check_recovery(struct proof *proof, const wchar_t *folder, const wchar_t *path)
{
    wchar_t arguments[4 * PROOF_PATH_CHARS], end[PROOF_END_CHARS];
    struct proof_run run;
    bool clean;

    /* Whatever path its logs name, nothing but this folder is touched. */
    format_text(arguments, ARRAYSIZE(arguments), L"/r edb /l\"%ls\" /s\"%ls\" /d\"%ls\"", folder,
                folder, folder);
    proof_run_system(proof, &run, L"esentutl.exe", arguments, PROOF_BACKUP_MS);
    proof_run_describe(&run, end);
    clean = !run.start_error && is_clean(proof, path);
    proof_report_add(&proof->report, L"windows-recovery", L"esentutl /r",
                     run.start_error          ? PROOF_NOT_POSSIBLE
                     : run.code == 0 && clean ? PROOF_PROVED
                                              : PROOF_FAILED,
                     L"%ls, afterwards the database is %ls", end,
                     clean ? L"shut down cleanly" : L"not known to be shut down cleanly");
    proof_run_fini(&run);
    return clean;
}

/* One where nobody answers, with the three after it; 0: everywhere somebody does. */
static unsigned int free_port(void)
{
    unsigned int i;

    for (i = 0; i < PORTS_TRIED; i++) {
        unsigned int port = FIRST_PORT + i * PORT_STEP;
        struct proof_ldap ldap;
        bool silent = !proof_ldap_open(&ldap, port) && ldap.error == LDAP_SERVER_DOWN;

        proof_ldap_close(&ldap);
        if (silent)
            return port;
    }
    return 0;
}

static void start_dsamain(const struct proof *proof, struct proof_run *run, const wchar_t *folder,
                          const wchar_t *path, unsigned int port)
{
    wchar_t line[4 * PROOF_PATH_CHARS], file[PROOF_PATH_CHARS], system[MAX_PATH] = L"";

    GetSystemDirectoryW(system, MAX_PATH);
    format_text(
        line, ARRAYSIZE(line),
        L"\"%ls\\dsamain.exe\" /dbpath \"%ls\" /logpath \"%ls\"%ls /ldapport %u /sslport %u "
        L"/gcport %u /gcsslport %u",
        system, path, folder, proof->adlds ? L" /adlds" : L"", port, port + 1, port + 2, port + 3);
    format_text(file, PROOF_PATH_CHARS, L"%ls\\dsamain.out", proof->work);
    proof_run_start(run, line, file, NULL);
}

/* Nothing but its port tells when it is ready. */
static bool open_mounted(struct proof_run *run, struct proof_ldap *ldap, unsigned int port)
{
    int i;

    for (i = 0; i < MOUNT_STEPS; i++) {
        if (proof_ldap_open(ldap, port))
            return true;
        proof_ldap_close(ldap);
        if (proof_stop_requested() || WaitForSingleObject(run->process, STEP_MS) == WAIT_OBJECT_0)
            return false;
    }
    return false;
}

static void report_mounted(struct proof *proof, struct proof_ldap *ldap,
                           const struct proof_object *object)
{
    int64_t usn = -1;
    bool found = proof_ldap_find(ldap, object->guid, &usn);

    proof_report_add(&proof->report, L"windows-mount", L"dsamain",
                     found && usn >= object->usn ? PROOF_PROVED : PROOF_FAILED,
                     found ? L"the object that was changed last before the backup has change %lld, "
                             L"in the backup %lld"
                           : L"the object of change %lld is not in the backup: LDAP error 0x%llx",
                     (long long)object->usn, found ? (long long)usn : (long long)ldap->error);
}

static void check_mount(struct proof *proof, const wchar_t *folder, const wchar_t *path,
                        const struct proof_object *object)
{
    unsigned int port = free_port();
    struct proof_ldap ldap = {0};
    wchar_t logs[PROOF_PATH_CHARS], end[PROOF_END_CHARS];
    struct proof_run run;
    ULONG error;
    bool open;

    if (!port) {
        proof_report_add(&proof->report, L"windows-mount", L"dsamain", PROOF_NOT_POSSIBLE,
                         L"all its ports are in use");
        return;
    }
    format_text(logs, PROOF_PATH_CHARS, L"%ls\\mounted", folder);
    CreateDirectoryW(logs, NULL);
    start_dsamain(proof, &run, folder, path, port);
    open = run.process && open_mounted(&run, &ldap, port);
    if (open)
        report_mounted(proof, &ldap, object);
    error = ldap.error;
    proof_ldap_close(&ldap);
    proof_run_wait(&run, 0);
    proof_run_describe(&run, end);
    if (!open)
        proof_report_add(&proof->report, L"windows-mount", L"dsamain",
                         run.start_error ? PROOF_NOT_POSSIBLE : PROOF_FAILED,
                         L"%ls, and nobody answered at port %u: LDAP error 0x%lx", end, port,
                         (unsigned long)error);
    proof_run_fini(&run);
}

void proof_engine_checks(struct proof *proof, const wchar_t *folder, const wchar_t *database,
                         const struct proof_object *object)
{
    wchar_t path[PROOF_PATH_CHARS];

    format_text(path, PROOF_PATH_CHARS, L"%ls\\%ls", folder, database);
    if (!check_recovery(proof, folder, path))
        return;
    if (object)
        check_mount(proof, folder, path, object);
    else
        proof_report_add(&proof->report, L"windows-mount", L"dsamain", PROOF_NOT_POSSIBLE,
                         L"LDAP here does not say what a backup must have");
}
