/*
 * proof_instances.c - adaminstall.exe with an answer file, on a virtual disk of diskpart.
 *
 * Source: Microsoft Learn (unattended installation of AD LDS; diskpart; mklink).
 */
#include "proof_instances.h"

#include "proof_files.h"
#include "proof_restore.h"
#include "proof_net.h"

#include "common/format.h"
#include "common/registration.h"
#include "doctor/service.h"

#include <stdlib.h>
#include <string.h>

#define SETUP_MS   1200000u
#define TEXT_CHARS 4000u
#define PORTS_EACH 2u

static void place(const struct proof *proof, const wchar_t *name, wchar_t path[PROOF_PATH_CHARS])
{
    format_text(path, PROOF_PATH_CHARS, L"%ls\\%ls", proof->instances, name);
}

/* In the code page that these programs read. False: a path cannot be said in it. */
static bool write_text(const wchar_t *path, const wchar_t *text)
{
    char bytes[2 * TEXT_CHARS];
    BOOL lost = FALSE;
    int count = WideCharToMultiByte(CP_ACP, 0, text, -1, bytes, (int)sizeof(bytes), NULL, &lost);

    return count > 0 && !lost && proof_write_file(path, bytes, (size_t)count - 1);
}

/* --- a volume in a folder, and a junction ----------------------------------------------------- */

static bool run_diskpart(const struct proof *proof, const wchar_t *lines)
{
    wchar_t script[PROOF_PATH_CHARS], arguments[PROOF_PATH_CHARS];
    struct proof_run run;
    bool done;

    place(proof, L"diskpart.txt", script);
    if (!write_text(script, lines))
        return false;
    format_text(arguments, PROOF_PATH_CHARS, L"/s \"%ls\"", script);
    proof_run_system(proof, &run, L"diskpart.exe", arguments, SETUP_MS);
    done = !run.start_error && !run.is_late && run.code == 0;
    proof_run_fini(&run);
    return done;
}

/* Is there another volume in it now? */
static bool is_mounted(const wchar_t *folder)
{
    DWORD attributes = GetFileAttributesW(folder);

    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_REPARSE_POINT);
}

static bool mount_volume(const struct proof *proof, const wchar_t *folder)
{
    wchar_t disk[PROOF_PATH_CHARS], lines[TEXT_CHARS];

    place(proof, L"disk.vhd", disk);
    format_text(lines, TEXT_CHARS,
                L"create vdisk file=\"%ls\" maximum=4096 type=expandable\r\n"
                L"select vdisk file=\"%ls\"\r\nattach vdisk\r\ncreate partition primary\r\n"
                L"format fs=ntfs quick\r\nassign mount=\"%ls\"\r\n",
                disk, disk, folder);
    return run_diskpart(proof, lines) && is_mounted(folder);
}

static void unmount_volume(const struct proof *proof)
{
    wchar_t disk[PROOF_PATH_CHARS], folder[PROOF_PATH_CHARS], lines[TEXT_CHARS];

    place(proof, L"disk.vhd", disk);
    place(proof, L"volume", folder);
    wcscat(folder, L"\\");
    if (GetFileAttributesW(disk) == INVALID_FILE_ATTRIBUTES)
        return;
    DeleteVolumeMountPointW(folder);
    format_text(lines, TEXT_CHARS, L"select vdisk file=\"%ls\"\r\ndetach vdisk\r\n", disk);
    run_diskpart(proof, lines);
}

static bool make_junction(const struct proof *proof, const wchar_t *link, const wchar_t *target)
{
    wchar_t arguments[3 * PROOF_PATH_CHARS];
    struct proof_run run;

    /* The outer quotes are cmd's own. */
    format_text(arguments, ARRAYSIZE(arguments), L"/d /s /c \"mklink /J \"%ls\" \"%ls\"\"", link,
                target);
    proof_run_system(proof, &run, L"cmd.exe", arguments, SETUP_MS);
    proof_run_fini(&run);
    return is_mounted(link);
}

/* Where the first instance's files go: as unusual as Windows allows. */
static void make_places(struct proof *proof, wchar_t data[PROOF_PATH_CHARS],
                        wchar_t logs[PROOF_PATH_CHARS])
{
    wchar_t volume[PROOF_PATH_CHARS], target[PROOF_PATH_CHARS];
    bool mounted, linked;

    place(proof, L"volume", volume);
    place(proof, L"link", logs);
    CreateDirectoryW(volume, NULL);
    mounted = mount_volume(proof, volume);
    /* On the same volume: a set must not have a virtual disk and the volume of its file (Microsoft
     * Learn, AddToSnapshotSet). */
    format_text(target, PROOF_PATH_CHARS, L"%ls\\logs", volume);
    CreateDirectoryW(target, NULL);
    linked = make_junction(proof, logs, target);
    format_text(data, PROOF_PATH_CHARS, L"%ls\\data", volume);
    if (!linked)
        wcscpy(logs, target);
    proof->has_links = mounted && linked;
    proof_report_fact(&proof->report, L"places of " PROOF_INSTANCE,
                      L"database on %ls, logs %ls a junction",
                      mounted ? L"a volume that is mounted in a folder" : L"the volume of the kit",
                      linked ? L"behind" : L"not behind");
}

/* --- instances -------------------------------------------------------------------------------- */

static void run_adam(const struct proof *proof, const wchar_t *program, const wchar_t *arguments,
                     wchar_t end[PROOF_END_CHARS])
{
    wchar_t folder[MAX_PATH] = L"";
    struct proof_run run;

    GetSystemWindowsDirectoryW(folder, MAX_PATH - 10);
    wcscat(folder, L"\\ADAM");
    proof_run_in(proof, &run, folder, program, arguments, SETUP_MS);
    proof_run_describe(&run, end);
    proof_run_fini(&run);
}

static void query(const wchar_t *instance, struct service_facts *facts)
{
    wchar_t name[PROOF_SERVICE_CHARS];

    format_text(name, PROOF_SERVICE_CHARS, REGISTRATION_ADLDS L"%ls", instance);
    service_query(name, facts);
}

static bool install(const struct proof *proof, const wchar_t *instance, unsigned int port,
                    const wchar_t *data, const wchar_t *logs, wchar_t end[PROOF_END_CHARS])
{
    wchar_t answers[PROOF_PATH_CHARS], arguments[PROOF_PATH_CHARS], text[TEXT_CHARS];
    struct service_facts facts;

    place(proof, L"answers.txt", answers);
    format_text(text, TEXT_CHARS,
                L"[ADAMInstall]\r\nInstallType=Unique\r\nShowOrHideProgressGUI=Hide\r\n"
                L"InstanceName=%ls\r\nLocalLDAPPortToListenOn=%u\r\nLocalSSLPortToListenOn=%u\r\n"
                L"NewApplicationPartitionToCreate=\"" PROOF_PARTITION L"\"\r\n"
                L"DataFilesPath=%ls\r\nLogFilesPath=%ls\r\n",
                instance, port, port + 1, data, logs);
    wcscpy(end, L"no answer file");
    if (!write_text(answers, text))
        return false;
    format_text(arguments, PROOF_PATH_CHARS, L"/answer:\"%ls\"", answers);
    run_adam(proof, L"adaminstall.exe", arguments, end);
    query(instance, &facts);
    return facts.state == SERVICE_RUNNING;
}

static bool install_both(struct proof *proof)
{
    wchar_t data[PROOF_PATH_CHARS], logs[PROOF_PATH_CHARS], other[PROOF_PATH_CHARS];
    wchar_t end[PROOF_END_CHARS];
    bool done;

    make_places(proof, data, logs);
    place(proof, PROOF_INSTANCE_OTHER, other);
    done =
        install(proof, PROOF_INSTANCE, PROOF_INSTANCE_PORT, data, logs, end) &&
        install(proof, PROOF_INSTANCE_OTHER, PROOF_INSTANCE_PORT + PORTS_EACH, other, other, end);
    if (!done)
        proof_report_add(&proof->report, L"adlds", L"installation", PROOF_NOT_POSSIBLE,
                         L"adaminstall: %ls, and the instance does not run; is the role AD LDS "
                         L"there?",
                         end);
    return done;
}

bool proof_instances_install(struct proof *proof)
{
    struct service_facts first, second;

    if (proof->is_controller) {
        proof_report_add(&proof->report, L"adlds", L"installation", PROOF_NOT_POSSIBLE,
                         L"not on a domain controller");
        return false;
    }
    query(PROOF_INSTANCE, &first);
    query(PROOF_INSTANCE_OTHER, &second);
    if (first.exists || second.exists || first.error || second.error) {
        proof_report_add(&proof->report, L"adlds", L"installation", PROOF_NOT_POSSIBLE,
                         L"there is an instance of that name, or that is not known");
        return false;
    }
    if (!CreateDirectoryW(proof->instances, NULL)) {
        proof_report_add(&proof->report, L"adlds", L"installation", PROOF_NOT_POSSIBLE,
                         L"no folder for it can be made: Win32 error %lu", GetLastError());
        return false;
    }
    proof->has_instances = true;
    return install_both(proof);
}

void proof_instances_prove(struct proof *proof)
{
    bool done = proof_restore_adlds(proof, PROOF_PARTITION, PROOF_INSTANCE_OTHER);

    proof_report_add(&proof->report, L"mounted-folders", L"backup and restore",
                     !proof->has_links ? PROOF_NOT_POSSIBLE
                     : done            ? PROOF_PROVED
                                       : PROOF_FAILED,
                     proof->has_links ? L"database on a volume in a folder, logs behind a junction"
                                      : L"no such volume or junction could be made");
}

static void remove_instance(struct proof *proof, const wchar_t *instance)
{
    wchar_t arguments[60], end[PROOF_END_CHARS];
    struct service_facts facts;

    query(instance, &facts);
    if (!facts.exists)
        return;
    format_text(arguments, ARRAYSIZE(arguments), L"/q /force /i:%ls", instance);
    run_adam(proof, L"adamuninstall.exe", arguments, end);
    query(instance, &facts);
    if (facts.exists || facts.error)
        proof_report_add(&proof->report, L"adlds", L"removal", PROOF_FAILED,
                         L"the instance %ls is still there, remove it by hand; adamuninstall: %ls",
                         instance, end);
}

void proof_instances_remove(struct proof *proof)
{
    if (!proof->has_instances)
        return;
    remove_instance(proof, PROOF_INSTANCE);
    remove_instance(proof, PROOF_INSTANCE_OTHER);
    unmount_volume(proof);
}
